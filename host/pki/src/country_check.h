// Do document, signer and CSCA name one State (9303-11 §5.1.1, best practice 2)? Private to the room.
#pragma once

#include <string_view>

#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

/// `csca` may be null; `issuing_state` as in the MRZ, empty if not known.
[[nodiscard]] Judgement judge_country(const asn1::Certificate& signer, const asn1::Certificate* csca,
                                      std::string_view issuing_state);

}  // namespace cicada::host::pki
