// A chip as it comes from its maker.
#pragma once

#include <filesystem>

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/keys.h"
#include "cicada/tools/magazine/blank_kind.h"

namespace cicada::tools::magazine {

/// Makes FOLDER/SERIAL.card. It appears under its name when it is whole. Fails with io, conflict, and as `keys` does.
[[nodiscard]] base::Result<void> make_blank(const std::filesystem::path& folder, const BlankKind& kind,
                                            const host::gp::KeySource& keys, base::Rng& rng,
                                            applet_sim::nvm::Durability durability);

}  // namespace cicada::tools::magazine
