// What a reader has to find on a finished card.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::line {

struct ExpectedFile {
  std::string name;
  std::optional<lds::Ef> ef = {};  ///< nothing: a file that readers of identity cards do not know
  bool in_master_file = false;
  std::uint16_t fid = 0;
  bool open = false;  ///< readable without an access procedure
  base::Bytes content;
};

/// The files of the profile that a station may read: not those behind terminal authentication, not those that nobody
/// reads, and not EF.CVCA, which the card writes. A file that the job does not have is expected to be empty, which no
/// file on a card is: it is found to differ.
[[nodiscard]] std::vector<ExpectedFile> expected_files(const issuance::CardJob& job, const perso::Profile& profile);

}  // namespace cicada::host::line
