// The keys of a record; not part of the room's promise.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "cicada/host/issuance/dossier.h"
#include "strict_object.h"

namespace cicada::host::issuance {

/// Nobody has married more often than a record can say.
inline constexpr std::size_t kMaxSpouses = 8;
/// Entries of a list in "sources".
inline constexpr std::size_t kMaxSources = 16;

/// Words of Evidence::Finger::finger and Evidence::Photo::faults.
inline constexpr std::array<std::string_view, 10> kFingers{"right-thumb",  "right-index", "right-middle", "right-ring",
                                                           "right-little", "left-thumb",  "left-index",   "left-middle",
                                                           "left-ring",    "left-little"};
inline constexpr std::array<std::string_view, 9> kPhotoFaults{
    "no-face", "eye-distance", "tilt", "glasses", "ears-hidden", "background", "expression", "headgear", "unsharp"};
inline constexpr std::array<std::string_view, 4> kStatuses{"alive", "dead", "lost-nationality", "wanted"};

/// J02, J03, J04 over a record that is an object.
[[nodiscard]] ParsedRecord record_of(const nlohmann::json& object);
/// Letters, digits, ".", "_", "-", the first no "."; one to `most` of them.
[[nodiscard]] bool is_code(std::string_view text, std::size_t most);
void read_origin(StrictObject& record, Origin& origin);
void read_sources(StrictObject& sources, Evidence& evidence);

}  // namespace cicada::host::issuance
