// Answers that only the card's own keys can make, made wrong inside.
#pragma once

#include "cicada/applet_sim/applet/applet.h"
#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::applet_sim::misbehave {

/// The answer of EXTERNAL AUTHENTICATE (BAC) or INTERNAL AUTHENTICATE (RSA), with the subject of the action changed in
/// it before it was encrypted or signed. Fails with not_found when the card has no key for it, crypto.
[[nodiscard]] base::Result<base::Bytes> forged(Subject subject, const applet::Context& here,
                                               const apdu::CommandView& command, base::ByteView reply);

}  // namespace cicada::applet_sim::misbehave
