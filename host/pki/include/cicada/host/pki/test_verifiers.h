// The rest of a test country: who may read fingerprints, and a master list.
#pragma once

#include <filesystem>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/x509.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"

namespace cicada::host::pki {

/// CVCA, document verifier and inspection system, all of one country. Cards that trust the CVCA open DG3 and DG4 to the
/// inspection system. Valid as 9303-12 §7.2.1 allows at the longest: three years, three months, one month.
struct TestVerifiers {
  asn1::CvCertificate cvca, dv, is;
  crypto::openssl::PrivateKey cvca_key, dv_key, is_key;
};

/// References are the country, "CVCATEST", "DVTEST" or "ISTEST", and 00001. Fails with bad_input for a country that is
/// none, or crypto.
[[nodiscard]] base::Result<TestVerifiers> create_test_verifiers(const TestCountryOptions& options,
                                                                const base::Clock& clock);

/// A master list with the country's CSCA, and who signed it.
struct TestMasterList {
  asn1::Certificate signer;
  crypto::openssl::PrivateKey signer_key;
  base::Bytes list;  ///< the CMS message
};

/// The signer has the profile of 9303-12 §7.1.1 (critical extKeyUsage 2.23.136.1.1.3) and its certificate from the
/// country's CSCA; the list names it by its key identifier and brings both certificates.
[[nodiscard]] base::Result<TestMasterList> create_test_master_list(const TestCountryOptions& options,
                                                                   const TestCountry& country, base::Rng& rng,
                                                                   const base::Clock& clock);

namespace test_country_file {
inline constexpr std::string_view kCvca = "cvca.cvcert";
inline constexpr std::string_view kDv = "dv.cvcert";
inline constexpr std::string_view kIs = "is.cvcert";
inline constexpr std::string_view kCvcaKey = "cvca.key";
inline constexpr std::string_view kDvKey = "dv.key";
inline constexpr std::string_view kIsKey = "is.key";
inline constexpr std::string_view kMasterListSigner = "mls.crt";
inline constexpr std::string_view kMasterListSignerKey = "mls.key";
inline constexpr std::string_view kMasterList = "master-list.ml";
}  // namespace test_country_file

/// Writes a whole country into the folder, as save() of the country alone. The folder is a terminal's folder (CvStore)
/// and trust material (TrustStore) at once.
[[nodiscard]] base::Result<void> save(const TestCountry& country, const TestVerifiers& verifiers,
                                      const TestMasterList& master_list, const std::filesystem::path& dir);
/// The same with the keys of a personalization line.
[[nodiscard]] base::Result<void> save(const TestCountry& country, const TestVerifiers& verifiers,
                                      const TestMasterList& master_list, const LineKeys& line_keys,
                                      const std::filesystem::path& dir);

}  // namespace cicada::host::pki
