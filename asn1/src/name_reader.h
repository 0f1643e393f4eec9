// Reading a Name inside something that the schema has checked already.
#pragma once

#include "cicada/asn1/name.h"

namespace cicada::asn1 {

[[nodiscard]] base::Result<Name> read_name(const Tlv& sequence);

}  // namespace cicada::asn1
