// Keys that are not those of the document.
#include <algorithm>
#include <utility>

#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "furnish.h"

namespace cicada::applet_sim::misbehave {
namespace {

namespace mbedtls = crypto::mbedtls;
using applet::ActiveKey;
using applet::CardState;
using applet::ChipKey;
using applet::DhSecret;
using applet::EcSecret;
using applet::RsaSecret;
using base::Bytes;
using base::ByteView;
using base::Result;
using base::SecretBytes;
using fs::FileId;

std::unexpected<base::Error> no_key() {
  return base::fail({.fault = base::Fault::not_found,
                     .what = "the card has no such key",
                     .hint = "the fault does not fit this card"});
}

/// A public half, and what it is to be replaced by.
struct PublicHalves {
  Bytes before, now;
};

Result<PublicHalves> replace(EcSecret& secret, base::Rng& rng) {
  CICADA_TRY(const auto old, mbedtls::EcPrivateKey::create(secret.curve, secret.scalar.expose()));
  CICADA_TRY(const auto other, mbedtls::EcPrivateKey::generate(secret.curve, rng));
  secret.scalar = other.scalar().clone();
  return PublicHalves{.before = old.public_point(), .now = other.public_point()};
}

Result<PublicHalves> replace(RsaSecret& secret, base::Rng& rng) {
  CICADA_TRY(const auto old, mbedtls::RsaPrivateKey::create(secret.p.expose(), secret.q.expose(), secret.exponent));
  CICADA_TRY(const auto other, mbedtls::RsaPrivateKey::generate(old.modulus().size() * 8, rng));
  CICADA_TRY(secret.p, other.prime_p());
  CICADA_TRY(secret.q, other.prime_q());
  secret.exponent = other.exponent();
  return PublicHalves{.before = old.modulus(), .now = other.modulus()};
}

/// Integers of files have no leading zeros and a positive sign: one of the same form is looked for.
Result<PublicHalves> replace(DhSecret& secret, base::Rng& rng) {
  constexpr int kTries = 64;
  CICADA_TRY(const auto group, mbedtls::ModpGroup::create(secret.group));
  CICADA_TRY(const auto old, group.power_of_generator(secret.exponent.expose()));
  for (int i = 0; i < kTries; ++i) {
    CICADA_TRY(auto exponent, group.random_exponent(rng));
    CICADA_TRY(const auto now, group.power_of_generator(exponent.expose()));
    if (now.front() == 0 || old.front() == 0 || (now.front() ^ old.front()) >= 0x80) continue;
    secret.exponent = std::move(exponent);
    return PublicHalves{.before = old, .now = now};
  }
  return base::fail({.fault = base::Fault::crypto, .what = "no other key of this form was found"});
}

Result<void> publish(CardState& card, const PublicHalves& halves) {
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    const auto id = static_cast<FileId>(i);
    const auto* const ef = card.files.ef(id);
    if (ef == nullptr) continue;
    auto content = ef->content;
    const auto found = std::ranges::search(content, halves.before);
    if (found.empty()) continue;
    std::ranges::copy(halves.now, found.begin());
    CICADA_CHECK(set_content(card, id, content));
  }
  return {};
}

Result<void> replace_secret(auto& secret, bool published, CardState& card, base::Rng& rng) {
  CICADA_TRY(const auto halves, std::visit([&](auto& one) { return replace(one, rng); }, secret));
  return published ? publish(card, halves) : Result<void>{};
}

/// Each octet of each password is another one.
Result<void> replace_passwords(CardState& card) {
  bool any = false;
  for (auto& password : card.passwords) {
    if (!password) continue;
    auto k = base::to_bytes(password->k.expose());
    for (auto& octet : k) octet ^= 0x01U;
    password->k = SecretBytes{std::move(k)};
    any = true;
  }
  return any ? Result<void>{} : no_key();
}

}  // namespace

Result<void> replace_key(const Action& action, CardState& card, base::Rng& rng) {
  switch (action.subject) {
    case Subject::active_key: {
      if (!card.active_key) return no_key();
      return replace_secret(card.active_key->secret, action.publish, card, rng);
    }
    case Subject::chip_key: {
      if (card.chip_keys.empty()) return no_key();
      for (auto& key : card.chip_keys) CICADA_CHECK(replace_secret(key.secret, action.publish, card, rng));
      return {};
    }
    default: return replace_passwords(card);
  }
}

}  // namespace cicada::applet_sim::misbehave
