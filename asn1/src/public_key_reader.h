// Reading a SubjectPublicKeyInfo inside something that the schema has checked already.
#pragma once

#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

[[nodiscard]] base::Result<SubjectPublicKeyInfo> read_public_key_info(const Tlv& sequence);

}  // namespace cicada::asn1
