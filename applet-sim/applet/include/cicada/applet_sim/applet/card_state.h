// Everything of a card that outlives its power.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

#include "cicada/applet_sim/fs/file_system.h"
#include "cicada/applet_sim/protocol/bac/access_keys.h"
#include "cicada/applet_sim/protocol/scp03/static_keys.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::applet {

/// The chip's number.
using Serial = std::array<std::uint8_t, 10>;

/// blank -> personalized -> locked (docs/card-commands.md); never back.
enum class LifeCycle : std::uint8_t { blank = 1, personalized = 2, locked = 3 };

// One change of what is persistent. A command's changes are committed together or not at all.
struct Initialize {
  Serial serial{};
};
struct SetTransportKeys {
  protocol::scp03::StaticKeys keys;
};
struct SetSequenceCounter {
  std::uint32_t value = 0;
};
struct CreateFile {
  fs::FileSpec spec;
};
struct WriteBinary {
  fs::FileId file{};
  std::uint16_t offset = 0;
  base::Bytes data;
};
struct SetAccessKeys {
  protocol::bac::AccessKeys keys;
};
struct SetLifeCycle {
  LifeCycle to = LifeCycle::blank;
};
using Change = std::variant<Initialize, SetTransportKeys, SetSequenceCounter, CreateFile, WriteBinary, SetAccessKeys,
                            SetLifeCycle>;

struct CardState {
  Serial serial{};
  LifeCycle life_cycle = LifeCycle::blank;
  std::optional<protocol::scp03::StaticKeys> transport_keys = {};
  std::uint32_t sequence_counter = 0;  ///< of SCP03, 24 bits
  std::optional<protocol::bac::AccessKeys> access_keys = {};
  fs::FileSystem files = {};

  /// Fails when the change does not fit the state; the state is then as it was. Whoever proposes a change has asked
  /// first; whoever reads one back from memory has not.
  [[nodiscard]] base::Result<void> apply(const Change& change);
};

}  // namespace cicada::applet_sim::applet
