// Whether a chip is what it was.
#pragma once

#include <cstdint>
#include <string>

#include "cicada/base/error.h"
#include "cicada/conformance/terminal/terminal.h"

namespace cicada::conformance::runner {

/// Status words after a reset: SELECT of EF.CardAccess in the master file, SELECT of the application.
struct ChipState {
  std::uint16_t card_access = 0;
  std::uint16_t application = 0;

  bool operator==(const ChipState&) const = default;
};

/// Resets and asks. The log must have been taken: nothing stays in it. Fails with transport, card_removed, malformed.
[[nodiscard]] base::Result<ChipState> look_at(terminal::Terminal& terminal);

/// "SELECT of the application: 6A82, at the start 9000"; empty when nothing differs.
[[nodiscard]] std::string difference(const ChipState& now, const ChipState& start);

}  // namespace cicada::conformance::runner
