// What a certificate says about itself, read once, and whether the role fits (9303-12 §7.1.1). Private to the room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/x509.h"
#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

/// The extensions that decide, parsed.
struct CertificateFacts {
  std::optional<asn1::AuthorityKeyIdentifier> authority_key_id;
  std::optional<base::Bytes> subject_key_id;
  std::optional<asn1::KeyUsages> key_usage;
  std::optional<asn1::BasicConstraints> constraints;
  std::optional<asn1::PrivateKeyUsagePeriod> key_period;
  std::optional<std::vector<asn1::Oid>> extended_key_usage;
  std::optional<std::vector<std::string>> document_types;
  bool unreadable = false;  ///< an extension that decides nothing alone cannot be read: taken for absent

  [[nodiscard]] bool is_ca() const noexcept { return constraints && constraints->ca; }
};

/// Fails with malformed when an extension that grants or forbids something cannot be read.
[[nodiscard]] base::Result<CertificateFacts> read_facts(const asn1::Certificate& certificate);

/// May this certificate sign documents? A reason if not; deviations are added. `document_code` may be empty.
[[nodiscard]] std::optional<Judgement> object_to_signer(const asn1::Certificate& certificate,
                                                        const CertificateFacts& facts, std::string_view document_code,
                                                        std::vector<std::string>& deviations);
/// May this anchor sign certificates? A reason if not; deviations are added.
[[nodiscard]] std::optional<Judgement> object_to_csca(const asn1::Certificate& certificate,
                                                      const CertificateFacts& facts,
                                                      std::vector<std::string>& deviations);

/// Does a document code fall under one of the types of a document type list?
[[nodiscard]] bool may_sign_document(const std::vector<std::string>& types, std::string_view document_code);

}  // namespace cicada::host::pki
