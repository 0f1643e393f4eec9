#include "key_digests.h"

#include <algorithm>

#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::line {

using base::Result;

namespace {

Result<journal::Digest> digest_of(const perso::ChipPublicKey& key) {
  CICADA_TRY(auto hasher, crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256));
  for (const auto* part : {&key.modulus, &key.exponent, &key.value}) CICADA_CHECK(hasher.update(*part));
  CICADA_TRY(const auto hash, hasher.finish());
  journal::Digest digest{};
  std::ranges::copy(hash, digest.begin());
  return digest;
}

}  // namespace

Result<std::vector<journal::Digest>> key_digests(const perso::ChipKeys& keys) {
  std::vector<journal::Digest> digests;
  if (keys.active) {
    CICADA_TRY(const auto digest, digest_of(*keys.active));
    digests.push_back(digest);
  }
  for (const auto& key : keys.chip) {
    CICADA_TRY(const auto digest, digest_of(key));
    digests.push_back(digest);
  }
  return digests;
}

}  // namespace cicada::host::line
