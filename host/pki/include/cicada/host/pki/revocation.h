// Has the CSCA taken the certificate back (9303-12 §6.1.2, §7.1.4)?
#pragma once

#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

/// Looks `certificate`, issued by the anchor `csca`, up in the revocation lists of the store. A State has one list,
/// signed by the newest key of its CSCA, whatever key issued the certificate; it is found by the country of its issuer
/// and must verify with an anchor of that country.
///
/// bad: the certificate or the CSCA itself is on a list, or a list that names a known key is not signed by it.
/// unknown: no list, only lists by keys that are not in the store, only lists that are out of date; each has its own
/// reason.
[[nodiscard]] Judgement judge_revocation(const TrustStore& trust, const asn1::Certificate& certificate,
                                         const asn1::Certificate& csca, base::Instant at);

}  // namespace cicada::host::pki
