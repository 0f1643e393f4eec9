// Lists that the rules look things up in; not part of the room's promise.
#pragma once

#include <optional>
#include <string_view>

namespace cicada::host::issuance {

/// Whether the first three digits of a number stand for one of the 63 provinces of the numbering scheme (001 to 096) or
/// for a country of birth (101 to 295). The prefixes never change, whatever happens to the provinces.
[[nodiscard]] bool is_known_prefix(int prefix) noexcept;

/// The name that the official list of 54 groups has for this one, also for spellings that are in use ("H'Mông",
/// "Khmer"); nothing when it is in neither.
[[nodiscard]] std::optional<std::string_view> ethnic_group(std::string_view name);

/// Whether this is the name of a religion in use, in any spelling that folds to it (S03).
[[nodiscard]] bool is_religion(std::string_view name);

}  // namespace cicada::host::issuance
