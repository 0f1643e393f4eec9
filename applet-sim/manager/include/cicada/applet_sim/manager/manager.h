// The commands of the issuer security domain (docs/card-commands.md, "Card manager").
#pragma once

#include <optional>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/apdu/response.h"
#include "cicada/applet_sim/manager/channel.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::manager {

namespace ins {
inline constexpr std::uint8_t kInitializeUpdate = 0x50;
inline constexpr std::uint8_t kExternalAuthenticate = 0x82;
inline constexpr std::uint8_t kGetData = 0xCA;
inline constexpr std::uint8_t kPutKey = 0xD8;
inline constexpr std::uint8_t kStoreData = 0xE2;
inline constexpr std::uint8_t kDelete = 0xE4;
inline constexpr std::uint8_t kInstall = 0xE6;
inline constexpr std::uint8_t kLoad = 0xE8;
inline constexpr std::uint8_t kSetStatus = 0xF0;
inline constexpr std::uint8_t kGetStatus = 0xF2;
}  // namespace ins

/// Octets of a load file, its tag and length included.
inline constexpr std::size_t kMaxLoad = 64UL * 1024;

/// A load file on its way in.
struct Load {
  base::Bytes aid = {}, hash = {};
  base::Bytes octets = {};
  unsigned next = 0;  ///< number of the block that comes next
};

/// GET STATUS has told a part.
struct Listing {
  std::uint8_t what = 0;
  base::Bytes filter = {};
  std::size_t next = 0;
};

/// What power and every other selection take away.
struct Session {
  std::optional<Handshake> handshake = {};  ///< good for the next command only
  std::optional<SecureChannel> channel = {};
  std::optional<Load> load = {};
  std::optional<Listing> listing = {};
  bool personalizing = false;  ///< STORE DATA goes to the passport application
};

/// What shall happen to the passport application.
enum class PassportChange : std::uint8_t { none, make, erase };

struct Counter {
  std::uint8_t key_version = 0;
  std::uint32_t value = 0;
};

/// A response, and what shall come true with it. Nothing has changed yet.
struct Reply {
  apdu::ResponseApdu response;
  // To be written to memory together:
  std::optional<State> state = {};
  std::optional<Counter> counter = {};
  PassportChange passport = PassportChange::none;
  // Of the session:
  std::optional<Handshake> handshake = {};
  std::optional<SecureChannel> channel = {};
  std::optional<Load> load = {};  ///< none: there is none any more
  std::optional<Listing> listing = {};
  bool personalizing = false;

  Reply() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return sw::k6A82FileNotFound;`
  Reply(apdu::StatusWord word) noexcept : response(word) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Reply(apdu::ResponseApdu&& answer) noexcept : response(std::move(answer)) {}
};

/// All that a command may look at. It lives as long as the call.
struct Seen {
  const State& state;
  base::ByteView serial;  ///< the chip's number, 10 octets
  /// The channel it came through, the load file that is on its way, and the listing that goes on.
  const Session& session;
  base::Rng& rng;
};

/// A command without its protection. `handshake`: of an INITIALIZE UPDATE immediately before. STORE DATA for the
/// passport application does not come here.
[[nodiscard]] Reply handle(const Seen& seen, const apdu::CommandView& command, std::optional<Handshake> handshake);

/// GET DATA, which needs no channel and is taken in class 00, too.
[[nodiscard]] Reply get_data(const Seen& seen, const apdu::CommandView& command);

/// `name` means the issuer security domain: its AID, a front part of it with at least 5 octets, or nothing.
[[nodiscard]] bool names_issuer_domain(base::ByteView name) noexcept;
/// SELECT of the issuer security domain.
[[nodiscard]] Reply select(const State& state, const apdu::CommandView& command);

/// The passport application is PERSONALIZED.
[[nodiscard]] State with_passport_personalized(const State& state);

}  // namespace cicada::applet_sim::manager
