// A State for tests and demonstrations: CSCA, document signer, revocation list, all with the 9303-12 profile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/crl.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/signer.h"

namespace cicada::host::pki {

enum class KeyAlgorithm : std::uint8_t {
  ecdsa_p256,
  ecdsa_p384,
  ecdsa_brainpool_p256r1,
  ecdsa_brainpool_p384r1,
  rsa_2048,
  rsa_3072,
};

/// "ecdsa-p256", "rsa-2048", "ecdsa-brainpoolP256r1": the names of the command line.
[[nodiscard]] std::string_view to_string(KeyAlgorithm algorithm) noexcept;
[[nodiscard]] std::optional<KeyAlgorithm> key_algorithm_by_name(std::string_view name) noexcept;
/// All names, in the order of the enumeration: for help texts.
[[nodiscard]] std::vector<std::string_view> key_algorithm_names();
/// A new key. Fails with crypto.
[[nodiscard]] base::Result<crypto::openssl::PrivateKey> generate_key(KeyAlgorithm algorithm);

struct TestCountryOptions {
  std::string country = "VN";  ///< two upper-case letters, in the certificates' names
  std::string state = "VNM";   ///< as in the MRZ, in the alternative names
  KeyAlgorithm algorithm = KeyAlgorithm::ecdsa_p256;
  EcParameterForm ec_parameters = EcParameterForm::explicit_parameters;
  /// Document codes that the DS may sign. A CCCD says "ID", a passport "PP"; a single letter would mean every type that
  /// starts with it (9303-12 §7.1.1.6), and a signer should be allowed no more than it needs.
  std::vector<std::string> document_types = {"ID", "PP"};
};

/// Octets of the master key from which the cards' transport keys are derived (AES-128).
inline constexpr std::size_t kTransportMasterKeySize = 16;

struct TestCountry {
  asn1::Certificate csca;
  asn1::Certificate ds;
  asn1::CertificateList crl;
  crypto::openssl::PrivateKey csca_key;
  crypto::openssl::PrivateKey ds_key;
  base::SecretBytes transport_master_key;
};

/// Makes keys, certificates and an empty list. The DS signs for three months and is valid for 22 years more, so that it
/// outlives every card with a date; the CSCA signs for five years and outlives its last DS: 27 years and three months.
/// The list is good for 90 days. Fails with bad_input for codes that are none, or crypto.
[[nodiscard]] base::Result<TestCountry> create_test_country(const TestCountryOptions& options, base::Rng& rng,
                                                            const base::Clock& clock);

/// The country's document signer, its key copied.
[[nodiscard]] base::Result<DocumentSigner> document_signer(const TestCountry& country);

/// The files of a test country in its folder. The folder is trust material as well (TrustStore::load).
namespace test_country_file {
inline constexpr std::string_view kCsca = "csca.crt";
inline constexpr std::string_view kDs = "ds.crt";
inline constexpr std::string_view kCrl = "csca.crl";
inline constexpr std::string_view kCscaKey = "csca.key";
inline constexpr std::string_view kDsKey = "ds.key";
inline constexpr std::string_view kTransportMasterKey = "transport-master.key";
inline constexpr std::string_view kReadme = "README.txt";
}  // namespace test_country_file

/// Writes the folder (made if needed), keys with mode 0600. Fails with conflict when any of the files is there already,
/// with io when the disk is full; then nothing of what it wrote stays behind.
[[nodiscard]] base::Result<void> save(const TestCountry& country, const std::filesystem::path& dir);
/// Reads the folder back. Fails with not_found, malformed, or conflict when keys and certificates do not belong
/// together.
[[nodiscard]] base::Result<TestCountry> load_test_country(const std::filesystem::path& dir);

/// What issuing needs, without ever opening the CSCA's key. Fails as load_test_country().
[[nodiscard]] base::Result<DocumentSigner> load_document_signer(const std::filesystem::path& dir);
[[nodiscard]] base::Result<base::SecretBytes> load_transport_master_key(const std::filesystem::path& dir);

}  // namespace cicada::host::pki
