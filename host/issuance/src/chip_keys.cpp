#include "chip_keys.h"

#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::host::issuance {

using base::Result;
namespace openssl = crypto::openssl;

namespace {

struct Pair {
  perso::PrivateHalf secret;
  perso::ChipPublicKey key;
};

Result<Pair> rsa_pair(std::size_t bits) {
  CICADA_TRY(const auto made, openssl::RsaPrivateKey::generate(bits));
  CICADA_TRY(auto numbers, made.numbers());
  Pair pair;
  pair.key = {.modulus = made.modulus(), .exponent = made.exponent(), .value = {}};
  pair.secret.exponent = std::move(numbers.exponent);
  pair.secret.prime_p = std::move(numbers.prime_p);
  pair.secret.prime_q = std::move(numbers.prime_q);
  pair.secret.exponent_p = std::move(numbers.exponent_p);
  pair.secret.exponent_q = std::move(numbers.exponent_q);
  pair.secret.coefficient = std::move(numbers.coefficient);
  return pair;
}

Result<Pair> agreement_pair(perso::DomainParameters domain, base::Rng& rng) {
  Pair pair;
  if (perso::is_dh(domain)) {
    CICADA_TRY(const auto group, openssl::ModpGroup::create(openssl::Modp{domain}));
    CICADA_TRY(pair.secret.value, group.random_exponent(rng));
    CICADA_TRY(pair.key.value, group.power_of_generator(pair.secret.value.expose()));
    return pair;
  }
  constexpr perso::DomainParameters kFirstCurve = 8;  // 9303-11 §9.5.1
  CICADA_TRY(const auto made,
             openssl::EcPrivateKey::generate(openssl::Curve{static_cast<std::uint8_t>(domain - kFirstCurve)}));
  CICADA_TRY(pair.secret.value, made.scalar());
  pair.key.value = made.public_point();
  return pair;
}

}  // namespace

Result<std::shared_ptr<const perso::PreparedKeys>> prepare_keys(const perso::Profile& profile, base::Rng& rng) {
  auto keys = std::make_shared<perso::PreparedKeys>();
  if (const auto& active = profile.active_authentication) {
    auto pair = active->bits != 0 ? rsa_pair(active->bits) : agreement_pair(active->domain, rng);
    if (!pair) return std::unexpected(pair.error());
    keys->active = std::move(pair->secret);
    keys->public_halves.active = std::move(pair->key);
  }
  for (const auto& chip : profile.chip_authentication) {
    CICADA_TRY(auto pair, agreement_pair(chip.domain, rng));
    keys->chip.push_back(std::move(pair.secret));
    keys->public_halves.chip.push_back(std::move(pair.key));
  }
  return keys;
}

}  // namespace cicada::host::issuance
