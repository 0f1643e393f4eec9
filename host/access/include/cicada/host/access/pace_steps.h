// What the reader computes in PACE, step by step and without a card (9303-11 §4.4.3). run_pace puts the steps together;
// here they can be compared with the standard's worked examples, value by value.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/access/kdf.h"
#include "cicada/host/access/pace_group.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/sm/codec.h"

namespace cicada::host::access::pace {

/// K_pi, which the nonce is encrypted with (9303-11 §9.7.3).
[[nodiscard]] base::Result<base::SecretBytes> password_key(const PacePassword& password, KeyKind cipher);

/// Octets of the nonces s and t of integrated mapping: s is the smallest whole number of AES blocks that holds a key,
/// t is as long as a key (9303-11 §4.4.3.3.2).
[[nodiscard]] std::size_t integrated_nonce_size(KeyKind cipher) noexcept;
[[nodiscard]] std::size_t second_nonce_size(KeyKind cipher) noexcept;

/// s = D(K_pi, z): CBC, IV 0, no padding. Fails with malformed for a nonce of another length than the mapping has:
/// whole blocks, 8 to 32 octets (generic, CAM), or integrated_nonce_size.
[[nodiscard]] base::Result<base::SecretBytes> decrypt_nonce(base::ByteView k_pi, KeyKind cipher, Mapping mapping,
                                                            base::ByteView z);

/// Generic mapping: G' = s * G + H with H = SK_map * PK_map of the other side (9303-11 §4.4.3.3.1).
[[nodiscard]] base::Result<base::Bytes> map_generic(const PaceGroup& group, base::ByteView nonce, base::ByteView h);

/// R(s, t) of integrated mapping before it is taken modulo p: n blocks, at least 64 bits more than p has.
[[nodiscard]] base::Result<base::SecretBytes> pseudo_random(KeyKind cipher, base::ByteView s, base::ByteView t,
                                                            std::size_t field_bits);
/// Integrated mapping: the element that R(s, t) is encoded as.
[[nodiscard]] base::Result<base::Bytes> map_integrated(const PaceGroup& group, KeyKind cipher, base::ByteView s,
                                                       base::ByteView t);

struct SessionKeys {
  base::SecretBytes enc;
  base::SecretBytes mac;
};
/// KS_Enc and KS_MAC of the shared secret (9303-11 §9.7.4).
[[nodiscard]] base::Result<SessionKeys> session_keys(base::ByteView shared_secret, KeyKind cipher);

/// 7F49 { 06 protocol, 86 point | 84 number }: what a token is computed over (9303-11 §4.4.3.4).
[[nodiscard]] base::Bytes token_input(const PaceProtocol& protocol, base::ByteView public_key);
using Token = std::array<std::uint8_t, 8>;
/// AES: CMAC cut to eight octets; 3DES: retail MAC over the padded input.
[[nodiscard]] base::Result<Token> token(base::ByteView ks_mac, KeyKind cipher, base::ByteView input);

/// CA_IC of chip authentication mapping: AES-CBC with IV = E(KS_Enc, -1), padding method 2, as long as the curve's
/// order (9303-11 §4.4.3.3.3). Fails with malformed on another length and on bad padding.
[[nodiscard]] base::Result<base::SecretBytes> decrypt_chip_authentication_data(base::ByteView ks_enc, KeyKind cipher,
                                                                               base::ByteView encrypted,
                                                                               std::size_t order_size);

/// Secure messaging with these keys, counter at zero.
[[nodiscard]] base::Result<sm::SecureMessaging> make_codec(SessionKeys keys, KeyKind cipher);

}  // namespace cicada::host::access::pace
