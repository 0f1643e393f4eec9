// Hexadecimal text.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::base {

/// Upper case, two digits an octet, no separator.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// Reads hexadecimal text in either case; white space and ':' between octets are skipped.
/// Fails with bad_input on any other character or an odd number of digits (Error::at is the character's index).
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

inline namespace literals {
/// `"00A4040C"_hex`: for tests and constants; text that is not hexadecimal does not compile.
constexpr std::uint8_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  throw "not a hexadecimal digit";
}

template <std::size_t N>
struct HexText {
  std::array<char, N> text{};
  // NOLINTNEXTLINE(google-explicit-constructor,cppcoreguidelines-avoid-c-arrays): a literal operator's parameter.
  consteval HexText(const char (&literal)[N]) { std::copy_n(literal, N, text.begin()); }
};

template <HexText Text>
[[nodiscard]] Bytes operator""_hex() {
  static constexpr std::size_t kDigits = [] {
    std::size_t n = 0;
    for (const char c : Text.text) n += (c != ' ' && c != '\0') ? 1 : 0;
    return n;
  }();
  static_assert(kDigits % 2 == 0, "a hexadecimal literal needs an even number of digits");
  static constexpr auto kOctets = [] {
    std::array<std::uint8_t, kDigits / 2> octets{};
    std::size_t i = 0;
    for (const char c : Text.text) {
      if (c == ' ' || c == '\0') continue;
      octets.at(i / 2) = static_cast<std::uint8_t>((octets.at(i / 2) << 4U) | hex_digit(c));
      ++i;
    }
    return octets;
  }();
  return {kOctets.begin(), kOctets.end()};
}
}  // namespace literals

}  // namespace cicada::base
