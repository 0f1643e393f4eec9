// The signature of a CMS message: EF.SOD, EF.CardSecurity, master lists and deviation lists.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cicada/asn1/cms.h"
#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

/// What is to be verified; everything borrowed.
struct CmsQuery {
  const asn1::SignedData& message;
  /// The embedded certificates that can be read: see read_certificates().
  std::span<const asn1::Certificate> certificates;
  std::string_view what;                     ///< "EF.SOD": how reasons call the message
  asn1::Oid content_type;                    ///< the one that is wanted
  std::string_view content;                  ///< the same in words: "a document security object"
  const TrustStore* trust = nullptr;         ///< where a signer's certificate that is not embedded is looked for
  asn1::Oid other_content_type = {};         ///< one that is put up with; empty: none
  std::string_view other_content_name = {};  ///< the deviation's name for it
};

struct CmsReport {
  Judgement signature;
  const asn1::Certificate* signer = nullptr;  ///< from the message or the store; null when none was found
  std::optional<base::Instant> signing_time;  ///< as the signer states it
};

/// Those of the embedded certificates that can be read. One that cannot is no signer's: if it should have been, no
/// certificate will fit.
[[nodiscard]] std::vector<asn1::Certificate> read_certificates(const asn1::SignedData& message);

/// Exactly one signer, whose signed attributes name the content's type and hash, and whose signature verifies with the
/// certificate that it names (9303-10 §4.6.2.2, RFC 5652 §5.4). Says nothing about whether that certificate counts:
/// validate_path() does. Algorithms that are not known leave the question open.
[[nodiscard]] CmsReport verify_cms(const CmsQuery& query);

}  // namespace cicada::host::pki
