#include "cicada/host/pki/path.h"

#include <fmt/format.h>

#include "cicada/host/pki/country.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/field_signature.h"
#include "cicada/host/pki/revocation.h"
#include "country_check.h"
#include "issuer.h"
#include "judgement.h"
#include "known_defects.h"
#include "profile.h"

namespace cicada::host::pki {

namespace {

constexpr std::string_view kValidation = "9303-12 §6.1.2";
constexpr std::string_view kSignerPeriod = "9303-12 §4.1.1.1";
constexpr std::string_view kSignerKeyPeriod = "9303-12 §4.1.1.2";
constexpr std::string_view kCscaPeriod = "9303-12 §4.1.4.1";
constexpr std::string_view kCscaKeyPeriod = "9303-12 §4.1.4.2";

std::string day(base::Instant instant) {
  return base::to_iso_date(base::date_of(instant));
}

bool within(const asn1::Validity& validity, base::Instant instant) {
  return instant >= validity.not_before && instant <= validity.not_after;
}

bool within(const asn1::PrivateKeyUsagePeriod& period, base::Instant instant) {
  return (!period.not_before || instant >= *period.not_before) && (!period.not_after || instant <= *period.not_after);
}

/// An issue date is a day and not a moment: it lies within a period if any second of that day does.
template <typename Period>
bool day_within(const Period& period, base::Instant instant) {
  const base::Instant begin = std::chrono::floor<std::chrono::days>(instant);
  const base::Instant end = begin + std::chrono::days{1} - std::chrono::seconds{1};
  const std::optional<base::Instant> not_before = period.not_before;
  const std::optional<base::Instant> not_after = period.not_after;
  return (!not_before || *not_before <= end) && (!not_after || *not_after >= begin);
}

/// A certificate that names itself as its issuer hangs in the air, whatever it says otherwise.
std::optional<Judgement> object_to_self_issued(const asn1::Certificate& signer) {
  if (!asn1::same_name(signer.issuer, signer.subject)) return std::nullopt;
  std::vector<std::string> unused;
  const bool self_signed =
      verify_field_signature(signer.signature_algorithm, signer.public_key, signer.tbs, signer.signature, unused)
          .has_value();
  return judged_bad(
      self_signed ? "the signer's certificate is self-signed" : "the signer's certificate names itself as its issuer",
      kValidation);
}

/// Path and CSCA. The signer's own facts are known.
void judge_path(const TrustStore& trust, const PathQuery& query, const CertificateFacts& facts, PathReport& report) {
  const auto& signer = *query.signer;
  std::vector<std::string> deviations;
  auto refuse = [&](Judgement judgement) {
    judgement.deviations = deviations;
    report.path = std::move(judgement);
  };
  auto search = find_issuer(trust, signer, facts, query.companions, query.at);
  report.csca = search.csca;
  if (auto objection = object_to_self_issued(signer)) return refuse(*std::move(objection));
  if (auto objection = object_to_signer(signer, facts, query.document_code, deviations)) {
    return refuse(*std::move(objection));
  }
  for (const auto& name : search.deviations) note(deviations, name);
  if (search.csca == nullptr) return refuse(std::move(search.refusal));
  const auto csca_facts = read_facts(*search.csca);
  if (!csca_facts) {
    return refuse(judged_bad(fmt::format("the CSCA certificate cannot be read: {}", csca_facts.error().what.view()),
                             kValidation));
  }
  if (auto objection = object_to_csca(*search.csca, *csca_facts, deviations)) return refuse(*std::move(objection));
  refuse(judged_good(fmt::format("issued by \"{}\"", search.csca->subject.to_string()), kValidation));
}

/// When the signer signed: before, in or after its times. When that is not known, the key's own period is: it cannot
/// have signed before.
std::optional<Judgement> object_to_signing_time(const PathQuery& query, const CertificateFacts& facts) {
  if (!query.signed_at) {
    if (!facts.key_period || !facts.key_period->not_before || *facts.key_period->not_before <= query.at) {
      return std::nullopt;
    }
    return judged_bad(fmt::format("the private key usage period of the signer begins on {}, which is still to come",
                                  day(*facts.key_period->not_before)),
                      kSignerKeyPeriod);
  }
  const auto signed_at = *query.signed_at;
  if (std::chrono::floor<std::chrono::days>(signed_at) > query.at) {
    return judged_bad(fmt::format("the document was signed on {}, which is still to come", day(signed_at)),
                      "9303-11 §5.1.1");
  }
  if (!day_within(query.signer->validity, signed_at)) {
    return judged_bad(
        fmt::format("the document was signed on {}, when the signer's certificate was not valid", day(signed_at)),
        kSignerPeriod);
  }
  if (facts.key_period && !day_within(*facts.key_period, signed_at)) {
    return judged_bad(fmt::format("the document was signed on {}, outside the private key usage period of the signer",
                                  day(signed_at)),
                      kSignerKeyPeriod);
  }
  return std::nullopt;
}

std::optional<Judgement> object_to_csca_times(const PathQuery& query, const asn1::Certificate& csca,
                                              std::vector<std::string>& deviations) {
  const auto issued = query.signer->validity.not_before;
  if (query.at < csca.validity.not_before) {
    return judged_bad(fmt::format("the CSCA certificate is not valid before {}", day(csca.validity.not_before)),
                      kCscaPeriod);
  }
  if (!within(csca.validity, issued)) {
    return judged_bad(
        fmt::format("the signer's certificate begins on {}, when the CSCA certificate was not valid", day(issued)),
        kCscaPeriod);
  }
  const auto period = csca.private_key_usage_period();
  if (period && *period && !within(**period, issued)) {
    return judged_bad(
        fmt::format("the signer's certificate begins on {}, outside the private key usage period of the CSCA",
                    day(issued)),
        kCscaKeyPeriod);
  }
  // The profile lets a CSCA certificate outlive all it signed; where one does not, its key is still the anchor.
  if (query.at > csca.validity.not_after) note(deviations, deviation::kCscaExpired);
  return std::nullopt;
}

Judgement judge_validity(const PathQuery& query, const CertificateFacts& facts, const asn1::Certificate* csca) {
  const auto& validity = query.signer->validity;
  std::vector<std::string> deviations;
  auto done = [&](Judgement judgement) {
    judgement.deviations = deviations;
    return judgement;
  };
  if (query.at < validity.not_before) {
    return done(judged_bad(fmt::format("the signer's certificate is not valid before {}", day(validity.not_before)),
                           kSignerPeriod));
  }
  if (auto objection = object_to_signing_time(query, facts)) return done(*std::move(objection));
  if (query.at > validity.not_after) {
    if (!query.accept_expired_signer || !query.signed_at) {
      return done(judged_bad(fmt::format("the signer's certificate expired on {}{}", day(validity.not_after),
                                         query.signed_at ? "; it was valid when the document was signed" : ""),
                             kSignerPeriod));
    }
    note(deviations, deviation::kDsExpiredValidAtSigning);
  }
  if (csca == nullptr) {
    return done(judged_unknown("the signer's own dates hold, but there is no CSCA to judge them by", kValidation));
  }
  if (auto objection = object_to_csca_times(query, *csca, deviations)) return done(*std::move(objection));
  if (!query.signed_at && facts.key_period && facts.key_period->not_after) {
    return done(judged_good(
        fmt::format("the signer's certificate is valid until {}; when the document was signed is not known, the key "
                    "was in use until {}",
                    day(validity.not_after), day(*facts.key_period->not_after)),
        kSignerKeyPeriod));
  }
  if (!query.signed_at) {
    return done(judged_good(
        fmt::format("the signer's certificate is valid until {}; when the document was signed is not known, so the "
                    "private key usage period was not compared",
                    day(validity.not_after)),
        kSignerPeriod));
  }
  return done(judged_good(fmt::format("signed on {}; the signer's certificate is valid until {}", day(*query.signed_at),
                                      day(validity.not_after)),
                          kSignerPeriod));
}

}  // namespace

PathReport validate_path(const TrustStore& trust, const PathQuery& query) {
  PathReport report;
  const auto facts = read_facts(*query.signer);
  if (!facts) {
    report.path = judged_bad(fmt::format("the signer's certificate cannot be read: {}", facts.error().what.view()),
                             "9303-12 §7.1.1");
    report.validity = judged_unknown("the signer's certificate cannot be read", kValidation);
    report.revocation = report.validity;
    report.country = report.validity;
    return report;
  }
  judge_path(trust, query, *facts, report);
  for (const auto& defect : known_defects(trust, query)) note(report.path.deviations, defect);
  report.validity = judge_validity(query, *facts, report.csca);
  report.revocation = report.csca != nullptr
                          ? judge_revocation(trust, *query.signer, *report.csca, query.at)
                          : judged_unknown("no CSCA was found, so no revocation list can speak for it", kValidation);
  report.country = judge_country(*query.signer, report.csca, query.issuing_state);
  return report;
}

}  // namespace cicada::host::pki
