// The finger image record of ISO/IEC 19794-4:2005; not part of the room's promise.
#pragma once

#include "cicada/host/lds/dg3.h"

namespace cicada::host::lds {

/// Whether the octets begin like a finger image record ("FIR", version 010).
[[nodiscard]] bool is_finger_record(base::ByteView block) noexcept;

/// Reads all pictures. `length_is_wrong` becomes true when a length field is wrong but the octets are there.
[[nodiscard]] base::Result<FingerRecord> parse_finger_record(base::ByteView block, bool& length_is_wrong);

/// Fails with bad_input on more than kMaxFingerImages pictures, none, or an empty one.
[[nodiscard]] base::Result<base::Bytes> build_finger_record(const FingerRecord& record);

}  // namespace cicada::host::lds
