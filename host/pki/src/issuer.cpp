#include "issuer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/field_signature.h"
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
  if (trust.has_document_signer_named(certificate.issuer)) {
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

/// The key identifier that the certificate gives for its issuer's key; empty if none.
base::ByteView issuer_key_id(const CertificateFacts& facts) {
  return facts.authority_key_id ? base::ByteView{facts.authority_key_id->key_identifier} : base::ByteView{};
}

bool named_alike(const asn1::Certificate& anchor, const asn1::Certificate& certificate) {
  return asn1::same_name(anchor.subject, certificate.issuer) ||
         asn1::same_name_in_any_order(anchor.subject, certificate.issuer);
}

/// Which anchors the certificate may mean.
struct Named {
  Candidates by_key;   ///< key identifier and name fit
  Candidates by_name;  ///< only the name fits
  bool key_has_another_name = false;
};

Named named_anchors(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts) {
  Named named;
  const auto key_id = issuer_key_id(facts);
  if (!key_id.empty()) {
    named.by_key = trust.anchors_by_key_id(key_id);
    const auto strangers =
        std::erase_if(named.by_key, [&](const auto* anchor) { return !named_alike(*anchor, certificate); });
    named.key_has_another_name = named.by_key.empty() && strangers > 0;
  }
  named.by_name = trust.anchors_by_subject(certificate.issuer);
  std::erase_if(named.by_name,
                [&](const auto* anchor) { return std::ranges::find(named.by_key, anchor) != named.by_key.end(); });
  return named;
}

/// Of several certificates for one key (root, link, renewal) the one that was valid when the signer's certificate
/// began; then the one that is valid at the check; then a root.
const asn1::Certificate* best_of(const Candidates& verified, const asn1::Certificate& certificate, base::Instant at) {
  const auto rank = [&](const asn1::Certificate* anchor) {
    const auto covers = [&](base::Instant instant) {
      return instant >= anchor->validity.not_before && instant <= anchor->validity.not_after;
    };
    const bool root = asn1::same_name(anchor->issuer, anchor->subject);
    return (covers(certificate.validity.not_before) ? 4 : 0) + (covers(at) ? 2 : 0) + (root ? 1 : 0);
  };
  return *std::ranges::max_element(verified, {}, rank);
}

/// Those whose key verifies the certificate. The last refusal is kept.
Candidates verifying(const Candidates& candidates, const asn1::Certificate& certificate, IssuerSearch& search) {
  Candidates verified;
  for (const auto* candidate : candidates) {
    const auto result = verify_field_signature(certificate.signature_algorithm, candidate->public_key, certificate.tbs,
                                               certificate.signature, search.deviations);
    if (result) {
      verified.push_back(candidate);
      continue;
    }
    search.refusal = judged_bad(
        fmt::format("the key of the CSCA does not verify the signer's certificate: {}", result.error().what.view()),
        kValidation);
    search.refusal.state = state_of(result.error());
    note_algorithm(result.error(), search.deviations);
  }
  return verified;
}

/// Why nobody was found, once it is known that nobody was.
void explain(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts,
             std::span<const asn1::Certificate> companions, const Named& named, IssuerSearch& search) {
  if (!named.by_key.empty()) return;
  if (named.key_has_another_name) {
    search.refusal =
        judged_bad(fmt::format("the CSCA with the named key identifier has another name than the issuer {}",
                               shown(certificate.issuer)),
                   kValidation);
  } else if (named.by_name.empty()) {
    search.refusal = unknown_issuer(trust, certificate, companions);
  } else if (!issuer_key_id(facts).empty() &&
             std::ranges::all_of(named.by_name, [](const auto* anchor) { return has_key_id(*anchor); })) {
    search.refusal = judged_bad(
        fmt::format("no CSCA {} with the named key identifier in the trust material", shown(certificate.issuer)),
        kValidation);
  }
}

/// The anchors of the store alone.
IssuerSearch find_anchor(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts,
                         std::span<const asn1::Certificate> companions, base::Instant at) {
  IssuerSearch search;
  const auto named = named_anchors(trust, certificate, facts);
  auto verified = verifying(named.by_key, certificate, search);
  const bool by_name_only = verified.empty();
  if (by_name_only) verified = verifying(named.by_name, certificate, search);
  if (issuer_key_id(facts).empty()) note(search.deviations, deviation::kDsWithoutAki);
  if (verified.empty()) {
    explain(trust, certificate, facts, companions, named, search);
    return search;
  }
  search.csca = best_of(verified, certificate, at);
  if (by_name_only && !issuer_key_id(facts).empty()) {
    note(search.deviations, has_key_id(*search.csca) ? deviation::kAkiOfAnotherKey : deviation::kCscaWithoutSki);
  }
  if (!base::equal(search.csca->subject.der, certificate.issuer.der)) {
    note(search.deviations, deviation::kNameInAnotherForm);
  }
  return search;
}

/// A link certificate carries the CSCA's own name, or says that the name has changed (9303-12 §7.1.1.4).
bool is_link(const asn1::Certificate& certificate, const CertificateFacts& facts) {
  if (!facts.is_ca() || !facts.key_usage || !facts.key_usage->has(asn1::KeyUsage::key_cert_sign)) return false;
  const bool renamed = certificate.find(asn1::oids::kNameChange) != nullptr &&
                       certificate.issuer.country() == certificate.subject.country();
  return renamed || asn1::same_name(certificate.issuer, certificate.subject);
}

/// Rollovers that a chain of link certificates may span.
constexpr int kMaxLinks = 4;
/// Link certificates of one document that are looked at. A document may bring a thousand certificates along, and every
/// pair of links costs a signature.
constexpr std::size_t kMaxCandidates = 16;

/// Did the holder of `issuer` sign `certificate`, by name and by signature?
bool issued(const asn1::Certificate& issuer, const asn1::Certificate& certificate) {
  if (&issuer == &certificate || !named_alike(issuer, certificate)) return false;
  std::vector<std::string> unused;
  return verify_field_signature(certificate.signature_algorithm, issuer.public_key, certificate.tbs,
                                certificate.signature, unused)
      .has_value();
}

/// The links among the certificates that came with the document, in two heaps: those whose key counts, because a key of
/// the store signed them or one that counts did, and the rest.
class Links {
 public:
  Links(const TrustStore& trust, std::span<const asn1::Certificate> companions, base::Instant at) {
    for (const auto& companion : companions) {
      if (counting_.size() + waiting_.size() == kMaxCandidates) break;
      const auto facts = read_facts(companion);
      if (!facts || !is_link(companion, *facts)) continue;
      const bool anchored = find_anchor(trust, companion, *facts, {}, at).csca != nullptr;
      (anchored ? counting_ : waiting_).push_back(&companion);
    }
    for (int link = 1; link < kMaxLinks; ++link) extend();
  }

  [[nodiscard]] const asn1::Certificate* issuer_of(const asn1::Certificate& certificate) const {
    const auto found = std::ranges::find_if(counting_, [&](const auto* link) { return issued(*link, certificate); });
    return found == counting_.end() ? nullptr : *found;
  }

 private:
  /// One rollover further. A pair is asked once: only the links that began to count in the last round are new.
  void extend() {
    const auto known = counting_.size();
    for (const auto* candidate : std::exchange(waiting_, {})) {
      const auto fresh = std::span{counting_}.subspan(asked_, known - asked_);
      const bool counts = std::ranges::any_of(fresh, [&](const auto* link) { return issued(*link, *candidate); });
      (counts ? counting_ : waiting_).push_back(candidate);
    }
    asked_ = known;
  }

  std::vector<const asn1::Certificate*> counting_;
  std::vector<const asn1::Certificate*> waiting_;
  std::size_t asked_ = 0;
};

}  // namespace

IssuerSearch find_issuer(const TrustStore& trust, const asn1::Certificate& certificate, const CertificateFacts& facts,
                         std::span<const asn1::Certificate> companions, base::Instant at) {
  auto search = find_anchor(trust, certificate, facts, companions, at);
  if (search.csca != nullptr) return search;
  search.csca = Links{trust, companions, at}.issuer_of(certificate);
  if (search.csca != nullptr) note(search.deviations, deviation::kLinkInDocument);
  return search;
}

}  // namespace cicada::host::pki
