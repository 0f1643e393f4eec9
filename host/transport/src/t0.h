// Command APDUs over T=0 (ISO/IEC 7816-3 §12.2): what a reader of that kind leaves to the program.
#pragma once

#include <functional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::transport {

/// GET RESPONSE commands after one command, at most.
inline constexpr std::size_t kMaxT0Rounds = 32;

/// Sends one TPDU and returns its answer of at least two octets.
using SendTpdu = std::function<base::Result<base::Bytes>(base::ByteView)>;

/// Carries one short command APDU. Case 1 gets P3 = 00; case 4 loses its Le and the data are fetched with GET
/// RESPONSE; 6Cxx repeats the command once. Fails with unsupported for extended length, limit, and as `send` does.
[[nodiscard]] base::Result<base::Bytes> transceive_t0(base::ByteView command, const SendTpdu& send);

}  // namespace cicada::host::transport
