// What a card is made of when it is not made by commands.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/applet_sim/applet/card_state.h"
#include "cicada/applet_sim/protocol/bac/access_keys.h"
#include "cicada/applet_sim/protocol/scp03/static_keys.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::kernel {

/// The chip's number, 10 octets: key diversification data of INITIALIZE UPDATE.
using applet::Serial;

/// A chip as it leaves its maker.
struct BlankCard {
  Serial serial{};
  protocol::scp03::StaticKeys transport_keys = {};
  /// Of the dialects jmrtd and gp-dgi (manager::delivered); the transport keys do not matter then.
  std::optional<manager::State> manager = {};
};

/// Where an EF lives.
enum class Folder : std::uint8_t { mf, lds1 };

struct CardFile {
  Folder folder = Folder::lds1;
  std::uint16_t fid = 0;
  std::uint8_t sfi = 0;                    ///< 1 to 30; 0: no short identifier
  std::uint8_t security_condition = 0x40;  ///< SC octet of docs/card-commands.md: 00, 40, E3, E4, FF
  base::Bytes content;                     ///< 1 to 65,535 octets
};

/// A card that is readable at once: for a folder of dumps and for tests. It is locked; with transport keys it is
/// personalized and can still be locked by command.
struct CardContent {
  Serial serial{};
  std::vector<CardFile> files;
  std::optional<protocol::bac::AccessKeys> access_keys;  ///< none: a chip without access control
  std::optional<protocol::scp03::StaticKeys> transport_keys = {};
  std::vector<applet::PacePassword> passwords = {};
  std::vector<applet::PaceProtocol> pace_protocols = {};
  std::optional<applet::ActiveKey> active_key = {};
  std::vector<applet::ChipKey> chip_keys = {};
  std::vector<protocol::ta::TrustPoint> trust_points = {};  ///< at most two, the newest first
  protocol::ta::Date current_date{};
  /// Which EF of the application is EF.CVCA; it has 36 octets, and the card fills it.
  std::optional<std::uint16_t> cvca_file = {};
  base::Bytes document_number = {};  ///< with its check digit, for terminal authentication after BAC
};

}  // namespace cicada::applet_sim::kernel
