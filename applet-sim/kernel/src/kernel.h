// The card's operating system: one command at a time.
#pragma once

#include <chrono>
#include <optional>

#include "cicada/applet_sim/applet/lds1.h"
#include "cicada/applet_sim/applet/root.h"
#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/applet_sim/kernel/world.h"
#include "cicada/applet_sim/manager/manager.h"
#include "cicada/applet_sim/nvm/journal.h"

namespace cicada::applet_sim::kernel {

/// What power takes away.
struct Session {
  applet::Selection selection = {};
  security::SecurityStatus status = {};
  std::optional<sm::SecureMessaging> messaging = {};
  applet::Binding binding = {};
  std::optional<protocol::ca::Selection> chip_selection = {};
  protocol::ta::State terminal = {};
  std::optional<protocol::scp03::Channel> channel = {};  ///< of dialect cicada-1
  manager::Session manager = {};                         ///< of the others
  applet::Staged staged = {};
  // Good for the next command only:
  std::optional<protocol::bac::Challenge> challenge = {};
  std::optional<protocol::scp03::Handshake> handshake = {};
  std::optional<applet::PaceRun> pace = {};
};

class Kernel {
 public:
  Kernel(World world, nvm::Journal journal, applet::CardState card) noexcept;

  /// Fails as the hooks do; they are not installed then.
  [[nodiscard]] base::Result<void> install(Hooks& hooks);
  void power_on() noexcept;
  void power_off() noexcept;
  [[nodiscard]] base::Bytes process(base::ByteView octets);

  [[nodiscard]] const applet::CardState& card() const noexcept { return card_; }
  [[nodiscard]] std::chrono::milliseconds pending_delay() const noexcept { return delay_; }

 private:
  // What the command before this one left for it.
  struct Inherited {
    std::optional<protocol::bac::Challenge> challenge;
    std::optional<protocol::scp03::Handshake> handshake;
    std::optional<applet::PaceRun> pace;
  };

  [[nodiscard]] base::Bytes perform(base::ByteView octets);
  [[nodiscard]] base::Bytes process_secured(const apdu::CommandView& command, Inherited inherited);
  [[nodiscard]] base::Bytes process_in_channel(const apdu::CommandView& command);
  [[nodiscard]] base::Bytes process_plain(const apdu::CommandView& command, Inherited inherited);

  [[nodiscard]] applet::Reply serve(const apdu::CommandView& command, Inherited& inherited, bool secured);
  [[nodiscard]] applet::Reply serve_once(const apdu::CommandView& command, Inherited& inherited, bool secured);
  [[nodiscard]] base::Result<base::Bytes> protect(applet::Reply& reply);
  [[nodiscard]] applet::Reply interindustry(const apdu::CommandView& command, Inherited& inherited, bool secured);
  [[nodiscard]] applet::Reply call(applet::Applet& applet, const applet::Context& here,
                                   const apdu::CommandView& command);
  [[nodiscard]] applet::Reply proprietary(const apdu::CommandView& command, Inherited inherited);
  [[nodiscard]] applet::Context context(Inherited& inherited, bool secured);
  [[nodiscard]] applet::Applet& applet_of(const fs::DfId& df);

  // Cards with a card manager (managed.cpp).
  [[nodiscard]] base::Bytes process_managed(const apdu::CommandView& command);
  /// The command without its protection; what it proposes has come true.
  [[nodiscard]] applet::Reply manage(const apdu::CommandView& command, std::optional<manager::Handshake> handshake);
  [[nodiscard]] applet::Reply store_groupings(const apdu::CommandView& command);
  void take_session(const apdu::CommandView& command, manager::Reply& proposed, bool failed);
  [[nodiscard]] manager::Seen seen_by_manager();
  /// What such a card answers to an interindustry command before any application does.
  [[nodiscard]] std::optional<applet::Reply> managed_first(const apdu::CommandView& command, Inherited& inherited,
                                                           bool secured);

  void persist(applet::Reply& reply);
  [[nodiscard]] base::Result<void> commit_changes(std::span<const applet::Change> changes);
  void compact_if_large();
  void come_true(std::vector<applet::Effect>& effects);
  void open_session(applet::OpenSession& open);
  void replace_keys(applet::ReplaceKeys& replace);
  void count_failure();
  void select(const applet::Selection& to);
  void end_session() noexcept;
  /// The answer to a command whose protection is wrong.
  [[nodiscard]] base::Bytes refuse_secured(apdu::StatusWord word);
  /// What a chip with lapses takes over into its next session.
  void keep_by_lapse(const protocol::ta::State& terminal, const security::SecurityStatus& status);

  World world_;
  nvm::Journal journal_;
  applet::CardState card_;
  applet::Root root_;
  applet::Lds1 lds1_;
  Session session_;
  bool powered_ = false;
  bool broken_ = false;  // memory and state disagree: nothing is answered any more
  std::size_t compact_above_;
  unsigned failures_ = 0;
  base::Instant last_failure_{};
  std::chrono::milliseconds delay_{0};
  Hooks* hooks_ = nullptr;
};

}  // namespace cicada::applet_sim::kernel
