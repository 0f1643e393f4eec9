// The journal of a line, as the commands open it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "app.h"
#include "cicada/host/journal/journal.h"

namespace cicada::tools {

/// Whether an address where nothing is yet becomes a journal: a mistyped one must not, its stations nobody would reach.
enum class NewJournal : std::uint8_t { make, refuse };

/// And whether tables of an earlier program are brought forward: not by what is said to lines that may be running on
/// them.
enum class OldTables : std::uint8_t { bring_forward, refuse };

/// To write under this name. Because it takes a while to bring tables forward, it is said. Errors have been said.
[[nodiscard]] std::expected<std::unique_ptr<host::journal::Journal>, Exit> open_to_write(
    const std::string& address, std::string_view writer, NewJournal when_none,
    OldTables when_old = OldTables::bring_forward);

}  // namespace cicada::tools
