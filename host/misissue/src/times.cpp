// Faults of the periods of keys and certificates (9303-12 §4.1.1, §7.1.1.4). All need a past, which a country of today
// does not have: the certificates are made anew, and the CSCA's comes with the trust material.
#include "tables.h"

namespace cicada::host::misissue {

namespace {

constexpr auto kCheck = CheckName::ds_validity;
constexpr std::string_view kPeriods = "9303-12 §4.1.1";
constexpr std::string_view kValidity = "RFC 5280 §4.1.2.5";
constexpr std::string_view kKeyPeriod = "9303-12 §7.1.1.4";

asn1::Extension key_period(base::Instant from, base::Instant until) {
  return must(asn1::make_private_key_usage_period({.not_before = from, .not_after = until}));
}

std::vector<Fault> faults_of_the_signers_time() {
  return {
      {"ds-not-yet-valid", "The signer's certificate begins in ten days.", kValidity, kCheck, kFailed,
       "is not valid before",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.ds.validity.not_before = s.day(10);
       },
       kOwnTrust},
      {"ds-expired", "The signer's certificate expired yesterday.", kValidity, kCheck, kFailed,
       "the signer's certificate expired on",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.ds.validity.not_after = s.day(-1);
       },
       kOwnTrust},
      {"signed-before-the-ds", "The document says that it was signed before its signer's certificate began.", kPeriods,
       kCheck, kFailed, "when the signer's certificate was not valid",
       [](Scene& s) {
         age(s.authority, s.now);
         s.signing_time = s.day(-90);
       },
       kOwnTrust},
      {"signed-outside-the-key-period", "The document was signed when the signer's key had been retired.", kKeyPeriod,
       kCheck, kFailed, "outside the private key usage period of the signer",
       [](Scene& s) {
         age(s.authority, s.now);
         s.signing_time = s.day(-2);
         put(s.authority.ds.extensions, key_period(s.day(-60), s.day(-30)));
       },
       kOwnTrust},
      {"signed-in-the-future", "The document says that it will be signed in three days.", kPeriods, kCheck, kFailed,
       "which is still to come",
       [](Scene& s) {
         age(s.authority, s.now);
         s.signing_time = s.day(3);
       },
       kOwnTrust},
      {"key-period-in-the-future", "The signer's key may sign from in five days on; the document exists.", kKeyPeriod,
       kCheck, kFailed, "which is still to come",
       [](Scene& s) {
         age(s.authority, s.now);
         s.signing_time.reset();
         put(s.authority.ds.extensions, key_period(s.day(5), s.day(30)));
       },
       kOwnTrust},
  };
}

std::vector<Fault> faults_of_the_cscas_time() {
  return {
      {"csca-not-yet-valid", "The CSCA certificate begins tomorrow.", kValidity, kCheck, kFailed,
       "the CSCA certificate is not valid before",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.csca.validity.not_before = s.day(1);
       },
       kOwnTrust},
      {"ds-begins-before-the-csca", "The signer's certificate is older than its CSCA.", kPeriods, kCheck, kFailed,
       "when the CSCA certificate was not valid",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.csca.validity.not_before = s.day(-50);
       },
       kOwnTrust},
      {"ds-begins-after-the-csca-ended", "The signer's certificate was issued when its CSCA had expired.", kPeriods,
       kCheck, kFailed, "when the CSCA certificate was not valid",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.csca.validity.not_after = s.day(-70);
       },
       kOwnTrust},
      {"ds-begins-outside-the-key-period-of-the-csca", "The CSCA issued the signer with a key that had been retired.",
       kKeyPeriod, kCheck, kFailed, "outside the private key usage period of the CSCA",
       [](Scene& s) {
         age(s.authority, s.now);
         put(s.authority.csca.extensions, key_period(s.day(-400), s.day(-100)));
       },
       kOwnTrust},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_times() {
  auto all = faults_of_the_signers_time();
  const auto more = faults_of_the_cscas_time();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace cicada::host::misissue
