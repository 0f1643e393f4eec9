#include "chip_with_key.h"

#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/rng.h"
#include "cicada/host/lds/dg14.h"

namespace cicada::test {

using namespace cicada::crypto::openssl;

namespace {

constexpr std::array kCurves = {Curve::p192,
                                Curve::brainpool_p192r1,
                                Curve::p224,
                                Curve::brainpool_p224r1,
                                Curve::p256,
                                Curve::brainpool_p256r1,
                                Curve::brainpool_p320r1,
                                Curve::p384,
                                Curve::brainpool_p384r1,
                                Curve::brainpool_p512r1,
                                Curve::p521};

const Curve* curve_of(const Group& group) {
  return std::get_if<Curve>(&group);
}

KeyForm usual_form(const Group& group) {
  return curve_of(group) != nullptr ? KeyForm::explicit_parameters : KeyForm::x942;
}

/// The values of a command's data objects, by tag.
std::map<asn1::Tag, Bytes> objects(ByteView data) {
  std::map<asn1::Tag, Bytes> out;
  const auto all = asn1::read_all(data).value();
  for (const auto& one : all) out[one.tag] = base::to_bytes(one.value);
  return out;
}

}  // namespace

std::uint32_t parameter_id(const Group& group) {
  if (const auto* const curve = curve_of(group)) {
    return 8 + static_cast<std::uint32_t>(std::ranges::find(kCurves, *curve) - kCurves.begin());
  }
  return static_cast<std::uint32_t>(std::get<Modp>(group));
}

Bytes key_info(const Group& group, ByteView value, KeyForm form) {
  if (form == KeyForm::standardized) return asn1::encode_standardized_public_key_info(parameter_id(group), value);
  if (const auto* const curve = curve_of(group)) {
    if (form == KeyForm::named) {
      return asn1::encode_ec_public_key_info(asn1::Oid::from_dotted(curve_oid(*curve)).value(), value);
    }
    const auto& known = curve_parameters(*curve);
    return asn1::encode_ec_public_key_info({.p = known.p,
                                            .a = known.a,
                                            .b = known.b,
                                            .generator = known.generator,
                                            .order = known.order,
                                            .cofactor = known.cofactor},
                                           value);
  }
  const auto modp = ModpGroup::create(std::get<Modp>(group)).value();
  asn1::DhDomainParameters domain{.p = modp.prime(), .g = modp.generator(), .q = modp.order()};
  if (form == KeyForm::pkcs3) domain.q.clear();
  return asn1::encode_dh_public_key_info(domain, value);
}

ChipWithKey::ChipWithKey(Group with_group, unsigned with_leaf)
    : group(with_group), leaf(with_leaf), form(usual_form(with_group)) {
  base::SystemRng rng;
  if (const auto* const curve = curve_of(group)) {
    const auto points = EcGroup::create(*curve).value();
    secret = points.random_scalar(rng).value();
    value = points.multiply_generator(secret.expose()).value();
  } else {
    const auto modp = ModpGroup::create(std::get<Modp>(group)).value();
    secret = modp.random_exponent(rng).value();
    value = modp.power_of_generator(secret.expose()).value();
  }
  chip.script = [this](const PlainCommand& command) { return answer(command); };
}

asn1::Oid ChipWithKey::protocol() const {
  const std::string agreement = curve_of(group) != nullptr ? "2." : "1.";
  return asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3." + agreement + std::to_string(leaf)).value();
}

Bytes ChipWithKey::dg14() const {
  auto entries = std::vector<asn1::SecurityInfo>{};
  entries.push_back(asn1::make_security_info(
      curve_of(group) != nullptr ? asn1::oids::kIdPkEcdh : asn1::oids::kIdPkDh,
      asn1::ChipAuthenticationPublicKeyInfo{
          .public_key = asn1::parse_public_key_info(key_info(group, value, form)).value(), .key_id = key_id}));
  if (with_info) {
    entries.push_back(
        asn1::make_security_info(protocol(), asn1::ChipAuthenticationInfo{.version = version, .key_id = info_id}));
  }
  entries.insert(entries.end(), more.begin(), more.end());
  return host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
}

std::optional<Answer> ChipWithKey::answer(const PlainCommand& command) {
  const auto wrong_key = [this](const std::map<asn1::Tag, Bytes>& data) {
    if (!knows) return false;
    return !data.contains(0x84) || data.at(0x84) != Bytes{static_cast<std::uint8_t>(*knows)};
  };
  if (command.ins == 0xB0) return Answer{.data = {0x60, 0x00}};
  if (command.ins == 0x22 && command.p1 == 0x41 && command.p2 == 0xA6) {
    const auto data = objects(command.data);
    if (wrong_key(data)) return Answer{.sw = 0x6A88};
    return take_key(data.at(0x91), kat, {});
  }
  if (command.ins == 0x22 && command.p1 == 0x41 && command.p2 == 0xA4) {
    const auto data = objects(command.data);
    if (wrong_key(data)) return Answer{.sw = 0x6A88};
    if (!base::equal(data.at(0x80), protocol().content())) return Answer{.sw = 0x6A80};
    return Answer{.sw = at};
  }
  if (command.ins == 0x86) {
    const auto outer = objects(command.data);
    return take_key(objects(outer.at(0x7C)).at(0x80), ga, ga_data);
  }
  return std::nullopt;
}

Answer ChipWithKey::take_key(ByteView ephemeral, std::uint16_t sw, Bytes data) {
  if (sw != 0x9000) return {.sw = sw};
  base::SecretBytes shared;
  if (const auto* const curve = curve_of(group)) {
    auto agreed = EcGroup::create(*curve).value().agree(secret.expose(), ephemeral);
    if (!agreed) return {.sw = 0x6A80};
    shared = *std::move(agreed);
  } else {
    auto agreed = ModpGroup::create(std::get<Modp>(group)).value().agree(secret.expose(), ephemeral);
    if (!agreed) return {.sw = 0x6A80};
    shared = *std::move(agreed);
  }
  const std::size_t size = leaf < 3 ? 16 : (leaf == 3 ? 24 : 32);
  if (changes_keys) {
    chip.change_keys(leaf > 1, derived_key(shared.expose(), 1, size), derived_key(shared.expose(), 2, size));
  }
  return {.data = std::move(data)};
}

}  // namespace cicada::test
