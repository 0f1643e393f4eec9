#include "digest.h"

#include <algorithm>

#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::issuance {

base::Result<Digest> sha256(base::ByteView data) {
  CICADA_TRY(const auto hash, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, data));
  Digest digest{};
  std::ranges::copy(hash, digest.begin());
  return digest;
}

}  // namespace cicada::host::issuance
