// Faults of who belongs to which State (9303-12 §7.1.1.1, §7.1.1.2).
#include "tables.h"

namespace cicada::host::misissue {

namespace {

constexpr auto kCheck = CheckName::country;
constexpr std::string_view kNames = "9303-12 §7.1.1.1";
constexpr std::string_view kStates = "9303-12 §7.1.1.2";

/// CSCA and signer of another State, both sound.
void move_abroad(Scene& scene) {
  auto& authority = scene.authority;
  const auto [country, state] = elsewhere(authority);
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = name(country, "CSCA");
  authority.ds.subject = name(country, "Document Signer");
  for (auto* tbs : {&authority.csca, &authority.ds}) put(tbs->extensions, state_of(state));
}

}  // namespace

std::vector<Fault> faults_of_the_country() {
  return {
      {"ds-of-another-country", "The signer is of another country than its CSCA.", kNames, kCheck, kFailed,
       "the signer is of country",
       [](Scene& s) { s.authority.ds.subject = name(elsewhere(s.authority).country, "Document Signer"); }},
      {"csca-of-another-country", "Signer and CSCA are of another country than the document.", kNames, kCheck, kFailed,
       "the document is from", move_abroad, kOwnTrust},
      {"ds-for-another-state", "The signer signs for another issuing State than its CSCA.", kStates, kCheck, kFailed,
       "the signer is for", [](Scene& s) { put(s.authority.ds.extensions, state_of(elsewhere(s.authority).state)); }},
      {"both-for-another-state", "Signer and CSCA are for another issuing State than the document's.", kStates, kCheck,
       kFailed, "is for",
       [](Scene& s) {
         const auto state = elsewhere(s.authority).state;
         put(s.authority.ds.extensions, state_of(state));
         put(s.authority.csca.extensions, state_of(state));
       },
       kOwnTrust},
  };
}

}  // namespace cicada::host::misissue
