#include "blank_options.h"

#include <algorithm>

#include "app.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "cicada/base/hex.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/pki/test_country.h"

namespace cicada::tools {
namespace {

namespace gp = host::gp;
namespace manager = applet_sim::manager;
namespace scp03 = applet_sim::protocol::scp03;
using applet_sim::kernel::BlankCard;
using base::Result;

constexpr std::string_view kOwn = "cicada-1";
constexpr std::string_view kOpen = "jmrtd";
constexpr std::string_view kGroupings = "gp-dgi";
constexpr std::uint8_t kPseudoRandom02 = 0x55;

std::unexpected<base::Error> bad(base::Literal what) {
  return base::fail({.fault = base::Fault::bad_input, .what = what});
}

/// Two hexadecimal digits, or what an empty text means.
Result<std::uint8_t> octet(const std::string& text, std::uint8_t otherwise, base::Literal what) {
  if (text.empty()) return otherwise;
  const auto octets = base::from_hex(text);
  if (!octets || octets->size() != 1) return bad(what);
  return octets->front();
}

Result<gp::ChipSerial> serial_of(const std::string& text, base::Rng& rng) {
  gp::ChipSerial serial{};
  if (text.empty()) {
    CICADA_CHECK(rng.fill(serial));
    return serial;
  }
  const auto octets = base::from_hex(text);
  if (!octets || octets->size() != serial.size()) return bad("--serial: ten octets as 20 hexadecimal digits");
  std::ranges::copy(*octets, serial.begin());
  return serial;
}

Result<gp::StaticKeys> keys_of(const BlankOptions& options, const std::filesystem::path& pki,
                               const gp::ChipSerial& serial) {
  if (!options.keys.empty()) return gp::read_static_keys(options.keys);
  auto file = options.master_key;
  if (file.empty() && !pki.empty()) file = pki / host::pki::test_country_file::kTransportMasterKey;
  if (file.empty()) return bad("no keys: give --keys FILE, --master-key FILE, or --pki DIR");
  const auto scheme = gp::diversification_named(options.scheme);
  if (!scheme) return bad("--diversify: kdf3, emv or visa2");
  CICADA_TRY(const auto master, gp::read_master_key_of_any_size(file));
  return gp::diversify(master, serial, *scheme);
}

/// The one channel that dialect cicada-1 has: SCP03, AES-128, i = 70, version 30.
Result<BlankCard> own_blank(const BlankOptions& options, const gp::ChipSerial& serial, const gp::StaticKeys& keys) {
  const bool fixed = (options.scp.empty() || options.scp == "03") && options.option.empty() &&
                     options.key_version.empty() && keys.k_enc.size() == scp03::KeyEnc::kSize;
  if (!fixed) return bad("cicada-1 has SCP03 with AES-128, i = 70 and key version 30 only");
  BlankCard blank;
  blank.serial = serial;
  blank.transport_keys.k_enc = scp03::KeyEnc{keys.k_enc.expose().first<scp03::KeyEnc::kSize>()};
  blank.transport_keys.k_mac = scp03::KeyMac{keys.k_mac.expose().first<scp03::KeyMac::kSize>()};
  blank.transport_keys.k_dek = scp03::KeyDek{keys.k_dek.expose().first<scp03::KeyDek::kSize>()};
  return blank;
}

Result<BlankCard> managed_blank(const BlankOptions& options, const gp::ChipSerial& serial, const gp::StaticKeys& keys) {
  if (!options.scp.empty() && options.scp != "02" && options.scp != "03") return bad("--scp: 02 or 03");
  const auto protocol = options.scp == "02" ? manager::Protocol::scp02 : manager::Protocol::scp03;
  const auto usual = protocol == manager::Protocol::scp02 ? kPseudoRandom02 : scp03::kOptions;
  CICADA_TRY(const auto option, octet(options.option, usual, "--scp-option: two hexadecimal digits"));
  CICADA_TRY(const auto version,
             octet(options.key_version, scp03::kKeyVersion, "--key-version: two hexadecimal digits"));
  using base::SecretBytes;
  const auto application = options.dialect == kOpen ? manager::Application::jmrtd : manager::Application::groupings;
  CICADA_TRY(auto state, manager::delivered(application, protocol, option,
                                            {.version = version,
                                             .enc = SecretBytes::copy_of(keys.k_enc.expose()),
                                             .mac = SecretBytes::copy_of(keys.k_mac.expose()),
                                             .dek = SecretBytes::copy_of(keys.k_dek.expose())}));
  BlankCard blank;
  blank.serial = serial;
  blank.manager = std::move(state);
  return blank;
}

}  // namespace

void BlankOptions::add_to(CLI::App& command) {
  command.add_option("--dialect", dialect, "What the card speaks: cicada-1, jmrtd, gp-dgi (docs/card-commands.md)")
      ->check(CLI::IsMember({std::string{kOwn}, std::string{kOpen}, std::string{kGroupings}}));
  command.add_option("--scp", scp, "Secure channel protocol of its card manager: 02 or 03")->type_name("02|03");
  command.add_option("--scp-option", option, "Implementation option i; without: 55 (SCP02), 70 (SCP03)")
      ->type_name("HEX");
  command.add_option("--key-version", key_version, "Version of its keys; without: 30")->type_name("HEX");
  command.add_option("--serial", serial, "The chip's number, 20 digits; without: random")->type_name("HEX");
  command.add_option("--keys", keys, "File with its static keys: three lines of hexadecimal digits, or one")
      ->type_name("FILE");
  command.add_option("--master-key", master_key, "File with the master key that its keys are derived from")
      ->type_name("FILE");
  command.add_option("--diversify", scheme, "How they are derived: kdf3, emv, visa2")
      ->type_name("SCHEME")
      ->capture_default_str();
}

Result<BlankCard> BlankOptions::make(const std::filesystem::path& pki, base::Rng& rng) const {
  CICADA_TRY(const auto number, serial_of(serial, rng));
  CICADA_TRY(const auto static_keys, keys_of(*this, pki, number));
  if (dialect.empty() || dialect == kOwn) return own_blank(*this, number, static_keys);
  return managed_blank(*this, number, static_keys);
}

}  // namespace cicada::tools
