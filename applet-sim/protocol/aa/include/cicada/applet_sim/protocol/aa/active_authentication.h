// Active authentication, the chip's side (9303-11 §6.1).
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::protocol::aa {

/// RND.IFD
inline constexpr std::size_t kChallengeSize = 8;

/// The message representative F of ISO/IEC 9796-2 digital signature scheme 1: `6A || M1 || H(M1 || M2) || trailer`, as
/// long as the modulus. M1 is drawn from `rng`, M2 is RND.IFD; the trailer is BC for SHA-1 and names the hash in front
/// of CC for the others (9303-11 §6.1.2.2). `modulus_size` in octets, 128 to 512. Fails with bad_input (sizes), crypto.
[[nodiscard]] base::Result<base::Bytes> message_representative(crypto::mbedtls::HashAlgorithm hash,
                                                               std::size_t modulus_size, base::ByteView rnd_ifd,
                                                               base::Rng& rng);

/// F^d mod n (ISO/IEC 9796-2 B.6), as long as the modulus. Fails with bad_input (another number of octets than 8),
/// crypto.
[[nodiscard]] base::Result<base::Bytes> sign(const crypto::mbedtls::RsaPrivateKey& key,
                                             crypto::mbedtls::HashAlgorithm hash, base::ByteView rnd_ifd,
                                             base::Rng& rng);
/// r || s over the hash of RND.IFD (9303-11 §6.1.2.3). Fails like the other.
[[nodiscard]] base::Result<base::Bytes> sign(const crypto::mbedtls::EcPrivateKey& key,
                                             crypto::mbedtls::HashAlgorithm hash, base::ByteView rnd_ifd,
                                             base::Rng& rng);

}  // namespace cicada::applet_sim::protocol::aa
