#include "kernel.h"

#include <algorithm>

#include "cicada/applet_sim/apdu/command_class.h"
#include "cicada/applet_sim/applet/file_service.h"
#include "cicada/applet_sim/applet/personalization.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::kernel {
namespace {

namespace sw = apdu::sw;
using applet::Change;
using applet::Effect;
using applet::Reply;
using base::Bytes;
using security::Lapse;

constexpr std::uint8_t kPlain = 0x00;
constexpr std::uint8_t kChained = 0x10;
constexpr std::uint8_t kSecured = 0x0C;
constexpr std::uint8_t kProprietarySecured = 0x8C;
constexpr std::uint8_t kManager = 0x80;
constexpr std::uint8_t kManagerSecured = 0x84;

/// The log may grow to twice the snapshot and this before one snapshot takes its place.
constexpr std::size_t kCompactSlack = 64UL * 1024;

constexpr std::chrono::milliseconds kFirstDelay{100};
constexpr std::chrono::milliseconds kLongestDelay{10'000};
constexpr unsigned kMaxDoublings = 7;
/// Failures are forgotten when none came for so long.
constexpr std::chrono::minutes kForgetFailures{5};

Bytes only(apdu::StatusWord word) {
  return encode(apdu::ResponseApdu{word});
}

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

/// Why a class byte other than 00, 0C, 80 and 84 is refused.
apdu::StatusWord refuse_class(std::uint8_t cla) {
  const auto read = apdu::classify(cla);
  if (read.kind != apdu::ClassKind::interindustry) return sw::k6E00ClaNotSupported;
  if (read.channel != 0) return sw::k6881ChannelNotSupported;
  if (read.chained) return sw::k6884ChainingNotSupported;
  return sw::k6882SecureMessagingNotSupported;
}

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

Kernel::Kernel(World world, nvm::Journal journal, applet::CardState card) noexcept
    : world_(world),
      journal_(std::move(journal)),
      card_(std::move(card)),
      compact_above_(2 * journal_.size() + kCompactSlack) {}

base::Result<void> Kernel::install(Hooks& hooks) {
  CICADA_CHECK(hooks.furnish(card_));
  hooks_ = &hooks;
  return {};
}

void Kernel::power_on() noexcept {
  power_off();
  powered_ = true;
  if (hooks_ != nullptr) hooks_->power_on();
}

void Kernel::power_off() noexcept {
  applet_of(session_.selection.df).deselect();
  const auto before = std::exchange(session_, {});
  keep_by_lapse(before.terminal, before.status);
  powered_ = false;
  delay_ = {};
}

Bytes Kernel::process(base::ByteView octets) {
  delay_ = {};
  if (!powered_ || broken_) return only(sw::k6F00NoDiagnosis);
  if (hooks_ == nullptr) return perform(octets);
  Inherited nothing;
  auto answer = hooks_->intercept(context(nothing, session_.messaging.has_value()), octets);
  if (!answer) answer = perform(octets);
  hooks_->leave(*answer);
  delay_ = std::max(delay_, hooks_->delay());
  return std::move(*answer);
}

Bytes Kernel::perform(base::ByteView octets) {
  Inherited inherited{.challenge = std::exchange(session_.challenge, std::nullopt),
                      .handshake = std::exchange(session_.handshake, std::nullopt),
                      .pace = std::exchange(session_.pace, std::nullopt)};
  const auto command = apdu::parse_command(octets);
  if (card_.lapses.has(Lapse::lasting_challenge)) session_.challenge = inherited.challenge;
  const bool is_secured =
      command &&
      (command->cla == kSecured || (command->cla == kProprietarySecured && card_.lapses.has(Lapse::proprietary_class)));
  // 9303-11 §9.8.3: whatever is not a protected command ends the session; the same rule holds for the channel.
  const bool stays = command && command->cla == kPlain && card_.lapses.has(Lapse::plain_commands);
  if (!is_secured && !stays && !card_.lapses.has(Lapse::end_by_plain)) end_session();
  if (!command || command->cla != kManagerSecured) session_.channel.reset();
  const bool manages = command && card_.manager && (command->cla == kManager || command->cla == kManagerSecured);
  const bool asks = command && command->cla == kPlain && command->ins == manager::ins::kGetData;
  if (!manages && !asks) session_.manager = {};
  if (!command) return only(status_of(command.error()));
  if (manages) return process_managed(*command);
  if (is_secured) return process_secured(*command, std::move(inherited));
  if (session_.channel) return process_in_channel(*command);
  return process_plain(*command, std::move(inherited));
}

Bytes Kernel::process_secured(const apdu::CommandView& command, Inherited inherited) {
  if (!session_.messaging) return only(sw::k6982SecurityStatusNotSatisfied);
  const auto unwrapped = session_.messaging->unwrap_command(command, applet::required_objects(command), card_.lapses);
  if (!unwrapped) return refuse_secured(status_of(unwrapped.error()));
  auto reply = serve(unwrapped->view(), inherited, true);
  persist(reply);
  auto wrapped = protect(reply);
  if (!wrapped) {
    end_session();
    return only(sw::k6F00NoDiagnosis);
  }
  come_true(reply.effects);
  return std::move(*wrapped);
}

Bytes Kernel::refuse_secured(apdu::StatusWord word) {
  auto answer = only(word);
  if (card_.lapses.has(Lapse::protected_errors)) {
    if (auto wrapped = session_.messaging->wrap_response(apdu::ResponseApdu{word})) answer = std::move(*wrapped);
  }
  if (!card_.lapses.has(Lapse::end_by_error)) end_session();
  return answer;
}

base::Result<Bytes> Kernel::protect(Reply& reply) {
  // 9303-11 §9.8.2: the answer is protected with the keys of the command; effects come after it.
  if (hooks_ == nullptr) return session_.messaging->wrap_response(std::move(reply.response));
  auto* keys = &*session_.messaging;
  for (auto& effect : reply.effects) {
    auto* replace = std::get_if<applet::ReplaceKeys>(&effect);
    if (replace != nullptr && hooks_->keys_come_early()) keys = &replace->session;
  }
  return keys->wrap_response(std::move(reply.response), hooks_->wrapping());
}

Bytes Kernel::process_in_channel(const apdu::CommandView& command) {
  if (command.ins == applet::ins::kExternalAuthenticate) {
    session_.channel.reset();
    return only(sw::k6985ConditionsNotSatisfied);
  }
  const auto unwrapped = session_.channel->unwrap_command(command);
  if (!unwrapped) {
    session_.channel.reset();
    return only(status_of(unwrapped.error()));
  }
  Inherited nothing;
  auto reply = applet::personalize(context(nothing, true), unwrapped->view());
  persist(reply);
  auto wrapped = session_.channel->wrap_response(std::move(reply.response));
  if (!wrapped) {
    session_.channel.reset();
    return only(sw::k6F00NoDiagnosis);
  }
  come_true(reply.effects);
  return std::move(*wrapped);
}

Bytes Kernel::process_plain(const apdu::CommandView& command, Inherited inherited) {
  Reply reply;
  switch (command.cla) {
    // There is a session only where a plain command has not ended it.
    case kPlain:
      reply = serve(command, inherited, session_.messaging.has_value() && card_.lapses.has(Lapse::plain_commands));
      break;
    case kChained:
      // 9303-11 §4.4.4.3: the steps of PACE are a chain, and nothing else is.
      reply = command.ins == applet::ins::kGeneralAuthenticate ? serve(command, inherited, false)
                                                               : Reply{sw::k6884ChainingNotSupported};
      break;
    case kManager:
    case kManagerSecured: reply = proprietary(command, std::move(inherited)); break;
    default: reply = refuse_class(command.cla); break;
  }
  persist(reply);
  auto octets = encode(std::move(reply.response));
  come_true(reply.effects);
  return octets;
}

Reply Kernel::serve(const apdu::CommandView& command, Inherited& inherited, bool secured) {
  auto reply = serve_once(command, inherited, secured);
  // A run that no step has taken up stays where a chip forgets to drop it.
  if (card_.lapses.has(Lapse::lasting_run)) session_.pace = std::move(inherited.pace);
  return reply;
}

Reply Kernel::serve_once(const apdu::CommandView& command, Inherited& inherited, bool secured) {
  if (hooks_ == nullptr) return interindustry(command, inherited, secured);
  const auto here = context(inherited, secured);
  apdu::CommandApdu seen{command, base::to_bytes(command.data)};
  auto answered = hooks_->before(here, seen);
  auto reply = answered ? std::move(*answered) : interindustry(seen.view(), inherited, secured);
  hooks_->after(here, command, reply);
  return reply;
}

Reply Kernel::interindustry(const apdu::CommandView& command, Inherited& inherited, bool secured) {
  if (auto answered = managed_first(command, inherited, secured)) return std::move(*answered);
  const auto here = context(inherited, secured);
  if (command.ins != applet::ins::kSelect || command.p1 == 0x02) {
    return call(applet_of(session_.selection.df), here, command);
  }
  if (command.p1 == 0x00) return applet::select_mf(command);
  if (command.p1 != 0x04) return sw::k6A86IncorrectP1P2;
  if (command.data.empty()) return sw::k6700WrongLength;
  if (base::equal(command.data, applet::lds1_aid())) return lds1_.select(here, command);
  return root_.select(here, command);
}

Reply Kernel::call(applet::Applet& applet, const applet::Context& here, const apdu::CommandView& command) {
  const auto first = applet.before(here, command);
  if (!first.empty() && !commit_changes(first)) return broken_ ? sw::k6F00NoDiagnosis : sw::k6581MemoryFailure;
  return applet.call(here, command);
}

Reply Kernel::proprietary(const apdu::CommandView& command, Inherited inherited) {
  if (card_.life_cycle == applet::LifeCycle::locked) return sw::k6D00InsNotSupported;
  if (command.cla == kManager && command.ins == applet::ins::kInitializeUpdate) {
    return applet::initialize_update(context(inherited, false), command);
  }
  if (command.cla == kManagerSecured && command.ins == applet::ins::kExternalAuthenticate) {
    return applet::external_authenticate(std::move(inherited.handshake), command);
  }
  if (applet::is_personalization(command.ins)) return sw::k6982SecurityStatusNotSatisfied;
  return sw::k6D00InsNotSupported;
}

applet::Context Kernel::context(Inherited& inherited, bool secured) {
  return {.card = card_,
          .selection = session_.selection,
          .status = session_.status,
          .challenge = inherited.challenge,
          .pace = inherited.pace,
          .chip_selection = session_.chip_selection,
          .terminal = session_.terminal,
          .binding = session_.binding,
          .staged = session_.staged,
          .secured = secured,
          .rng = world_.rng};
}

applet::Applet& Kernel::applet_of(const fs::DfId& df) {
  const auto* found = df ? card_.files.df(*df) : nullptr;
  if (found != nullptr && base::equal(found->aid, applet::lds1_aid())) return lds1_;
  return root_;
}

void Kernel::persist(Reply& reply) {
  std::vector<Change> changes;
  for (auto& effect : reply.effects) {
    if (auto* change = std::get_if<Change>(&effect)) changes.push_back(std::move(*change));
  }
  if (changes.empty()) return;
  if (const auto done = commit_changes(changes); !done) {
    // Nothing was written and nothing comes true: the terminal may try again.
    reply.effects.clear();
    reply.response = apdu::ResponseApdu{broken_ ? sw::k6F00NoDiagnosis : sw::k6581MemoryFailure};
  }
}

base::Result<void> Kernel::commit_changes(std::span<const Change> changes) {
  auto record = applet::encode(changes);
  const base::Wiper wiper{record};
  CICADA_CHECK(journal_.commit(record));
  for (const auto& change : changes) {
    if (auto applied = card_.apply(change); !applied) {
      broken_ = true;
      return applied;
    }
    // The log still holds the keys that were erased: a snapshot takes its place at once.
    if (std::holds_alternative<applet::Erase>(change)) compact_above_ = 0;
  }
  compact_if_large();
  return {};
}

void Kernel::compact_if_large() {
  // What hooks furnished the card with is nobody's memory.
  if (hooks_ != nullptr) return;
  if (journal_.size() <= compact_above_) return;
  auto snapshot = applet::encode_snapshot(card_);
  const base::Wiper wiper{snapshot};
  // Without room for the snapshot the log simply goes on growing; the next try is a slack later.
  if (journal_.compact(snapshot)) {
    compact_above_ = 2 * journal_.size() + kCompactSlack;
  } else {
    compact_above_ = journal_.size() + kCompactSlack;
  }
}

void Kernel::come_true(std::vector<Effect>& effects) {
  for (auto& effect : effects) {
    std::visit(Overloaded{[](Change&) { /* is in memory already */ },
                          [this](applet::Select& select_effect) { select(select_effect.to); },
                          [this](applet::KeepChallenge& keep) { session_.challenge = keep.challenge; },
                          [this](applet::KeepPace& keep) { session_.pace = std::move(keep.run); },
                          [this](applet::OpenSession& open) { open_session(open); },
                          [this](applet::KeepChipSelection& keep) { session_.chip_selection = keep.selection; },
                          [this](applet::ReplaceKeys& replace) { replace_keys(replace); },
                          [this](const applet::Prove& prove) { session_.status.add(prove.proved); },
                          [this](applet::SetTerminal& set) { session_.terminal = std::move(set.state); },
                          [this](applet::Stage& stage) { session_.staged = std::move(stage.blocks); },
                          [this](applet::CountFailure&) { count_failure(); },
                          [this](applet::BeginHandshake& begin) { session_.handshake = std::move(begin.handshake); },
                          [this](applet::OpenChannel& open) {
                            session_.channel = std::move(open.channel);
                            session_.staged = {};
                          },
                          [this](applet::CloseChannel&) { session_.channel.reset(); }},
               effect);
  }
}

void Kernel::open_session(applet::OpenSession& open) {
  session_.messaging = std::move(open.session);
  for (const auto fact : open.proved) session_.status.add(fact);
  session_.binding = std::move(open.binding);
  failures_ = 0;
}

void Kernel::replace_keys(applet::ReplaceKeys& replace) {
  session_.messaging = std::move(replace.session);
  session_.status.apply(security::SecurityEvent::keys_replaced);
  session_.status.add(security::Mechanism::chip_authentication);
  session_.binding.terminal = std::move(replace.terminal_key);
  session_.chip_selection.reset();
}

void Kernel::select(const applet::Selection& to) {
  // Whichever was selected: its DF may be gone already.
  if (to.df != session_.selection.df) {
    root_.deselect();
    lds1_.deselect();
  }
  session_.selection = to;
}

void Kernel::count_failure() {
  const auto now = world_.clock.now();
  if (now - last_failure_ > kForgetFailures) failures_ = 0;
  last_failure_ = now;
  delay_ = std::min(kFirstDelay * (1U << std::min(failures_, kMaxDoublings)), kLongestDelay);
  ++failures_;
}

void Kernel::end_session() noexcept {
  session_.messaging.reset();
  session_.binding = {};
  const auto terminal = std::exchange(session_.terminal, {});
  session_.chip_selection.reset();
  const auto status = session_.status;
  session_.status.apply(security::SecurityEvent::session_ended);
  keep_by_lapse(terminal, status);
}

void Kernel::keep_by_lapse(const protocol::ta::State& terminal, const security::SecurityStatus& status) {
  if (card_.lapses.has(Lapse::lasting_keys)) session_.terminal.temporary = terminal.temporary;
  if (!card_.lapses.has(Lapse::lasting_rights)) return;
  for (const auto right : {security::Mechanism::terminal_dg3, security::Mechanism::terminal_dg4}) {
    if (status.has(right)) session_.status.add(right);
  }
}

}  // namespace cicada::applet_sim::kernel
