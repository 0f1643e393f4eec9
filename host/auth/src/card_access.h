// Was the reader shown the protocols that the chip has (9303-11 §9.2.11)? Private to the room.
#pragma once

#include "cicada/host/auth/card_security.h"
#include "cicada/host/auth/chip_checks.h"

namespace cicada::host::auth {

/// EF.CardAccess is not signed: every entry of it has to stand in DG14 (or EF.CardSecurity) as well, and whoever takes
/// a strong PACE out of it is found by what DG14 offers more. `binding` is DG14's; `card_security` may be null.
[[nodiscard]] Check judge_card_access(const PassiveInput& passive, const ChipInput& chip, const Binding& binding,
                                      const CardSecurity* card_security);

}  // namespace cicada::host::auth
