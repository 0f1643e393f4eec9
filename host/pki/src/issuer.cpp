#include "issuer.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/public_key.h"
#include "judgement.h"

namespace cicada::host::pki {

namespace {

constexpr std::string_view kValidation = "9303-12 §6.1.2";
using Candidates = std::vector<const asn1::Certificate*>;

std::string shown(const asn1::Name& name) {
  return fmt::format("\"{}\"", name.to_string());
}

bool has_key_id(const asn1::Certificate& certificate) {
  const auto id = certificate.subject_key_identifier();
  return id && id->has_value();
}

/// Why no anchor has the issuer's name.
Judgement unknown_issuer(const TrustStore& trust, const asn1::Certificate& certificate,
                         std::span<const asn1::Certificate> companions) {
  const auto is_issuer = [&](const asn1::Certificate& other) {
    return asn1::same_name(other.subject, certificate.issuer);
  };
  if (std::ranges::any_of(trust.document_signers(), [&](const auto& other) { return is_issuer(*other); })) {
    return judged_bad(fmt::format("{} is in the trust material, but not as a CA", shown(certificate.issuer)),
                      kValidation);
  }
  if (std::ranges::any_of(companions, is_issuer)) {
    return judged_bad(
        fmt::format("the issuer {} came with the document itself; only a CSCA of the trust material counts",
                    shown(certificate.issuer)),
        kValidation);
  }
  return judged_bad(fmt::format("no CSCA {} in the trust material", shown(certificate.issuer)), kValidation);
}

/// The anchors that the certificate names, or a refusal.
Candidates named_anchors(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts,
                         std::span<const asn1::Certificate> companions, IssuerSearch& search) {
  auto by_name = trust.anchors_by_subject(certificate.issuer);
  if (!facts.authority_key_id || facts.authority_key_id->key_identifier.empty()) {
    note(search.deviations, deviation::kDsWithoutAki);
    if (by_name.empty()) search.refusal = unknown_issuer(trust, certificate, companions);
    return by_name;
  }
  auto by_key = trust.anchors_by_key_id(facts.authority_key_id->key_identifier);
  const bool key_known = !by_key.empty();
  std::erase_if(by_key, [&](const auto* anchor) { return !asn1::same_name(anchor->subject, certificate.issuer); });
  if (!by_key.empty()) return by_key;
  if (key_known) {
    search.refusal =
        judged_bad(fmt::format("the CSCA with the named key identifier has another name than the issuer {}",
                               shown(certificate.issuer)),
                   kValidation);
    return {};
  }
  if (by_name.empty()) {
    search.refusal = unknown_issuer(trust, certificate, companions);
    return {};
  }
  std::erase_if(by_name, [](const auto* anchor) { return has_key_id(*anchor); });
  if (by_name.empty()) {
    search.refusal = judged_bad(
        fmt::format("no CSCA {} with the named key identifier in the trust material", shown(certificate.issuer)),
        kValidation);
  } else {
    note(search.deviations, deviation::kCscaWithoutSki);
  }
  return by_name;
}

/// Of several certificates for one key (root and link) the one that is valid, roots first.
const asn1::Certificate* best_of(const Candidates& verified, base::Instant at) {
  const auto rank = [at](const asn1::Certificate* anchor) {
    const bool valid = at >= anchor->validity.not_before && at <= anchor->validity.not_after;
    const bool root = asn1::same_name(anchor->issuer, anchor->subject);
    return (valid ? 2 : 0) + (root ? 1 : 0);
  };
  return *std::ranges::max_element(verified, {}, rank);
}

}  // namespace

IssuerSearch find_issuer(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts,
                         std::span<const asn1::Certificate> companions, base::Instant at) {
  IssuerSearch search;
  const auto candidates = named_anchors(trust, certificate, facts, companions, search);
  Candidates verified;
  for (const auto* candidate : candidates) {
    const auto result = verify_signature(certificate.signature_algorithm, candidate->public_key, certificate.tbs,
                                         certificate.signature);
    if (result) {
      verified.push_back(candidate);
      continue;
    }
    search.refusal = judged_bad(
        fmt::format("the key of the CSCA does not verify the signer's certificate: {}", result.error().what.view()),
        kValidation);
    search.refusal.state = state_of(result.error());
  }
  if (verified.empty()) return search;
  search.csca = best_of(verified, at);
  if (!base::equal(search.csca->subject.der, certificate.issuer.der)) {
    note(search.deviations, deviation::kNameInAnotherForm);
  }
  return search;
}

}  // namespace cicada::host::pki
