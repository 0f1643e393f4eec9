// Which document signer signs the next card, and whether any may.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/signer.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::vault {

/// Most document signers at once.
inline constexpr std::size_t kMaxDocumentSigners = 64;

struct SigningRules {
  /// Keys that may sign, in the words of the command line ("ecdsa-p256"); empty: every curve of 256 bits and more, RSA
  /// of 2048 bits and more. Others are K02.
  std::vector<std::string> algorithms = {};
  /// A card may end after its signer's certificate. Else that is K01. Cards without an end are never asked.
  bool cards_may_outlive_signer = false;
  /// Cards that one signer signs at most, as counted by this object; 0: no limit. 9303-12 §4.1.1.2 wants few cards
  /// lost when one signer is.
  std::uint64_t cards_per_signer = 0;
};

/// Several signers, of which the one whose private key usage period contains now signs; of two, the one whose period
/// ends first. Objects are safe to call from many threads.
class DocumentSigners {
 public:
  struct Chosen {
    std::shared_ptr<const issuance::SodSigner> signer;
    std::string name;  ///< the certificate's serial number, hexadecimal
  };

  /// `trust` has the CSCA and its revocation list. Signers that may never sign (K02: not of a CSCA of `trust`, an
  /// algorithm outside the rules; K01: revoked) are kept, to say why when none is left. Fails with bad_input when there
  /// is no signer or a key does not belong to its certificate, limit for more than kMaxDocumentSigners.
  [[nodiscard]] static base::Result<std::unique_ptr<DocumentSigners>> create(std::vector<pki::DocumentSigner> signers,
                                                                             const pki::TrustStore& trust,
                                                                             SigningRules rules,
                                                                             std::shared_ptr<const base::Clock> clock);
  DocumentSigners(const DocumentSigners&) = delete;
  DocumentSigners& operator=(const DocumentSigners&) = delete;
  DocumentSigners(DocumentSigners&&) = delete;
  DocumentSigners& operator=(DocumentSigners&&) = delete;
  ~DocumentSigners();

  /// For a card of this kind that ends on this day (nothing: it does not). Counts the card. Fails with conflict (K01,
  /// K02) when no signer may sign it now: the line must stop.
  [[nodiscard]] base::Result<Chosen> choose(perso::DocumentKind kind, std::optional<base::Date> card_end);

  /// Names of all signers, also of those that may not sign.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Entry;
  DocumentSigners(std::vector<Entry> entries, SigningRules rules, std::shared_ptr<const base::Clock> clock);
  [[nodiscard]] static base::Result<Entry> examine(pki::DocumentSigner signer, const pki::TrustStore& trust,
                                                   const SigningRules& rules, base::Instant now);
  [[nodiscard]] std::optional<base::Error> why_not(const Entry& entry, perso::DocumentKind kind,
                                                   std::optional<base::Date> card_end, base::Instant now) const;

  std::vector<Entry> entries_;  ///< the one whose period ends first comes first
  SigningRules rules_;
  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;  ///< over Entry::cards
};

/// The day on which the card of this job ends, as its MRZ says; nothing when it does not end or the MRZ is not there.
[[nodiscard]] std::optional<base::Date> end_of(const issuance::CardJob& job);

}  // namespace cicada::host::vault
