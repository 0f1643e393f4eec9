#include "card_on_bench.h"

#include <stdexcept>

#include "cicada/base/hex.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/pki/test_verifiers.h"

namespace cicada::test {

using base::Bytes;
using base::ByteView;
using namespace base::literals;
namespace kernel = applet_sim::kernel;
namespace perso = host::perso;

namespace {

constexpr kernel::Serial kSerial{'C', 'I', 'C', 'A', 'D', 'A', 0x00, 0x00, 0x01, 0x42};

Bytes pattern(std::uint8_t tag, std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(tag + i * 7 + i / 251);
  octets[0] = tag;
  return octets;
}

/// One for all plans: making it anew would give every plan another one.
const Bytes& cvca_certificate() {
  static const Bytes kCertificate = [] {
    const base::FixedClock clock{base::parse_iso_date("2024-04-01").value()};
    return host::pki::create_test_verifiers({}, clock).value().cvca.der;
  }();
  return kCertificate;
}

template <typename To, typename From>
To same_octets(const From& key) {
  return To{base::ByteView{key.expose()}.first<To::kSize>()};
}

}  // namespace

host::gp::MasterKey master_key(std::uint8_t last_octet) {
  auto octets = "0F1E2D3C4B5A69788796A5B4C3D2E100"_hex;
  octets.back() = last_octet;
  return host::gp::MasterKey{ByteView{octets}.first<16>()};
}

perso::Profile cccd_profile() {
  auto profile = perso::load_profile(kProfile);
  if (!profile) throw std::runtime_error(profile.error().text);
  return *std::move(profile);
}

perso::Content invented_content() {
  perso::Content content;
  content.files["ef-com"] = pattern(0x60, 24);
  content.files["ef-sod"] = pattern(0x77, 1905);
  content.files["dg1"] = pattern(0x61, 95);
  content.files["dg2"] = pattern(0x75, 15360);
  content.files["dg13"] = pattern(0x6D, 600);
  content.files["dg3"] = pattern(0x63, 43);
  content.files["dg14"] = pattern(0x6E, 400);
  content.files["dg15"] = pattern(0x6F, 320);
  content.files["ef-cardaccess"] = pattern(0x31, 54);
  const auto keys = host::access::BacKeys::from_mrz_information(kMrzInformation).value();
  content.bac.emplace(perso::BacKeys{.k_enc = base::Key<perso::ForBacEncryption, 16>{keys.k_enc().expose()},
                                     .k_mac = base::Key<perso::ForBacMac, 16>{keys.k_mac().expose()}});
  content.mrz_information = base::SecretBytes::copy_of(base::as_bytes(kMrzInformation));
  content.pace_mrz = base::SecretBytes{pattern(0x11, 20)};
  content.pace_can = base::SecretBytes{base::to_bytes(base::as_bytes("000019"))};
  content.trust = perso::TerminalTrust{.cvca = {cvca_certificate()},
                                       .today = base::parse_iso_date("2024-05-01").value(),
                                       .document_number = std::string{kMrzInformation.substr(0, 10)}};
  return content;
}

perso::Plan cccd_plan(perso::FinalState finish) {
  auto profile = cccd_profile();
  profile.finish = finish;
  auto plan = perso::make_plan(profile, invented_content());
  if (!plan) throw std::runtime_error(plan.error().text);
  return *std::move(plan);
}

CardOnBench::CardOnBench() : clock_(base::parse_iso_date("2024-05-01").value()) {
  // The maker's side of the transport keys; the octets are what both sides agree on.
  const auto keys = host::gp::diversify(master_key(), kSerial).value();
  namespace scp03 = applet_sim::protocol::scp03;
  const kernel::BlankCard blank{.serial = kSerial,
                                .transport_keys = {.k_enc = same_octets<scp03::KeyEnc>(keys.k_enc),
                                                   .k_mac = same_octets<scp03::KeyMac>(keys.k_mac),
                                                   .k_dek = same_octets<scp03::KeyDek>(keys.k_dek)}};
  put_in(blank);
}

CardOnBench::CardOnBench(applet_sim::manager::Application application, applet_sim::manager::Protocol protocol,
                         std::uint8_t option)
    : clock_(base::parse_iso_date("2024-05-01").value()) {
  const auto keys = host::gp::diversify(master_key(), kSerial).value();
  kernel::BlankCard blank{.serial = kSerial};
  blank.manager = applet_sim::manager::delivered(application, protocol, option,
                                                 {.version = 0x30,
                                                  .enc = base::SecretBytes::copy_of(keys.k_enc.expose()),
                                                  .mac = base::SecretBytes::copy_of(keys.k_mac.expose()),
                                                  .dek = base::SecretBytes::copy_of(keys.k_dek.expose())})
                      .value();
  put_in(blank);
}

void CardOnBench::put_in(const kernel::BlankCard& blank) {
  card_ =
      kernel::Card::create_blank({card_rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(cell_), blank)
          .value();
  slot_ = std::make_unique<applet_sim::port::Loopback>(*card_);
  slot_->power_on();
}

void CardOnBench::power_cycle() {
  slot_.reset();
  card_.reset();
  card_ = kernel::Card::open({card_rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(cell_)).value();
  slot_ = std::make_unique<applet_sim::port::Loopback>(*card_);
  slot_->power_on();
}

base::Result<host::gp::Scp03> CardOnBench::open(const host::gp::MasterKey& master) {
  return perso::open_for_personalization(channel_, host::gp::diversified(master), host_rng_);
}

base::Result<perso::Session> CardOnBench::open_session(const perso::Profile& profile,
                                                       const host::gp::MasterKey& master) {
  return perso::open_session(*perso::dialect_of(profile), channel_, host::gp::diversified(master), host_rng_);
}

std::expected<perso::RunReport, perso::RunFailure> CardOnBench::personalize(const perso::Plan& plan,
                                                                            const host::gp::MasterKey& master) {
  auto opened = open(master);
  if (!opened) return std::unexpected(perso::RunFailure{.error = opened.error(), .step = 0, .label = "open"});
  return perso::run(plan, *opened);
}

std::uint16_t CardOnBench::status_of(ByteView command) {
  const auto answer = transmit(command);
  return answer.size() < 2 ? std::uint16_t{0}
                           : static_cast<std::uint16_t>(answer[answer.size() - 2] << 8U | answer.back());
}

Bytes CardOnBench::transmit(ByteView command) {
  auto octets = base::to_bytes(command);
  if (on_command && !on_command(octets)) {
    slot_->power_off();
    return {};
  }
  auto answer = slot_->transmit(octets);
  if (!answer) return {};
  if (on_response && !on_response(*answer)) {
    slot_->power_off();
    return {};
  }
  return *std::move(answer);
}

}  // namespace cicada::test
