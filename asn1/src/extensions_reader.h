// Reading the extensions of something that the schema has checked already.
#pragma once

#include "cicada/asn1/extensions.h"

namespace cicada::asn1 {

[[nodiscard]] base::Result<std::vector<Extension>> read_extensions(const Tlv& sequence);

}  // namespace cicada::asn1
