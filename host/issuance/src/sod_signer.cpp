#include "cicada/asn1/cms.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/sod.h"

namespace cicada::host::issuance {

using base::Bytes;
using base::fail;
using base::Fault;
using base::Result;

Result<SodSigner> SodSigner::create(pki::DocumentSigner signer) {
  if (!signer.signer.matches(signer.certificate)) {
    return fail({.fault = Fault::bad_input, .what = "the document signer's key does not belong to its certificate"});
  }
  return SodSigner{std::move(signer)};
}

Result<Bytes> SodSigner::sign(const std::map<lds::Ef, Bytes>& files) const {
  asn1::LdsSecurityObject object;
  object.version = 1;
  object.hash_algorithm = signer_.signer.digest_algorithm();
  object.version_info =
      asn1::LdsVersionInfo{.lds_version = std::string{kLdsVersion}, .unicode_version = std::string{kUnicodeVersion}};
  for (const auto& [ef, content] : files) {
    const int number = lds::data_group_number(ef);
    if (number == 0) continue;
    CICADA_TRY(auto digest, crypto::openssl::hash(signer_.signer.hash(), content));
    object.data_groups.push_back({.number = static_cast<std::uint8_t>(number), .hash = std::move(digest)});
  }
  CICADA_TRY(const auto content, asn1::encode(object));
  CICADA_TRY(const auto cms, sign_content(asn1::oids::kLdsSecurityObject, content));
  return lds::wrap_sod(cms);
}

Result<Bytes> SodSigner::sign_card_security(base::ByteView security_infos) const {
  return sign_content(asn1::oids::kSecurityObject, security_infos);
}

Result<Bytes> SodSigner::sign_content(const asn1::Oid& type, base::ByteView content) const {
  CICADA_TRY(auto digest, crypto::openssl::hash(signer_.signer.hash(), content));
  CICADA_TRY(const auto attributes,
             asn1::encode_signed_attributes(
                 {.content_type = type, .message_digest = std::move(digest), .signing_time = std::nullopt}));
  CICADA_TRY(const auto signature, signer_.signer.sign(attributes));
  const auto& certificate = signer_.certificate;
  return asn1::encode_signed_data({.content_type = type,
                                   .content = content,
                                   .digest_algorithm = signer_.signer.digest_algorithm(),
                                   .certificate = certificate.der,
                                   .issuer = certificate.issuer.der,
                                   .serial = certificate.serial,
                                   .signed_attributes = attributes,
                                   .signature_algorithm = signer_.signer.signature_algorithm(),
                                   .signature = signature});
}

}  // namespace cicada::host::issuance
