// The audit log's chain: records of one writer, each bound to the one before it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cicada/host/journal/journal.h"

namespace cicada::host::journal {

[[nodiscard]] base::Bytes to_octets(const Digest& digest);
/// Octets as the key of a map.
[[nodiscard]] inline std::string map_key(base::ByteView octets) {
  return std::string{base::as_text(octets)};
}
[[nodiscard]] inline base::Bytes from_map_key(const std::string& key) {
  return base::to_bytes(base::as_bytes(key));
}
/// All zeros when `octets` are no 32.
[[nodiscard]] Digest to_digest(base::ByteView octets) noexcept;

/// SHA-256(previous || json); the first record of a chain stands on 32 zero octets.
[[nodiscard]] base::Result<Digest> link_hash(const Digest& previous, std::string_view json);

/// Where a chain ends, and the records that are to be appended in the transaction at hand.
class Chain {
 public:
  Chain() = default;
  Chain(std::string name, std::uint64_t sequence, const Digest& head)
      : name_(std::move(name)), sequence_(sequence), head_(head) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Adds chain, sequence and time to `record`.
  [[nodiscard]] base::Result<AuditRecord> append(nlohmann::json record);
  [[nodiscard]] const std::vector<AuditRecord>& pending() const noexcept { return pending_; }
  /// The transaction was committed, or rolled back.
  void keep() { pending_.clear(); }

 private:
  std::string name_;
  std::uint64_t sequence_ = 0;
  Digest head_{};
  std::vector<AuditRecord> pending_;
};

}  // namespace cicada::host::journal
