// Whose card was in a station's slot last: the one thing that a journal cannot tell of a locked card whose job is done.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cicada/base/error.h"

namespace cicada::host::line {

/// Two lines in one file a station: the dossier's id, and a check over it. It is written before a job leaves the
/// journal's list of jobs in hand (done, quarantined), so that a card which a crash left in the slot after that is
/// known, too. Written over the last one, in one call: a note that was cut does not pass its check and is none, and
/// then its job is still in hand. Not synced: it survives the end of the process, and after a power cut the card is set
/// aside by a person's hand at worst.
class SlotNote {
 public:
  SlotNote(const std::filesystem::path& folder, const std::string& station);
  SlotNote(const SlotNote&) = delete;
  SlotNote& operator=(const SlotNote&) = delete;
  SlotNote(SlotNote&&) = delete;
  SlotNote& operator=(SlotNote&&) = delete;
  ~SlotNote();

  /// Fails with io, and bad_input when the id is not one line.
  [[nodiscard]] base::Result<void> write(const std::string& dossier);
  /// The card is out of the slot for sure.
  void clear() noexcept;
  /// Nothing when there is none.
  [[nodiscard]] std::optional<std::string> read() const;

 private:
  std::filesystem::path file_;
  int fd_ = -1;  ///< once something was written
};

}  // namespace cicada::host::line
