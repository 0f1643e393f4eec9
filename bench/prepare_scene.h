// What the measurements of data preparation share: dossiers, a country, the folder that goes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include "cicada/base/error.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/profile.h"
#include "folder.h"

namespace cicada::bench {

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// A checked dossier with a portrait of 15 KB. Different every time, so that nothing is remembered from the card
/// before.
[[nodiscard]] host::issuance::CheckedDossier dossier(std::uint64_t number);

/// The folder of a country with a line's keys, while it lives.
class Country {
 public:
  Country();
  tests::Folder folder;
};

/// A card that makes no keys: EF.SOD is signed in preparation.
[[nodiscard]] host::perso::Profile profile();

}  // namespace cicada::bench
