#include "cicada/host/pki/revocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/field_signature.h"
#include "judgement.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;

namespace {

constexpr std::string_view kRevocation = "9303-12 §6.1.2";
constexpr std::string_view kListProfile = "9303-12 §7.1.4";

constexpr std::array kUnderstood = {oids::kAuthorityKeyIdentifier, oids::kCrlNumber, oids::kIssuerAltName};

std::string day(base::Instant instant) {
  return base::to_iso_date(base::date_of(instant));
}

std::string lower(std::string text) {
  for (auto& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// One State, one list: the country of the issuer decides (9303-12 §7.1.4, note 1); names without country compare
/// whole.
bool speaks_for(const asn1::CertificateList& list, const asn1::Name& issuer) {
  const auto list_country = list.issuer.country();
  const auto country = issuer.country();
  if (list_country && country) return lower(*list_country) == lower(*country);
  return asn1::same_name(list.issuer, issuer);
}

bool may_sign_lists(const asn1::Certificate& anchor) {
  const auto usage = anchor.key_usage();
  return usage && (!*usage || (*usage)->has(asn1::KeyUsage::crl_sign));
}

/// What became of one list.
struct ListCheck {
  bool usable = false;  ///< signed by an anchor of the State, nothing in it that is not understood
  Judgement objection;  ///< if not usable
  std::vector<std::string> deviations;
};

std::vector<const asn1::Certificate*> possible_signers(const TrustStore& trust, const asn1::CertificateList& list,
                                                       ListCheck& check) {
  const auto key_id = list.authority_key_identifier();
  if (key_id && *key_id && !(*key_id)->key_identifier.empty()) {
    auto anchors = trust.anchors_by_key_id((*key_id)->key_identifier);
    std::erase_if(anchors, [&](const auto* anchor) { return !speaks_for(list, anchor->subject); });
    return anchors;
  }
  note(check.deviations, deviation::kCrlWithoutAki);
  return trust.anchors_by_subject(list.issuer);
}

ListCheck check_list(const TrustStore& trust, const asn1::CertificateList& list) {
  ListCheck check;
  if (const auto known = trust.verified_list(list)) {
    check.usable = true;
    check.deviations = *known;
    return check;
  }
  if (!asn1::same_algorithm(list.signature_algorithm, list.tbs_signature_algorithm)) {
    check.objection = judged_bad("the revocation list names two different signature algorithms", "RFC 5280 §5.1.1.2");
    return check;
  }
  for (const auto& extension : list.extensions) {
    if (extension.critical && std::ranges::find(kUnderstood, extension.oid) == kUnderstood.end()) {
      check.objection =
          judged_unknown(fmt::format("the revocation list has a critical extension that is not understood: {}",
                                     extension.oid.to_dotted()),
                         kListProfile);
      return check;
    }
  }
  const auto signers = possible_signers(trust, list, check);
  if (signers.empty()) {
    check.objection =
        judged_unknown("the revocation list was signed with a key that is not in the trust material", kRevocation);
    return check;
  }
  for (const auto* signer : signers) {
    if (!may_sign_lists(*signer)) {
      check.objection = judged_bad("the CSCA may not sign revocation lists (keyUsage without cRLSign)", kListProfile);
      continue;
    }
    const auto verified = verify_field_signature(list.signature_algorithm, signer->public_key, list.tbs, list.signature,
                                                 check.deviations);
    if (verified) {
      check.usable = true;
      trust.remember_verified(list, check.deviations);
      return check;
    }
    check.objection = judged_bad(
        fmt::format("the signature of the revocation list is wrong: {}", verified.error().what.view()), kRevocation);
    check.objection.state = state_of(verified.error());
  }
  return check;
}

const asn1::RevokedCertificate* entry_of(const asn1::CertificateList& list, base::ByteView serial) {
  if (!list.revokes(serial)) return nullptr;
  const auto found =
      std::ranges::find_if(list.revoked, [&](const auto& entry) { return asn1::same_serial(entry.serial, serial); });
  return found == list.revoked.end() ? nullptr : &*found;
}

Judgement judge_age(const asn1::CertificateList& list, base::Instant at, std::vector<std::string> deviations) {
  Judgement judgement;
  if (!list.next_update) {
    judgement = judged_unknown("the revocation list does not say how long it holds", kListProfile);
    note(deviations, deviation::kCrlWithoutNextUpdate);
  } else if (at > *list.next_update) {
    judgement = judged_unknown(
        fmt::format("the revocation list is out of date: a newer one was due on {}", day(*list.next_update)),
        kRevocation);
  } else {
    judgement = judged_good(fmt::format("not on the revocation list of {}", day(list.this_update)), kRevocation);
    if (list.this_update > at) note(deviations, deviation::kCrlDatedLater);
  }
  judgement.deviations = std::move(deviations);
  return judgement;
}

}  // namespace

Judgement judge_revocation(const TrustStore& trust, const asn1::Certificate& certificate, const asn1::Certificate& csca,
                           base::Instant at) {
  const asn1::CertificateList* best = nullptr;
  std::vector<std::string> best_deviations;
  // A list under the issuer's own name comes first: the standard knows one CSCA a State, some States have two.
  const auto rank = [&](const asn1::CertificateList& list) {
    return std::pair{asn1::same_name(list.issuer, certificate.issuer), list.this_update};
  };
  std::optional<Judgement> objection;
  for (const auto& list : trust.revocation_lists()) {
    if (!speaks_for(*list, certificate.issuer)) continue;
    auto check = check_list(trust, *list);
    if (!check.usable) {
      // A wrong signature weighs more than a key that is not known.
      if (!objection || check.objection.state == Judgement::State::bad) objection = std::move(check.objection);
      continue;
    }
    // What an older list revoked stays revoked: a certificate may leave the list only when it has expired.
    if (const auto* entry = entry_of(*list, certificate.serial)) {
      return judged_bad(fmt::format("the signer's certificate was revoked on {}", day(entry->revoked_at)), kRevocation);
    }
    if (const auto* entry = entry_of(*list, csca.serial)) {
      return judged_bad(fmt::format("the CSCA's certificate was revoked on {}", day(entry->revoked_at)),
                        "9303-12 §4.1.5.1");
    }
    if (best == nullptr || rank(*list) > rank(*best)) {
      best = list.get();
      best_deviations = std::move(check.deviations);
    }
  }
  if (best != nullptr) {
    if (!asn1::same_name(best->issuer, certificate.issuer)) note(best_deviations, deviation::kCrlOfAnotherName);
    return judge_age(*best, at, std::move(best_deviations));
  }
  if (objection) return *std::move(objection);
  return judged_unknown(fmt::format("no revocation list of {} in the trust material",
                                    certificate.issuer.country().value_or(certificate.issuer.to_string())),
                        kRevocation);
}

}  // namespace cicada::host::pki
