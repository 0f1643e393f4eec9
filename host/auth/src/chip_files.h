// The data groups with the chip's keys, taken apart. Private to the room.
#pragma once

#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::auth {

/// DG14: 6E { SecurityInfos } (9303-10 §4.7.14). Fails with malformed or limit.
[[nodiscard]] base::Result<asn1::SecurityInfos> infos_of_dg14(base::ByteView ef_dg14);

/// DG15: 6F { SubjectPublicKeyInfo } (9303-10 §4.7.15). Fails with malformed or limit.
[[nodiscard]] base::Result<asn1::SubjectPublicKeyInfo> key_of_dg15(base::ByteView ef_dg15);

}  // namespace cicada::host::auth
