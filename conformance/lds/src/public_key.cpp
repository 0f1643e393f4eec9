#include "public_key.h"

#include <array>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/crypto/openssl/rsa.h"
#include "der_rules.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;
namespace openssl = crypto::openssl;

namespace {

/// Numbers of 9303-11 §9.5.1: 0 to 2 groups, 8 to 18 curves in the order of openssl::Curve.
constexpr std::uint32_t kFirstCurve = 8;
constexpr std::uint32_t kLastCurve = 18;
constexpr std::uint32_t kLastGroup = 2;

std::optional<openssl::Curve> curve_of_number(std::uint32_t number) {
  if (number < kFirstCurve || number > kLastCurve) return std::nullopt;
  return static_cast<openssl::Curve>(number - kFirstCurve);
}

std::optional<openssl::Curve> curve_of(const asn1::EcDomainParameters& p) {
  return openssl::match_curve(
      {.p = p.p, .a = p.a, .b = p.b, .generator = p.generator, .order = p.order, .cofactor = p.cofactor});
}

asn1::AlgorithmIdentifier identifier(const KeyParts& key) {
  return asn1::parse_algorithm_identifier(key.algorithm.whole).value_or(asn1::AlgorithmIdentifier{});
}

Judged<void> explicit_parameters(const base::Bytes& parameters, std::string_view what, std::size_t at) {
  const auto numbers = asn1::parse_ec_parameters(parameters);
  if (!numbers) return breaks(fmt::format("{}: its EC parameters are none of a prime field", what), at);
  if (!numbers->parameters) {
    return breaks(fmt::format("{}: the curve is named; 9303-12 wants explicit parameters", what), at);
  }
  const auto& domain = *numbers->parameters;
  if (domain.cofactor == 0) return breaks(fmt::format("{}: the explicit parameters lack the cofactor", what), at);
  if (domain.generator.empty() || domain.generator[0] != 0x04) {
    return breaks(fmt::format("{}: the generator is not an uncompressed point", what), at);
  }
  if (!curve_of(domain))
    return undecided(fmt::format("{}: parameters of a curve that 9303-11 does not name", what), at);
  return {};
}

Judged<void> dh_parameters(const asn1::AlgorithmIdentifier& algorithm, std::string_view what, std::size_t at) {
  const auto domain = asn1::parse_dh_parameters(algorithm.parameters);
  if (!domain) return breaks(fmt::format("{}: its DH parameters cannot be read", what), at);
  if (algorithm.oid != oids::kDhPublicNumber || domain->q.empty()) {
    return breaks(fmt::format("{}: dhpublicnumber with p, g and q is wanted", what), at);
  }
  return {};
}

Judged<void> standardized_rules(std::uint32_t number, const KeyRules& rules, std::string_view what, std::size_t at) {
  const bool known = (rules.dh && number <= kLastGroup) || (rules.ec && curve_of_number(number).has_value());
  if (known) return {};
  return breaks(fmt::format("{}: standardized domain parameters {} are not for this kind of key", what, number), at);
}

Judged<void> rsa_value(const KeyParts& key, const KeyRules& rules, std::string_view what) {
  const auto octets = key.bits.value.subspan(1);
  const auto at = key.bits.value_at() + 1;
  CICADA_CHECK(check_der(octets, at, what));
  Level outer{octets, at, Rules::der};
  CICADA_TRY(const auto sequence, outer.expect(tags::kSequence, "the RSA key"));
  CICADA_CHECK(outer.end("the RSA key"));
  Level level{sequence, Rules::der};
  CICADA_TRY(const auto modulus, level.expect(tags::kInteger, "the modulus"));
  CICADA_TRY(const auto exponent, level.expect(tags::kInteger, "the exponent"));
  CICADA_CHECK(level.end("the RSA key"));
  for (const auto* number : {&modulus, &exponent}) {
    if ((number->value[0] & 0x80U) != 0) return breaks(fmt::format("{}: a number is negative", what), number->at);
  }
  const auto created =
      openssl::RsaPublicKey::create(asn1::trim_unsigned(modulus.value), asn1::trim_unsigned(exponent.value));
  if (!created) return breaks(fmt::format("{}: {}", what, created.error().describe()), modulus.at);
  if (created->modulus_bits() < rules.min_rsa_bits) {
    return breaks(fmt::format("{}: a modulus of {} bits, {} are wanted at least", what, created->modulus_bits(),
                              rules.min_rsa_bits),
                  modulus.at);
  }
  return {};
}

Judged<void> point_on(std::optional<openssl::Curve> curve, const KeyParts& key, std::string_view what) {
  const auto at = key.bits.value_at() + 1;
  if (!curve) return undecided(fmt::format("{}: on a curve that is not computed with", what), at);
  const auto point = key.bits.value.subspan(1);
  if (point.empty() || point[0] != 0x04) return breaks(fmt::format("{}: the point is not uncompressed", what), at);
  if (!openssl::EcPublicKey::create(*curve, point)) {
    return breaks(fmt::format("{}: no point of {}", what, openssl::curve_name(*curve)), at);
  }
  return {};
}

Judged<void> ec_value(const KeyParts& key, std::string_view what) {
  const auto numbers = asn1::parse_ec_parameters(identifier(key).parameters);
  if (!numbers) return undecided(fmt::format("{}: its EC parameters cannot be read", what), key.algorithm.at);
  if (numbers->parameters) return point_on(curve_of(*numbers->parameters), key, what);
  return point_on(openssl::curve_by_oid(numbers->named_curve->to_dotted()), key, what);
}

Judged<void> element_of(openssl::Modp modp, base::ByteView value, std::string_view what, std::size_t at) {
  const auto group = openssl::ModpGroup::create(modp);
  if (!group) return undecided(fmt::format("{}: {}", what, group.error().describe()), at);
  if (!group->check(value)) return breaks(fmt::format("{}: no element of the subgroup", what), at);
  return {};
}

Judged<void> dh_value(const KeyParts& key, std::string_view what) {
  const auto at = key.bits.value_at() + 1;
  const auto info = asn1::parse_public_key_info(key.whole.whole);
  const auto numbers = info ? asn1::parse_dh_public_key(*info) : std::unexpected(info.error());
  if (!numbers) return breaks(fmt::format("{}: no DH key", what), at);
  const auto group = openssl::match_modp(numbers->parameters.p, numbers->parameters.g);
  if (!group) return undecided(fmt::format("{}: in a group that 9303-11 does not name", what), at);
  return element_of(*group, numbers->value, what, at);
}

Judged<void> standardized_value(const KeyParts& key, std::uint32_t number, std::string_view what) {
  const auto at = key.bits.value_at() + 1;
  if (number > kLastGroup) return point_on(curve_of_number(number), key, what);
  const auto info = asn1::parse_public_key_info(key.whole.whole);
  const auto value = info ? asn1::dh_value_of_standardized(*info) : std::unexpected(info.error());
  if (!value) return breaks(fmt::format("{}: no DH key", what), at);
  return element_of(static_cast<openssl::Modp>(number), *value, what, at);
}

}  // namespace

Judged<KeyParts> key_parts(const Object& info, std::string_view what) {
  if (info.tag != tags::kSequence) {
    return breaks(fmt::format("{}: SubjectPublicKeyInfo is a SEQUENCE, found is {}", what, tag_text(info.tag)),
                  info.at);
  }
  CICADA_CHECK(check_der(info.whole, info.at, what));
  Level level{info, Rules::der};
  KeyParts key{.whole = info, .algorithm = {}, .bits = {}};
  CICADA_TRY(key.algorithm, level.expect(tags::kSequence, "the key's algorithm"));
  CICADA_TRY(key.bits, level.expect(tags::kBitString, "the key"));
  CICADA_CHECK(level.end("SubjectPublicKeyInfo"));
  if (key.bits.value[0] != 0) return breaks(fmt::format("{}: the key does not fill whole octets", what), key.bits.at);
  if (!asn1::parse_algorithm_identifier(key.algorithm.whole)) {
    return breaks(fmt::format("{}: its algorithm is no AlgorithmIdentifier", what), key.algorithm.at);
  }
  return key;
}

Judged<void> key_algorithm_rules(const KeyParts& key, const KeyRules& rules, std::string_view what) {
  const auto algorithm = identifier(key);
  const auto at = key.algorithm.at;
  if (rules.rsa && algorithm.oid == oids::kRsaEncryption) {
    if (base::equal(algorithm.parameters, asn1::encode_null())) return {};
    return breaks(fmt::format("{}: rsaEncryption has NULL as parameters (RFC 4055 §1.2)", what), at);
  }
  if (rules.ec && algorithm.oid == oids::kEcPublicKey) return explicit_parameters(algorithm.parameters, what, at);
  if (rules.dh && (algorithm.oid == oids::kDhPublicNumber || algorithm.oid == oids::kDhKeyAgreement)) {
    return dh_parameters(algorithm, what, at);
  }
  if (rules.standardized) {
    const auto number = asn1::standardized_domain(algorithm);
    if (!number) return breaks(fmt::format("{}: standardized domain parameters without their number", what), at);
    if (*number) return standardized_rules(**number, rules, what, at);
  }
  return breaks(fmt::format("{}: algorithm {} is not allowed here", what, algorithm.oid.to_dotted()), at);
}

Judged<void> key_value_rules(const KeyParts& key, const KeyRules& rules, std::string_view what) {
  const auto algorithm = identifier(key);
  if (algorithm.oid == oids::kRsaEncryption) return rsa_value(key, rules, what);
  if (algorithm.oid == oids::kEcPublicKey) return ec_value(key, what);
  if (algorithm.oid == oids::kDhPublicNumber || algorithm.oid == oids::kDhKeyAgreement) return dh_value(key, what);
  const auto number = asn1::standardized_domain(algorithm);
  if (number && *number) return standardized_value(key, **number, what);
  return undecided(fmt::format("{}: a key of an unknown algorithm", what), key.algorithm.at);
}

Judged<void> key_rules(const Object& info, const KeyRules& rules, std::string_view what) {
  CICADA_TRY(const auto key, key_parts(info, what));
  CICADA_CHECK(key_algorithm_rules(key, rules, what));
  return key_value_rules(key, rules, what);
}

std::optional<std::uint32_t> domain_number(base::ByteView octets) {
  const auto info = asn1::parse_public_key_info(octets);
  if (!info) return std::nullopt;
  if (const auto number = asn1::standardized_domain(info->algorithm); number && *number) return *number;
  if (const auto ec = asn1::parse_ec_public_key(*info)) {
    auto curve = ec->parameters ? curve_of(*ec->parameters) : openssl::curve_by_oid(ec->named_curve->to_dotted());
    if (curve) return static_cast<std::uint32_t>(*curve) + kFirstCurve;
  }
  if (const auto dh = asn1::parse_dh_public_key(*info)) {
    const auto group = openssl::match_modp(dh->parameters.p, dh->parameters.g);
    if (group) return static_cast<std::uint32_t>(*group);
  }
  return std::nullopt;
}

}  // namespace cicada::conformance::lds
