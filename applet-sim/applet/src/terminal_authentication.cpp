#include "cicada/applet_sim/applet/terminal_authentication.h"

#include "cicada/applet_sim/protocol/ta/terminal.h"
#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace ta = protocol::ta;

constexpr std::uint16_t kVerifyCertificate = 0x00BE;
constexpr tlv::Tag kReference = 0x83;

ta::Trust trust_of(const Context& context) {
  return {.points = context.card.trust_points, .today = context.card.current_date, .lapses = context.card.lapses};
}

/// Facts that a terminal's rights make.
void prove(Reply& reply, std::uint8_t rights) {
  if ((rights & ta::kReadDg3) != 0) reply.effects.emplace_back(Prove{security::Mechanism::terminal_dg3});
  if ((rights & ta::kReadDg4) != 0) reply.effects.emplace_back(Prove{security::Mechanism::terminal_dg4});
}

/// What fails all of these commands alike; 9000: nothing does.
apdu::StatusWord refuse(const Context& context) {
  if (!has_terminal_authentication(context)) return sw::k6D00InsNotSupported;
  // 9303-11 §7.1: the chip is authenticated first, and what the terminal proves is bound to its key there.
  if (!context.secured || context.binding.terminal.empty()) return sw::k6982SecurityStatusNotSatisfied;
  return sw::k9000Ok;
}

apdu::StatusWord status_of(const base::Error& error) {
  return error.sw != 0 ? error.sw : sw::k6F00NoDiagnosis;
}

/// MSE with one reference in it.
Reply name_key(const Context& context, const apdu::CommandView& command, const auto& find) {
  const tlv::Reader objects{command.data};
  const bool any_name = context.card.lapses.has(security::Lapse::terminal_name);
  const auto reference = tlv::only(command.data, any_name ? objects.peek() : kReference);
  if (!reference || reference->empty()) return sw::k6A80IncorrectData;
  auto next = find(*reference);
  if (!next) return status_of(next.error());
  return Reply{sw::k9000Ok}.with(SetTerminal{std::move(*next)});
}

/// What a chip does that believes a date before it has verified who says it.
void move_day_early(const Context& context, base::ByteView certificate, Reply& reply) {
  const auto day = ta::first_day_at_a_glance(certificate);
  if (!day || *day <= context.card.current_date) return;
  for (auto& change : trust_changes(context.card, context.card.trust_points, *day)) {
    reply.effects.emplace_back(std::move(change));
  }
}

}  // namespace

bool has_terminal_authentication(const Context& context) noexcept {
  return !context.card.trust_points.empty() && context.card.life_cycle != LifeCycle::blank;
}

Reply set_verification_key(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  return name_key(context, command, [&](base::ByteView reference) {
    return ta::name_issuer(context.terminal, trust_of(context), reference);
  });
}

Reply set_terminal_key(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  auto reply = name_key(context, command, [&](base::ByteView reference) {
    return ta::name_terminal(context.terminal, reference, trust_of(context));
  });
  if (reply.response.sw == sw::k9000Ok && context.card.lapses.has(security::Lapse::rights_by_name)) {
    prove(reply, context.terminal.temporary->rights);
  }
  return reply;
}

Reply verify_certificate(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  if (command.p1p2() != kVerifyCertificate) return sw::k6A86IncorrectP1P2;
  auto import = ta::import_certificate(context.terminal, trust_of(context), command.data);
  if (!import) {
    auto without_issuer = context.terminal;
    without_issuer.issuer.clear();
    auto reply = Reply{status_of(import.error())}.with(SetTerminal{std::move(without_issuer)});
    if (context.card.lapses.has(security::Lapse::early_day)) move_day_early(context, command.data, reply);
    return reply;
  }
  auto reply = Reply{sw::k9000Ok}.with(SetTerminal{std::move(import->state)});
  if (!import->points && !import->today) return reply;
  // 9303-11 §7.1.4: the day and the trust points change together or not at all.
  for (auto& change : trust_changes(context.card, import->points.value_or(context.card.trust_points),
                                    import->today.value_or(context.card.current_date))) {
    reply.effects.emplace_back(std::move(change));
  }
  return reply;
}

Reply authenticate_terminal(const Context& context, const apdu::CommandView& command) {
  if (const auto refused = refuse(context); refused != sw::k9000Ok) return refused;
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.empty()) return sw::k6700WrongLength;
  const auto& lapses = context.card.lapses;
  auto challenge = context.challenge;
  if (!challenge && lapses.has(security::Lapse::no_challenge)) challenge.emplace();
  if (!challenge) return sw::k6985ConditionsNotSatisfied;
  const bool pace = context.status.has(security::Mechanism::pace);
  const auto& chip = pace ? context.binding.chip : context.card.document_number;
  if (chip.empty()) return sw::k6985ConditionsNotSatisfied;
  auto done =
      ta::authenticate(context.terminal, {.chip = chip, .random = *challenge, .terminal = context.binding.terminal},
                       command.data, lapses);
  if (!done) {
    Reply refused{status_of(done.error())};
    if (context.terminal.temporary && lapses.has(security::Lapse::rights_of_failed)) {
      prove(refused, context.terminal.temporary->rights);
    }
    return refused;
  }
  auto reply = Reply{sw::k9000Ok}.with(SetTerminal{std::move(done->state)});
  prove(reply, done->rights);
  return reply;
}

}  // namespace cicada::applet_sim::applet
