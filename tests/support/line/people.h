// As many invented citizens as a run wants: the same number is always the same person.
#pragma once

#include <cstdint>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/host/issuance/rules.h"
#include "cicada/host/journal/journal.h"

namespace cicada::test {

/// Most citizens there are: a province and its neighbours.
inline constexpr std::uint32_t kMaxCitizens = 9'000'000;
/// The province of the campaign that closed at 1,130,342 of 1,130,342 had so many districts and communes.
inline constexpr std::uint32_t kDistricts = 13;
inline constexpr std::uint32_t kCommunes = 216;

/// A dossier that passed the rules. `portrait_size`: octets of the portrait, 700 at least; each citizen has another
/// one.
[[nodiscard]] host::issuance::CheckedDossier citizen(std::uint32_t index, std::size_t portrait_size);
/// "P-0000017"
[[nodiscard]] std::string dossier_id(std::uint32_t index);
/// Codes, no names: citizens live in the communes in turn, communes lie in the districts in turn.
[[nodiscard]] host::journal::Unit unit_of(std::uint32_t index);

}  // namespace cicada::test
