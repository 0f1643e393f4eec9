// What the files say about the holder, for showing.
#pragma once

#include <nlohmann/json.hpp>

#include "cicada/base/clock.h"
#include "cicada/host/inspect/reader.h"

namespace cicada::host::inspect {

/// The members "document", "cccd" and "portrait" of a read result; null where the file is missing or unreadable.
/// Nothing here is verified: the verdict says what it is worth.
void add_document(nlohmann::ordered_json& to, const Files& files, base::Instant at);

}  // namespace cicada::host::inspect
