#include "text_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "cicada/base/cursor.h"

namespace cicada::conformance::lds {

using base::ByteView;

bool is_digits(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_mrz_text(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '<'; });
}

namespace {

/// The character at the front and its length in octets; nothing when it is not well formed.
struct Character {
  std::uint32_t code;
  std::size_t size;
};
std::optional<Character> first_character(ByteView octets) noexcept {
  const auto lead = octets[0];
  if (lead < 0x80) return Character{lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || octets.size() < size) return std::nullopt;
  std::uint32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octets[i] & 0xC0U) != 0x80) return std::nullopt;
    code = (code << 6U) | (octets[i] & 0x3FU);
  }
  static constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast.at(size) || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  return Character{code, size};
}

template <typename Allowed>
bool all_characters(ByteView octets, Allowed allowed) noexcept {
  while (!octets.empty()) {
    const auto character = first_character(octets);
    if (!character || !allowed(character->code)) return false;
    octets = octets.subspan(character->size);
  }
  return true;
}

}  // namespace

bool is_utf8(ByteView octets) noexcept {
  return all_characters(octets, [](std::uint32_t) { return true; });
}

bool is_printable_utf8(ByteView octets) noexcept {
  return all_characters(octets, [](std::uint32_t c) { return c >= 0x20 && (c < 0x7F || c > 0x9F); });
}

unsigned days_in_month(unsigned month, std::optional<unsigned> year) noexcept {
  static constexpr std::array<unsigned, 13> kDays{31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month > 12) return 0;
  const bool short_february = year && (*year % 4 != 0 || (*year % 100 == 0 && *year % 400 != 0));
  return month == 2 && short_february ? 28 : kDays.at(month);
}

namespace {
unsigned number(std::string_view digits) noexcept {
  unsigned value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}
}  // namespace

bool is_full_date(std::string_view text, Unknown unknown) noexcept {
  if (text.size() != 8 || !is_digits(text)) return false;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(4, 2));
  const auto day = number(text.substr(6, 2));
  const bool some_unknown = year == 0 || month == 0 || day == 0;
  if (some_unknown && unknown == Unknown::refused) return false;
  return month <= 12 && day <= days_in_month(month, year == 0 ? std::nullopt : std::optional{year});
}

bool is_time_of_day(std::string_view text) noexcept {
  return text.size() == 6 && is_digits(text) && number(text.substr(0, 2)) < 24 && number(text.substr(2, 2)) < 60 &&
         number(text.substr(4, 2)) < 60;
}

std::optional<std::string> digits_of_bcd(ByteView octets) {
  std::string digits;
  for (const auto octet : octets) {
    if ((octet >> 4U) > 9 || (octet & 0x0FU) > 9) return std::nullopt;
    digits += static_cast<char>('0' + (octet >> 4U));
    digits += static_cast<char>('0' + (octet & 0x0FU));
  }
  return digits;
}

namespace {

constexpr std::array<std::uint8_t, 3> kJpeg{0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 12> kJp2{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A};
constexpr std::array<std::uint8_t, 4> kCodestream{0xFF, 0x4F, 0xFF, 0x51};
/// More segments or boxes than this in front of the size are not followed.
constexpr unsigned kMaxSegments = 256;

bool begins(ByteView octets, ByteView with) {
  return octets.size() >= with.size() && base::equal(octets.first(with.size()), with);
}

std::optional<ImageSize> jpeg_size(ByteView image) {
  base::Cursor cursor{image.subspan(2)};
  for (unsigned segment = 0; segment < kMaxSegments; ++segment) {
    const auto marker = cursor.take_u16();
    const auto length = marker ? cursor.take_u16() : base::Result<std::uint16_t>{std::uint16_t{0}};
    if (!marker || !length || (*marker >> 8U) != 0xFF || *length < 2) return std::nullopt;
    const auto code = *marker & 0xFFU;
    const bool frame = code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    const auto content = cursor.take(*length - 2U);
    if (!content) return std::nullopt;
    if (!frame) continue;
    base::Cursor header{*content};
    const auto precision = header.take_u8();
    const auto height = header.take_u16();
    const auto width = header.take_u16();
    if (!precision || !height || !width) return std::nullopt;
    return ImageSize{*width, *height};
  }
  return std::nullopt;
}

/// SIZ: Xsiz - XOsiz and Ysiz - YOsiz.
std::optional<ImageSize> codestream_size(ByteView image) {
  base::Cursor cursor{image};
  if (!cursor.take(8)) return std::nullopt;  // SOC, SIZ, its length, capabilities
  const auto x = cursor.take_u32();
  const auto y = cursor.take_u32();
  const auto x_offset = cursor.take_u32();
  const auto y_offset = cursor.take_u32();
  if (!x || !y || !x_offset || !y_offset || *x_offset > *x || *y_offset > *y) return std::nullopt;
  return ImageSize{*x - *x_offset, *y - *y_offset};
}

constexpr std::uint32_t kBoxJp2h = 0x6A703268;
constexpr std::uint32_t kBoxIhdr = 0x69686472;

std::optional<ImageSize> jp2_size(ByteView image) {
  base::Cursor cursor{image};
  for (unsigned box = 0; box < kMaxSegments; ++box) {
    const auto length = cursor.take_u32();
    const auto type = length ? cursor.take_u32() : base::Result<std::uint32_t>{0U};
    if (!length || !type) return std::nullopt;
    if (*type == kBoxJp2h) continue;  // a box of boxes: ihdr is its first
    if (*type == kBoxIhdr) {
      const auto height = cursor.take_u32();
      const auto width = cursor.take_u32();
      if (!height || !width) return std::nullopt;
      return ImageSize{*width, *height};
    }
    if (*length < 8 || !cursor.take(*length - 8)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageKind> image_kind(ByteView image) noexcept {
  if (begins(image, kJpeg)) return ImageKind::jpeg;
  if (begins(image, kJp2) || begins(image, kCodestream)) return ImageKind::jpeg2000;
  return std::nullopt;
}

std::optional<ImageSize> image_size(ByteView image) {
  if (begins(image, kJpeg)) return jpeg_size(image);
  if (begins(image, kCodestream)) return codestream_size(image);
  if (begins(image, kJp2)) return jp2_size(image);
  return std::nullopt;
}

}  // namespace cicada::conformance::lds
