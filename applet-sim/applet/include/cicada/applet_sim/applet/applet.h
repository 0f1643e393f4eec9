// What an application on the card is: it looks at a command and its surroundings, and proposes.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/apdu/response.h"
#include "cicada/applet_sim/applet/card_state.h"
#include "cicada/applet_sim/protocol/bac/bac.h"
#include "cicada/applet_sim/protocol/ca/chip_authentication.h"
#include "cicada/applet_sim/protocol/pace/exchange.h"
#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "cicada/applet_sim/protocol/ta/terminal.h"
#include "cicada/applet_sim/security/status.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::applet {

/// Where the terminal stands.
struct Selection {
  fs::DfId df = {};  ///< empty: the MF
  std::optional<fs::FileId> ef = {};

  friend bool operator==(const Selection&, const Selection&) = default;
};

/// A run of PACE between two commands.
struct PaceRun {
  protocol::pace::Exchange exchange;
  PasswordId password{};
};

/// What chip and terminal authentication bind a terminal to (9303-11 §7.1.2); of the session, gone with it.
struct Binding {
  base::Bytes chip;      ///< Comp of the chip's key of PACE; empty: the session was not opened by PACE
  base::Bytes terminal;  ///< Comp of the terminal's key of chip authentication, or of PACE with chip authentication
                         ///< mapping; empty: there was neither
};

/// Blocks of STORE DATA that wait for the last one.
struct Staged {
  base::Bytes octets;
  unsigned blocks = 0;
};

// What a command does to the things that power takes away.
struct Select {
  Selection to;
};
/// RND.IC went out; it is good for the next command only.
struct KeepChallenge {
  protocol::bac::Challenge challenge{};
};
/// A step of PACE was answered; the run is good for the next command only.
struct KeepPace {
  PaceRun run;
};
/// An access procedure succeeded: from the next command on there is a session, and facts in it.
struct OpenSession {
  sm::SecureMessaging session;
  std::vector<security::Mechanism> proved;
  Binding binding = {};
};
/// MSE:Set AT named a key of chip authentication; it stays named until it is used or the session ends.
struct KeepChipSelection {
  protocol::ca::Selection selection;
};
/// Chip authentication succeeded: from the next command on the session has other keys (9303-11 §6.2).
struct ReplaceKeys {
  sm::SecureMessaging session;
  base::Bytes terminal_key;  ///< Comp(PK_DH,IFD)
};
/// The terminal proved something more in the session that there is.
struct Prove {
  security::Mechanism proved;
};
/// Terminal authentication is a step further.
struct SetTerminal {
  protocol::ta::State state;
};
struct Stage {
  Staged blocks;
};
/// An access procedure failed: a chip waits longer each time.
struct CountFailure {};
struct BeginHandshake {
  protocol::scp03::Handshake handshake;
};
struct OpenChannel {
  protocol::scp03::Channel channel;
};
struct CloseChannel {};

using Effect = std::variant<Change, Select, KeepChallenge, KeepPace, OpenSession, KeepChipSelection, ReplaceKeys, Prove,
                            SetTerminal, Stage, CountFailure, BeginHandshake, OpenChannel, CloseChannel>;

/// A response, and what shall come true with it. Nothing has changed yet: the kernel writes the persistent part to
/// memory, protects the response with the keys of the command, and then lets the rest come true (9303-11 §9.8.2).
struct Reply {
  apdu::ResponseApdu response;
  std::vector<Effect> effects = {};

  Reply() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return sw::k6A82FileNotFound;`
  Reply(apdu::StatusWord word) noexcept : response(word) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Reply(apdu::ResponseApdu&& answer) noexcept : response(std::move(answer)) {}

  /// `return Reply{sw::k9000Ok}.with(Select{...});`
  template <typename T>
  [[nodiscard]] Reply&& with(T&& effect) && {
    effects.emplace_back(std::forward<T>(effect));
    return std::move(*this);
  }
};

/// All that an applet may look at. It lives as long as the call.
struct Context {
  const CardState& card;
  const Selection& selection;
  const security::SecurityStatus& status;
  /// From a GET CHALLENGE immediately before; empty otherwise.
  const std::optional<protocol::bac::Challenge>& challenge;
  /// From a step of PACE immediately before. Whoever continues it takes it away and gives it back as KeepPace.
  std::optional<PaceRun>& pace;
  const std::optional<protocol::ca::Selection>& chip_selection;
  const protocol::ta::State& terminal;
  const Binding& binding;
  const Staged& staged;
  /// The command came through secure messaging or a secure channel.
  bool secured;
  base::Rng& rng;
};

class Applet {
 public:
  Applet() = default;
  Applet(const Applet&) = delete;
  Applet& operator=(const Applet&) = delete;
  Applet(Applet&&) = delete;
  Applet& operator=(Applet&&) = delete;
  virtual ~Applet() = default;

  /// The terminal selects the application by its DF's name. The applet is not selected before its Select effect came
  /// true.
  [[nodiscard]] virtual Reply select(const Context& context, const apdu::CommandView& command) = 0;
  /// Another application is selected, or the power goes: nothing of this selection may stay.
  virtual void deselect() noexcept = 0;
  /// What must be in memory before `call` looks at the command: a password's try is counted before it is judged, so
  /// that taking the power away gives none back.
  [[nodiscard]] virtual std::vector<Change> before(const Context& /*context*/, const apdu::CommandView& /*command*/) {
    return {};
  }
  /// Any other interindustry command while the application is selected.
  [[nodiscard]] virtual Reply call(const Context& context, const apdu::CommandView& command) = 0;
};

}  // namespace cicada::applet_sim::applet
