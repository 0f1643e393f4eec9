#include "sod.h"

#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/sod.h"

namespace cicada::host::auth {

namespace {

bool matches(const asn1::Certificate& certificate, const asn1::SignerIdentifier& sid,
             const std::optional<asn1::Name>& issuer) {
  if (sid.is_key_identifier()) {
    const auto key_id = certificate.subject_key_identifier();
    return key_id && *key_id && base::equal(**key_id, sid.subject_key_identifier);
  }
  return issuer && asn1::same_name(certificate.issuer, *issuer) && asn1::same_serial(certificate.serial, sid.serial);
}

const asn1::Certificate* find_in_store(const pki::TrustStore* trust, const asn1::SignerIdentifier& sid,
                                       const std::optional<asn1::Name>& issuer) {
  if (trust == nullptr) return nullptr;
  if (sid.is_key_identifier()) return trust->document_signer_by_key_id(sid.subject_key_identifier);
  return issuer ? trust->document_signer(*issuer, sid.serial) : nullptr;
}

base::Result<void> take_apart(base::ByteView cms, Sod& sod) {
  CICADA_TRY(sod.message, asn1::parse_signed_data(cms));
  for (const auto& der : sod.message.certificates) {
    // One that cannot be read cannot be the signer's; if it should have been, no certificate will fit.
    if (auto certificate = asn1::parse_certificate(der)) sod.certificates.push_back(*std::move(certificate));
  }
  return {};
}

}  // namespace

base::Result<Sod> parse_sod(base::ByteView ef_sod) {
  CICADA_TRY(const auto frame, lds::unwrap_sod(ef_sod));
  Sod sod;
  if (!frame.trailing.empty()) sod.deviations.emplace_back(deviation::kOctetsAfterSod);
  if (!asn1::read_header(ef_sod, asn1::Rules::der)) sod.deviations.emplace_back(deviation::kOverlongLength);
  sod.content_type = asn1::oids::kLdsSecurityObject;
  CICADA_CHECK(take_apart(frame.cms, sod));
  return sod;
}

base::Result<Sod> parse_card_security(base::ByteView ef_card_security) {
  Sod sod{.file = "EF.CardSecurity",
          .content_type = asn1::oids::kSecurityObject,
          .content = "the security information of a card",
          .message = {},
          .certificates = {},
          .deviations = {}};
  CICADA_CHECK(take_apart(ef_card_security, sod));
  return sod;
}

SignerChoice choose_signer(const Sod& sod, const asn1::SignerInfo& info, const pki::TrustStore* trust) {
  SignerChoice choice;
  const auto& sid = info.sid;
  std::optional<asn1::Name> issuer;
  if (!sid.is_key_identifier()) {
    if (auto parsed = asn1::parse_name(sid.issuer)) issuer = *std::move(parsed);
  }
  for (const auto& certificate : sod.certificates) {
    if (!matches(certificate, sid, issuer)) continue;
    choice.certificate = &certificate;
    if (!sid.is_key_identifier() && !base::equal(certificate.issuer.der, sid.issuer)) {
      choice.deviations.emplace_back(deviation::kSignerNameForm);
    }
    return choice;
  }
  choice.certificate = find_in_store(trust, sid, issuer);
  if (choice.certificate != nullptr) {
    choice.deviations.emplace_back(deviation::kSignerNotEmbedded);
  } else if (sod.certificates.size() == 1 && sod.message.certificates.size() == 1) {
    choice.certificate = &sod.certificates.front();
    choice.deviations.emplace_back(deviation::kSignerByElimination);
  }
  return choice;
}

}  // namespace cicada::host::auth
