// The iris image record of ISO/IEC 19794-6:2005; not part of the room's promise.
#pragma once

#include "cicada/host/lds/dg4.h"

namespace cicada::host::lds {

/// Whether the octets begin like an iris image record ("IIR", version 010).
[[nodiscard]] bool is_iris_record(base::ByteView block) noexcept;

/// Reads all pictures. `length_is_wrong` becomes true when a length field is wrong but the octets are there.
[[nodiscard]] base::Result<IrisRecord> parse_iris_record(base::ByteView block, bool& length_is_wrong);

/// Fails with bad_input on more than kMaxIrisImages pictures, none, or an empty one.
[[nodiscard]] base::Result<base::Bytes> build_iris_record(const IrisRecord& record);

}  // namespace cicada::host::lds
