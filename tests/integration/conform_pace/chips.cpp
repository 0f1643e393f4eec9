#include "chips.h"

#include <map>
#include <stdexcept>

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_protocol.h"

namespace cicada::tests {
namespace {

namespace applet = applet_sim::applet;
namespace kernel = applet_sim::kernel;
namespace model = conformance::model;
using base::Bytes;

constexpr std::string_view kCan = "001099";
/// The specimen of 9303-4, Appendix A.
constexpr std::string_view kMrz =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
constexpr std::string_view kMrzInformation = "L898902C3674081221204159";

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

struct PacePlan {
  std::string_view arcs;  ///< the two last of id-PACE-...
  std::uint8_t domain = 12;
};
struct KeyPlan {
  std::vector<std::string_view> arcs;  ///< the two last of id-CA-..., of each protocol that the key serves
  std::uint8_t domain = 12;
  std::optional<std::uint8_t> id = {};
};
struct Plan {
  bool bac = true;
  std::vector<PacePlan> pace = {};
  std::vector<KeyPlan> keys = {};
  bool mrz = true;  ///< the statement has it
  std::vector<std::string> profiles = {};
};

const std::map<std::string_view, Plan>& plans() {
  static const std::map<std::string_view, Plan> kPlans = {
      {"gm-ecdh",
       {.pace = {{"2.2"}},
        .keys = {{{"2.2"}}},
        .profiles = {"BAC", "PACE", "PACE-GM", "PACE-ECDH", "CAN", "CA", "CA-ECDH"}}},
      {"gm-dh",
       {.bac = false,
        .pace = {{"1.1", 0}},
        .keys = {{{"1.2"}, 0}},
        .profiles = {"PACE", "PACE-GM", "PACE-DH", "CAN", "CA", "CA-DH"}}},
      {"im-ecdh",
       {.pace = {{"4.4", 13}},
        .keys = {{{"2.1"}, 13}},
        .profiles = {"BAC", "PACE", "PACE-IM", "PACE-ECDH", "CAN", "CA", "CA-ECDH"}}},
      {"im-dh", {.pace = {{"3.3", 0}}, .profiles = {"BAC", "PACE", "PACE-IM", "PACE-DH", "CAN"}}},
      {"cam",
       {.pace = {{"6.2"}, {"2.2"}, {"4.2"}},
        .keys = {{{"2.2"}, 12, std::uint8_t{12}}},
        .profiles = {"BAC", "PACE", "PACE-CAM", "PACE-GM", "PACE-IM", "PACE-ECDH", "CAN", "CA", "CA-ECDH"}}},
      {"cam-3des",
       {.pace = {{"6.3", 13}, {"2.3", 13}},
        .keys = {{{"2.1"}, 13, std::uint8_t{13}}},
        .profiles = {"BAC", "PACE", "PACE-CAM", "PACE-GM", "PACE-ECDH", "CAN", "CA", "CA-ECDH"}}},
      {"several",
       {.pace = {{"2.1"}, {"2.4", 13}, {"4.3", 15}, {"1.2", 0}, {"3.2", 0}},
        .keys = {{{"2.1"}, 12, std::uint8_t{1}}, {{"2.4"}, 15, std::uint8_t{2}}},
        .profiles = {"BAC", "PACE", "PACE-GM", "PACE-IM", "PACE-ECDH", "PACE-DH", "CAN", "CA", "CA-ECDH"}}},
      {"can", {.pace = {{"2.2"}}, .mrz = false, .profiles = {"PACE", "PACE-GM", "PACE-ECDH", "CAN"}}},
      {"bac-3des", {.keys = {{{"2.1"}}}, .profiles = {"BAC", "CA", "CA-ECDH"}}},
      {"bac-dh-3des", {.keys = {{{"1.1"}, 0, std::uint8_t{3}}}, .profiles = {"BAC", "CA", "CA-DH"}}},
      {"bac-two-ciphers", {.keys = {{{"2.1", "2.3"}, 13}}, .profiles = {"BAC", "CA", "CA-ECDH"}}},
      {"dh-2048",
       {.pace = {{"1.4", 2}},
        .keys = {{{"1.1"}, 1, std::uint8_t{1}}, {{"1.4"}, 2, std::uint8_t{2}}},
        .profiles = {"BAC", "PACE", "PACE-GM", "PACE-DH", "CAN", "CA", "CA-DH"}}},
      {"p521",
       {.pace = {{"2.4", 18}, {"4.4", 18}},
        .keys = {{{"2.4"}, 18}},
        .profiles = {"BAC", "PACE", "PACE-GM", "PACE-IM", "PACE-ECDH", "CAN", "CA", "CA-ECDH"}}},
  };
  return kPlans;
}

asn1::Oid oid_of(std::string_view base, std::string_view arcs) {
  return must(asn1::Oid::from_dotted(std::string{base} + std::string{arcs}));
}

/// A key of the chip and its public half as DG14 has it.
struct MadeKey {
  std::variant<applet::EcSecret, applet::DhSecret> secret;
  Bytes info;
};

MadeKey make_curve_key(crypto::openssl::Curve curve, base::Rng& rng) {
  const auto group = must(crypto::openssl::EcGroup::create(curve));
  auto scalar = must(group.random_scalar(rng));
  const auto& known = crypto::openssl::curve_parameters(curve);
  const auto info = asn1::encode_ec_public_key_info({.p = known.p,
                                                     .a = known.a,
                                                     .b = known.b,
                                                     .generator = known.generator,
                                                     .order = known.order,
                                                     .cofactor = known.cofactor},
                                                    must(group.multiply_generator(scalar.expose())));
  return {.secret = applet::EcSecret{.curve = static_cast<crypto::mbedtls::Curve>(curve), .scalar = std::move(scalar)},
          .info = info};
}

MadeKey make_modp_key(crypto::openssl::Modp which, base::Rng& rng) {
  const auto group = must(crypto::openssl::ModpGroup::create(which));
  auto exponent = must(group.random_exponent(rng));
  const auto info = asn1::encode_dh_public_key_info({.p = group.prime(), .g = group.generator(), .q = group.order()},
                                                    must(group.power_of_generator(exponent.expose())));
  return {
      .secret = applet::DhSecret{.group = static_cast<crypto::mbedtls::Modp>(which), .exponent = std::move(exponent)},
      .info = info};
}

/// What a chip of a plan holds.
struct Maker {
  const Plan& plan;
  base::ReplayRng rng{9303};
  kernel::CardContent content = {};
  std::vector<asn1::SecurityInfo> shown = {};
  std::vector<asn1::SecurityInfo> all = {};

  void add_pace() {
    for (const auto& [arcs, domain] : plan.pace) {
      const auto oid = oid_of("0.4.0.127.0.7.2.2.4.", arcs);
      shown.push_back(asn1::make_security_info(oid, asn1::PaceInfo{.parameter_id = domain}));
      content.pace_protocols.push_back({.oid = base::to_bytes(oid.content()), .parameter_id = domain});
    }
    if (plan.pace.empty()) return;
    const auto mrz = must(host::access::PacePassword::from_mrz_information(kMrzInformation));
    content.passwords.push_back({.id = applet::PasswordId::mrz, .k = base::SecretBytes::copy_of(mrz.expose())});
    content.passwords.push_back({.id = applet::PasswordId::can, .k = base::SecretBytes::copy_of(base::as_bytes(kCan))});
    content.files.push_back({.folder = kernel::Folder::mf,
                             .fid = 0x011C,
                             .sfi = 0x1C,
                             .security_condition = 0x00,
                             .content = asn1::encode_security_infos(shown)});
  }

  void add_keys() {
    all = shown;
    for (const auto& plan_of : plan.keys) {
      const auto domain = host::access::standardized_domain(plan_of.domain).value();
      const auto* const curve = std::get_if<crypto::openssl::Curve>(&domain);
      auto key =
          curve != nullptr ? make_curve_key(*curve, rng) : make_modp_key(std::get<crypto::openssl::Modp>(domain), rng);
      const auto kind = curve != nullptr ? asn1::oids::kIdPkEcdh : asn1::oids::kIdPkDh;
      all.push_back(asn1::make_security_info(
          kind, asn1::ChipAuthenticationPublicKeyInfo{.public_key = must(asn1::parse_public_key_info(key.info)),
                                                      .key_id = plan_of.id}));
      applet::ChipKey held{.id = plan_of.id, .secret = std::move(key.secret)};
      for (const auto arcs : plan_of.arcs) {
        const auto oid = oid_of("0.4.0.127.0.7.2.2.3.", arcs);
        all.push_back(asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = plan_of.id}));
        held.protocols.push_back(base::to_bytes(oid.content()));
      }
      content.chip_keys.push_back(std::move(held));
    }
  }

  kernel::CardContent make() {
    namespace bac = applet_sim::protocol::bac;
    if (plan.bac) {
      const auto keys = must(host::access::BacKeys::from_mrz_information(kMrzInformation));
      content.access_keys =
          bac::AccessKeys{.k_enc = bac::KEnc{keys.k_enc().expose()}, .k_mac = bac::KMac{keys.k_mac().expose()}};
    }
    add_pace();
    add_keys();
    content.files.push_back({.fid = 0x011E, .sfi = 0x1E, .content = {0x60, 0x00}});
    if (!all.empty()) {
      content.files.push_back(
          {.fid = 0x010E, .sfi = 0x0E, .content = asn1::encode_tlv(0x6E, asn1::encode_security_infos(all))});
    }
    return std::move(content);
  }
};

}  // namespace

const std::vector<std::string_view>& chip_names() {
  static const auto kNames = [] {
    std::vector<std::string_view> names;
    for (const auto& [name, plan] : plans()) names.push_back(name);
    return names;
  }();
  return kNames;
}

Chip::Chip(std::string_view name, kernel::Hooks* hooks) {
  const auto& plan = plans().at(name);
  card_ = must(kernel::Card::create_personalized(
      {.rng = rng_, .clock = clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(), Maker{.plan = plan}.make()));
  if (hooks != nullptr && !card_->install(*hooks)) throw std::runtime_error("the chip cannot have this fault");
  ics_.name = name;
  ics_.profiles.insert("ICAO");
  ics_.profiles.insert(plan.profiles.begin(), plan.profiles.end());
  if (plan.mrz) ics_.mrz = kMrz;
  if (!plan.pace.empty()) ics_.can = base::SecretBytes::copy_of(base::as_bytes(kCan));
  card_->power_on();
}

base::Result<void> Chip::reset() {
  card_->power_on();
  return {};
}

base::Result<void> Chip::restore() {
  return base::fail({.fault = base::Fault::unsupported, .what = "nothing of these cases stays in a chip"});
}

std::vector<const model::Case*> cases() {
  std::vector<const model::Case*> all;
  for (const auto& unit : model::builtin_units()) {
    if (unit.id != "ISO7816_I" && unit.id != "ISO7816_P") continue;
    for (const auto& test : unit.cases) all.push_back(&test);
  }
  return all;
}

model::Outcome run_case(Chip& chip, const model::Case& test, std::map<std::string, Bytes>& files, base::Rng& rng) {
  namespace procedures = conformance::procedures;
  if (const auto missing = chip.ics().missing(test.info.needs)) return model::not_applicable(*missing);
  conformance::terminal::Terminal terminal{chip, rng};
  procedures::Scene scene{.terminal = terminal, .ics = chip.ics(), .test = test, .now = {}, .files = files};
  if (const auto done = terminal.reset(); !done) throw std::runtime_error("no reset");
  if (!test.given.empty()) {
    auto reached = procedures::find_given(test.given)->given(scene);
    if (!reached.passed()) return model::inconclusive("precondition: " + reached.reason);
  }
  const auto& call = std::get<model::Call>(test.body);
  return procedures::find_procedure(call.procedure)->procedure(scene, call.arguments);
}

}  // namespace cicada::tests
