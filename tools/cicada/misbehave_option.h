// --misbehave: faults by name or from a file.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::tools {

/// Names of the built-in catalogue, and files (*.toml) of which every fault is meant. Fails with what to tell the user.
[[nodiscard]] std::expected<std::vector<applet_sim::misbehave::Fault>, std::string> faults_by_name(
    const std::vector<std::string>& names);

/// The built-in catalogue and the faults of documents as one table.
[[nodiscard]] std::string table_of_faults();

}  // namespace cicada::tools
