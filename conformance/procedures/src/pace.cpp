// Unit P: PACE as it should be, and with one step done wrong.
#include <fmt/format.h>

#include <array>

#include "cicada/asn1/oid.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"
#include "pace_sequences.h"
#include "pace_test_run.h"

namespace cicada::conformance::procedures {

using model::Outcome;
using terminal::ObjectCommand;
using terminal::Pace;
using terminal::PaceStep;

namespace {

namespace steps = host::access::pace;

constexpr std::array kSteps = {PaceStep::select, PaceStep::nonce, PaceStep::map, PaceStep::agree,
                               PaceStep::authenticate};
constexpr asn1::Tag kMechanism = 0x80;
constexpr asn1::Tag kToken = 0x85;

Outcome unknown(std::string_view argument, std::string_view word) {
  return model::inconclusive(fmt::format("the argument \"{}\" has no word \"{}\"", argument, word));
}

/// A protocol that the standard defines and EF.CardAccess does not offer.
std::optional<asn1::Oid> protocol_not_offered(Scene& scene) {
  const auto infos = card_access(scene);
  if (!infos) return std::nullopt;
  for (const auto* const arcs : {"2.2", "2.3", "2.4", "1.2", "1.3", "1.4", "4.2", "4.4", "3.2", "3.4"}) {
    const auto oid = asn1::Oid::from_dotted(fmt::format("0.4.0.127.0.7.2.2.4.{}", arcs));
    if (!oid) continue;
    if (std::ranges::none_of(infos->entries, [&](const auto& entry) { return entry.protocol == *oid; })) return *oid;
  }
  return std::nullopt;
}

/// The argument "protocol": another one in DO'80'.
Outcome change_protocol(const PaceTest& test, ObjectCommand& command) {
  const auto word = argument(test.arguments, "protocol");
  if (word.empty()) return model::pass();
  const auto other = protocol_not_offered(test.scene);
  auto* const object = command.find(kMechanism);
  if (word != "not-offered" || object == nullptr) return unknown("protocol", word);
  if (!other) return model::not_applicable("the chip offers every protocol");
  object->value = base::to_bytes(other->content());
  return model::pass();
}

/// The argument "key", where it is one that no group has.
Outcome change_key(const PaceTest& test, const Pace& pace, ObjectCommand& command) {
  const auto word = argument(test.arguments, "key");
  const auto wrong = terminal::wrong_key_from(word);
  if (!wrong || command.objects.empty()) return model::pass();
  auto& value = command.objects.front().value;
  auto made = terminal::make_wrong_key(pace.group(), *wrong, value);
  if (!made) return inconclusive(word, made.error());
  value = *std::move(made);
  return model::pass();
}

/// The argument "token": "bare" is computed over what DO'7F49' holds, without DO'7F49'.
Outcome change_token(const PaceTest& test, const Pace& pace, ObjectCommand& command) {
  const auto word = argument(test.arguments, "token");
  if (word.empty()) return model::pass();
  auto* const object = command.find(kToken);
  if (word != "bare" || object == nullptr) return unknown("token", word);
  const auto input = steps::token_input(test.offer.protocol, pace.chip_ephemeral());
  const auto inside = asn1::read_only(input);
  if (!inside) return inconclusive("token", inside.error());
  auto token = pace.token_over(inside->value);
  if (!token) return inconclusive("token", token.error());
  object->value = *std::move(token);
  return model::pass();
}

/// The command of a step with all that the arguments want of it.
Outcome change(const PaceTest& test, const Pace& pace, ObjectCommand& command) {
  auto outcome = change_protocol(test, command);
  if (outcome.passed()) outcome = change_key(test, pace, command);
  if (outcome.passed()) outcome = change_token(test, pace, command);
  if (!outcome.passed()) return outcome;
  const auto changes = argument(test.arguments, "bend");
  const auto bent = terminal::bend(command, changes);
  return bent ? model::pass() : inconclusive(changes, bent.error());
}

Outcome check_words(const PaceTest& test) {
  const auto key = argument(test.arguments, "key");
  if (!key.empty() && !terminal::key_shape_from(key) && !terminal::wrong_key_from(key)) return unknown("key", key);
  const auto expect = argument(test.arguments, "expect");
  if (expect != "accepted" && expect != "refused" && expect != "either") return unknown("expect", expect);
  return model::pass();
}

/// The step that is not as usual; pass when the run goes on after it.
Outcome unusual_step(const PaceTest& test, Pace& pace, PaceStep step, bool& over) {
  const auto expect = argument(test.arguments, "expect");
  auto command = pace.command(step);
  if (!command) return inconclusive(note_of(step), command.error());
  if (auto outcome = change(test, pace, *command); !outcome.passed()) return outcome;
  const auto answer = test.scene.terminal.send(command->apdu(), note_of(step));
  if (!answer) return inconclusive(note_of(step), answer.error());
  if (expect == "refused" || (expect == "either" && !answer->ok())) {
    over = true;
    auto outcome = judge(*answer, refused_in_plain(), note_of(step));
    return outcome.passed() ? check_sequence_is_over(test, pace, step) : outcome;
  }
  const auto taken = pace.take(step, *answer);
  return taken ? model::pass() : model::fail(fmt::format("{}: {}", note_of(step), taken.error().describe()));
}

/// A whole run, in which the argument "at" names the step that is not as usual.
Outcome run(const PaceTest& test) {
  if (auto outcome = check_words(test); !outcome.passed()) return outcome;
  auto pace = Pace::create(test.offer, test.password, test.scene.terminal.rng());
  if (!pace) return inconclusive("PACE", pace.error());
  const auto word = argument(test.arguments, "at");
  const auto unusual = terminal::pace_step_from(word);
  if (!unusual && !word.empty()) return unknown("at", word);
  const auto shape = terminal::key_shape_from(argument(test.arguments, "key"));
  if (unusual && shape) pace->want(*unusual, *shape);
  const bool is_accepted = argument(test.arguments, "expect") == "accepted";
  for (const auto step : kSteps) {
    bool over = false;
    auto outcome = step == unusual ? unusual_step(test, *pace, step, over) : advance(test.scene.terminal, *pace, step);
    if (over) return outcome;
    if (!outcome.passed()) return is_accepted || step == unusual ? outcome : model::inconclusive(outcome.reason);
  }
  return use_session(test.scene.terminal, *pace);
}

Outcome pace_run(Scene& scene, const Arguments& arguments) {
  return for_each_offer(scene, arguments, run);
}

constexpr std::array<std::string_view, 8> kRunArguments = {"for", "password", "at",       "bend",
                                                           "key", "token",    "protocol", "expect"};
constexpr std::array<std::string_view, 2> kTwiceArguments = {"for", "password"};
constexpr std::array<std::string_view, 4> kInterruptedArguments = {"for", "password", "before", "command"};
constexpr std::array<std::string_view, 3> kThenArguments = {"for", "password", "then"};

constexpr std::array kProcedures = {
    NamedProcedure{.name = "pace-run", .arguments = kRunArguments, .procedure = pace_run},
    NamedProcedure{.name = "pace-nonce-twice", .arguments = kTwiceArguments, .procedure = pace_nonce_twice},
    NamedProcedure{.name = "pace-interrupted", .arguments = kInterruptedArguments, .procedure = pace_interrupted},
    NamedProcedure{.name = "pace-then", .arguments = kThenArguments, .procedure = pace_then},
};

}  // namespace

std::span<const NamedProcedure> pace_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
