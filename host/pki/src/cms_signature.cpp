#include "cicada/host/pki/cms_signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/field_signature.h"
#include "judgement.h"
#include "recent.h"
#include "signer_choice.h"

namespace cicada::host::pki {

namespace {

constexpr std::string_view kClause = "9303-10 §4.6.2.2";
constexpr std::uint32_t kSignedDataVersion = 3;

Judgement refused(std::string reason) {
  return judged_bad(std::move(reason), kClause);
}

/// What is not as the profile wants it but takes nothing from the signature.
void note_form(const CmsQuery& query, const asn1::SignerInfo& info, std::vector<std::string>& deviations) {
  const auto& message = query.message;
  for (const auto& deviation : message.deviations) note(deviations, deviation.view());
  if (message.version != kSignedDataVersion) note(deviations, deviation::kSignedDataVersion);
  if (info.version != (info.sid.is_key_identifier() ? 3U : 1U)) note(deviations, deviation::kSignerInfoVersion);
  const bool listed = std::ranges::any_of(
      message.digest_algorithms, [&](const auto& one) { return asn1::same_algorithm(one, info.digest_algorithm); });
  if (!listed) note(deviations, deviation::kDigestNotListed);
  if (info.has_unsigned_attributes) note(deviations, deviation::kUnsignedAttributes);
}

/// Message and attributes fit each other; `digest` is the hash that they must agree on.
std::optional<Judgement> object_to_content(const CmsQuery& query, const asn1::SignerInfo& info, HashAlgorithm digest,
                                           std::vector<std::string>& deviations) {
  const auto& message = query.message;
  if (!query.other_content_type.empty() && message.content_type == query.other_content_type) {
    note(deviations, query.other_content_name);
  } else if (message.content_type != query.content_type) {
    return refused(
        fmt::format("the signed content is not {}: its type is {}", query.content, message.content_type.to_dotted()));
  }
  if (!message.content) return refused(fmt::format("{} holds a signature but nothing that was signed", query.what));
  if (info.signed_attributes.empty()) {
    return refused("the signed attributes are missing, which 9303-10 §4.6.2.2 does not allow");
  }
  if (!info.content_type) return refused("the signed attributes do not name the content type");
  if (*info.content_type != message.content_type) {
    return refused("the signed attributes name another content type than the message");
  }
  if (!info.message_digest) return refused("the signed attributes hold no hash of the content");
  const auto hash = crypto::openssl::hash(digest, *message.content);
  if (!hash) return judged_unknown("the content could not be hashed", kClause);
  if (!base::equal(*hash, *info.message_digest)) {
    return refused("the content is not what was signed: its hash differs from the signed one");
  }
  return std::nullopt;
}

/// Unknown algorithms leave the question open; everything else is an answer.
Judgement answer(std::string_view what, const base::Error& error, std::vector<std::string>& deviations) {
  note_algorithm(error, deviations);
  auto judgement = refused(fmt::format("{}: {}", what, error.what.view()));
  judgement.state = state_of(error);
  return judgement;
}

Judgement verify(const CmsQuery& query, const asn1::SignerInfo& info, const asn1::Certificate& signer,
                 HashAlgorithm digest, std::vector<std::string>& deviations) {
  const auto scheme = signature_scheme(info.signature_algorithm);
  if (!scheme) return answer(fmt::format("the signature algorithm of {}", query.what), scheme.error(), deviations);
  const auto kept = kept_public_key(signer.public_key);
  if (!kept) return answer("the key of the signer", kept.error(), deviations);
  const auto& key = **kept;
  const auto attributes = info.signed_attributes_to_hash();
  SignatureQuery question{.algorithm = info.signature_algorithm,
                          .key = key,
                          .message = attributes,
                          .signature = info.signature,
                          .digest = digest};
  auto verified = verify_field_signature(question, deviations);
  if (!verified) {
    // Written in one order, signed in that of DER (X.690 §11.6).
    if (const auto sorted = info.signed_attributes_sorted()) {
      question.message = *sorted;
      if (verify_field_signature(question, deviations)) {
        note(deviations, deviation::kAttributesNotSorted);
        verified = {};
      }
    }
  } else if (info.signed_attributes_sorted()) {
    note(deviations, deviation::kAttributesNotSorted);
  }
  if (!verified) return answer(fmt::format("the signature of {} is wrong", query.what), verified.error(), deviations);
  if (scheme->family == SignatureFamily::rsa_pkcs1 && info.signature_algorithm.parameters.empty()) {
    note(deviations, deviation::kRsaWithoutNull);
  }
  return judged_good(
      fmt::format("signed by \"{}\" ({}, {})", signer.subject.to_string(), key.describe(), name_of(digest)), kClause);
}

/// The first candidate whose key verifies; else the first refusal.
Judgement verify_candidates(const CmsQuery& query, const asn1::SignerInfo& info, HashAlgorithm digest,
                            CmsReport& report, std::vector<std::string>& deviations) {
  const auto candidates = choose_signer(query, info.sid);
  if (candidates.empty()) {
    return refused(query.message.certificates.empty()
                       ? fmt::format("{} holds no certificate, and the trust material has none that fits", query.what)
                       : fmt::format("no certificate fits the signer that {} names", query.what));
  }
  std::optional<Judgement> first;
  for (const auto& candidate : candidates) {
    auto noted = deviations;
    for (const auto name : candidate.deviations) note(noted, name);
    auto judgement = verify(query, info, *candidate.certificate, digest, noted);
    const bool good = judgement.good();
    if (good || !first) {
      report.signer = candidate.certificate;
      first = std::move(judgement);
      first->deviations = std::move(noted);
    }
    if (good) break;
  }
  deviations = first->deviations;
  return *std::move(first);
}

}  // namespace

namespace {

/// One of the last that were read, or a new one.
base::Result<asn1::Certificate> read_certificate(const base::Bytes& der) {
  static Recent<asn1::Certificate, kMaxKeptSigners> recent;
  if (const auto kept = recent.find([&der](const auto& one) { return one.der == der; })) return *kept;
  CICADA_TRY(auto certificate, asn1::parse_certificate(der));
  recent.keep(std::make_shared<const asn1::Certificate>(certificate));
  return certificate;
}

}  // namespace

std::vector<asn1::Certificate> read_certificates(const asn1::SignedData& message) {
  std::vector<asn1::Certificate> certificates;
  certificates.reserve(message.certificates.size());
  for (const auto& der : message.certificates) {
    if (auto certificate = read_certificate(der)) certificates.push_back(*std::move(certificate));
  }
  return certificates;
}

CmsReport verify_cms(const CmsQuery& query) {
  CmsReport report;
  std::vector<std::string> deviations;
  const auto done = [&](Judgement judgement) {
    report.signature = std::move(judgement);
    report.signature.deviations = deviations;
    return std::move(report);
  };
  const auto& infos = query.message.signer_infos;
  if (infos.size() != 1) {
    return done(refused(fmt::format("{} has {} signers, one is wanted", query.what, infos.size())));
  }
  const auto& info = infos.front();
  note_form(query, info, deviations);
  report.signing_time = info.signing_time;
  const auto digest = hash_by_oid(info.digest_algorithm.oid);
  if (!digest) {
    note(deviations, deviation::kAlgorithmNotAllowed);
    return done(judged_unknown(
        fmt::format("the digest algorithm {} is not supported", info.digest_algorithm.oid.to_dotted()), kClause));
  }
  if (*digest == HashAlgorithm::sha1) note(deviations, deviation::kSha1);
  if (auto objection = object_to_content(query, info, *digest, deviations)) {
    // Who is said to have signed is of use even when the signature is not: the path can still be judged.
    if (const auto candidates = choose_signer(query, info.sid); !candidates.empty()) {
      report.signer = candidates.front().certificate;
    }
    return done(*std::move(objection));
  }
  return done(verify_candidates(query, info, *digest, report, deviations));
}

}  // namespace cicada::host::pki
