// Reading an AlgorithmIdentifier inside something that the schema has checked already.
#pragma once

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

[[nodiscard]] base::Result<AlgorithmIdentifier> read_algorithm(const Tlv& sequence);

}  // namespace cicada::asn1
