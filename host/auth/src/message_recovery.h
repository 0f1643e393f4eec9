// Signatures with message recovery, ISO/IEC 9796-2 digital signature scheme 1, as 9303-11 §6.1 uses them. Private to
// the room.
#pragma once

#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::host::auth {

struct RecoveredSignature {
  crypto::openssl::HashAlgorithm hash = crypto::openssl::HashAlgorithm::sha1;
  std::vector<std::string> deviations = {};
};

/// Verifies a signature whose recovered part is M1 and whose other part is `m2`. The message representative
///   6A || M1 || H(M1 || M2) || trailer
/// is checked from the first octet to the last: nothing is searched for, no octet is without meaning. `modulus` is that
/// of `key`, unsigned big-endian without leading zeros. Fails with malformed when the signature is not as long as the
/// modulus, unsupported for a modulus that does not fill its octets, else security.
[[nodiscard]] base::Result<RecoveredSignature> verify_recovery(const crypto::openssl::RsaPublicKey& key,
                                                               base::ByteView modulus, base::ByteView m2,
                                                               base::ByteView signature);

}  // namespace cicada::host::auth
