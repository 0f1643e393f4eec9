// Whom we trust: CSCA certificates, revocation lists, master lists and deviation lists, from files.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cicada/asn1/crl.h"
#include "cicada/asn1/deviation_list.h"
#include "cicada/asn1/x509.h"

namespace cicada::host::pki {

/// More files in one trust folder are refused.
inline constexpr std::size_t kMaxTrustFiles = 10'000;
/// More certificates and lists in one store are refused (the ICAO PKD holds about 30,000).
inline constexpr std::size_t kMaxTrustObjects = 200'000;
/// A trust file larger than this (octets) is refused: an LDIF of the whole PKD has about 100 MB.
inline constexpr std::size_t kMaxTrustFileSize = 256UL * 1024 * 1024;
/// More warnings are counted and not kept.
inline constexpr std::size_t kMaxTrustWarnings = 1000;

/// Something of the trust material that was left out.
struct TrustWarning {
  std::filesystem::path file;
  base::Error error;
  std::string reason = {};  ///< when the error alone does not say enough
  /// The reason, or the error described.
  [[nodiscard]] std::string text() const { return reason.empty() ? error.describe() : reason; }
};

/// A list that was taken in, and what it rests on.
struct SignedListNote {
  std::filesystem::path file;
  std::string text;                          ///< "master list of C=DE, ...: 612 certificates"
  std::vector<std::string> deviations = {};  ///< see deviation.h
};

/// Where a certificate came from decides what it can be.
enum class CertificateSource : std::uint8_t {
  owner,      ///< a file of its own, or a verified master list: an anchor if it is a CA's
  directory,  ///< userCertificate of an LDIF, which nobody signed: never an anchor
};

/// Certificates, revocation lists and deviation lists. What is in the store was put there by its owner: every CA
/// certificate in it is an anchor (9303-12 §6.1.1), link certificates included; nothing that a document brings along
/// ever gets into it.
///
/// Master lists and deviation lists must be signed (9303-12 §8), by a signer whose CSCA is in the store, or, for a
/// master list, in the list or its message itself: the owner put the list there, the signature shows that it is whole.
/// A list that does not verify is left out with a warning.
class TrustStore {
 public:
  TrustStore() = default;
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;
  TrustStore(TrustStore&&) noexcept = default;
  TrustStore& operator=(TrustStore&&) noexcept = default;
  ~TrustStore() = default;

  /// Reads a file, or all files of a folder (not of its subfolders): certificates and revocation lists in DER, PEM
  /// (several blocks in a file) or PKCS#7; master lists and deviation lists (.ml, CMS); LDIF of the ICAO PKD. What a
  /// file is, its content tells. Private keys (*.key is not even opened) and other files are skipped; broken ones
  /// become warnings. Fails with not_found when a path does not exist or no CSCA certificate was found in all of them,
  /// with io or limit.
  [[nodiscard]] static base::Result<TrustStore> load(const std::filesystem::path& path);
  /// `left_out`, when given, receives the warnings of a store that could not be made.
  [[nodiscard]] static base::Result<TrustStore> load(std::span<const std::filesystem::path> paths,
                                                     std::vector<TrustWarning>* left_out = nullptr);

  /// A certificate: anchor if its basicConstraints say cA (or if it has none, is self-issued and may sign certificates:
  /// a deviation), otherwise kept as a document signer's. The same one twice is kept once. Fails with malformed when
  /// basicConstraints cannot be read, or limit.
  [[nodiscard]] base::Result<void> add(asn1::Certificate certificate,
                                       CertificateSource source = CertificateSource::owner);
  [[nodiscard]] base::Result<void> add(asn1::CertificateList list);
  /// Takes everything of `other`.
  [[nodiscard]] base::Result<void> add(TrustStore other);
  /// A CMS message in DER or BER: verified as above and taken in. `file` is for the notes. Fails with security when it
  /// does not verify (the reason is in the warnings), with malformed, unsupported or limit.
  [[nodiscard]] base::Result<void> add_signed_list(base::ByteView message, const std::filesystem::path& file = {});

  using Certificates = std::vector<std::unique_ptr<const asn1::Certificate>>;
  using Lists = std::vector<std::unique_ptr<const asn1::CertificateList>>;
  [[nodiscard]] const Certificates& anchors() const noexcept { return anchors_; }
  /// Certificates that are no CA: trusted for nothing, but found when a document does not bring its own.
  [[nodiscard]] const Certificates& document_signers() const noexcept { return document_signers_; }
  [[nodiscard]] const Lists& revocation_lists() const noexcept { return lists_; }
  /// Verified ones.
  [[nodiscard]] const std::vector<asn1::DeviationList>& deviation_lists() const noexcept { return deviation_lists_; }
  [[nodiscard]] const std::vector<TrustWarning>& warnings() const noexcept { return warnings_; }
  [[nodiscard]] std::size_t warnings_not_kept() const noexcept { return warnings_not_kept_; }
  [[nodiscard]] const std::vector<SignedListNote>& signed_lists() const noexcept { return signed_lists_; }

  // Lookups. Pointers live as long as the store; moving the store keeps them valid.
  [[nodiscard]] std::vector<const asn1::Certificate*> anchors_by_key_id(base::ByteView subject_key_identifier) const;
  /// By name, compared tolerantly (asn1::same_name).
  [[nodiscard]] std::vector<const asn1::Certificate*> anchors_by_subject(const asn1::Name& name) const;
  [[nodiscard]] const asn1::Certificate* document_signer(const asn1::Name& issuer, base::ByteView serial) const;
  [[nodiscard]] const asn1::Certificate* document_signer_by_key_id(base::ByteView subject_key_identifier) const;
  [[nodiscard]] bool has_document_signer_named(const asn1::Name& subject) const;

  /// Signatures of revocation lists of this store that verified: the same list need not be verified for each document.
  /// The deviations that were tolerated in it; null when it has not been verified yet. Threads may ask and tell at the
  /// same time.
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> verified_list(const asn1::CertificateList& list) const;
  void remember_verified(const asn1::CertificateList& list, std::vector<std::string> deviations) const;

 private:
  friend class TrustLoader;
  using Index = std::multimap<std::string, const asn1::Certificate*, std::less<>>;

  /// Is there room for one more object? Tells also whether `der` is here already.
  [[nodiscard]] base::Result<bool> is_new(base::ByteView der);
  void keep(std::unique_ptr<const asn1::Certificate> certificate, bool is_anchor);
  void warn(TrustWarning warning);

  Certificates anchors_;
  Certificates document_signers_;
  Lists lists_;
  std::vector<asn1::DeviationList> deviation_lists_;
  std::vector<TrustWarning> warnings_;
  std::size_t warnings_not_kept_ = 0;
  std::vector<SignedListNote> signed_lists_;
  std::set<std::string> seen_;  ///< SHA-256 of everything in the store
  Index anchors_by_key_id_;
  Index signers_by_key_id_;
  Index signers_by_serial_;
  Index anchors_by_subject_;
  Index signers_by_subject_;

  struct VerifiedLists {
    std::mutex mutex;
    std::map<const asn1::CertificateList*, std::shared_ptr<const std::vector<std::string>>> lists;
  };
  std::unique_ptr<VerifiedLists> verified_lists_ = std::make_unique<VerifiedLists>();
};

/// Is this an anchor's certificate, and is that plain from its basicConstraints? Fails with malformed.
struct AnchorForm {
  bool is_anchor = false;
  bool without_constraints = false;  ///< deviation csca-without-basic-constraints
};
[[nodiscard]] base::Result<AnchorForm> anchor_form(const asn1::Certificate& certificate);

}  // namespace cicada::host::pki
