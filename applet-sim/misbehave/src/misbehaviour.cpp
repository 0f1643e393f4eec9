#include "cicada/applet_sim/misbehave/misbehaviour.h"

#include <algorithm>
#include <utility>

#include "forge.h"
#include "furnish.h"
#include "moment.h"
#include "octets.h"

namespace cicada::applet_sim::misbehave {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;
using base::Result;

constexpr std::size_t kStatusSize = 2;
/// No longer answer goes through a reader.
constexpr std::size_t kMaxAnswer = apdu::kMaxResponseData + kStatusSize;
constexpr std::size_t kMacObject = 10;  // DO'8E'

/// An action on its way through a card's life.
struct Armed {
  const Action* action = nullptr;
  bool awake = false;  ///< `after` was answered, or there is none
  unsigned seen = 0;   ///< commands that it is about
  bool due = false;    ///< at the command in hand
  std::size_t struck = 0;

  [[nodiscard]] bool at(Place place) const noexcept { return due && action->place == place; }
};

bool is_about(const When& when, const Moment& moment, const base::Result<apdu::CommandView>& command) {
  constexpr unsigned kSecured = 0x0C;
  if (when.step != Step::any && when.step != moment.step) return false;
  if (when.file && when.file != moment.file) return false;
  if (when.secured && (!command || *when.secured != ((command->cla & kSecured) == kSecured))) return false;
  return !when.extended || (command && command->extended);
}

/// What is about to be answered is what the action waits for.
bool is_answered(const When& when, apdu::StatusWord word) {
  constexpr apdu::StatusWord kFirstError = 0x6300;
  constexpr apdu::StatusWord kLastError = 0x6FFF;
  if (when.answered && *when.answered != word) return false;
  return !when.refused || *when.refused == (word >= kFirstError && word <= kLastError);
}

apdu::StatusWord word_of(ByteView answer) {
  const auto end = answer.last(kStatusSize);
  return static_cast<apdu::StatusWord>((end[0] << 8U) | end[1]);
}

void put_status(Bytes& octets, apdu::StatusWord word) {
  octets.push_back(static_cast<std::uint8_t>(word >> 8U));
  octets.push_back(static_cast<std::uint8_t>(word));
}

/// `what` is gone from the effects, if it was there.
bool forget(Subject what, applet::Reply& reply) {
  return std::erase_if(reply.effects, [what](const applet::Effect& effect) {
           switch (what) {
             case Subject::keys: return std::holds_alternative<applet::ReplaceKeys>(effect);
             case Subject::session: return std::holds_alternative<applet::OpenSession>(effect);
             default: return std::holds_alternative<applet::Prove>(effect);
           }
         }) != 0;
}

/// Where a file has nothing left it goes on with zeros.
bool never_end(const apdu::CommandView& command, apdu::ResponseApdu& response) {
  if (response.sw != sw::k6B00WrongOffset && response.sw != sw::k6282EndOfFile) return false;
  const std::size_t wanted = std::min<std::size_t>(command.le.ne, command.room);
  response.sw = sw::k9000Ok;
  if (!command.odd()) {
    response.data.resize(wanted);
    return true;
  }
  constexpr tlv::Tag kDiscretionary = 0x53;
  const auto size = wanted - std::min<std::size_t>(wanted, tlv::header_size(kDiscretionary, wanted));
  response.data.clear();
  tlv::append(response.data, kDiscretionary, Bytes(size));
  return true;
}

}  // namespace

struct Misbehaviour::State {
  State(std::vector<Fault> given, base::Rng& random) : faults(std::move(given)), rng(random) {
    for (const auto& fault : faults) {
      for (const auto& action : fault.actions) actions.push_back({.action = &action});
    }
  }

  const std::vector<Fault> faults;
  base::Rng& rng;
  std::vector<Armed> actions;
  Moment moment = {};
  Bytes held_back = {};
  bool holds_back = false;

  void begin(const applet::Context& here, ByteView octets);
  bool apply(Armed& armed, const apdu::CommandView& command, const applet::Context& here, applet::Reply& reply) const;
  bool change_wire(const Action& action, Bytes& answer);
};

/// Finds out what the command is, and which actions are due.
void Misbehaviour::State::begin(const applet::Context& here, ByteView octets) {
  const auto command = apdu::parse_command(octets);
  moment = command ? moment_of(here, *command) : Moment{};
  for (auto& armed : actions) {
    const auto& when = armed.action->when;
    armed.due = armed.awake && is_about(when, moment, command);
    if (!armed.due) continue;
    ++armed.seen;
    armed.due = !when.nth || *when.nth == armed.seen;
  }
}

bool Misbehaviour::State::apply(Armed& armed, const apdu::CommandView& command, const applet::Context& here,
                                applet::Reply& reply) const {
  const auto& action = *armed.action;
  auto& response = reply.response;
  switch (action.verb) {
    case Verb::status: response.sw = *action.status; return true;
    case Verb::at_most: {
      if (static_cast<std::int64_t>(response.data.size()) <= *action.count) return false;
      response.data.resize(static_cast<std::size_t>(*action.count));
      response.sw = sw::k9000Ok;
      return true;
    }
    case Verb::endless: return never_end(command, response);
    case Verb::forget: return forget(action.subject, reply);
    case Verb::forge: {
      auto made =
          response.data.empty() ? base::Result<Bytes>{Bytes{}} : forged(action.subject, here, command, response.data);
      if (!made || made->empty()) return false;
      response.data = std::move(*made);
      return true;
    }
    default: {
      auto made = edited(action, response.data, command.data, rng);
      if (!made || made->size() > apdu::kMaxResponseData) return false;
      response.data = std::move(*made);
      return true;
    }
  }
}

bool Misbehaviour::State::change_wire(const Action& action, Bytes& answer) {
  const auto size = answer.size() - kStatusSize;
  switch (action.verb) {
    case Verb::status: {
      answer.resize(size);
      put_status(answer, *action.status);
      return true;
    }
    case Verb::hold_back: {
      constexpr std::uint8_t kMoreData = 0x61;
      if (size == 0 || moment.step == Step::get_response) return false;
      held_back = std::exchange(answer, {kMoreData, static_cast<std::uint8_t>(size > 0xFF ? 0 : size)});
      holds_back = true;
      return true;
    }
    case Verb::answer:
    case Verb::stall: return false;  // done when the command came
    default: {
      const auto whole = ByteView{answer};
      auto made = edited(action, whole.first(size), {}, rng);
      if (!made || made->size() + kStatusSize > kMaxAnswer) return false;
      base::append(*made, whole.last(kStatusSize));
      answer = std::move(*made);
      return true;
    }
  }
}

Misbehaviour::Misbehaviour(std::vector<Fault> faults, base::Rng& rng)
    : state_(std::make_unique<State>(std::move(faults), rng)) {}

Misbehaviour::~Misbehaviour() = default;

bool Misbehaviour::struck() const noexcept {
  return std::ranges::all_of(state_->actions, [](const Armed& armed) { return armed.struck != 0; });
}

Result<void> Misbehaviour::furnish(applet::CardState& card) {
  for (auto& armed : state_->actions) {
    const auto& action = *armed.action;
    if (action.place == Place::file) CICADA_CHECK(change_file(action, card, state_->rng));
    if (action.verb == Verb::neglect) card.lapses.add(*action.lapse);
    if (action.verb == Verb::replace_key) CICADA_CHECK(replace_key(action, card, state_->rng));
    if (action.place == Place::file || action.place == Place::card) ++armed.struck;
  }
  return {};
}

void Misbehaviour::power_on() noexcept {
  for (auto& armed : state_->actions) {
    armed.awake = !armed.action->when.after;
    armed.seen = 0;
    armed.due = false;
  }
  state_->moment = {};
  state_->held_back.clear();
  state_->holds_back = false;
}

std::optional<Bytes> Misbehaviour::intercept(const applet::Context& here, ByteView octets) {
  state_->begin(here, octets);
  if (std::exchange(state_->holds_back, false) && state_->moment.step == Step::get_response) {
    return std::exchange(state_->held_back, {});
  }
  for (auto& armed : state_->actions) {
    if (!armed.at(Place::wire) || armed.action->verb != Verb::answer) continue;
    ++armed.struck;
    auto answer = armed.action->octets;
    put_status(answer, *armed.action->status);
    return answer;
  }
  return std::nullopt;
}

std::optional<applet::Reply> Misbehaviour::before(const applet::Context& /*here*/, apdu::CommandApdu& command) {
  std::optional<applet::Reply> answer;
  for (auto& armed : state_->actions) {
    // What Le says is inside the protection and was not to be seen before.
    const auto& above = armed.action->when.le_above;
    if (above && command.view().le.ne <= *above) armed.due = false;
    if (!armed.at(Place::command)) continue;
    const auto& action = *armed.action;
    if (action.verb == Verb::answer) {
      answer = applet::Reply{apdu::ResponseApdu{Bytes{action.octets}, *action.status}};
    } else {
      auto made = edited(action, command.view().data, {}, state_->rng);
      if (!made) continue;
      command = apdu::CommandApdu{command.view(), std::move(*made)};
    }
    ++armed.struck;
  }
  return answer;
}

void Misbehaviour::after(const applet::Context& here, const apdu::CommandView& command, applet::Reply& reply) {
  const auto word = reply.response.sw;
  for (auto& armed : state_->actions) {
    const bool meant = armed.at(Place::reply) && is_answered(armed.action->when, word);
    if (meant && state_->apply(armed, command, here, reply)) ++armed.struck;
  }
}

sm::Wrapping Misbehaviour::wrapping() {
  sm::Wrapping how;
  std::vector<Armed*> edits;
  for (auto& armed : state_->actions) {
    if (!armed.at(Place::objects)) continue;
    const auto& action = *armed.action;
    switch (action.verb) {
      case Verb::early_keys: break;
      case Verb::counter: how.ssc_steps = static_cast<unsigned>(*action.count); break;
      case Verb::padding: how.padding = action.octets.front(); break;
      case Verb::indicator: how.indicator = action.octets.front(); break;
      default: edits.push_back(&armed); continue;
    }
    ++armed.struck;
  }
  if (edits.empty()) return how;
  how.edit = [this, edits](Bytes& objects) {
    for (auto* const armed : edits) {
      auto made = edited(*armed->action, objects, {}, state_->rng);
      if (!made || made->size() + kMacObject > apdu::kMaxResponseData) continue;
      objects = std::move(*made);
      ++armed->struck;
    }
  };
  return how;
}

bool Misbehaviour::keys_come_early() {
  return std::ranges::any_of(state_->actions, [](const Armed& armed) {
    return armed.at(Place::objects) && armed.action->verb == Verb::early_keys;
  });
}

void Misbehaviour::leave(Bytes& answer) {
  const auto word = word_of(answer);
  for (auto& armed : state_->actions) {
    const bool meant = armed.at(Place::wire) && is_answered(armed.action->when, word);
    if (meant && state_->change_wire(*armed.action, answer)) ++armed.struck;
  }
  for (auto& armed : state_->actions) {
    const auto& after = armed.action->when.after;
    if (after && *after == state_->moment.step) armed.awake = true;
  }
}

std::chrono::milliseconds Misbehaviour::delay() {
  std::chrono::milliseconds longest{};
  for (auto& armed : state_->actions) {
    if (!armed.at(Place::wire) || armed.action->verb != Verb::stall) continue;
    ++armed.struck;
    longest = std::max(longest, armed.action->time);
  }
  return longest;
}

}  // namespace cicada::applet_sim::misbehave
