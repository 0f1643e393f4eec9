#include "text.h"

#include "cicada/asn1/der.h"

namespace cicada::asn1 {

using base::ByteView;

namespace {

constexpr char32_t kReplacement = 0xFFFD;

void append_utf8(std::string& to, char32_t point) {
  const auto add = [&to](char32_t octet) { to += static_cast<char>(static_cast<unsigned char>(octet)); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0U | (point >> 6U));
    add(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    add(0xE0U | (point >> 12U));
    add(0x80U | ((point >> 6U) & 0x3FU));
    add(0x80U | (point & 0x3FU));
  } else {
    add(0xF0U | (point >> 18U));
    add(0x80U | ((point >> 12U) & 0x3FU));
    add(0x80U | ((point >> 6U) & 0x3FU));
    add(0x80U | (point & 0x3FU));
  }
}

/// One character of an encoding: how many octets it took, and which it is (kReplacement with good = false if none).
struct Character {
  std::size_t size;
  char32_t point;
  bool good;
};

Character next_utf8(ByteView rest) {
  const Character bad{.size = 1, .point = kReplacement, .good = false};
  const char32_t first = rest[0];
  if (first < 0x80) return {.size = 1, .point = first, .good = true};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || rest.size() < size) return bad;
  char32_t point = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((rest[i] & 0xC0U) != 0x80U) return bad;
    point = (point << 6U) | (rest[i] & 0x3FU);
  }
  const bool over_long = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  if (over_long || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return bad;
  return {.size = size, .point = point, .good = true};
}

Character next_bmp(ByteView rest) {
  if (rest.size() < 2) return {.size = 1, .point = kReplacement, .good = false};
  const auto point = static_cast<char32_t>((static_cast<unsigned>(rest[0]) << 8U) | rest[1]);
  if (point >= 0xD800 && point <= 0xDFFF) return {.size = 2, .point = kReplacement, .good = false};
  return {.size = 2, .point = point, .good = true};
}

Character next_character(Tag tag, ByteView rest) {
  switch (tag) {
    case tags::kUtf8String: return next_utf8(rest);
    case tags::kBmpString: return next_bmp(rest);
    case tags::kTeletexString: return {.size = 1, .point = rest[0], .good = true};
    default:
      if (rest[0] < 0x80) return {.size = 1, .point = rest[0], .good = true};
      return {.size = 1, .point = kReplacement, .good = false};
  }
}

bool is_string(Tag tag) noexcept {
  switch (tag) {
    case tags::kUtf8String:
    case tags::kNumericString:
    case tags::kPrintableString:
    case tags::kTeletexString:
    case tags::kIa5String:
    case tags::kVisibleString:
    case tags::kBmpString: return true;
    default: return false;
  }
}

struct Converted {
  std::string text;
  bool good = true;
};

Converted convert(Tag tag, ByteView content) {
  Converted converted;
  converted.text.reserve(content.size());
  while (!content.empty()) {
    const auto character = next_character(tag, content);
    append_utf8(converted.text, character.point);
    converted.good = converted.good && character.good;
    content = content.subspan(character.size);
  }
  return converted;
}

}  // namespace

std::string text_of(Tag string_tag, ByteView content) {
  return convert(string_tag, content).text;
}

std::optional<std::string> strict_text_of(Tag string_tag, ByteView content) {
  if (!is_string(string_tag)) return std::nullopt;
  auto converted = convert(string_tag, content);
  if (!converted.good) return std::nullopt;
  return std::move(converted.text);
}

bool is_printable_string(std::string_view text) noexcept {
  constexpr std::string_view kOthers = " '()+,-./:=?";
  for (const char c : text) {
    const bool alphanumeric = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!alphanumeric && kOthers.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace cicada::asn1
