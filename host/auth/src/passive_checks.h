// Steps of passive authentication that EF.SOD and EF.CardSecurity share. Private to the room.
#pragma once

#include <vector>

#include "cicada/host/auth/passive.h"
#include "sod.h"
#include "sod_signature.h"

namespace cicada::host::auth {

/// ds-path, ds-validity, revocation and country of the signer.
void append_path_checks(const Sod& sod, const SodSignature& signature, const PassiveInput& input,
                        std::vector<Check>& checks);

/// Under the strict policy nothing is tolerated.
void apply_policy(const Policy& policy, Check& check);

}  // namespace cicada::host::auth
