// What the access protocols take from the machine readable zone (9303-11 §9.7.2, §9.7.3; 9303-4, -5, -6).
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/error.h"

namespace cicada::conformance::terminal {

/// Document number, birth date and expiry date, each with its check digit as it stands there, of an MRZ whose lines are
/// joined: 90 (TD1), 72 (TD2) or 88 (TD3) characters. A document number that goes on in the optional data is put
/// together. Check digits are not computed: a chip takes what is printed. Fails with bad_input on another length, on
/// characters that an MRZ does not have, and on a long number without an end.
[[nodiscard]] base::Result<std::string> mrz_information(std::string_view mrz);

/// The document number with its check digit, the first of the three: ID_PICC of terminal authentication after BAC
/// (9303-11 §7.1.2).
[[nodiscard]] base::Result<std::string> document_number(std::string_view mrz);

}  // namespace cicada::conformance::terminal
