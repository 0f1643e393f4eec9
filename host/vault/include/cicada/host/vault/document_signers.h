// Which document signer signs the next card, and whether any may.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
/// Cards whose signer is remembered, so that one that is tried again is counted once.
inline constexpr std::size_t kMaxCardsRemembered = 4096;

struct SigningRules {
  /// Keys that may sign, in the words of the command line ("ecdsa-p256"); empty: every curve of 256 bits and more, RSA
  /// of 2048 bits and more. Others are K02.
  std::vector<std::string> algorithms = {};
  /// A card may end after its signer's certificate. Else that is K01. Cards without an end are never asked.
  bool cards_may_outlive_signer = false;
  /// Cards that one signer signs at most, as counted by this object and by whoever it asks (SignedBefore); 0: no limit.
  /// 9303-12 §4.1.1.2 wants few cards lost when one signer is.
  std::uint64_t cards_per_signer = 0;
};

/// How many cards this signer has signed, as far as all others know: the journal (Journal::count_of_signer). It need
/// not count beyond `most`.
using SignedBefore = std::function<base::Result<std::uint64_t>(const std::string& signer, std::uint64_t most)>;

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
                                                                             std::shared_ptr<const base::Clock> clock,
                                                                             SignedBefore signed_before = {});
  DocumentSigners(const DocumentSigners&) = delete;
  DocumentSigners& operator=(const DocumentSigners&) = delete;
  DocumentSigners(DocumentSigners&&) = delete;
  DocumentSigners& operator=(DocumentSigners&&) = delete;
  ~DocumentSigners();

  /// For a card of this kind that ends on this day (nothing: it does not). Counts the card; one of a name that came
  /// among the last kMaxCardsRemembered gets the signer of then, and is not counted again. Where there is a limit, the
  /// others' count is asked for at the first card, and again when the answer is ten seconds old or every 64th part of
  /// what is left, but not twice within a second: processes that sign side by side hear of each other. Fails with
  /// conflict (K01, K02) when no signer may sign it now: the line must stop; as SignedBefore does.
  [[nodiscard]] base::Result<Chosen> choose(perso::DocumentKind kind, std::optional<base::Date> card_end,
                                            const std::string& card = {});

  /// Names of all signers, also of those that may not sign.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Entry;
  DocumentSigners(std::vector<Entry> entries, SigningRules rules, std::shared_ptr<const base::Clock> clock,
                  SignedBefore signed_before);
  [[nodiscard]] static base::Result<Entry> examine(pki::DocumentSigner signer, const pki::TrustStore& trust,
                                                   const SigningRules& rules, base::Instant now);
  /// But for its number of cards.
  [[nodiscard]] std::optional<base::Error> why_not(const Entry& entry, perso::DocumentKind kind,
                                                   std::optional<base::Date> card_end, base::Instant now) const;
  /// True when the signer has signed as many cards as it may.
  [[nodiscard]] base::Result<bool> is_used_up(Entry& entry, base::Instant now) const;
  void remember(const std::string& card, std::size_t entry);

  std::vector<Entry> entries_;  ///< the one whose period ends first comes first
  SigningRules rules_;
  std::shared_ptr<const base::Clock> clock_;
  SignedBefore signed_before_;
  std::mutex mutex_;                                          ///< over what follows, and the counts of the entries
  std::unordered_map<std::string, std::size_t> chosen_ = {};  ///< entries, by the card's name
  std::deque<std::string> order_ = {};                        ///< of the names, the oldest first
};

/// The day on which the card of this job ends, as its MRZ says; nothing when it does not end or the MRZ is not there.
[[nodiscard]] std::optional<base::Date> end_of(const issuance::CardJob& job);

}  // namespace cicada::host::vault
