// EF.SOD taken apart: the message, the list in it, and who says to have signed. Private to the room.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/x509.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::auth {

struct Sod {
  asn1::SignedData message;
  std::vector<asn1::Certificate> certificates;  ///< embedded ones that can be read
  std::vector<std::string> deviations;          ///< of the frame
};

/// Takes the frame and the message apart. Fails with malformed, unsupported or limit.
[[nodiscard]] base::Result<Sod> parse_sod(base::ByteView ef_sod);

/// The certificate that a signer identifier names.
struct SignerChoice {
  const asn1::Certificate* certificate = nullptr;  ///< null: nothing fits; borrowed from the SOD or the trust store
  std::vector<std::string> deviations;
};
/// Looks among the embedded certificates, then in `trust` (may be null), and takes the only embedded one at last.
[[nodiscard]] SignerChoice choose_signer(const Sod& sod, const asn1::SignerInfo& info, const pki::TrustStore* trust);

}  // namespace cicada::host::auth
