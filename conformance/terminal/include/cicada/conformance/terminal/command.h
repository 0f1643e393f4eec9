// A command from its octets, as cases have it.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal {

/// The four cases of ISO/IEC 7816-3 §12.1 with short or extended length; `extended` is kept. Fails with bad_input when
/// the length fields do not fit the octets.
[[nodiscard]] base::Result<host::iso7816::CommandApdu> parse_command(base::ByteView octets);

}  // namespace cicada::conformance::terminal
