#include "country_check.h"

#include <fmt/format.h>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/country.h"
#include "cicada/host/pki/deviation.h"
#include "judgement.h"

namespace cicada::host::pki {

namespace {

constexpr std::string_view kConsistency = "9303-11 §5.1.1";

/// What one certificate says about its State.
struct StateClaim {
  std::string country;   ///< two letters of the subject, upper case; empty if absent
  std::string locality;  ///< MRZ code of the alternative name; empty if absent
  std::string province;  ///< MRZ code that tells apart States that share `locality`
};

std::string upper(std::string text) {
  for (auto& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

StateClaim claim_of(const asn1::Certificate& certificate, std::vector<std::string>& deviations) {
  StateClaim claim;
  if (const auto country = certificate.subject.country()) {
    claim.country = upper(*country);
    if (claim.country != *country) note(deviations, deviation::kCountryNotUpperCase);
  } else {
    note(deviations, deviation::kNameWithoutCountry);
  }
  const auto names = certificate.subject_alt_name();
  if (!names || !*names) return claim;
  for (const auto& name : **names) {
    if (!name.directory) continue;
    if (const auto locality = name.directory->find(asn1::oids::kLocalityName)) {
      claim.locality = normalized_state(*locality);
    }
    if (const auto province = name.directory->find(asn1::oids::kStateOrProvinceName)) {
      claim.province = normalized_state(*province);
    }
  }
  return claim;
}

/// Why the document's State is not that of the certificate; empty if it is.
std::string objection_to(const StateClaim& claim, std::string_view who, std::string_view state) {
  const bool named = !claim.locality.empty();
  if (named && claim.locality != state && claim.province != state) {
    return fmt::format("the document is from {}, but {} is for {}", state, who, claim.locality);
  }
  if (!claim.country.empty() && !state_belongs_to_country(state, claim.country)) {
    return fmt::format("the document is from {}, but {} is of country {}", state, who, claim.country);
  }
  return {};
}

}  // namespace

Judgement judge_country(const asn1::Certificate& signer, const asn1::Certificate* csca,
                        std::string_view issuing_state) {
  std::vector<std::string> deviations;
  const auto done = [&](Judgement judgement) {
    judgement.deviations = deviations;
    return judgement;
  };
  const auto signer_claim = claim_of(signer, deviations);
  const auto state = normalized_state(issuing_state);
  if (csca == nullptr) return done(judged_unknown("no CSCA was found whose country could be compared", kConsistency));
  const auto csca_claim = claim_of(*csca, deviations);
  if (!signer_claim.country.empty() && !csca_claim.country.empty() && signer_claim.country != csca_claim.country) {
    return done(judged_bad(
        fmt::format("the signer is of country {}, its CSCA of country {}", signer_claim.country, csca_claim.country),
        "9303-12 §7.1.1"));
  }
  if (!signer_claim.locality.empty() && !csca_claim.locality.empty() && signer_claim.locality != csca_claim.locality) {
    return done(
        judged_bad(fmt::format("the signer is for {}, its CSCA for {}", signer_claim.locality, csca_claim.locality),
                   "9303-12 §7.1.1.2"));
  }
  if (state.empty()) {
    return done(judged_unknown("signer and CSCA agree, but the document's issuing State is not known (DG1 not given)",
                               kConsistency));
  }
  const bool silent = signer_claim.country.empty() && signer_claim.locality.empty() && csca_claim.country.empty() &&
                      csca_claim.locality.empty();
  if (silent) return done(judged_unknown("neither signer nor CSCA names a country", kConsistency));
  for (const auto& [claim, who] : {std::pair{signer_claim, "the signer"}, std::pair{csca_claim, "the CSCA"}}) {
    if (auto objection = objection_to(claim, who, state); !objection.empty()) {
      return done(judged_bad(std::move(objection), kConsistency));
    }
  }
  return done(judged_good(fmt::format("all name {}", state), kConsistency));
}

}  // namespace cicada::host::pki
