#include "chip.h"

#include <string>
#include <utility>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/misissue/authority.h"

namespace cicada::tools::lower_tester {

namespace applet = applet_sim::applet;
namespace kernel = applet_sim::kernel;
namespace mbedtls = crypto::mbedtls;
using base::Bytes;
using host::misissue::must;

namespace {

asn1::Oid arc(std::string_view under, std::string_view arcs) {
  return must(asn1::Oid::from_dotted(std::string{under} + std::string{arcs}));
}
constexpr std::string_view kPace = "0.4.0.127.0.7.2.2.4.";
constexpr std::string_view kPublicKeyDh = "0.4.0.127.0.7.2.2.1.1";
constexpr std::string_view kPublicKeyEcdh = "0.4.0.127.0.7.2.2.1.2";
constexpr std::string_view kChipAuthentication = "0.4.0.127.0.7.2.2.3.";
constexpr std::string_view kEcdsaPlain = "0.4.0.127.0.7.1.1.4.1.";
const asn1::Oid kActiveAuthentication = asn1::Oid::of("2.23.136.1.1.5");

/// A key in the chip's memory, and the SubjectPublicKeyInfo of its other half.
struct Made {
  std::variant<applet::EcSecret, applet::DhSecret> secret;
  Bytes public_key;
};

Made make_key(mbedtls::Curve curve, base::Rng& rng) {
  const auto key = must(mbedtls::EcPrivateKey::generate(curve, rng));
  return {.secret = applet::EcSecret{.curve = curve, .scalar = key.scalar().clone()},
          .public_key = asn1::encode_ec_public_key_info(parameters_of(curve), key.public_point())};
}

Bytes without_zeros(base::ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  return base::to_bytes(number);
}

Made make_key(mbedtls::Modp group, base::Rng& rng) {
  const auto domain = must(mbedtls::ModpGroup::create(group));
  auto exponent = must(domain.random_exponent(rng));
  const auto value = must(domain.power_of_generator(exponent.expose()));
  const asn1::DhDomainParameters parameters{
      .p = without_zeros(domain.prime()), .g = without_zeros(domain.generator()), .q = without_zeros(domain.order())};
  return {.secret = applet::DhSecret{.group = group, .exponent = std::move(exponent)},
          .public_key = asn1::encode_dh_public_key_info(parameters, without_zeros(value))};
}

/// The last arc of ecdsa-plain-signatures (TR-03111 §5.2.1.2).
int arc_of(mbedtls::HashAlgorithm hash) {
  switch (hash) {
    case mbedtls::HashAlgorithm::sha1: return 1;
    case mbedtls::HashAlgorithm::sha224: return 2;
    case mbedtls::HashAlgorithm::sha256: return 3;
    case mbedtls::HashAlgorithm::sha384: return 4;
    case mbedtls::HashAlgorithm::sha512: return 5;
  }
  throw host::misissue::Failure{{.fault = base::Fault::bad_input, .what = "no signature has this hash"}};
}

std::vector<asn1::SecurityInfo> joined(std::vector<asn1::SecurityInfo> a, const std::vector<asn1::SecurityInfo>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

std::vector<asn1::SecurityInfo> Infos::in_dg14() const {
  return joined(joined(shown, of_dg14), of_chip);
}
std::vector<asn1::SecurityInfo> Infos::in_card_security() const {
  return all_of_card_security.value_or(joined(shown, of_chip));
}

asn1::EcDomainParameters parameters_of(mbedtls::Curve curve) {
  // Both rooms list the curves in the order of the standard.
  const auto& known = crypto::openssl::curve_parameters(static_cast<crypto::openssl::Curve>(std::to_underlying(curve)));
  return {.p = known.p,
          .a = known.a,
          .b = known.b,
          .generator = known.generator,
          .order = known.order,
          .cofactor = known.cofactor};
}

void add_pace(const Plan& plan, kernel::CardContent& chip, Infos& infos) {
  for (const auto& [arcs, domain] : plan.pace) {
    const auto oid = arc(kPace, arcs);
    infos.shown.push_back(asn1::make_security_info(oid, asn1::PaceInfo{.parameter_id = domain}));
    chip.pace_protocols.push_back({.oid = base::to_bytes(oid.content()), .parameter_id = domain});
  }
  infos.shown = joined(std::move(infos.shown), plan.more_shown);
  infos.of_dg14 = joined(std::move(infos.of_dg14), plan.more_signed);
}

void add_chip_keys(const Plan& plan, kernel::CardContent& chip, Infos& infos, base::Rng& rng) {
  for (const auto& wanted : plan.chip) {
    auto made = std::visit([&rng](auto group) { return make_key(group, rng); }, wanted.group);
    const bool is_ec = std::holds_alternative<applet::EcSecret>(made.secret);
    infos.of_chip.push_back(asn1::make_security_info(
        arc(is_ec ? kPublicKeyEcdh : kPublicKeyDh, ""),
        asn1::ChipAuthenticationPublicKeyInfo{.public_key = must(asn1::parse_public_key_info(made.public_key)),
                                              .key_id = wanted.id}));
    applet::ChipKey key{.id = wanted.id, .secret = std::move(made.secret)};
    for (const auto arcs : wanted.arcs) {
      const auto oid = arc(kChipAuthentication, arcs);
      key.protocols.push_back(base::to_bytes(oid.content()));
      if (!wanted.info) continue;
      (plan.chip_shown ? infos.shown : infos.of_dg14)
          .push_back(asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = wanted.id}));
    }
    chip.chip_keys.push_back(std::move(key));
  }
}

void add_terminal_info(const Plan& plan, Infos& infos) {
  if (!plan.terminal) return;
  (plan.terminal->shown ? infos.shown : infos.of_dg14)
      .push_back(asn1::make_security_info(asn1::oids::kIdTa, asn1::TerminalAuthenticationInfo{}));
}

Bytes add_active_key(const Plan& plan, kernel::CardContent& chip, Infos& infos, base::Rng& rng) {
  if (!plan.active) return {};
  const auto hash = plan.active->hash;
  if (const auto* bits = std::get_if<std::size_t>(&plan.active->key)) {
    const auto key = must(mbedtls::RsaPrivateKey::generate(*bits, rng));
    chip.active_key = applet::ActiveKey{
        .secret = applet::RsaSecret{.p = must(key.prime_p()), .q = must(key.prime_q()), .exponent = key.exponent()},
        .hash = hash};
    return must(host::lds::build_dg15(asn1::encode_rsa_public_key_info(key.modulus(), key.exponent())));
  }
  const auto curve = std::get<mbedtls::Curve>(plan.active->key);
  const auto key = must(mbedtls::EcPrivateKey::generate(curve, rng));
  infos.of_dg14.push_back(asn1::make_security_info(
      kActiveAuthentication,
      asn1::ActiveAuthenticationInfo{.signature_algorithm = arc(kEcdsaPlain, std::to_string(arc_of(hash)))}));
  chip.active_key =
      applet::ActiveKey{.secret = applet::EcSecret{.curve = curve, .scalar = key.scalar().clone()}, .hash = hash};
  return must(host::lds::build_dg15(asn1::encode_ec_public_key_info(parameters_of(curve), key.public_point())));
}

}  // namespace cicada::tools::lower_tester
