// EF.SOD and EF.CardSecurity taken apart: the message, and the certificates in it. Private to the room.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/x509.h"
#include "cicada/host/auth/passive.h"

namespace cicada::host::auth {

struct Sod {
  std::string_view file = "EF.SOD";                         ///< as reasons name it
  asn1::Oid content_type;                                   ///< what has to be signed
  std::string_view content = "a document security object";  ///< the same in words
  asn1::SignedData message;
  std::vector<asn1::Certificate> certificates;  ///< embedded ones that can be read
  std::vector<std::string> deviations;          ///< of the frame
  /// The content of EF.SOD; nothing without one, and for EF.CardSecurity.
  std::optional<base::Result<asn1::LdsSecurityObject>> list = std::nullopt;
};

/// See passive.h.
struct ParsedSod {
  base::Result<Sod> sod;
};
/// The one that was handed in, or a new one.
[[nodiscard]] std::shared_ptr<const ParsedSod> sod_of(const PassiveInput& input);

/// Takes the frame (tag 77, 9303-10 §4.6.2) and the message apart; a bare message and octets behind it are deviations.
/// Fails with malformed, unsupported or limit.
[[nodiscard]] base::Result<Sod> parse_sod(base::ByteView ef_sod);
/// The same for EF.CardSecurity, which has no frame (9303-10 §3.11.4).
[[nodiscard]] base::Result<Sod> parse_card_security(base::ByteView ef_card_security);

}  // namespace cicada::host::auth
