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

namespace {

const asn1::Oid& type_of(lds::Ef ef) noexcept {
  return ef == lds::Ef::sod ? asn1::oids::kLdsSecurityObject : asn1::oids::kSecurityObject;
}

}  // namespace

Result<SodSigner> SodSigner::create(pki::DocumentSigner signer) {
  if (!signer.signer.matches(signer.certificate)) {
    return fail({.fault = Fault::bad_input, .what = "the document signer's key does not belong to its certificate"});
  }
  return SodSigner{std::move(signer)};
}

Result<Unsigned> SodSigner::begin(const std::map<lds::Ef, Bytes>& files) const {
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
  CICADA_TRY(auto content, asn1::encode(object));
  return begin(lds::Ef::sod, std::move(content));
}

Result<Unsigned> SodSigner::begin_card_security(Bytes security_infos) const {
  return begin(lds::Ef::card_security, std::move(security_infos));
}

Result<Unsigned> SodSigner::begin(lds::Ef ef, Bytes content) const {
  CICADA_TRY(auto digest, crypto::openssl::hash(signer_.signer.hash(), content));
  CICADA_TRY(auto attributes,
             asn1::encode_signed_attributes(
                 {.content_type = type_of(ef), .message_digest = std::move(digest), .signing_time = std::nullopt}));
  return Unsigned{.ef = ef, .content = std::move(content), .attributes = std::move(attributes)};
}

Result<Bytes> SodSigner::finish(const Unsigned& waiting, base::ByteView signature) const {
  const auto& certificate = signer_.certificate;
  CICADA_TRY(auto cms, asn1::encode_signed_data({.content_type = type_of(waiting.ef),
                                                 .content = waiting.content,
                                                 .digest_algorithm = signer_.signer.digest_algorithm(),
                                                 .certificate = certificate.der,
                                                 .issuer = certificate.issuer.der,
                                                 .serial = certificate.serial,
                                                 .signed_attributes = waiting.attributes,
                                                 .signature_algorithm = signer_.signer.signature_algorithm(),
                                                 .signature = signature}));
  if (waiting.ef == lds::Ef::sod) return lds::wrap_sod(cms);
  return cms;
}

std::vector<Result<Bytes>> SodSigner::sign_each(std::span<const Unsigned> waiting) const {
  std::vector<base::ByteView> messages;
  messages.reserve(waiting.size());
  for (const auto& one : waiting) messages.emplace_back(one.attributes);
  auto files = signer_.signer.sign_each(messages);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i]) files[i] = finish(waiting[i], *files[i]);
  }
  return files;
}

Result<Bytes> SodSigner::sign(const std::map<lds::Ef, Bytes>& files) const {
  CICADA_TRY(const auto waiting, begin(files));
  return std::move(sign_each({&waiting, 1}).front());
}

Result<Bytes> SodSigner::sign_card_security(base::ByteView security_infos) const {
  CICADA_TRY(const auto waiting, begin_card_security(base::to_bytes(security_infos)));
  return std::move(sign_each({&waiting, 1}).front());
}

}  // namespace cicada::host::issuance
