// Master lists and deviation lists: nothing of them counts before their signature does (9303-12 §8).
#include <fmt/format.h>

#include <algorithm>

#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/pki/cms_signature.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/revocation.h"
#include "cicada/host/pki/trust_store.h"
#include "issuer.h"
#include "judgement.h"
#include "profile.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;

namespace {

struct ListKind {
  asn1::Oid content_type;
  asn1::Oid usage;  ///< extKeyUsage of its signer
  std::string_view what;
};

constexpr ListKind kMasterList{oids::kCscaMasterList, oids::kMasterListSigningKey, "the master list"};
constexpr ListKind kDeviationListKind{oids::kDeviationList, oids::kDeviationListSigningKey, "the deviation list"};

bool covers(const asn1::Validity& validity, base::Instant instant) {
  return instant >= validity.not_before && instant <= validity.not_after;
}

/// Why this certificate may not sign such a list, by what it says itself.
std::string object_to_usage(const asn1::Certificate& signer, const CertificateFacts& facts, const ListKind& kind,
                            std::vector<std::string>& deviations) {
  if (facts.key_usage && !facts.key_usage->has(asn1::KeyUsage::digital_signature) && !facts.is_ca()) {
    return "its signer's certificate is not for signatures (keyUsage without digitalSignature)";
  }
  if (facts.document_types) return "its signer's certificate is for signing documents";
  if (!facts.extended_key_usage) {
    note(deviations, deviation::kListSignerWithoutUsage);
    return {};
  }
  if (std::ranges::find(*facts.extended_key_usage, kind.usage) == facts.extended_key_usage->end()) {
    return "its signer's certificate is for another purpose (extKeyUsage)";
  }
  if (!signer.find(oids::kExtendedKeyUsage)->critical) note(deviations, deviation::kListSignerWithoutUsage);
  return {};
}

/// What a list's signer is judged by.
struct SignerQuery {
  const asn1::Certificate& signer;
  const ListKind& kind;
  std::optional<base::Instant> signed_at;
  std::span<const TrustStore* const> stores;  ///< where its CSCA may be: the owner's, and what the list brings
};

/// The path of a list's signer: empty when it is good.
std::string object_to_signer_of_list(const SignerQuery& query, std::vector<std::string>& deviations) {
  const auto& signer = query.signer;
  const auto facts = read_facts(signer);
  if (!facts) return fmt::format("its signer's certificate cannot be read: {}", facts.error().what.view());
  if (auto objection = object_to_usage(signer, *facts, query.kind, deviations); !objection.empty()) return objection;
  const auto at = query.signed_at.value_or(signer.validity.not_before);
  if (!covers(signer.validity, at)) return "its signer's certificate was not valid when it was signed";
  Judgement refusal;
  for (const auto* store : query.stores) {
    auto search = find_issuer(*store, signer, *facts, {}, at);
    if (search.csca == nullptr) {
      if (refusal.reason.empty()) refusal = std::move(search.refusal);
      continue;
    }
    const auto csca_facts = read_facts(*search.csca);
    if (!csca_facts) return "the certificate of its signer's CSCA cannot be read";
    if (auto objection = object_to_csca(*search.csca, *csca_facts, deviations)) return objection->reason;
    const auto revocation = judge_revocation(*query.stores.front(), signer, *search.csca, at);
    if (revocation.state == Judgement::State::bad) return revocation.reason;
    for (const auto& name : search.deviations) note(deviations, name);
    return {};
  }
  return fmt::format("its signer's CSCA is not known: {}", refusal.reason);
}

/// Self-signed CA certificates that come with the message: they show that the list is whole and are no anchors.
TrustStore roots_of(std::vector<asn1::Certificate> certificates) {
  TrustStore roots;
  for (auto& certificate : certificates) {
    if (!asn1::same_name(certificate.issuer, certificate.subject)) continue;
    // One that cannot be added is one that nobody finds.
    (void)roots.add(std::move(certificate));
  }
  return roots;
}

}  // namespace

base::Result<void> TrustStore::add_signed_list(base::ByteView octets, const std::filesystem::path& file) {
  CICADA_TRY(const auto message, asn1::parse_signed_data(octets));
  const bool is_master_list = message.content_type == oids::kCscaMasterList;
  const auto& kind = is_master_list ? kMasterList : kDeviationListKind;
  const auto refuse = [&](std::string reason) {
    const base::Error error{
        .fault = base::Fault::security, .what = "a signed list does not verify", .clause = "9303-12 §8"};
    warn({.file = file, .error = error, .reason = fmt::format("{} is not trusted: {}", kind.what, reason)});
    return std::unexpected{error};
  };
  const auto certificates = read_certificates(message);
  const auto report = verify_cms({.message = message,
                                  .certificates = certificates,
                                  .what = kind.what,
                                  .content_type = kind.content_type,
                                  .content = "a master list or deviation list",
                                  .trust = this});
  if (!report.signature.good()) return refuse(report.signature.reason);
  TrustStore content;
  if (is_master_list) {
    CICADA_TRY(const auto list, asn1::parse_master_list(*message.content));
    for (const auto& der : list.certificates) {
      auto certificate = asn1::parse_certificate(der);
      const auto added =
          certificate ? content.add(*std::move(certificate)) : base::Result<void>{std::unexpected{certificate.error()}};
      if (!added) content.warn({.file = file, .error = added.error()});
    }
  } else {
    CICADA_TRY(auto list, asn1::parse_deviation_list(*message.content));
    content.deviation_lists_.push_back(std::move(list));
  }
  const auto embedded = roots_of(read_certificates(message));
  std::vector<const TrustStore*> stores = {this};
  if (is_master_list) stores.insert(stores.end(), {&content, &embedded});
  auto deviations = report.signature.deviations;
  if (auto objection = object_to_signer_of_list(
          {.signer = *report.signer, .kind = kind, .signed_at = report.signing_time, .stores = stores}, deviations);
      !objection.empty()) {
    return refuse(std::move(objection));
  }
  const auto size = is_master_list ? content.anchors_.size() + content.document_signers_.size()
                                   : content.deviation_lists_.front().entries.size();
  content.signed_lists_.push_back(
      {.file = file,
       .text = fmt::format("{} of \"{}\": {} {}", kind.what.substr(4), report.signer->subject.to_string(), size,
                           is_master_list ? "certificates" : "deviations"),
       .deviations = std::move(deviations)});
  return add(std::move(content));
}

}  // namespace cicada::host::pki
