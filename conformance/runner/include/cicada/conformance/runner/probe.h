// A statement drafted from what a card shows.
#pragma once

#include <string>

#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/conformance/terminal/target.h"

namespace cicada::conformance::runner {

/// What opens the document, if the operator gave it. One of the two, or neither.
struct ProbeAccess {
  std::string mrz;        ///< lines joined
  base::SecretBytes can;  ///< digits
};

/// The text of a statement (TOML): profiles that the card showed, each with a remark that says how; what a card cannot
/// tell stands there as a remark to be filled in. Nothing that opens the document, and nothing of its holder, is in it.
/// Fails with transport, card_removed when the card does not answer at all.
[[nodiscard]] base::Result<std::string> draft_statement(terminal::Target& target, base::Rng& rng, ProbeAccess access);

}  // namespace cicada::conformance::runner
