// How a chip reads certificates that does not look closely: what it forgets to check is mended, and the strict reader
// gets something to read.
#pragma once

#include <optional>

#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "cicada/applet_sim/security/lapse.h"

namespace cicada::applet_sim::protocol::ta {

/// read_certificate with these lapses. `issuer` lends what is missing. The body stays what was sent: that is what is
/// signed. A signature that is missing is empty.
[[nodiscard]] base::Result<Certificate> read_with_lapses(base::ByteView data, security::Lapses lapses,
                                                         const PublicKey& issuer);
/// verify() with these lapses.
[[nodiscard]] base::Result<void> verify_with_lapses(const PublicKey& key, const Certificate& certificate,
                                                    security::Lapses lapses);

}  // namespace cicada::applet_sim::protocol::ta
