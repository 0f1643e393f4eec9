// A small personalization plant in a folder: a country, sealed jobs, a journal that knows them, a magazine of blanks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "cicada/host/journal/audit.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/line.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/vault/vault.h"
#include "cicada/tools/magazine/blank_kind.h"
#include "ground_truth.h"

namespace cicada::test {

/// Says what failed and ends the program's run: for what must not fail in a test's own preparation.
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}
inline void must(base::Result<void> result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

/// A folder of its own, taken away at the end.
class Folder {
 public:
  /// On a file system in memory when there is one, or within `where`.
  explicit Folder(std::string_view name, const std::filesystem::path& where = root());
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;
  ~Folder();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Where such folders are made.
  [[nodiscard]] static std::filesystem::path root();

 private:
  std::filesystem::path path_;
};

struct PlantOptions {
  std::filesystem::path folder = {};
  /// As open_journal() takes it.
  std::string journal = {};
  std::filesystem::path profile = "support/line/small.toml";
  std::size_t portrait_size = 700;
  std::uint32_t stations = 8;
};

class Plant {
 public:
  /// Makes the country and loads the profile.
  explicit Plant(PlantOptions options);

  /// A batch of citizens goes the whole way to `ready`; the cards of the last one are taken away, and as many blanks
  /// come in that there are `spare` more than it needs.
  void begin_batch(std::string_view id, std::uint32_t first, std::uint32_t count, std::uint32_t spare = 8);
  /// Counts the blanks that are left, closes the batch and signs it. Fails as sign_close().
  [[nodiscard]] base::Result<host::journal::Balance> close_batch(std::string_view id, std::uint64_t blanks_left) const;
  /// The whole audit log and every job against it.
  [[nodiscard]] host::journal::AuditReport verify_audit() const;
  /// The cards of the batch against the journal.
  [[nodiscard]] Truth check() const;
  /// Waits for a writer's name: the session of a process that was killed lives a moment longer in a database server.
  /// Also for a server that is starting, or that has too many such sessions.
  [[nodiscard]] std::unique_ptr<host::journal::Journal> open_journal(std::string_view writer) const;
  [[nodiscard]] Expected expected() const;

  [[nodiscard]] const PlantOptions& options() const noexcept { return options_; }
  [[nodiscard]] const host::perso::Profile& profile() const noexcept { return profile_; }
  [[nodiscard]] const host::pki::TrustStore& trust() const noexcept { return trust_; }
  [[nodiscard]] std::filesystem::path country() const { return options_.folder / "country"; }
  [[nodiscard]] std::filesystem::path packs() const { return options_.folder / "packs"; }
  [[nodiscard]] std::filesystem::path magazine() const { return options_.folder / "magazine"; }
  [[nodiscard]] std::filesystem::path notes() const { return options_.folder / "notes"; }
  [[nodiscard]] std::filesystem::path spool() const { return options_.folder / "line.spool"; }

 private:
  void prepare(host::journal::Journal& journal, std::string_view batch);

  PlantOptions options_;
  host::perso::Profile profile_;
  tools::magazine::BlankKind kind_;
  host::pki::TrustStore trust_;
  std::uint32_t first_ = 0, count_ = 0;
};

}  // namespace cicada::test
