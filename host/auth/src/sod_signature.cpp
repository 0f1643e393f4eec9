#include "sod_signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/auth/deviation.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::auth {

namespace {

constexpr auto kName = CheckName::sod_signature;
constexpr std::uint32_t kSignedDataVersion = 3;

void add(std::vector<std::string>& deviations, std::string_view name) {
  if (std::ranges::find(deviations, name) == deviations.end()) deviations.emplace_back(name);
}

/// What is not as the profile wants it but takes nothing from the signature.
void note_form(const asn1::SignedData& message, const asn1::SignerInfo& info, std::vector<std::string>& deviations) {
  if (message.version != kSignedDataVersion) add(deviations, deviation::kSignedDataVersion);
  if (info.version != (info.sid.is_key_identifier() ? 3U : 1U)) add(deviations, deviation::kSignerInfoVersion);
  const bool listed = std::ranges::any_of(
      message.digest_algorithms, [&](const auto& one) { return asn1::same_algorithm(one, info.digest_algorithm); });
  if (!listed) add(deviations, deviation::kDigestNotListed);
  if (info.has_unsigned_attributes) add(deviations, deviation::kUnsignedAttributes);
}

/// Message and attributes fit each other; `digest` is the hash that they must agree on.
std::optional<Check> object_to_content(const Sod& sod, const asn1::SignerInfo& info, pki::HashAlgorithm digest) {
  const auto& message = sod.message;
  if (message.content_type != sod.content_type) {
    return failed(kName, fmt::format("the signed content is not {}", sod.content));
  }
  if (!message.content) return failed(kName, fmt::format("{} holds a signature but nothing that was signed", sod.file));
  if (info.signed_attributes.empty()) {
    return failed(kName, "the signed attributes are missing, which 9303-10 §4.6.2.2 does not allow");
  }
  if (!info.content_type) return failed(kName, "the signed attributes do not name the content type");
  if (*info.content_type != message.content_type) {
    return failed(kName, "the signed attributes name another content type than the message");
  }
  if (!info.message_digest) return failed(kName, "the signed attributes hold no hash of the content");
  const auto hash = crypto::openssl::hash(digest, *message.content);
  if (!hash) return not_checked(kName, "the content could not be hashed");
  if (!base::equal(*hash, *info.message_digest)) {
    return failed(kName, "the content is not what was signed: its hash differs from the signed one");
  }
  return std::nullopt;
}

/// Unknown algorithms leave the question open; everything else is an answer.
Check refused(std::string_view what, const base::Error& error) {
  auto reason = fmt::format("{}: {}", what, error.what.view());
  return error.fault == base::Fault::unsupported ? not_checked(kName, std::move(reason))
                                                 : failed(kName, std::move(reason));
}

Check verify(const Sod& sod, const asn1::SignerInfo& info, const asn1::Certificate& signer, pki::HashAlgorithm digest,
             std::vector<std::string>& deviations) {
  const auto scheme = pki::signature_scheme(info.signature_algorithm);
  if (!scheme) return refused(fmt::format("the signature algorithm of {}", sod.file), scheme.error());
  if (!scheme->hash) {
    add(deviations, scheme->family == pki::SignatureFamily::rsa_pss ? deviation::kPssWithoutParameters
                                                                    : deviation::kSignatureNamesKeyOnly);
  }
  const auto key = pki::PublicKey::create(signer.public_key);
  if (!key) return refused("the key of the signer", key.error());
  const auto hash = crypto::openssl::hash(digest, info.signed_attributes_to_hash());
  if (!hash) return not_checked(kName, "the signed attributes could not be hashed");
  const auto verified = key->verify_digest(*scheme, digest, *hash, info.signature);
  if (!verified) return refused(fmt::format("the signature of {} is wrong", sod.file), verified.error());
  return passed(kName, fmt::format("signed by \"{}\" ({}, {})", signer.subject.to_string(), key->describe(),
                                   pki::name_of(digest)));
}

}  // namespace

SodSignature judge_signature(const Sod& sod, const pki::TrustStore* trust) {
  SodSignature result;
  std::vector<std::string> deviations = sod.deviations;
  const auto done = [&](Check check) {
    result.check = std::move(check);
    result.check.deviations = deviations;
    return std::move(result);
  };
  const auto& infos = sod.message.signer_infos;
  if (infos.size() != 1)
    return done(failed(kName, fmt::format("{} has {} signers, one is wanted", sod.file, infos.size())));
  const auto& info = infos.front();
  note_form(sod.message, info, deviations);
  auto choice = choose_signer(sod, info, trust);
  result.signer = choice.certificate;
  result.signing_time = info.signing_time;
  for (const auto& name : choice.deviations) add(deviations, name);
  const auto digest = pki::hash_by_oid(info.digest_algorithm.oid);
  if (!digest) {
    return done(not_checked(
        kName, fmt::format("the digest algorithm {} is not supported", info.digest_algorithm.oid.to_dotted())));
  }
  if (*digest == pki::HashAlgorithm::sha1) add(deviations, deviation::kSha1);
  if (auto objection = object_to_content(sod, info, *digest)) return done(*std::move(objection));
  if (result.signer == nullptr) {
    return done(
        failed(kName, sod.message.certificates.empty()
                          ? fmt::format("{} holds no certificate, and the trust material has none that fits", sod.file)
                          : fmt::format("no certificate fits the signer that {} names", sod.file)));
  }
  return done(verify(sod, info, *result.signer, *digest, deviations));
}

}  // namespace cicada::host::auth
