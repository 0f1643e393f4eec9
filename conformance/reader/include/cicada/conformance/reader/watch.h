// Rules about what a reader sends, where its verdict says too little.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/conformance/model/record.h"

namespace cicada::conformance::reader {

/// A rule by its words:
///   fresh-ephemeral-keys   each run of chip authentication brings another key of the reader
///   no-bac                 no basic access control is tried
///   pace-protocol OID      PACE is asked for, with this protocol (hexadecimal content of DO'80') and DO'83' 01 or 02
[[nodiscard]] bool is_watch(std::string_view words) noexcept;

/// What breaks the rule in the inspections of a case; nothing when it is kept. Exchanges are those of the card's side,
/// with the commands as they were without protection.
[[nodiscard]] std::optional<std::string> broken_rule(std::string_view words,
                                                     std::span<const model::Exchange> exchanges);

}  // namespace cicada::conformance::reader
