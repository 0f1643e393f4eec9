// What a card holds, changed before its power comes.
#pragma once

#include "cicada/applet_sim/applet/card_state.h"
#include "cicada/applet_sim/misbehave/fault.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::misbehave {

/// An action of place `file`. Fails with not_found when there is no such file, or nothing in it to change; limit.
[[nodiscard]] base::Result<void> change_file(const Action& action, applet::CardState& card, base::Rng& rng);

/// Another private key (or other passwords) in the place of the card's; with `publish` the public half takes the place
/// of the old one in every file. Fails with not_found when the card has none, crypto.
[[nodiscard]] base::Result<void> replace_key(const Action& action, applet::CardState& card, base::Rng& rng);

/// Puts `content` in the place of a file's; empty: the file is no longer found.
[[nodiscard]] base::Result<void> set_content(applet::CardState& card, fs::FileId file, base::ByteView content);

}  // namespace cicada::applet_sim::misbehave
