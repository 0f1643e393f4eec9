// Text that went through the wrong code page; not part of the room's promise.
#pragma once

#include <optional>
#include <string_view>

#include "notes.h"

namespace cicada::host::issuance {

struct Damage {
  Said said;
  Severity severity;
};

/// What T02 has to say about a text in NFC; nothing when it looks whole.
[[nodiscard]] std::optional<Damage> find_damage(std::u32string_view text);

}  // namespace cicada::host::issuance
