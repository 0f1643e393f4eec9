// A folder of elementary files as `cicada read --out` writes it.
#pragma once

#include <filesystem>
#include <map>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"

namespace cicada::tools {

/// The files of the LDS1 application that lie in `folder` under their dump names (EF_COM.bin, DG1.bin ...). Fails with
/// not_found when there is none.
[[nodiscard]] base::Result<std::map<host::lds::Ef, base::Bytes>> read_dumps(const std::filesystem::path& folder);

/// The same as a card with BAC: the access keys come from the MRZ in DG1, which must be there.
[[nodiscard]] base::Result<applet_sim::kernel::CardContent> read_dump_folder(const std::filesystem::path& folder);

}  // namespace cicada::tools
