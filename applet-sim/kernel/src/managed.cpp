// Cards with a card manager: what goes to it, and what becomes of what it proposes.
#include "cicada/applet_sim/applet/groupings.h"
#include "cicada/applet_sim/applet/open_personalization.h"
#include "kernel.h"

namespace cicada::applet_sim::kernel {
namespace {

namespace sw = apdu::sw;
using applet::Change;
using applet::LifeCycle;
using applet::Reply;
using base::Bytes;

constexpr std::uint8_t kSelect = 0xA4;
constexpr std::uint8_t kByName = 0x04;

Bytes only(apdu::StatusWord word) {
  return encode(apdu::ResponseApdu{word});
}

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

/// What the card manager wants written, in one record.
void add_changes(manager::Reply& from, Reply& to) {
  if (from.counter) {
    to.effects.emplace_back(
        Change{applet::SetKeyCounter{.key_version = from.counter->key_version, .value = from.counter->value}});
  }
  switch (from.passport) {
    case manager::PassportChange::none: break;
    case manager::PassportChange::make: to.effects.emplace_back(applet::make_passport()); break;
    case manager::PassportChange::erase: to.effects.emplace_back(Change{applet::Erase{}}); break;
  }
  if (from.state) to.effects.emplace_back(Change{applet::SetManager{std::move(*from.state)}});
}

}  // namespace

Bytes Kernel::process_managed(const apdu::CommandView& command) {
  auto& session = session_.manager;
  auto handshake = std::exchange(session.handshake, std::nullopt);
  if (card_.life_cycle == LifeCycle::locked) return only(sw::k6D00InsNotSupported);
  if (session_.selection.df) return only(sw::k6E00ClaNotSupported);
  const bool opens =
      command.ins == manager::ins::kInitializeUpdate || command.ins == manager::ins::kExternalAuthenticate;
  if (opens) session = {};
  if (!session.channel) return encode(manage(command, std::move(handshake)).response);
  const auto unwrapped = session.channel->unwrap(command);
  if (!unwrapped) {
    session = {};
    return only(status_of(unwrapped.error()));
  }
  auto reply = manage(unwrapped->view(), std::nullopt);
  auto wrapped = session.channel->wrap(std::move(reply.response));
  if (!wrapped) session = {};
  return wrapped ? std::move(*wrapped) : only(sw::k6F00NoDiagnosis);
}

Reply Kernel::manage(const apdu::CommandView& command, std::optional<manager::Handshake> handshake) {
  if (session_.manager.personalizing && command.ins == manager::ins::kStoreData) return store_groupings(command);
  auto proposed = manager::handle(seen_by_manager(), command, std::move(handshake));
  Reply reply{std::move(proposed.response)};
  add_changes(proposed, reply);
  const bool changes = !reply.effects.empty();
  persist(reply);
  if (changes && reply.effects.empty()) return reply;  // nothing was written, nothing comes true
  take_session(command, proposed, reply.response.is_error());
  return reply;
}

void Kernel::take_session(const apdu::CommandView& command, manager::Reply& proposed, bool failed) {
  auto& session = session_.manager;
  if (proposed.handshake) session.handshake = std::move(proposed.handshake);
  if (proposed.channel) session.channel = std::move(proposed.channel);
  if (command.ins != manager::ins::kGetData) session.listing = std::move(proposed.listing);
  // A load file that a block was wrong with begins anew.
  const bool loads = command.ins == manager::ins::kLoad || command.ins == manager::ins::kInstall;
  if (proposed.load || loads) session.load = std::move(proposed.load);
  if (command.ins == manager::ins::kInstall && !failed) {
    session.personalizing = proposed.personalizing;
    session_.staged = {};
  }
  if (proposed.passport != manager::PassportChange::none) {
    session.personalizing = false;
    lds1_.deselect();
    session_.selection = {};
  }
}

Reply Kernel::store_groupings(const apdu::CommandView& command) {
  auto unpacked = applet::unpack_groupings(session_.staged, command, *session_.manager.channel);
  // After an error the grouping begins anew, with the same number.
  const auto begin_anew = [this](apdu::StatusWord word) {
    session_.staged.octets.clear();
    return Reply{word};
  };
  if (!unpacked) return begin_anew(unpacked.error());
  Inherited nothing;
  Reply reply{sw::k9000Ok};
  for (const auto& grouping : unpacked->whole) {
    reply = applet::take_grouping(context(nothing, true), grouping);
    persist(reply);
    if (reply.response.is_error()) return begin_anew(reply.response.sw);
  }
  if (unpacked->last) {
    auto finished = applet::finish_groupings(context(nothing, true));
    persist(finished);
    if (finished.response.is_error()) return begin_anew(finished.response.sw);
    session_.manager.personalizing = false;
  }
  session_.staged = std::move(unpacked->rest);
  if (!unpacked->answered) reply.response.data.clear();
  return reply;
}

manager::Seen Kernel::seen_by_manager() {
  return {.state = *card_.manager, .serial = card_.serial, .session = session_.manager, .rng = world_.rng};
}

std::optional<Reply> Kernel::managed_first(const apdu::CommandView& command, Inherited& inherited, bool secured) {
  if (!card_.manager) return std::nullopt;
  const auto& state = *card_.manager;
  const bool by_name = command.ins == kSelect && command.p1 == kByName;
  if (card_.life_cycle == LifeCycle::locked) {
    if (by_name && !command.data.empty() && manager::names_issuer_domain(command.data)) return sw::k6A82FileNotFound;
  } else {
    if (command.ins == manager::ins::kGetData && !session_.selection.df) {
      auto answer = manager::get_data(seen_by_manager(), command);
      return Reply{std::move(answer.response)};
    }
    if (state.life == manager::CardLife::terminated) return sw::k6985ConditionsNotSatisfied;
    if (by_name && manager::names_issuer_domain(command.data)) {
      return Reply{std::move(manager::select(state, command).response)}.with(applet::Select{});
    }
    if (state.life == manager::CardLife::card_locked) {
      return by_name ? sw::k6A81FunctionNotSupported : sw::k6985ConditionsNotSatisfied;
    }
    const auto* named = by_name ? state.instance(command.data) : nullptr;
    if (named != nullptr && (named->life == manager::application_life::kInstalled ||
                             (named->life & manager::application_life::kLockedBit) != 0)) {
      return sw::k6A82FileNotFound;
    }
  }
  if (state.passport() == manager::Application::jmrtd && applet::is_open_personalization(command.ins)) {
    return applet::personalize_openly(context(inherited, secured), command);
  }
  return std::nullopt;
}

}  // namespace cicada::applet_sim::kernel
