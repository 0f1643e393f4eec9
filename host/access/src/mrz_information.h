// The text that BAC and PACE take from the machine readable zone.
#pragma once

#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::access {

/// SHA-1 of the MRZ information (9303-11 §9.7.2, §9.7.3): document number, birth date, expiry date, each with its check
/// digit. Fails with bad_input when the text is shorter than 24 characters (9+1, 6+1, 6+1) or has characters that an
/// MRZ does not have.
[[nodiscard]] base::Result<base::SecretBytes> digest_mrz_information(std::string_view mrz_information);

}  // namespace cicada::host::access
