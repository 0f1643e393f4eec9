// Keys that were prepared for a chip, on their way into it.
#include <fmt/format.h>

#include "cicada/crypto/openssl/ec.h"
#include "planner.h"

namespace cicada::host::perso {

using base::Bytes;
using base::ByteView;
namespace openssl = crypto::openssl;

namespace {

std::unexpected<Problem> missing_keys() {
  return std::unexpected(Problem{.fault = base::Fault::bad_input,
                                 .text = "the card takes prepared keys; the card's data has none, or not all"});
}

/// Standardized domain parameters 8 to 18, in the order of openssl::Curve. @clause 9303-11 §9.5.1
const openssl::CurveParameters& parameters_of(DomainParameters domain) {
  constexpr DomainParameters kFirst = 8;
  return openssl::curve_parameters(openssl::Curve{static_cast<std::uint8_t>(domain - kFirst)});
}

void set_curve(Values& values, const openssl::CurveParameters& curve) {
  values.set(Field::curve_prime, ByteView{curve.p}).set(Field::curve_a, ByteView{curve.a});
  values.set(Field::curve_b, ByteView{curve.b}).set(Field::curve_generator, ByteView{curve.generator});
  values.set(Field::curve_order, ByteView{curve.order}).set(Field::curve_cofactor, curve.cofactor);
}

}  // namespace

Checked<void> Planner::load_keys() {
  if (script_.keys != KeyOrigin::prepared || !profile_.has_keys()) return {};
  const auto* keys = content_.keys.get();
  const auto count = profile_.chip_authentication.size();
  if (keys == nullptr || keys->chip.size() != count || keys->public_halves.chip.size() != count) return missing_keys();
  if (profile_.active_authentication) {
    if (!keys->active || !keys->public_halves.active) return missing_keys();
    CICADA_CHECK(load_active(*keys->active, *keys->public_halves.active));
  }
  for (std::size_t i = 0; i < count; ++i) {
    CICADA_CHECK(load_chip_key(profile_.chip_authentication[i], keys->chip[i], keys->public_halves.chip[i]));
  }
  return {};
}

Checked<void> Planner::load_active(const PrivateHalf& secret, const ChipPublicKey& key) {
  const auto& active = *profile_.active_authentication;
  Values values;
  values.set(Field::hash, active.hash).set(Field::bits, active.bits).set(Field::domain, active.domain);
  if (active.bits == 0) {
    if (secret.value.empty()) return missing_keys();
    values.set(Field::private_value, secret.value.expose()).set(Field::public_value, ByteView{key.value});
    return add_all(Moment::load_active_ecdsa, values, {});
  }
  if (secret.exponent.empty() || key.modulus.empty()) return missing_keys();
  values.set(Field::modulus, ByteView{key.modulus}).set(Field::public_exponent, ByteView{key.exponent});
  values.set(Field::private_exponent, secret.exponent.expose());
  values.set(Field::prime_p, secret.prime_p.expose()).set(Field::prime_q, secret.prime_q.expose());
  values.set(Field::exponent_p, secret.exponent_p.expose()).set(Field::exponent_q, secret.exponent_q.expose());
  values.set(Field::coefficient, secret.coefficient.expose());
  return add_all(Moment::load_active_rsa, values, {});
}

Checked<void> Planner::load_chip_key(const ChipAuthentication& chip, const PrivateHalf& secret,
                                     const ChipPublicKey& key) {
  if (secret.value.empty()) return missing_keys();
  const auto protocols = protocol_objects(chip);
  Values values;
  values.set(Field::domain, chip.domain).set(Field::protocols, ByteView{protocols});
  if (chip.key_id) values.set(Field::key_id, *chip.key_id);
  values.set(Field::private_value, secret.value.expose()).set(Field::public_value, ByteView{key.value});
  if (is_curve(chip.domain)) set_curve(values, parameters_of(chip.domain));
  return add_all(Moment::load_chip_key, values, {});
}

Bytes protocol_objects(const ChipAuthentication& chip) {
  Bytes objects;
  for (const auto& oid : chip.oids) asn1::append_tlv(objects, 0x06, oid);
  return objects;
}

}  // namespace cicada::host::perso
