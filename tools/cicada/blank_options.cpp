#include "blank_options.h"

#include <algorithm>
#include <string>
#include <vector>

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
using base::Result;

constexpr std::string_view kOwn = "cicada-1";
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

}  // namespace

void BlankKindOptions::add_to(CLI::App& command) {
  command.add_option("--dialect", dialect, "What the card speaks: cicada-1, jmrtd, gp-dgi (docs/card-commands.md)")
      ->check(CLI::IsMember(std::vector<std::string>{magazine::kBlankKinds.begin(), magazine::kBlankKinds.end()}));
  command.add_option("--scp", scp, "Secure channel protocol of its card manager: 02 or 03")->type_name("02|03");
  command.add_option("--scp-option", option, "Implementation option i; without: 55 (SCP02), 70 (SCP03)")
      ->type_name("HEX");
  command.add_option("--key-version", key_version, "Version of its keys; without: 30")->type_name("HEX");
}

Result<magazine::BlankKind> BlankKindOptions::kind(std::string_view usual) const {
  auto kind = magazine::blank_kind_named(dialect.empty() ? usual : std::string_view{dialect});
  if (!kind) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the simulator has no card of this profile's dialect",
                       .hint = "name the one it is to be: --dialect cicada-1, jmrtd or gp-dgi"});
  }
  if (!scp.empty() && scp != "02" && scp != "03") return bad("--scp: 02 or 03");
  kind->protocol = scp == "02" ? manager::Protocol::scp02 : manager::Protocol::scp03;
  const auto usual_option = kind->protocol == manager::Protocol::scp02 ? kPseudoRandom02 : scp03::kOptions;
  CICADA_TRY(kind->option, octet(option, usual_option, "--scp-option: two hexadecimal digits"));
  CICADA_TRY(kind->key_version, octet(key_version, scp03::kKeyVersion, "--key-version: two hexadecimal digits"));
  return *kind;
}

void BlankOptions::add_to(CLI::App& command) {
  kind.add_to(command);
  command.add_option("--serial", serial, "The chip's number, 20 digits; without: random")->type_name("HEX");
  command.add_option("--keys", keys, "File with its static keys: three lines of hexadecimal digits, or one")
      ->type_name("FILE");
  command.add_option("--master-key", master_key, "File with the master key that its keys are derived from")
      ->type_name("FILE");
  command.add_option("--diversify", scheme, "How they are derived: kdf3, emv, visa2")
      ->type_name("SCHEME")
      ->capture_default_str();
}

Result<applet_sim::kernel::BlankCard> BlankOptions::make(const std::filesystem::path& pki, base::Rng& rng) const {
  CICADA_TRY(const auto number, serial_of(serial, rng));
  CICADA_TRY(const auto static_keys, keys_of(*this, pki, number));
  CICADA_TRY(const auto wanted, kind.kind(kOwn));
  return magazine::blank_card(wanted, number, static_keys);
}

}  // namespace cicada::tools
