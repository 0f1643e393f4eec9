// The encoding of RSASSA-PSS.
#pragma once

#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::crypto::mbedtls {

/// EMSA-PSS-VERIFY of RFC 8017 §9.1.2. `encoded` is as long as the modulus of `modulus_bits` bits. Fails with security
/// when it is not the encoding of `digest`, with bad_input when the salt does not fit into the key.
///
/// By hand, because mbedTLS 2.28 takes the mask's hash function for the digest's too: right only when both are one.
[[nodiscard]] base::Result<void> check_pss_encoding(const PssParameters& parameters, base::ByteView digest,
                                                    base::ByteView encoded, std::size_t modulus_bits);

}  // namespace cicada::crypto::mbedtls
