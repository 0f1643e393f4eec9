// From checked records to jobs that a station may claim: taken in, built, signed, sealed, packed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/vault/vault.h"

namespace cicada::host::line {

/// Where every record is. The parts add up to `records`.
struct PreparationReport {
  std::uint64_t records = 0;    ///< that the journal has seen
  std::uint64_t prepared = 0;   ///< by this run: ready for a station
  std::uint64_t known = 0;      ///< ready or further already, of another batch, or a second time here
  std::uint64_t rejected = 0;   ///< the sender must correct it
  std::uint64_t held = 0;       ///< a person must decide
  std::uint64_t taken = 0;      ///< number or portrait is another dossier's (N02, P04): rejected
  std::uint64_t conflicts = 0;  ///< another content under an id and version that is there: nothing changed
  std::uint64_t waiting = 0;    ///< accepted, and the run ended before it was prepared: run it again
  [[nodiscard]] bool balances() const noexcept {
    return records == prepared + known + rejected + held + taken + conflicts + waiting;
  }
};

/// Everything is borrowed and outlives the preparation.
struct PreparationSettings {
  journal::Journal& journal;
  vault::Vault& vault;
  const perso::Profile& profile;
  std::filesystem::path jobs;  ///< folder of packs
  std::string batch;           ///< in the journal already
  journal::Actor actor = {};
  unsigned threads = 1;      ///< that build, sign and seal; 1 to kMaxPreparationThreads
  std::size_t block = 1000;  ///< records in one transaction, 1 to journal::kMaxRows
  /// Called for every record when the journal has decided about it; once more for each that was to be built: `ready`,
  /// or `held` with the reason.
  std::function<void(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome)> on_outcome = {};
  /// A record that the rules held and a person let pass since: gives its dossier, which the rules did not. `text` is
  /// what add() was given. Without this such records wait.
  std::function<std::optional<issuance::CheckedDossier>(const issuance::RecordOutcome& record, std::string_view text)>
      release = {};
};

inline constexpr unsigned kMaxPreparationThreads = 256;

class BlockBuilder;
struct Building;

/// What the journal is told about a record. One that has no id or no number that could be read comes under the id
/// "BATCH-line-N", so that it is counted and found. Of a passport the number is that of the passport, and the
/// portrait's digest is turned round (each octet its complement): both are unique among passports, whatever card their
/// holder has.
[[nodiscard]] journal::Intake intake_of(const issuance::RecordOutcome& record, std::string_view batch);

/// Works in blocks: the journal takes the records in; what it accepts is built, signed if no key of the chip is waited
/// for, and sealed, by threads of its own while the caller reads the next block, so that a token always has something
/// to sign; then it is packed, and when the pack is on disk, the journal makes the jobs ready. Killed at any point and
/// run again over the same records, it goes on where it was and doubles nothing. One object serves one thread.
class Preparation {
 public:
  /// Fails with bad_input for settings out of their range, conflict when another process prepares this batch, io.
  [[nodiscard]] static base::Result<Preparation> open(PreparationSettings settings);

  Preparation(Preparation&&) noexcept;
  Preparation& operator=(Preparation&&) = delete;
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  ~Preparation();

  /// Fails with transport when the token or the journal is away, conflict when no document signer may sign (K01, K02),
  /// io when a disk is full; the trouble of a block shows with the next block or with finish(). What was prepared
  /// before is ready, the rest stays accepted, and nothing more is taken with this object. A dossier that cannot be
  /// built is held and stops nothing. `text` is kept for release(): the record as it stands in the file, of one that
  /// the rules held.
  [[nodiscard]] base::Result<void> add(issuance::RecordOutcome record, std::string text = {});
  /// The records that no whole block was full of. Call it at the end.
  [[nodiscard]] base::Result<void> finish();

  [[nodiscard]] const PreparationReport& report() const noexcept { return report_; }

 private:
  struct Entry {
    issuance::RecordOutcome record;
    std::string text;
    bool here = true;  ///< false: the journal has it of another batch, or in another version
  };
  Preparation(PreparationSettings settings, issuance::JobPackWriter pack);
  [[nodiscard]] base::Result<void> work_off();
  [[nodiscard]] base::Result<std::vector<Building>> take_in();
  /// Of one that was accepted before; `first`: no line of this run had this content. What a person let pass becomes a
  /// dossier again; what the rules refuse today (another policy) is held, so that it does not wait for ever.
  [[nodiscard]] base::Result<void> look_again(Entry& entry, bool first, journal::IntakeOutcome& outcome);
  /// A record, where it is; true when it is to be built. `begun`: this run builds it already.
  [[nodiscard]] bool count(const Entry& entry, const journal::IntakeOutcome& outcome, bool begun);
  [[nodiscard]] base::Result<bool> belongs_here(const Entry& entry) const;
  /// What was built goes on disk and into the journal.
  [[nodiscard]] base::Result<void> settle(std::vector<Building> built);
  [[nodiscard]] base::Result<void> store(std::vector<Building>& built);
  [[nodiscard]] base::Result<void> hold(const issuance::RecordOutcome& record, journal::JobId job,
                                        const std::string& reason);

  PreparationSettings settings_;
  issuance::JobPackWriter pack_;
  std::vector<Entry> block_ = {};
  std::map<journal::Digest, std::uint32_t> seen_ = {};  ///< how often each content came
  std::unique_ptr<BlockBuilder> builder_;               ///< of the block before; null: there is none
  std::set<journal::JobId> before_ = {};                ///< the jobs of that block
  PreparationReport report_ = {};
  bool ended_ = false;
};

}  // namespace cicada::host::line
