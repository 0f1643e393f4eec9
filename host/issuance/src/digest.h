// SHA-256 as a fixed-size value; not part of the room's promise.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/origin.h"

namespace cicada::host::issuance {

[[nodiscard]] base::Result<Digest> sha256(base::ByteView data);

}  // namespace cicada::host::issuance
