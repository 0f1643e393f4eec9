// The subcommands of `cicada gp` that change a card.
#pragma once

#include <CLI/CLI.hpp>

#include "app.h"

namespace cicada::tools {

void add_gp_install(CLI::App& gp, Outcome& outcome);
void add_gp_delete(CLI::App& gp, Outcome& outcome);
void add_gp_personalize(CLI::App& gp, Outcome& outcome);
void add_gp_put_key(CLI::App& gp, Outcome& outcome);
void add_gp_lock(CLI::App& gp, Outcome& outcome);
void add_gp_unlock(CLI::App& gp, Outcome& outcome);
void add_gp_secure(CLI::App& gp, Outcome& outcome);

}  // namespace cicada::tools
