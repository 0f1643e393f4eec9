// Which kind of chip a simulated blank is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"

namespace cicada::tools::magazine {

/// As its maker delivers it (docs/card-commands.md). Without an application it is a Cicada card, whose one channel is
/// SCP03 with AES-128, i = 70, key version 30.
struct BlankKind {
  applet_sim::manager::Application application = applet_sim::manager::Application::none;
  applet_sim::manager::Protocol protocol = applet_sim::manager::Protocol::scp03;
  std::uint8_t option = 0x70;  ///< implementation option i
  std::uint8_t key_version = 0x30;
};

/// The dialects that the simulator can be.
inline constexpr std::array<std::string_view, 3> kBlankKinds = {"cicada-1", "jmrtd", "gp-dgi"};

/// The kind of one of them. Nothing for another name.
[[nodiscard]] std::optional<BlankKind> blank_kind_named(std::string_view dialect) noexcept;

/// Fails with bad_input when the kind cannot have these keys, this protocol or this option.
[[nodiscard]] base::Result<applet_sim::kernel::BlankCard> blank_card(const BlankKind& kind,
                                                                     const host::gp::ChipSerial& serial,
                                                                     const host::gp::StaticKeys& keys);

}  // namespace cicada::tools::magazine
