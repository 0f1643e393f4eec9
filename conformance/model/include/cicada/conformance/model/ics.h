// The implementation conformance statement: what a chip claims to be, and what the tests have to know about it.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/secret.h"
#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/loader.h"

namespace cicada::conformance::model {

struct Ics {
  std::string name;       ///< of the product
  std::string applicant;  ///< who states it; may be empty
  std::string version;    ///< of the product; may be empty
  std::set<std::string> profiles;

  // [access]: what is printed on this one test document.
  std::string mrz;  ///< lines joined; empty when not stated
  base::SecretBytes can;
  base::SecretBytes pin;
  base::SecretBytes puk;

  // [terminal-authentication]: the root that the chip trusts, with its key, so that the suite issues what it needs.
  base::Bytes cvca_certificate;
  base::SecretBytes cvca_key;  ///< PKCS#8 in PEM, as crypto::openssl::PrivateKey::from_pem takes it

  // [passive-authentication]
  std::vector<base::Bytes> csca_certificates;  ///< DER

  [[nodiscard]] bool claims(std::string_view profile) const { return profiles.contains(std::string{profile}); }
  /// The first entry that does not hold, as the case has it ("CA|PACE"); nothing when all do.
  [[nodiscard]] std::optional<std::string> missing(const Needs& needs) const;
};

/// Reads a statement (docs/conformance.md). Paths in it are relative to the file. Refused: unknown keys and profiles,
/// profiles that contradict each other ("AA-RSA" without "AA"), an MRZ that is none, a file that cannot be read.
[[nodiscard]] Checked<Ics> load_ics(const std::filesystem::path& file);
[[nodiscard]] Checked<Ics> parse_ics(std::string_view text, std::string_view file_name,
                                     const std::filesystem::path& folder);

}  // namespace cicada::conformance::model
