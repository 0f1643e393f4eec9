// The parts of examine(), by what they look at; not part of the room's promise.
#pragma once

#include "cicada/host/lds/structure.h"

namespace cicada::host::lds {

[[nodiscard]] Structure examine_mrz(base::ByteView dg1);
[[nodiscard]] Structure examine_face(base::ByteView dg2);
[[nodiscard]] Structure examine_fingers(base::ByteView dg3);
[[nodiscard]] Structure examine_irises(base::ByteView dg4);
[[nodiscard]] Structure examine_security_infos(base::ByteView dg14);

}  // namespace cicada::host::lds
