// From accepted dossiers to sealed jobs, by threads of its own.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/vault/vault.h"

namespace cicada::host::line {

/// One dossier on its way to a sealed job.
struct Building {
  issuance::RecordOutcome record;
  journal::JobId job = 0;
  base::Bytes sealed = {};
  std::string ds = {};
  std::vector<journal::Digest> keys = {};  ///< of the chip, when it is given them
  std::optional<base::Error> own = {};     ///< this dossier cannot be built
  std::optional<base::Error> stops = {};   ///< nothing can be built any more: token, document signer
  [[nodiscard]] bool done() const noexcept { return !sealed.empty(); }
};

/// Builds, signs and seals a block of dossiers while its owner does something else. Vault and profile are borrowed.
class BlockBuilder {
 public:
  /// Begins at once.
  BlockBuilder(vault::Vault& vault, const perso::Profile& profile, unsigned threads, std::vector<Building> block);
  BlockBuilder(const BlockBuilder&) = delete;
  BlockBuilder& operator=(const BlockBuilder&) = delete;
  BlockBuilder(BlockBuilder&&) = delete;
  BlockBuilder& operator=(BlockBuilder&&) = delete;
  /// Begins nothing more, waits for what was begun.
  ~BlockBuilder();

  /// Waits until nothing is worked on any more. After trouble with the vault some are neither done nor have an error:
  /// nobody began them.
  [[nodiscard]] std::vector<Building> finish();

 private:
  void work();
  void build(std::span<Building> some);
  void complete(std::span<Building> some, std::span<std::optional<issuance::CardJob>> jobs);
  void seal(Building& one, const issuance::CardJob& job);

  vault::Vault& vault_;
  const perso::Profile& profile_;
  std::vector<Building> block_;
  std::size_t together_;  ///< dossiers that one thread takes on at once
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace cicada::host::line
