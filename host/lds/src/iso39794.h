// Blocks of ISO/IEC 39794-4, -5 and -6, as far as a reader needs them; not part of the room's promise.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"

namespace cicada::host::lds {

// Each takes the content of the block's object (64, 65, 66) and skips what it does not know: the standard's sequences
// are extensible, and the block itself is kept whole by whoever asks. Fail with malformed when there is no image, with
// limit on more representations than the groups' caps.
[[nodiscard]] base::Result<std::vector<FingerImage>> parse_iso39794_fingers(base::ByteView content);
[[nodiscard]] base::Result<std::vector<FaceImage>> parse_iso39794_faces(base::ByteView content);
[[nodiscard]] base::Result<std::vector<IrisFeature>> parse_iso39794_irises(base::ByteView content);

}  // namespace cicada::host::lds
