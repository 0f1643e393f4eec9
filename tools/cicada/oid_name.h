// Object identifiers and curves by the names that people use.
#pragma once

#include <string>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/public_key.h"

namespace cicada::tools {

/// "ecdsa-with-SHA256 (1.2.840.10045.4.3.2)"; the dotted form alone for one that has no name here.
[[nodiscard]] std::string readable(const asn1::Oid& oid);
/// "brainpoolP256r1" for explicit parameters of a known curve; "no known curve" otherwise.
[[nodiscard]] std::string curve_of(const asn1::EcDomainParameters& parameters);

}  // namespace cicada::tools
