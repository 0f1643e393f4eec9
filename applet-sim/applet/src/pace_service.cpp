#include "pace_service.h"

#include <algorithm>
#include <utility>

#include "cicada/applet_sim/applet/file_service.h"
#include "cicada/applet_sim/protocol/agreement/protocol_id.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace pace = protocol::pace;
namespace agreement = protocol::agreement;
using agreement::Mapping;

constexpr std::uint16_t kSetAt = 0xC1A4;
constexpr std::uint16_t kPinWithoutData = 0x0303;
constexpr std::uint8_t kChained = 0x10;

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

std::vector<pace::Offer> offers_of(const CardState& card) {
  std::vector<pace::Offer> offers;
  for (const auto& protocol : card.pace_protocols) {
    if (const auto suite = agreement::suite_of(protocol.oid)) {
      offers.push_back({.suite = *suite, .domain = protocol.parameter_id});
    }
  }
  return offers;
}

/// SK_IC for chip authentication mapping: the key whose identifier is that of the domain parameters (9303-11 §9.2.1).
std::optional<base::SecretBytes> chip_key_for(const CardState& card, const pace::Offer& offer) {
  if (offer.suite.mapping != Mapping::chip_authentication) return std::nullopt;
  const auto* key = card.chip_key(offer.domain);
  const auto* secret = key != nullptr ? std::get_if<EcSecret>(&key->secret) : nullptr;
  if (secret == nullptr || agreement::domain_of(secret->curve) != offer.domain) return std::nullopt;
  return secret->scalar.clone();
}

base::Result<PaceRun> begin(const CardState& card, base::ByteView data) {
  const auto offers = offers_of(card);
  CICADA_TRY(const auto request, pace::parse_request(pace::request_with_lapses(data, offers, card.lapses)));
  if (!request.domain && card.lapses.has(security::Lapse::domain_needed)) {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "this chip wants to be told the domain parameters",
                       .sw = sw::k6A88ReferencedDataNotFound});
  }
  CICADA_TRY(const auto offer, pace::choose(offers, request));
  const auto id = static_cast<PasswordId>(request.password);
  const auto* password = card.password(id);
  if (password == nullptr) {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "the card has no such password",
                       .clause = "9303-11 §4.4.4.1",
                       .sw = sw::k6A88ReferencedDataNotFound});
  }
  pace::Setup setup{.offer = offer, .k_pi = {}, .lapses = card.lapses};
  CICADA_TRY(setup.k_pi, sm::derive_password_key(offer.suite.cipher, password->k.expose()));
  setup.chip_key = chip_key_for(card, offer);
  if (request.certification_authorities) {
    for (const auto& point : card.trust_points) setup.certification_authorities.push_back(point.holder);
  }
  CICADA_TRY(auto exchange, pace::Exchange::begin(std::move(setup)));
  return PaceRun{.exchange = std::move(exchange), .password = id};
}

/// 9000, or 63CX when tries were used up since the last success (TR-03110-3 §B.11.1).
apdu::StatusWord selected_with(const PacePassword& password) {
  if (!password.counted() || password.tries == password.max_tries) return sw::k9000Ok;
  return sw::tries_left(std::min(password.tries, sw::kMaxTries));
}

Reply wrong_token(const Context& context, PasswordId id) {
  const auto* password = context.card.password(id);
  const bool counted = password != nullptr && password->counted();
  // The try is counted already; the answer says what is left.
  return Reply{counted ? sw::tries_left(password->tries) : sw::k6300AuthenticationFailed}.with(CountFailure{});
}

std::vector<security::Mechanism> facts_of(PasswordId id, bool chip_authenticated) {
  // A PUK opens nothing but the way to the PIN.
  if (id == PasswordId::puk) return {security::Mechanism::puk};
  std::vector facts = {security::Mechanism::pace};
  if (chip_authenticated) facts.push_back(security::Mechanism::chip_authentication);
  return facts;
}

base::Result<Binding> binding_of(const pace::Opened& opened, const agreement::Domain& domain) {
  Binding binding;
  CICADA_TRY(binding.chip, domain.compress(opened.chip_key));
  if (opened.chip_authenticated) {
    CICADA_TRY(binding.terminal, domain.compress(opened.terminal_key));
  }
  return binding;
}

Reply open(const Context& context, PaceRun& run, pace::Answer answer) {
  auto binding = binding_of(*answer.opened, run.exchange.domain());
  if (!binding) return sw::k6F00NoDiagnosis;
  auto reply = Reply{apdu::ResponseApdu{std::move(answer.data), sw::k9000Ok}}.with(
      OpenSession{.session = std::move(answer.opened->session),
                  .proved = facts_of(run.password, answer.opened->chip_authenticated),
                  .binding = std::move(*binding)});
  const auto* password = context.card.password(run.password);
  if (password == nullptr || !password->counted()) return reply;
  return std::move(reply).with(Change{SetTries{.id = run.password, .tries = password->max_tries}});
}

bool blocked(const Context& context, PasswordId id) {
  const auto* password = context.card.password(id);
  return password != nullptr && password->counted() && password->tries == 0;
}

}  // namespace

bool has_pace(const CardState& card) noexcept {
  return !card.pace_protocols.empty() &&
         std::ranges::any_of(card.passwords, [](const auto& password) { return password.has_value(); });
}

Reply select_pace(const Context& context, const apdu::CommandView& command) {
  if (command.p1p2() != kSetAt) return sw::k6A86IncorrectP1P2;
  if (context.card.life_cycle == LifeCycle::blank || context.secured) return sw::k6985ConditionsNotSatisfied;
  auto run = begin(context.card, command.data);
  if (!run) return status_of(run.error());
  const auto word = selected_with(*context.card.password(run->password));
  return Reply{word}.with(KeepPace{std::move(*run)});
}

Reply advance_pace(const Context& context, const apdu::CommandView& command) {
  auto run = std::exchange(context.pace, std::nullopt);
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (!run || context.secured) return sw::k6985ConditionsNotSatisfied;
  // A try that was counted for this very command may be used, though none is left behind it.
  if (!run->exchange.judges_next() && blocked(context, run->password)) return sw::k6983AuthenticationMethodBlocked;
  const bool chained = (command.cla & kChained) != 0;
  auto answer = run->exchange.advance(command.data, chained, context.rng);
  if (!answer) {
    const auto password = run->password;
    if (context.card.lapses.has(security::Lapse::lasting_run)) context.pace = std::move(run);
    if (answer.error().sw == sw::k6300AuthenticationFailed) return wrong_token(context, password);
    return status_of(answer.error());
  }
  if (answer->opened) return open(context, *run, std::move(*answer));
  return Reply{apdu::ResponseApdu{std::move(answer->data), sw::k9000Ok}}.with(KeepPace{std::move(*run)});
}

std::vector<Change> count_try(const Context& context, const apdu::CommandView& command) {
  if (command.ins != ins::kGeneralAuthenticate || !context.pace || !context.pace->exchange.judges_next()) return {};
  const auto* password = context.card.password(context.pace->password);
  if (password == nullptr || !password->counted() || password->tries == 0) return {};
  std::vector<Change> changes;
  changes.emplace_back(SetTries{.id = context.pace->password, .tries = static_cast<std::uint8_t>(password->tries - 1)});
  return changes;
}

Reply reset_tries(const Context& context, const apdu::CommandView& command) {
  const auto* pin = context.card.password(PasswordId::pin);
  if (pin == nullptr || !pin->counted()) return sw::k6D00InsNotSupported;
  if (command.p1p2() != kPinWithoutData) return sw::k6A86IncorrectP1P2;
  if (!command.data.empty()) return sw::k6700WrongLength;
  if (!context.secured || !context.status.has(security::Mechanism::puk)) return sw::k6982SecurityStatusNotSatisfied;
  return Reply{sw::k9000Ok}.with(Change{SetTries{.id = PasswordId::pin, .tries = pin->max_tries}});
}

}  // namespace cicada::applet_sim::applet
