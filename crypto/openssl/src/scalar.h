// Numbers below an order: checked and drawn.
#pragma once

#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

/// Is 0 < value < order? Both have the same width. Looks at every octet, whatever the answer, as `value` may be a key.
[[nodiscard]] bool in_range(base::ByteView value, base::ByteView order) noexcept;

/// A uniform number, 0 < k < order, as wide as `order` (which has no leading zero). Takes that many octets at a time
/// from `rng` and clears the bits above the order's highest. Fails with crypto after 128 tries: for every order we know
/// more than half of the numbers fit.
[[nodiscard]] base::Result<base::SecretBytes> draw_below(base::ByteView order, base::Rng& rng);

/// A number of `width` octets that is not to be left in memory.
[[nodiscard]] base::Result<base::SecretBytes> secret_octets(const BIGNUM& number, std::size_t width);

}  // namespace cicada::crypto::openssl
