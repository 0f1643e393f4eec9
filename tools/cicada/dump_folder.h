// A folder of elementary files as `cicada read --out` writes it.
#pragma once

#include <filesystem>
#include <map>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"

namespace cicada::tools {

/// The files that lie in `folder` under their dump names (EF_COM.bin, DG1.bin, EF_CardAccess.bin ...). Fails with
/// not_found when there is none of the application.
[[nodiscard]] base::Result<std::map<host::lds::Ef, base::Bytes>> read_dumps(const std::filesystem::path& folder);

/// The same as a card: the access keys and the MRZ password come from the MRZ in DG1, which must be there; what an
/// EF.CardAccess announces is offered as PACE; card.toml gives the rest (see CardSettings). Chip authentication mapping
/// is offered only with the chip's key.
[[nodiscard]] base::Result<applet_sim::kernel::CardContent> read_dump_folder(const std::filesystem::path& folder);

}  // namespace cicada::tools
