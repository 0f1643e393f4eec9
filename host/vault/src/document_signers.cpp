#include "cicada/host/vault/document_signers.h"

#include <algorithm>

#include "cicada/base/hex.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/host/pki/path.h"
#include "cicada/host/pki/test_country.h"

namespace cicada::host::vault {

using base::Error;
using base::Fault;
using base::Instant;
using base::Result;
namespace ossl = crypto::openssl;

namespace {

constexpr base::Literal kNewSigner = "make a new document signer";
/// An answer about a signer's cards is not believed for longer, however few were signed since: others sign, too.
constexpr std::chrono::seconds kAnswerHolds{10};
/// Nobody is asked again before: the answer costs a look through all jobs that are ready.
constexpr std::chrono::seconds kAnswerRests{1};
/// A moment after all others, for a period without an end.
constexpr Instant kNever = Instant::max();

std::string_view document_code(perso::DocumentKind kind) noexcept {
  return kind == perso::DocumentKind::passport ? "PP" : "ID";
}

/// 9303-12 §7.1.1.6: "I" stands for every type that begins with it.
bool covers(const std::vector<std::string>& types, std::string_view code) {
  return std::ranges::any_of(types, [code](const auto& type) { return !type.empty() && code.starts_with(type); });
}

/// The name on the command line of a key of this kind; empty when it has none.
std::string_view kind_of(const pki::PublicKey& key) {
  using pki::KeyAlgorithm;
  if (const auto* ec = key.ec()) {
    switch (ec->curve()) {
      case ossl::Curve::p256: return to_string(KeyAlgorithm::ecdsa_p256);
      case ossl::Curve::p384: return to_string(KeyAlgorithm::ecdsa_p384);
      case ossl::Curve::brainpool_p256r1: return to_string(KeyAlgorithm::ecdsa_brainpool_p256r1);
      case ossl::Curve::brainpool_p384r1: return to_string(KeyAlgorithm::ecdsa_brainpool_p384r1);
      default: return {};
    }
  }
  if (const auto* rsa = key.rsa()) {
    if (rsa->modulus_bits() == 2048) return to_string(KeyAlgorithm::rsa_2048);
    if (rsa->modulus_bits() == 3072) return to_string(KeyAlgorithm::rsa_3072);
  }
  return {};
}

bool strong_enough(const pki::PublicKey& key) {
  constexpr std::size_t kLeastOrder = 32;
  constexpr std::size_t kLeastModulus = 2048;
  if (key.is_weak()) return false;
  if (const auto* ec = key.ec()) return ossl::order_size(ec->curve()) >= kLeastOrder;
  return key.rsa() != nullptr && key.rsa()->modulus_bits() >= kLeastModulus;
}

bool algorithm_allowed(const asn1::Certificate& certificate, const SigningRules& rules) {
  const auto key = pki::PublicKey::create(certificate.public_key);
  if (!key) return false;
  if (rules.algorithms.empty()) return strong_enough(*key);
  return std::ranges::find(rules.algorithms, kind_of(*key)) != rules.algorithms.end();
}

/// What no later moment will heal.
std::optional<Error> lasting_defect(const asn1::Certificate& certificate, const pki::TrustStore& trust,
                                    const SigningRules& rules, Instant now) {
  if (!algorithm_allowed(certificate, rules)) {
    return Error{.fault = Fault::conflict,
                 .what = "K02: the document signer's algorithm is not one of the profile",
                 .hint = kNewSigner};
  }
  const auto report = pki::validate_path(trust, {.signer = &certificate, .at = now});
  if (!report.path.good()) {
    return Error{.fault = Fault::conflict,
                 .what = "K02: the document signer's certificate does not belong to a CSCA of this country",
                 .clause = "9303-12 §6.1.2",
                 .hint = "cicada verify says which link is wrong"};
  }
  if (report.revocation.state == pki::Judgement::State::bad) {
    return Error{.fault = Fault::conflict,
                 .what = "K01: the document signer is revoked",
                 .clause = "9303-12 §7.1.4",
                 .hint = kNewSigner};
  }
  return std::nullopt;
}

Error refusal(base::Literal what, base::Literal clause) {
  return {.fault = Fault::conflict, .what = what, .clause = clause, .hint = kNewSigner};
}

}  // namespace

struct DocumentSigners::Entry {
  std::shared_ptr<const issuance::SodSigner> signer;
  std::string name;
  std::optional<Error> defect = {};             ///< may never sign
  std::optional<Instant> begin = {}, end = {};  ///< of the private key usage period
  std::vector<std::string> types = {};          ///< document codes; empty: all
  std::uint64_t cards = 0;                      ///< signed, by this object and as far as it was told
  std::uint64_t ask_at = 0;                     ///< so many: others are asked again
  std::optional<Instant> asked = {};            ///< when they were last

  [[nodiscard]] bool asks_again(Instant now) const {
    if (!asked || now < *asked || now - *asked >= kAnswerHolds) return true;
    return cards >= ask_at && now - *asked >= kAnswerRests;
  }
};

DocumentSigners::DocumentSigners(std::vector<Entry> entries, SigningRules rules,
                                 std::shared_ptr<const base::Clock> clock, SignedBefore signed_before)
    : entries_(std::move(entries)),
      rules_(std::move(rules)),
      clock_(std::move(clock)),
      signed_before_(std::move(signed_before)) {}
DocumentSigners::~DocumentSigners() = default;

Result<DocumentSigners::Entry> DocumentSigners::examine(pki::DocumentSigner signer, const pki::TrustStore& trust,
                                                        const SigningRules& rules, Instant now) {
  Entry entry;
  const auto& certificate = signer.certificate;
  entry.name = base::to_hex(certificate.serial);
  entry.defect = lasting_defect(certificate, trust, rules, now);
  CICADA_TRY(const auto period, certificate.private_key_usage_period());
  if (period) {
    entry.begin = period->not_before;
    entry.end = period->not_after;
  }
  CICADA_TRY(const auto types, certificate.document_type_list());
  if (types) entry.types = *types;
  CICADA_TRY(auto sod_signer, issuance::SodSigner::create(std::move(signer)));
  entry.signer = std::make_shared<const issuance::SodSigner>(std::move(sod_signer));
  return entry;
}

Result<std::unique_ptr<DocumentSigners>> DocumentSigners::create(std::vector<pki::DocumentSigner> signers,
                                                                 const pki::TrustStore& trust, SigningRules rules,
                                                                 std::shared_ptr<const base::Clock> clock,
                                                                 SignedBefore signed_before) {
  if (signers.empty()) return base::fail({.fault = Fault::bad_input, .what = "there is no document signer"});
  if (signers.size() > kMaxDocumentSigners) {
    return base::fail({.fault = Fault::limit, .what = "there are too many document signers"});
  }
  std::vector<Entry> entries;
  for (auto& signer : signers) {
    CICADA_TRY(auto entry, examine(std::move(signer), trust, rules, clock->now()));
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, {}, [](const Entry& entry) { return std::pair{entry.end.value_or(kNever), entry.name}; });
  return std::unique_ptr<DocumentSigners>{
      new DocumentSigners{std::move(entries), std::move(rules), std::move(clock), std::move(signed_before)}};
}

std::optional<Error> DocumentSigners::why_not(const Entry& entry, perso::DocumentKind kind,
                                              std::optional<base::Date> card_end, Instant now) const {
  if (entry.defect) return entry.defect;
  if (!entry.types.empty() && !covers(entry.types, document_code(kind))) {
    return refusal("K02: the document signer may not sign this type of document", "9303-12 §7.1.1.6");
  }
  const auto& validity = entry.signer->certificate().validity;
  if (now < validity.not_before || (entry.begin && now < *entry.begin)) {
    return refusal("K01: the document signer is not valid yet", "9303-12 §4.1.1.2");
  }
  if (now > validity.not_after || (entry.end && now > *entry.end)) {
    return refusal("K01: the document signer's private key usage period is over", "9303-12 §4.1.1.2");
  }
  if (card_end && !rules_.cards_may_outlive_signer && *card_end > base::date_of(validity.not_after)) {
    return refusal("K01: the document signer's certificate ends before the card", "9303-12 §4.1.1.1");
  }
  return std::nullopt;
}

Result<bool> DocumentSigners::is_used_up(Entry& entry, Instant now) const {
  constexpr std::uint64_t kParts = 64;
  const auto limit = rules_.cards_per_signer;
  if (limit == 0) return false;
  if (signed_before_ && entry.cards < limit && entry.asks_again(now)) {
    CICADA_TRY(const auto known, signed_before_(entry.name, limit));
    entry.asked = now;
    entry.cards = std::max(entry.cards, known);
    entry.ask_at = entry.cards + std::max<std::uint64_t>(1, (limit - std::min(limit, entry.cards)) / kParts);
  }
  return entry.cards >= limit;
}

void DocumentSigners::remember(const std::string& card, std::size_t entry) {
  if (card.empty()) return;
  chosen_.insert_or_assign(card, entry);
  order_.push_back(card);
  if (order_.size() <= kMaxCardsRemembered) return;
  chosen_.erase(order_.front());
  order_.pop_front();
}

Result<DocumentSigners::Chosen> DocumentSigners::choose(perso::DocumentKind kind, std::optional<base::Date> card_end,
                                                        const std::string& card) {
  const std::scoped_lock lock{mutex_};
  const auto now = clock_->now();  // not before another thread's question
  if (const auto before = chosen_.find(card); before != chosen_.end()) {
    const auto& entry = entries_[before->second];
    if (!why_not(entry, kind, card_end, now)) return Chosen{.signer = entry.signer, .name = entry.name};
  }
  std::optional<Error> last;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto& entry = entries_[i];
    last = why_not(entry, kind, card_end, now);  // that of the signer whose period ends last tells most
    if (last) continue;
    CICADA_TRY(const bool used_up, is_used_up(entry, now));
    if (used_up) {
      last = refusal("K01: the document signer has signed as many cards as it may", "9303-12 §4.1.1.2");
      continue;
    }
    ++entry.cards;
    remember(card, i);
    return Chosen{.signer = entry.signer, .name = entry.name};
  }
  return std::unexpected(*last);
}

std::vector<std::string> DocumentSigners::names() const {
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const auto& entry : entries_) names.push_back(entry.name);
  return names;
}

std::optional<base::Date> end_of(const issuance::CardJob& job) {
  std::string zone;
  for (const auto& line : job.mrz) zone += line;
  const auto parsed = lds::parse_mrz(zone);
  if (!parsed) return std::nullopt;
  const auto expiry = lds::expiry_of(parsed->fields.issuing_state, parsed->fields.expiry_date);
  return expiry.unlimited ? std::nullopt : expiry.date;
}

}  // namespace cicada::host::vault
