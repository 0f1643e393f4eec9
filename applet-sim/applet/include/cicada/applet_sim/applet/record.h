// Changes as octets, and back.
#pragma once

#include <span>
#include <vector>

#include "cicada/applet_sim/applet/card_state.h"

namespace cicada::applet_sim::applet {

/// One record for the journal. It holds keys in clear: wipe it.
[[nodiscard]] base::Bytes encode(std::span<const Change> changes);
/// Fails with malformed on anything that encode does not write.
[[nodiscard]] base::Result<std::vector<Change>> decode(base::ByteView record);
/// One record that makes the same state from nothing: the files' content, and less than 64 octets for each file.
[[nodiscard]] base::Bytes encode_snapshot(const CardState& card);

}  // namespace cicada::applet_sim::applet
