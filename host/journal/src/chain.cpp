#include "chain.h"

#include <algorithm>
#include <chrono>

#include "cicada/base/clock.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::journal {

base::Bytes to_octets(const Digest& digest) {
  return {digest.begin(), digest.end()};
}

Digest to_digest(base::ByteView octets) noexcept {
  Digest digest{};
  if (octets.size() == digest.size()) std::ranges::copy(octets, digest.begin());
  return digest;
}

base::Result<Digest> link_hash(const Digest& previous, std::string_view json) {
  CICADA_TRY(const auto hash, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256,
                                                    base::concat({previous, base::as_bytes(json)})));
  return to_digest(hash);
}

base::Result<AuditRecord> Chain::append(nlohmann::json record) {
  record["at"] = base::to_iso_instant(base::SystemClock{}.now());
  record["chain"] = name_;
  record["sequence"] = sequence_ + 1;
  // nlohmann's objects are sorted by key and its dump has no spaces: one form only.
  std::string text = record.dump();
  CICADA_TRY(const Digest hash, link_hash(head_, text));
  head_ = hash;
  ++sequence_;
  pending_.push_back({.chain = name_, .sequence = sequence_, .json = std::move(text), .hash = hash});
  return pending_.back();
}

}  // namespace cicada::host::journal
