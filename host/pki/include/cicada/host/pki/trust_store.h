// Whom we trust: CSCA certificates and revocation lists, from files.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cicada/asn1/crl.h"
#include "cicada/asn1/x509.h"

namespace cicada::host::pki {

/// More files in one trust folder are refused.
inline constexpr std::size_t kMaxTrustFiles = 10'000;
/// More certificates and lists in one store are refused (an ICAO master list holds about 700).
inline constexpr std::size_t kMaxTrustObjects = 50'000;
/// A trust file larger than this (octets) is refused.
inline constexpr std::size_t kMaxTrustFileSize = 32UL * 1024 * 1024;

/// A file of the trust folder that looked like a certificate or list and could not be read.
struct TrustWarning {
  std::filesystem::path file;
  base::Error error;
};

/// Certificates and revocation lists. What is in the store was put there by its owner: every CA certificate in it is an
/// anchor (9303-12 §6.1.1), link certificates included; nothing that a document brings along ever gets into it.
class TrustStore {
 public:
  TrustStore() = default;
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;
  TrustStore(TrustStore&&) noexcept = default;
  TrustStore& operator=(TrustStore&&) noexcept = default;
  ~TrustStore() = default;

  /// Reads a file, or all files of a folder (not of its subfolders), DER or PEM, several PEM blocks in a file. Private
  /// keys (*.key is not even opened) and files that are neither certificate nor list are skipped; broken ones become
  /// warnings. Fails with
  /// not_found when the path does not exist or no CSCA certificate was found, with io or limit.
  [[nodiscard]] static base::Result<TrustStore> load(const std::filesystem::path& path);

  /// A certificate: anchor if its basicConstraints say cA, otherwise kept as a document signer's. The same one twice is
  /// kept once. Fails with malformed when basicConstraints cannot be read, or limit.
  [[nodiscard]] base::Result<void> add(asn1::Certificate certificate);
  [[nodiscard]] base::Result<void> add(asn1::CertificateList list);

  using Certificates = std::vector<std::unique_ptr<const asn1::Certificate>>;
  using Lists = std::vector<std::unique_ptr<const asn1::CertificateList>>;
  [[nodiscard]] const Certificates& anchors() const noexcept { return anchors_; }
  /// Certificates that are no CA: trusted for nothing, but found when a document does not bring its own.
  [[nodiscard]] const Certificates& document_signers() const noexcept { return document_signers_; }
  [[nodiscard]] const Lists& revocation_lists() const noexcept { return lists_; }
  [[nodiscard]] const std::vector<TrustWarning>& warnings() const noexcept { return warnings_; }

  // Lookups. Pointers live as long as the store; moving the store keeps them valid.
  [[nodiscard]] std::vector<const asn1::Certificate*> anchors_by_key_id(base::ByteView subject_key_identifier) const;
  /// By name, compared tolerantly (asn1::same_name).
  [[nodiscard]] std::vector<const asn1::Certificate*> anchors_by_subject(const asn1::Name& name) const;
  [[nodiscard]] const asn1::Certificate* document_signer(const asn1::Name& issuer, base::ByteView serial) const;
  [[nodiscard]] const asn1::Certificate* document_signer_by_key_id(base::ByteView subject_key_identifier) const;

 private:
  using Index = std::multimap<std::string, const asn1::Certificate*>;

  [[nodiscard]] base::Result<void> add_folder(const std::filesystem::path& folder);
  [[nodiscard]] base::Result<void> add_file(const std::filesystem::path& file);
  [[nodiscard]] base::Result<void> add_pem(const std::filesystem::path& file, base::ByteView text);
  [[nodiscard]] base::Result<void> add_der(base::ByteView der, bool list_expected);
  /// Is there room for one more object? Tells also whether `der` is here already.
  [[nodiscard]] base::Result<bool> is_new(base::ByteView der);

  Certificates anchors_;
  Certificates document_signers_;
  Lists lists_;
  std::vector<TrustWarning> warnings_;
  std::set<std::string> seen_;  ///< SHA-256 of everything in the store
  Index anchors_by_key_id_;
  Index signers_by_key_id_;
  Index signers_by_serial_;
  Index anchors_by_subject_;
};

}  // namespace cicada::host::pki
