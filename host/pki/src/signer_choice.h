// The certificate that a signer identifier names. Private to the room.
#pragma once

#include <string_view>
#include <vector>

#include "cicada/host/pki/cms_signature.h"

namespace cicada::host::pki {

/// One certificate that may be the signer's, borrowed from the message or the trust store.
struct SignerCandidate {
  const asn1::Certificate* certificate = nullptr;
  std::vector<std::string_view> deviations = {};
};

/// Looks among the embedded certificates, then in the store. When the identifier fits nothing, every embedded
/// certificate that is no CA may be the one: the signature decides.
[[nodiscard]] std::vector<SignerCandidate> choose_signer(const CmsQuery& query, const asn1::SignerIdentifier& sid);

}  // namespace cicada::host::pki
