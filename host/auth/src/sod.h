// EF.SOD and EF.CardSecurity taken apart: the message and who says to have signed. Private to the room.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/x509.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::auth {

struct Sod {
  std::string_view file = "EF.SOD";                         ///< as reasons name it
  asn1::Oid content_type;                                   ///< what has to be signed
  std::string_view content = "a document security object";  ///< the same in words
  asn1::SignedData message;
  std::vector<asn1::Certificate> certificates;  ///< embedded ones that can be read
  std::vector<std::string> deviations;          ///< of the frame
};

/// Takes the frame and the message apart. Fails with malformed, unsupported or limit.
[[nodiscard]] base::Result<Sod> parse_sod(base::ByteView ef_sod);
/// The same for EF.CardSecurity, which has no frame (9303-10 §3.11.4).
[[nodiscard]] base::Result<Sod> parse_card_security(base::ByteView ef_card_security);

/// The certificate that a signer identifier names.
struct SignerChoice {
  const asn1::Certificate* certificate = nullptr;  ///< null: nothing fits; borrowed from the SOD or the trust store
  std::vector<std::string> deviations;
};
/// Looks among the embedded certificates, then in `trust` (may be null), and takes the only embedded one at last.
[[nodiscard]] SignerChoice choose_signer(const Sod& sod, const asn1::SignerInfo& info, const pki::TrustStore* trust);

}  // namespace cicada::host::auth
