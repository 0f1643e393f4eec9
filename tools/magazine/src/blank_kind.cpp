#include "cicada/tools/magazine/blank_kind.h"

#include <algorithm>
#include <utility>

#include "cicada/applet_sim/protocol/scp03/channel.h"

namespace cicada::tools::magazine {

namespace manager = applet_sim::manager;
namespace scp03 = applet_sim::protocol::scp03;
using applet_sim::kernel::BlankCard;
using base::Result;
using base::SecretBytes;

namespace {

Result<BlankCard> own_blank(const BlankKind& kind, const host::gp::ChipSerial& serial,
                            const host::gp::StaticKeys& keys) {
  const bool fixed = kind.protocol == manager::Protocol::scp03 && kind.option == scp03::kOptions &&
                     kind.key_version == scp03::kKeyVersion && keys.k_enc.size() == scp03::KeyEnc::kSize;
  if (!fixed) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "cicada-1 has SCP03 with AES-128, i = 70 and key version 30 only"});
  }
  BlankCard blank;
  blank.serial = serial;
  blank.transport_keys.k_enc = scp03::KeyEnc{keys.k_enc.expose().first<scp03::KeyEnc::kSize>()};
  blank.transport_keys.k_mac = scp03::KeyMac{keys.k_mac.expose().first<scp03::KeyMac::kSize>()};
  blank.transport_keys.k_dek = scp03::KeyDek{keys.k_dek.expose().first<scp03::KeyDek::kSize>()};
  return blank;
}

}  // namespace

std::optional<BlankKind> blank_kind_named(std::string_view dialect) noexcept {
  constexpr std::array<manager::Application, kBlankKinds.size()> kApplications = {
      manager::Application::none, manager::Application::jmrtd, manager::Application::groupings};
  const auto found = std::ranges::find(kBlankKinds, dialect);
  if (found == kBlankKinds.end()) return std::nullopt;
  return BlankKind{.application = kApplications.at(static_cast<std::size_t>(found - kBlankKinds.begin()))};
}

Result<BlankCard> blank_card(const BlankKind& kind, const host::gp::ChipSerial& serial,
                             const host::gp::StaticKeys& keys) {
  if (kind.application == manager::Application::none) return own_blank(kind, serial, keys);
  CICADA_TRY(auto state, manager::delivered(kind.application, kind.protocol, kind.option,
                                            {.version = kind.key_version,
                                             .enc = SecretBytes::copy_of(keys.k_enc.expose()),
                                             .mac = SecretBytes::copy_of(keys.k_mac.expose()),
                                             .dek = SecretBytes::copy_of(keys.k_dek.expose())}));
  BlankCard blank;
  blank.serial = serial;
  blank.manager = std::move(state);
  return blank;
}

}  // namespace cicada::tools::magazine
