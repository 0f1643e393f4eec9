// The signature of the security object (9303-11 §5.1.1 step 3). Private to the room.
#pragma once

#include "cicada/host/auth/verdict.h"
#include "cicada/host/pki/trust_store.h"
#include "sod.h"

namespace cicada::host::auth {

struct SodSignature {
  Check check;
  const asn1::Certificate* signer = nullptr;  ///< null when none was found
  std::optional<base::Instant> signing_time;  ///< as the signer states it
};

[[nodiscard]] SodSignature judge_signature(const Sod& sod, const pki::TrustStore* trust);

}  // namespace cicada::host::auth
