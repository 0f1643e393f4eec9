// Object identifiers.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// An OBJECT IDENTIFIER as a small value, held as its DER content octets. Default-made it is empty and equals no real
/// one. The order is that of the octets.
class Oid {
 public:
  /// Longer identifiers (content octets) are refused; the longest in use take 20.
  static constexpr std::size_t kMaxSize = 63;

  constexpr Oid() = default;

  /// An identifier known at compile time: `Oid::of("2.23.136.1.1.1")`. Text that is none does not compile.
  [[nodiscard]] static consteval Oid of(std::string_view dotted) {
    Oid oid;
    if (!oid.assign(dotted)) throw "not an object identifier in dotted form";
    return oid;
  }

  /// Reads "1.2.840.10045.2.1"; every arc under 2^64. Fails with bad_input.
  [[nodiscard]] static base::Result<Oid> from_dotted(std::string_view dotted);
  /// Takes DER content octets (without tag and length). Fails with malformed (X.690 §8.19) or limit.
  [[nodiscard]] static base::Result<Oid> from_content(base::ByteView content);

  /// "1.2.840.10045.2.1"; empty text for an empty identifier. Arcs may be of any size.
  [[nodiscard]] std::string to_dotted() const;
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  /// The content octets; valid as long as this object lives.
  [[nodiscard]] constexpr base::ByteView content() const noexcept { return {octets_.data(), size_}; }
  /// Tag 06, length, content.
  [[nodiscard]] base::Bytes der() const;
  /// Is this identifier `arc` itself or below it in the tree?
  [[nodiscard]] bool is_under(const Oid& arc) const noexcept;

  friend constexpr bool operator==(const Oid&, const Oid&) = default;
  friend constexpr auto operator<=>(const Oid&, const Oid&) = default;

 private:
  constexpr bool assign(std::string_view dotted);
  constexpr bool append_arc(std::uint64_t arc);

  std::array<std::uint8_t, kMaxSize> octets_{};
  std::uint8_t size_ = 0;
};

constexpr bool Oid::append_arc(std::uint64_t arc) {
  std::size_t groups = 1;
  for (auto rest = arc >> 7U; rest != 0; rest >>= 7U) ++groups;
  if (size_ + groups > kMaxSize) return false;
  for (std::size_t i = groups; i-- > 0;) {
    const auto more = i == 0 ? 0U : 0x80U;
    octets_.at(size_++) = static_cast<std::uint8_t>(((arc >> (7 * i)) & 0x7FU) | more);
  }
  return true;
}

constexpr bool Oid::assign(std::string_view dotted) {
  std::uint64_t first = 0;
  std::size_t arcs = 0;
  while (true) {
    const auto dot = dotted.find('.');
    const auto digits = dotted.substr(0, dot);
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
    std::uint64_t arc = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return false;
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (arc > (UINT64_MAX - digit) / 10) return false;
      arc = arc * 10 + digit;
    }
    ++arcs;
    if (arcs == 1) {
      if (arc > 2) return false;
      first = arc;
    } else if (arcs == 2) {
      if ((first < 2 && arc > 39) || arc > UINT64_MAX - 80) return false;
      if (!append_arc(first * 40 + arc)) return false;
    } else if (!append_arc(arc)) {
      return false;
    }
    if (dot == std::string_view::npos) return arcs >= 2;
    dotted.remove_prefix(dot + 1);
  }
}

}  // namespace cicada::asn1
