#include "country_check.h"

#include <fmt/format.h>

#include <algorithm>

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

/// A code of the MRZ: one to three letters.
bool is_state_code(std::string_view text) {
  return !text.empty() && text.size() <= 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The codes of the alternative name (9303-12 §7.1.1.2). Some States wrote a town where the code belongs.
void take_state_codes(const asn1::Name& name, StateClaim& claim, std::vector<std::string>& deviations) {
  const auto take = [&](const asn1::Oid& type, std::string& field) {
    const auto text = name.find(type);
    if (!text) return;
    const auto code = normalized_state(*text);
    if (is_state_code(code)) {
      field = code;
    } else {
      note(deviations, deviation::kStateForm);
    }
  };
  take(asn1::oids::kLocalityName, claim.locality);
  take(asn1::oids::kStateOrProvinceName, claim.province);
}

StateClaim claim_of(const asn1::Certificate& certificate, std::vector<std::string>& deviations) {
  StateClaim claim;
  if (const auto country = certificate.subject.country()) {
    claim.country = normalized_state(*country);
    if (upper(*country) != *country) note(deviations, deviation::kCountryNotUpperCase);
    if (claim.country.size() != 2) note(deviations, deviation::kCountryForm);
  } else {
    note(deviations, deviation::kNameWithoutCountry);
  }
  const auto names = certificate.subject_alt_name();
  if (!names || !*names) return claim;
  for (const auto& name : **names) {
    if (name.directory) take_state_codes(*name.directory, claim, deviations);
  }
  return claim;
}

/// Two codes of one State: "D" and "DEU", "GBR" and "GBD".
bool same_state(std::string_view code, std::string_view state) {
  if (code == state || state_belongs_to_country(state, code)) return true;
  const auto share = [&](std::string_view country) {
    // XX stands for many organizations that have nothing in common.
    return country != "XX" && state_belongs_to_country(code, country) && state_belongs_to_country(state, country);
  };
  return std::ranges::any_of(countries(), share);
}

/// Does a country of a certificate, normally of two letters, issue documents of this State?
bool issues_for(std::string_view country, std::string_view state) {
  return country.size() == 2 ? state_belongs_to_country(state, country) : same_state(country, state);
}

/// Why the document's State is not that of the certificate; empty if it is.
std::string objection_to(const StateClaim& claim, std::string_view who, std::string_view state) {
  const bool named = !claim.locality.empty();
  if (named && !same_state(claim.locality, state) && claim.province != state) {
    return fmt::format("the document is from {}, but {} is for {}", state, who, claim.locality);
  }
  if (!claim.country.empty() && !issues_for(claim.country, state) &&
      (is_known_state(state) && (is_known_country(claim.country) || claim.country.size() != 2))) {
    return fmt::format("the document is from {}, but {} is of country {}", state, who, claim.country);
  }
  return {};
}

/// Does anything in the certificates say that they are for this State?
bool speaks_for(const StateClaim& claim, std::string_view state) {
  return (!claim.locality.empty() && (same_state(claim.locality, state) || claim.province == state)) ||
         (!claim.country.empty() && issues_for(claim.country, state));
}

bool same_country(const StateClaim& a, const StateClaim& b) {
  return a.country == b.country || issues_for(a.country, b.country) || issues_for(b.country, a.country);
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
  if (!signer_claim.country.empty() && !csca_claim.country.empty() && !same_country(signer_claim, csca_claim)) {
    return done(judged_bad(
        fmt::format("the signer is of country {}, its CSCA of country {}", signer_claim.country, csca_claim.country),
        "9303-12 §7.1.1"));
  }
  if (!signer_claim.locality.empty() && !csca_claim.locality.empty() &&
      !same_state(signer_claim.locality, csca_claim.locality)) {
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
  if (!speaks_for(signer_claim, state) && !speaks_for(csca_claim, state)) {
    return done(judged_unknown(
        fmt::format("the document's issuing State {} or the country of its signer is not in the table of codes", state),
        kConsistency));
  }
  return done(judged_good(fmt::format("all name {}", state), kConsistency));
}

}  // namespace cicada::host::pki
