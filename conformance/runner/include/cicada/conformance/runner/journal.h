// Finished records on disk, one line of JSON each, written when the case has ended. It is as sensitive as the card.
//
//   {"journal":"cicada-conformance 1","started":"2026-11-25T10:00:00Z","planned":542,"program":"...","target":"...",
//   ...}
//   {"id":"ISO7816_B_1", ... "exchanges":[...]}          the records, as conformance/report/record_json.h has them
//
// A last line without its end is what a killed run leaves: it is cut off, and that case runs again.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/runner/identity.h"
#include "cicada/conformance/runner/plan.h"

namespace cicada::conformance::runner {

/// No journal is longer (octets).
inline constexpr std::size_t kMaxJournal = 1024UL * 1024 * 1024;
inline constexpr std::string_view kJournalVersion = "cicada-conformance 1";

/// Mode 0600, locked against a second process.
class Journal {
 public:
  /// A new one. Refused: a file that has octets already, or is in use.
  [[nodiscard]] static model::Checked<Journal> create(const std::filesystem::path& path, const Identity& identity,
                                                      const Plan& plan, base::Instant started);
  /// Continues one. Refused: a journal of another run (the text names what differs), a line that is no record, a record
  /// that is not the plan's at its place, a file in use.
  [[nodiscard]] static model::Checked<Journal> resume(const std::filesystem::path& path, const Identity& identity,
                                                      const Plan& plan);
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Writes one record. Fails with io (full disk) or limit; the journal then ends with the record before.
  [[nodiscard]] base::Result<void> append(const model::Record& record);
  /// What it held when it was opened, in the plan's order; the caller takes it.
  [[nodiscard]] std::vector<model::Record> take_finished();
  /// When the run began.
  [[nodiscard]] base::Instant started() const noexcept;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// The records of a journal, whoever wrote it; nothing is locked or changed. For a replay.
[[nodiscard]] model::Checked<std::vector<model::Record>> read_journal(const std::filesystem::path& path);

}  // namespace cicada::conformance::runner
