// Keys for chips that do not make their own.
#pragma once

#include <memory>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::issuance {

/// A key pair for each that the profile has, in its order. Fails with bad_input for RSA with other than 2048, 3072 or
/// 4096 bits, crypto.
[[nodiscard]] base::Result<std::shared_ptr<const perso::PreparedKeys>> prepare_keys(const perso::Profile& profile,
                                                                                    base::Rng& rng);

}  // namespace cicada::host::issuance
