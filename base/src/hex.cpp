#include "cicada/base/hex.h"

namespace cicada::base {
namespace {

int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_separator(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':';
}

}  // namespace

std::string to_hex(ByteView bytes) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto octet : bytes) {
    text += kDigits[octet >> 4U];
    text += kDigits[octet & 0x0FU];
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  int high = -1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (high < 0 && is_separator(text[i])) continue;
    const int value = digit_value(text[i]);
    if (value < 0) return fail({.fault = Fault::bad_input, .what = "not a hexadecimal digit", .at = i});
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>((high << 4) | value));
      high = -1;
    }
  }
  if (high >= 0) {
    return fail({.fault = Fault::bad_input, .what = "odd number of hexadecimal digits", .at = text.size()});
  }
  return bytes;
}

}  // namespace cicada::base
