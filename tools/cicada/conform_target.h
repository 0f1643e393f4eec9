// What `cicada conform` tests: a card file in this process, or a card in a reader.
#pragma once

#include <memory>

#include "card_link.h"
#include "cicada/conformance/terminal/target.h"

namespace cicada::tools {

/// A copy of a card file plays in memory, so that it can be put back to what it was; the file itself is only read.
/// A reader's card is reset and cannot be restored. The world must live longer. Fails like open_card().
[[nodiscard]] base::Result<std::unique_ptr<conformance::terminal::Target>> open_target(const CardOptions& options,
                                                                                       SystemWorld& world);

}  // namespace cicada::tools
