// Unit I: chip authentication as it should be, and with one thing done wrong.
#include <fmt/format.h>

#include <array>

#include "application.h"
#include "chip_test_run.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using model::DataRule;
using model::Expectation;
using model::Outcome;
using terminal::ChipAuthentication;
using terminal::KeyShape;
using terminal::ObjectCommand;

namespace {

constexpr std::string_view kOldKeys = "a command under the old keys";
constexpr std::string_view kNewKeys = "a command under the new keys";

Outcome unknown(std::string_view argument, std::string_view word) {
  return model::inconclusive(fmt::format("the argument \"{}\" has no word \"{}\"", argument, word));
}

base::Result<ChipAuthentication> begin(const ChipTest& test) {
  const auto shape = terminal::key_shape_from(argument(test.arguments, "key"));
  return ChipAuthentication::create(test.key, test.scene.terminal.rng(), shape.value_or(KeyShape::any));
}

/// The session opened on the way is the one that the run has made.
Outcome open_new(const ChipTest& test, const ChipAuthentication& run) {
  auto session = run.session();
  if (!session) return inconclusive("session keys", session.error());
  test.scene.terminal.open(*std::move(session));
  return model::pass();
}

/// The argument "key", where it is one that no group has, in a command's first object.
Outcome change_key(const ChipTest& test, const ChipAuthentication& run, ObjectCommand& command) {
  const auto word = argument(test.arguments, "key");
  const auto wrong = terminal::wrong_key_from(word);
  if (!wrong) return word.empty() || terminal::key_shape_from(word) ? model::pass() : unknown("key", word);
  auto made = terminal::make_wrong_key(run.group(), *wrong, run.ephemeral());
  if (!made) return inconclusive(word, made.error());
  command.objects.front().value = *std::move(made);
  return model::pass();
}

Outcome bend(const ChipTest& test, ObjectCommand& command) {
  const auto changes = argument(test.arguments, "bend");
  const auto bent = terminal::bend(command, changes);
  return bent ? model::pass() : inconclusive(changes, bent.error());
}

/// Refused inside the old session; 6300 may come with an empty template.
Outcome judge_refusal(const ChipTest& test, const terminal::Observation& seen, std::string_view what) {
  const bool only_checking = argument(test.arguments, "expect") == "checking-error";
  Expectation wanted{.sw = {*model::SwPattern::from(only_checking ? "checking-error" : "error")},
                     .data = {.kind = DataRule::Kind::none}};
  if (!only_checking && seen.sw == 0x6300) wanted.data = {.kind = DataRule::Kind::at_most, .count = 2, .octets = {}};
  return judge(seen, wanted, what);
}

/// MSE:Set AT before the command that is wrong. With the argument "at" = "select" it is the wrong one itself, and may
/// be refused here or later: `over` says that it was.
Outcome select_for_refusal(const ChipTest& test, const ChipAuthentication& run, bool& over) {
  constexpr std::string_view kWhat = "MSE:Set AT";
  auto& terminal = test.scene.terminal;
  const bool is_wrong = argument(test.arguments, "at") == "select";
  auto command = run.select();
  if (is_wrong) {
    if (auto outcome = bend(test, command); !outcome.passed()) return outcome;
  }
  const auto seen = terminal.protect(command.apdu(), {}, kWhat);
  if (!seen) return inconclusive(kWhat, seen.error());
  if (seen->sound() && seen->sw == 0x9000) return model::pass();
  over = true;
  if (!is_wrong) return model::inconclusive(fmt::format("{} is refused: {:04X}", kWhat, seen->sw));
  return judge_refusal(test, *seen, kWhat);
}

/// A command that is wrong is refused, and the session goes on as it was.
Outcome refused(const ChipTest& test, const ChipAuthentication& run) {
  auto& terminal = test.scene.terminal;
  bool over = false;
  if (!test.by_template()) {
    if (auto outcome = select_for_refusal(test, run, over); !outcome.passed()) return outcome;
  }
  if (over) return check_alive(terminal, kOldKeys);
  auto command = test.by_template() ? run.key_agreement() : run.authenticate();
  if (auto outcome = change_key(test, run, command); !outcome.passed()) return outcome;
  if (argument(test.arguments, "at") != "select") {
    if (auto outcome = bend(test, command); !outcome.passed()) return outcome;
  }
  const std::string_view what = test.by_template() ? "MSE:Set KAT" : "GENERAL AUTHENTICATE";
  const auto seen = terminal.protect(command.apdu(), {}, what);
  if (!seen) return inconclusive(what, seen.error());
  auto outcome = judge_refusal(test, *seen, what);
  return outcome.passed() ? check_alive(terminal, kOldKeys) : outcome;
}

Outcome accepted(const ChipTest& test, const ChipAuthentication& run) {
  auto outcome = authenticate_chip(test, run);
  if (outcome.passed()) outcome = open_new(test, run);
  return outcome.passed() ? check_alive(test.scene.terminal, kNewKeys) : outcome;
}

Outcome run(const ChipTest& test) {
  const auto made = begin(test);
  if (!made) return inconclusive("chip authentication", made.error());
  const auto expect = argument(test.arguments, "expect");
  if (expect == "accepted") return accepted(test, *made);
  if (expect == "refused" || expect == "checking-error") return refused(test, *made);
  return unknown("expect", expect);
}

Outcome chip_run(Scene& scene, const Arguments& arguments) {
  return for_each_key(scene, arguments, run);
}

/// The old keys after the new ones: refused, and the new ones are gone as well.
Outcome old_keys(const ChipTest& test) {
  auto& terminal = test.scene.terminal;
  const auto made = begin(test);
  if (!made) return inconclusive("chip authentication", made.error());
  if (auto outcome = authenticate_chip(test, *made); !outcome.passed()) return outcome;
  auto old = terminal.session().clone();
  auto fresh = made->session();
  if (!fresh) return inconclusive("session keys", fresh.error());
  auto outcome = check_dead(terminal, std::move(old), "a command under the old keys after chip authentication");
  return outcome.passed() ? check_dead(terminal, *std::move(fresh), kNewKeys) : outcome;
}

Outcome chip_old_keys(Scene& scene, const Arguments& arguments) {
  return for_each_key(scene, arguments, old_keys);
}

Outcome refused_plainly(terminal::Terminal& terminal, const ObjectCommand& command, std::string_view what) {
  const Expectation wanted{.sw = {*model::SwPattern::from("checking-error")},
                           .protection = model::Protection::plain,
                           .data = {.kind = DataRule::Kind::none}};
  const auto answer = terminal.send(command.apdu(), what);
  return answer ? judge(*answer, wanted, what) : inconclusive(what, answer.error());
}

/// All commands without protection, with or without a session: no keys are good for anything afterwards.
Outcome in_plain(const ChipTest& test) {
  auto& terminal = test.scene.terminal;
  const auto made = begin(test);
  if (!made) return inconclusive("chip authentication", made.error());
  auto outcome = model::pass();
  if (test.by_template()) {
    outcome = refused_plainly(terminal, made->key_agreement(), "MSE:Set KAT in plain");
  } else {
    outcome = refused_plainly(terminal, made->select(), "MSE:Set AT in plain");
    if (outcome.passed()) {
      outcome = refused_plainly(terminal, made->authenticate(), "GENERAL AUTHENTICATE in plain");
    }
  }
  if (!outcome.passed()) return outcome;
  if (terminal.has_session()) {
    outcome = check_dead(terminal, terminal.session().clone(), kOldKeys);
    if (!outcome.passed()) return outcome;
  }
  auto fresh = made->session();
  return fresh ? check_dead(terminal, *std::move(fresh), kNewKeys) : inconclusive("session keys", fresh.error());
}

Outcome chip_in_plain(Scene& scene, const Arguments& arguments) {
  return for_each_key(scene, arguments, in_plain);
}

/// PACE with chip authentication mapping has proven the chip; chip authentication is there all the same.
Outcome after_mapping(const PaceTest& test) {
  auto& scene = test.scene;
  const auto keys = chip_keys_for(scene, {});
  if (!keys) return keys.error();
  for (const auto& key : *keys) {
    if (const auto done = scene.terminal.reset(); !done) return inconclusive("reset", done.error());
    if (auto outcome = run_afresh(test); !outcome.passed()) return model::inconclusive(outcome.reason);
    const ChipTest chip{.scene = scene, .key = key, .arguments = test.arguments};
    const auto made = begin(chip);
    if (!made) return inconclusive("chip authentication", made.error());
    if (auto outcome = accepted(chip, *made); !outcome.passed()) return outcome;
  }
  return model::pass();
}

Outcome chip_after_mapping(Scene& scene, const Arguments& arguments) {
  auto about = arguments;
  about["for"] = "chip-authentication";
  return for_each_offer(scene, about, after_mapping);
}

constexpr std::array<std::string_view, 5> kRunArguments = {"for", "at", "bend", "key", "expect"};
constexpr std::array<std::string_view, 1> kForArgument = {"for"};
constexpr std::array<std::string_view, 1> kPasswordArgument = {"password"};

constexpr std::array kProcedures = {
    NamedProcedure{.name = "chip-run", .arguments = kRunArguments, .procedure = chip_run},
    NamedProcedure{.name = "chip-old-keys", .arguments = kForArgument, .procedure = chip_old_keys},
    NamedProcedure{.name = "chip-in-plain", .arguments = kForArgument, .procedure = chip_in_plain},
    NamedProcedure{.name = "chip-after-mapping", .arguments = kPasswordArgument, .procedure = chip_after_mapping},
};

}  // namespace

std::span<const NamedProcedure> chip_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
