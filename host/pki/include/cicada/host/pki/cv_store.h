// A terminal's folder: its certificates, those above it, and its key.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/base/clock.h"
#include "cicada/host/pki/cv_chain.h"

namespace cicada::host::pki {

/// More certificates than this in one folder are refused.
inline constexpr std::size_t kMaxCvCertificates = 1024;
/// Certificates have this extension; the key of FILE.cvcert is FILE.key (PEM, PKCS#8).
inline constexpr std::string_view kCvCertificateExtension = ".cvcert";

/// A certificate, and where it was.
struct StoredCvCertificate {
  std::filesystem::path file;
  asn1::CvCertificate certificate;
};

/// A way from a key that the card trusts to a terminal.
struct CvPath {
  std::string trust_point;                 ///< the card's reference that the first certificate names
  std::vector<asn1::CvCertificate> chain;  ///< links, DV, terminal: in the order in which the card checks them
  std::filesystem::path file;              ///< of the terminal's certificate
};

/// A terminal that can prove itself to the card.
struct CvTerminal {
  CvPath path;
  CvSigner signer;
};

class CvStore {
 public:
  /// Reads every certificate of the folder. Files that cannot be read are skipped and kept in skipped(). Fails with
  /// not_found when the folder is not there or holds none, with limit.
  [[nodiscard]] static base::Result<CvStore> load(const std::filesystem::path& folder);

  [[nodiscard]] const std::vector<StoredCvCertificate>& certificates() const noexcept { return certificates_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& skipped() const noexcept { return skipped_; }

  /// Ways from one of the card's references (EF.CVCA, newest first) to terminals, the first trust point's first, the
  /// shortest first. Certificates that are not valid on `today` are not used, links excepted. Where the folder has the
  /// trust point's own certificate the whole chain is verified; without it the card is the first to know.
  [[nodiscard]] std::vector<CvPath> paths(std::span<const std::string> trust_points, base::Date today) const;

  /// The first of the paths whose terminal's key is in the folder. Fails with not_found and says what is missing: a
  /// path from the card's keys, or a key; with the fault of the key file when it cannot be read.
  [[nodiscard]] base::Result<CvTerminal> terminal(std::span<const std::string> trust_points, base::Date today) const;

 private:
  std::vector<StoredCvCertificate> certificates_;
  std::vector<std::filesystem::path> skipped_;
};

/// The private key in the file, to sign with the algorithm that the certificate names. Fails with conflict when it is
/// not the certificate's.
[[nodiscard]] base::Result<CvSigner> load_cv_signer(const std::filesystem::path& key_file,
                                                    const asn1::CvCertificate& certificate);

}  // namespace cicada::host::pki
