// The configurations that the chip's side of the suite is run against.
#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tools::lower_tester {

namespace mbedtls = crypto::mbedtls;
using host::lds::Ef;
using host::pki::HashAlgorithm;
using host::pki::SignatureFamily;

namespace {

// Standardized domain parameters (9303-11 §9.5.1).
constexpr std::uint8_t kModp2048 = 2;
constexpr std::uint8_t kBrainpoolP256 = 13;

// Functions, so that other static objects may ask for configurations before main begins.
ChipKeyPlan ecdh_key() {
  return {.arcs = {"2.2"}};
}
TerminalPlan ecdsa_root() {
  return {.scheme = {.family = SignatureFamily::ecdsa, .hash = HashAlgorithm::sha256}};
}
TerminalPlan rsa_root() {
  return {.scheme = {.family = SignatureFamily::rsa_pss, .hash = HashAlgorithm::sha256}};
}

Plan with_pace(std::string_view arcs, std::uint8_t domain) {
  return {.bac = false, .pace = {{.arcs = arcs, .domain = domain}}};
}

Plan eac(const TerminalPlan& root) {
  return {.pace = {{.arcs = "2.2", .domain = kBrainpoolP256}},
          .chip = {ecdh_key()},
          .terminal = root,
          .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg4}};
}

Plan citizen() {
  Plan plan{.holder = Holder::citizen,
            .pace = {{.arcs = "2.2", .domain = kBrainpoolP256}},
            .chip = {ecdh_key()},
            .chip_shown = true,
            .terminal = ecdsa_root(),
            .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg13}};
  plan.terminal->shown = true;
  return plan;
}

Plan passport() {
  return {.pace = {{.arcs = "6.2", .domain = kBrainpoolP256}, {.arcs = "2.2", .domain = kBrainpoolP256}},
          .chip = {{.arcs = {"2.2"}, .id = kBrainpoolP256}},
          .active = ActivePlan{.key = std::size_t{2048}},
          .terminal = ecdsa_root(),
          .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg11, Ef::dg12, Ef::atr_info, Ef::dir},
          .card_security = true};
}

Plan everything() {
  return {.pace = {{.arcs = "6.2", .domain = kBrainpoolP256},
                   {.arcs = "2.2", .domain = kBrainpoolP256},
                   {.arcs = "2.1", .domain = kBrainpoolP256}},
          .pin = true,
          .chip = {{.arcs = {"2.2", "2.1"}, .id = kBrainpoolP256}},
          .active = ActivePlan{.key = mbedtls::Curve::brainpool_p256r1},
          .terminal = ecdsa_root(),
          .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg4, Ef::dg5, Ef::dg6, Ef::dg7, Ef::dg8, Ef::dg9, Ef::dg10, Ef::dg11,
                    Ef::dg12, Ef::dg13, Ef::dg16, Ef::atr_info, Ef::dir},
          .card_security = true,
          .portrait = 34'000};  // beyond what an even READ BINARY can reach
}

std::vector<Configuration> make_all() {
  return {
      {"bac", "Basic access control only", {}},
      {"pace-gm-ecdh", "PACE with generic mapping over a curve", with_pace("2.2", kBrainpoolP256)},
      {"pace-gm-dh", "PACE with generic mapping over a prime field", with_pace("1.2", kModp2048)},
      {"pace-im-ecdh", "PACE with integrated mapping over a curve", with_pace("4.2", kBrainpoolP256)},
      {"pace-im-dh", "PACE with integrated mapping over a prime field", with_pace("3.2", kModp2048)},
      {"pace-cam",
       "PACE with chip authentication mapping, and generic mapping beside it",
       {.bac = false,
        .pace = {{.arcs = "6.2", .domain = kBrainpoolP256}, {.arcs = "2.2", .domain = kBrainpoolP256}},
        .chip = {{.arcs = {"2.2"}, .id = kBrainpoolP256}},
        .card_security = true}},
      {"bac-pace",
       "PACE with generic mapping, and basic access control",
       {.pace = {{.arcs = "2.2", .domain = kBrainpoolP256}}}},
      {"aa-rsa", "Active authentication with RSA", {.active = ActivePlan{.key = std::size_t{2048}}}},
      {"aa-ecdsa", "Active authentication with ECDSA", {.active = ActivePlan{.key = mbedtls::Curve::brainpool_p256r1}}},
      {"ca", "Chip authentication with ECDH", {.chip = {ecdh_key()}}},
      {"ca-dh",
       "Chip authentication with Diffie-Hellman: two keys, one for 3DES",
       {.chip = {{.arcs = {"1.1"}, .id = std::uint8_t{1}, .group = mbedtls::Modp::modp_1024_160},
                 {.arcs = {"1.2"}, .id = std::uint8_t{2}, .group = mbedtls::Modp::modp_2048_256}}}},
      {"eac", "Terminal authentication under a root with ECDSA", eac(ecdsa_root())},
      {"eac-rsa", "Terminal authentication under a root with RSA-PSS", eac(rsa_root())},
      {"cccd", "The Vietnamese citizen's card", citizen()},
      {"td3", "A passport with everything that the standard offers to one", passport()},
      {"full", "Every file that there is", everything()},
  };
}

}  // namespace

const std::vector<Configuration>& configurations() {
  static const auto kAll = make_all();
  return kAll;
}

const Configuration* find_configuration(std::string_view name) noexcept {
  for (const auto& one : configurations()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace cicada::tools::lower_tester
