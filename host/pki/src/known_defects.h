// What a State has published about defects of its own documents (9303-12 §8.2). Private to the room.
#pragma once

#include <string>
#include <vector>

#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

/// The deviations of all deviation lists whose criteria the document meets, as "deviation-list:dg-hash-wrong". A
/// criterion that cannot be compared, because the day of issuing or the number is not known, is not met.
[[nodiscard]] std::vector<std::string> known_defects(const TrustStore& trust, const PathQuery& query);

}  // namespace cicada::host::pki
