// What people tell a journal: orders to the stations, blanks that came, cards that were destroyed, dossiers decided,
// cards delivered, batches closed.
#pragma once

#include <CLI/CLI.hpp>

#include "app.h"

namespace cicada::tools {

void add_line_orders(CLI::App& line, Outcome& outcome);

}  // namespace cicada::tools
