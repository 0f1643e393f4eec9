// How an access procedure ends when it does not end well.
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/base/error.h"
#include "cicada/host/access/session.h"

namespace cicada::host::access {

/// Why, and the session to try something else with. The card keeps its application selected.
struct AccessFailure {
  base::Error error;
  PlainSession plain;
  /// Attempts that are left with this PIN or PUK, when the card said so: 0 is "blocked", 1 may be "suspended: open
  /// with the CAN first" (TR-03110-2 §2.4). Passwords printed on the card have no counter.
  std::optional<std::uint8_t> tries_left = {};
};

}  // namespace cicada::host::access
