// PUT DATA of the open passport applet, one function for each kind of data. What is malformed fails with malformed or
// bad_input.
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

using Changes = std::vector<Change>;

/// `60 L { 04 L modulus }` or `61 L { 04 L private exponent }`
[[nodiscard]] base::Result<Changes> take_rsa_half(const CardState& card, base::ByteView data, bool exponent);
/// `62 L { number, birth, expiry }`
[[nodiscard]] base::Result<Changes> take_mrz(base::ByteView data);
/// `81 ... 87`
[[nodiscard]] base::Result<Changes> take_chip_key(base::ByteView data);
/// `7F4E` or `7F21`
[[nodiscard]] base::Result<Changes> take_root(const CardState& card, base::ByteView data);

}  // namespace cicada::applet_sim::applet
