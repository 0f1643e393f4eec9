// Whose card was in a station's slot last: the one thing that a journal cannot tell of a locked card whose job is done.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cicada/base/error.h"

namespace cicada::host::line {

/// One line in one file a station: the dossier's id. It is written before a job leaves the journal's list of jobs in
/// hand (done, quarantined), so that a card which a crash left in the slot after that is known, too. Not synced: it
/// survives the end of the process, and after a power cut the card is set aside by a person's hand at worst.
class SlotNote {
 public:
  SlotNote(const std::filesystem::path& folder, const std::string& station);

  /// Fails with io.
  [[nodiscard]] base::Result<void> write(const std::string& dossier) const;
  /// Nothing when there is none.
  [[nodiscard]] std::optional<std::string> read() const;

 private:
  std::filesystem::path file_;
};

}  // namespace cicada::host::line
