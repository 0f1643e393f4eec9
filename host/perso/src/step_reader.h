// The steps of a dialect's file.
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/strict_table.h"
#include "script.h"

namespace cicada::host::perso {

inline constexpr std::size_t kMaxLabel = 80;

/// What people read on a terminal: printable ASCII, at most so many characters.
[[nodiscard]] Checked<std::string> plain_text(const base::StrictTable& table, std::string_view key, std::size_t most);
/// The key "command": CLA, INS, P1 and P2.
[[nodiscard]] Checked<Template> read_header(const base::StrictTable& table, const FieldSet& allowed);
/// Reads all `[[step]]` of the document; limits and [store-data] have been read.
[[nodiscard]] Checked<void> read_steps(const base::StrictTable& document, Script& script);
/// Is a card of this kind of any use with these steps, and do they fit what else the file says?
[[nodiscard]] Checked<void> check_script(const base::StrictTable& document, const Script& script);

}  // namespace cicada::host::perso
