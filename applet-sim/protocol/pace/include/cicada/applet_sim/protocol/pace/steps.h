// The computations of PACE, one by one and without state.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/applet_sim/protocol/agreement/protocol_id.h"
#include "cicada/applet_sim/sm/session_keys.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::pace {

using agreement::Domain;
using agreement::Suite;

inline constexpr std::size_t kTokenSize = 8;
/// T_IFD or T_IC
using Token = std::array<std::uint8_t, kTokenSize>;

/// Octets of the nonce s: 16, but 32 for integrated mapping with AES-192 and AES-256, where it must not be shorter than
/// the key (9303-11 §4.4.3.3).
[[nodiscard]] std::size_t nonce_size(const Suite& suite) noexcept;
/// Octets of the terminal's nonce t of integrated mapping: the cipher's key.
[[nodiscard]] std::size_t terminal_nonce_size(const Suite& suite) noexcept;

/// z = E(K_pi, s), CBC with IV 0. Fails with bad_input (sizes), crypto.
[[nodiscard]] base::Result<base::Bytes> encrypt_nonce(sm::Algorithm cipher, base::ByteView k_pi, base::ByteView s);

/// The generator of generic mapping: s * G + H, where H = SK_Map * PK_Map is a whole element (9303-11 §4.4.3.3.1).
/// Fails with security when that is neutral, crypto.
[[nodiscard]] base::Result<base::Bytes> map_generic(const Domain& domain, base::ByteView s, base::ByteView h);

/// R(s, t) = x1 || x2 || ... of integrated mapping, before it is taken modulo p (9303-11 §4.4.3.3.2): at least
/// `field_bits` + 64 bits. Fails with bad_input when s or t has another size than those above, crypto.
[[nodiscard]] base::Result<base::SecretBytes> pseudo_random(sm::Algorithm cipher, base::ByteView s, base::ByteView t,
                                                            std::size_t field_bits);
/// The generator of integrated mapping. Fails with security when there is none for these nonces, unsupported (P-224),
/// like pseudo_random.
[[nodiscard]] base::Result<base::Bytes> map_integrated(const Domain& domain, sm::Algorithm cipher, base::ByteView s,
                                                       base::ByteView t);

/// The MAC over a public key object: CMAC cut to 8 octets, or retail MAC with padding method 2 (9303-11 §4.4.3.4).
/// Fails with bad_input (key), crypto.
[[nodiscard]] base::Result<Token> token(const sm::SessionKeys& keys, base::ByteView public_key_object);

/// CA_IC = SK_Map / SK_IC mod n, as long as n (9303-11 §4.4.3.5.1). Fails with unsupported for DH, bad_input.
[[nodiscard]] base::Result<base::SecretBytes> chip_authentication_data(const Domain& domain, base::ByteView chip_key,
                                                                       base::ByteView mapping_key);
/// A_IC = E(KS_Enc, CA_IC) with IV = E(KS_Enc, -1), padding method 2 (9303-11 §4.4.3.5). Fails with bad_input, crypto.
[[nodiscard]] base::Result<base::Bytes> encrypt_chip_authentication_data(const sm::SessionKeys& keys,
                                                                         base::ByteView data);

}  // namespace cicada::applet_sim::protocol::pace
