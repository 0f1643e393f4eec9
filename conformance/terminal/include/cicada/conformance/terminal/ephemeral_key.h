// Ephemeral keys as tests want them: with numbers that are easily coded wrong, or none that the group has.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/host/access/pace_group.h"

namespace cicada::conformance::terminal {

/// What a coordinate of a point looks like.
enum class KeyShape : std::uint8_t {
  any,
  small_x,  ///< its first octet is 00: an encoder that drops leading zeros shows itself
  large_x,  ///< its highest bit is set: one that takes it for a negative number does
  small_y,
  large_y,
};
/// "small-x" ...; nothing for other words.
[[nodiscard]] std::optional<KeyShape> key_shape_from(std::string_view word) noexcept;

struct KeyPair {
  base::SecretBytes secret;
  base::Bytes shown;  ///< the public half as it travels
};

/// Points that are looked at until one has the wanted shape: one in 256 has, or one in two.
inline constexpr std::size_t kMaxKeySearch = 65'536;
/// A fresh key pair over `generator` (of PACE's mapping; empty: the group's own). A number modulo a prime takes shape
/// `any` only; else bad_input. Fails with limit when no key was found.
[[nodiscard]] base::Result<KeyPair> make_key_pair(const host::access::PaceGroup& group, base::ByteView generator,
                                                  KeyShape shape, base::Rng& rng);

/// What is no element of the group.
enum class WrongKey : std::uint8_t {
  size,         ///< a point of a curve of another size; a number one octet longer than the prime
  origin,       ///< 04 || 0 || 0
  off_curve,    ///< the lowest bit of y is another
  above_prime,  ///< a number of the prime's length, all bits set
  zero,         ///< a number of the prime's length, no bit set
  format,       ///< a point whose first octet is 05: no form that there is
};
/// "wrong-size" "origin" "off-curve" "above-prime" "zero" "wrong-format"; nothing for other words.
[[nodiscard]] std::optional<WrongKey> wrong_key_from(std::string_view word) noexcept;
/// `right` is an element of the group as it travels. Fails with bad_input when the group's elements have not this way
/// to be wrong.
[[nodiscard]] base::Result<base::Bytes> make_wrong_key(const host::access::PaceGroup& group, WrongKey wrong,
                                                       base::ByteView right);

}  // namespace cicada::conformance::terminal
