// Everything of a card that outlives its power.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "cicada/applet_sim/applet/chip_keys.h"
#include "cicada/applet_sim/applet/pace_state.h"
#include "cicada/applet_sim/fs/file_system.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/applet_sim/protocol/bac/access_keys.h"
#include "cicada/applet_sim/protocol/scp03/static_keys.h"
#include "cicada/applet_sim/protocol/ta/trust_point.h"
#include "cicada/applet_sim/security/lapse.h"
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
/// In the place of an earlier one with the same identifier.
struct SetPacePassword {
  PacePassword password;
};
/// Of a password that is counted.
struct SetTries {
  PasswordId id{};
  std::uint8_t tries = 0;
};
/// Behind those that are there.
struct AddPaceProtocol {
  PaceProtocol protocol;
};
struct SetActiveKey {
  ActiveKey key;
};
/// In the place of an earlier one with the same identifier.
struct SetChipKey {
  ChipKey key;
};
/// All of them: at most two, the newest first.
struct SetTrustPoints {
  std::vector<protocol::ta::TrustPoint> points;
};
struct SetCurrentDate {
  protocol::ta::Date date{};
};
/// The EF that tells terminals the trust points' names.
struct SetCvcaFile {
  fs::FileId file{};
};
struct SetDocumentNumber {
  base::Bytes number;
};
/// Everything that personalization made goes, on a blank card only: the chip is as it was delivered.
struct Erase {};
/// A file that is there already, as new: filled with 00, with another size and other conditions.
struct RemakeFile {
  fs::FileId file{};
  fs::FileSpec spec;
};
/// Of cards with a card manager: all that it remembers.
struct SetManager {
  manager::State state;
};
struct SetKeyCounter {
  std::uint8_t key_version = 0;
  std::uint32_t value = 0;
};
/// A half of an RSA key that waits for the other (dialect jmrtd); empty: none waits.
struct SetRsaHalf {
  bool exponent = false;
  base::SecretBytes octets;
};
using Change =
    std::variant<Initialize, SetTransportKeys, SetSequenceCounter, CreateFile, WriteBinary, SetAccessKeys, SetLifeCycle,
                 SetPacePassword, SetTries, AddPaceProtocol, SetActiveKey, SetChipKey, SetTrustPoints, SetCurrentDate,
                 SetCvcaFile, SetDocumentNumber, Erase, RemakeFile, SetManager, SetKeyCounter, SetRsaHalf>;

struct CardState {
  Serial serial{};
  LifeCycle life_cycle = LifeCycle::blank;
  std::optional<protocol::scp03::StaticKeys> transport_keys = {};
  std::uint32_t sequence_counter = 0;  ///< of SCP03, 24 bits
  std::optional<protocol::bac::AccessKeys> access_keys = {};
  fs::FileSystem files = {};
  std::array<std::optional<PacePassword>, kPasswords> passwords = {};  ///< see password()
  std::vector<PaceProtocol> pace_protocols = {};
  std::optional<ActiveKey> active_key = {};
  std::vector<ChipKey> chip_keys = {};
  std::vector<protocol::ta::TrustPoint> trust_points = {};  ///< of the eMRTD application; the newest first
  protocol::ta::Date current_date{};                        ///< 9303-11 §7.1.2; zeros: none yet
  std::optional<fs::FileId> cvca_file = {};
  /// With its check digit, as the MRZ has it: ID_IC of terminal authentication after BAC (9303-11 §7.1.2). May be
  /// empty.
  base::Bytes document_number = {};
  /// None: dialect cicada-1. The passport application's dialect is that of its module (docs/card-commands.md).
  std::optional<manager::State> manager = {};
  base::SecretBytes rsa_modulus = {}, rsa_exponent = {};  ///< halves of a key that is not whole yet
  /// What the chip neglects (misbehave); never written to its memory.
  security::Lapses lapses = {};

  /// Somebody must prove something before files with a condition can be read: BAC, or PACE with at least one password
  /// and one protocol.
  [[nodiscard]] bool has_access_control() const noexcept;
  /// nullptr: the card has no such password (or there is no such identifier).
  [[nodiscard]] const PacePassword* password(PasswordId id) const noexcept;
  /// The chip authentication key with this identifier; without one, the only key. nullptr: no such key.
  [[nodiscard]] const ChipKey* chip_key(std::optional<std::uint8_t> id) const noexcept;

  /// Fails when the change does not fit the state; the state is then as it was. Whoever proposes a change has asked
  /// first; whoever reads one back from memory has not.
  [[nodiscard]] base::Result<void> apply(const Change& change);
};

/// EF.CVCA has this many octets (9303-11 §7.1.5).
inline constexpr std::size_t kCvcaFileSize = 36;

/// What EF.CVCA says of these trust points.
[[nodiscard]] base::Bytes cvca_content(const std::vector<protocol::ta::TrustPoint>& points);

/// What makes `points` and `date` true, EF.CVCA included when the card has one: changes to be committed together
/// (9303-11 §7.1.4). `points`: at most two, the newest first.
[[nodiscard]] std::vector<Change> trust_changes(const CardState& card, std::vector<protocol::ta::TrustPoint> points,
                                                const protocol::ta::Date& date);

}  // namespace cicada::applet_sim::applet
