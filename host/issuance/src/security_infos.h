// What a chip says about itself: EF.CardAccess, DG14, DG15, EF.CardSecurity.
#pragma once

#include <vector>

#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/perso/chip.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::issuance {

/// The protocols of a profile: all of EF.CardAccess (9303-11 §9.2.11).
[[nodiscard]] base::Result<std::vector<asn1::SecurityInfo>> protocol_infos(const perso::Profile& profile);
/// The public keys of chip authentication, and the hash of active authentication with ECDSA: what DG14 has besides.
/// Fails with bad_input when the keys are not those of the profile.
[[nodiscard]] base::Result<std::vector<asn1::SecurityInfo>> key_infos(const perso::Profile& profile,
                                                                      const perso::ChipKeys& keys);
/// SubjectPublicKeyInfo of active authentication, with explicit domain parameters. Fails as above.
[[nodiscard]] base::Result<base::Bytes> active_key_info(const perso::Profile& profile, const perso::ChipKeys& keys);

}  // namespace cicada::host::issuance
