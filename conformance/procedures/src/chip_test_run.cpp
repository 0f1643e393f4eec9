#include "chip_test_run.h"

#include <fmt/format.h>

#include "application.h"
#include "cicada/conformance/procedures/steps.h"

namespace cicada::conformance::procedures {

using host::access::KeyKind;
using model::DataRule;
using model::Expectation;
using model::Outcome;
using terminal::ChipAuthentication;
using terminal::ChipKey;
using terminal::ObjectCommand;
using terminal::Session;
using terminal::Terminal;

namespace {

constexpr std::uint16_t kComFile = 0x011E;

Outcome reach_again(Scene& scene) {
  if (scene.test.given.empty()) return model::pass();
  const auto* const given = find_given(scene.test.given);
  return given == nullptr ? model::inconclusive("the precondition is not known") : given->given(scene);
}

bool is_curve(const ChipKey& key) {
  return std::holds_alternative<crypto::openssl::Curve>(key.domain);
}

/// Nothing: no such word.
std::optional<bool> has_word(const ChipKey& key, std::string_view word) {
  if (word == "template") return key.by_key_agreement_template();
  if (word == "general") return !key.by_key_agreement_template();
  if (word == "ecdh") return is_curve(key);
  if (word == "dh") return !is_curve(key);
  if (word == "key-id") return key.key_id.has_value();
  return std::nullopt;
}

std::expected<std::vector<ChipKey>, Outcome> all_keys(Scene& scene) {
  const bool is_known = scene.files.contains("DG14");
  base::Bytes content;
  if (auto outcome = read_file(scene, "DG14", content); !outcome.passed()) return std::unexpected{outcome};
  if (!is_known) {
    if (auto outcome = reach_again(scene); !outcome.passed()) return std::unexpected{outcome};
  }
  const auto infos = terminal::security_infos_of_dg14(content);
  if (!infos) return std::unexpected{inconclusive("DG14", infos.error())};
  return terminal::chip_keys(*infos);
}

}  // namespace

std::expected<std::vector<ChipKey>, Outcome> chip_keys_for(Scene& scene, std::string_view words) {
  const auto all = all_keys(scene);
  if (!all) return std::unexpected{all.error()};
  std::vector<ChipKey> keys;
  for (const auto& key : *all) {
    bool wanted = scene.ics.claims(is_curve(key) ? "CA-ECDH" : "CA-DH");
    for (const auto word : words_of(words)) {
      const auto has = has_word(key, word);
      if (!has) return std::unexpected{model::inconclusive(fmt::format("\"{}\" is said of no key", word))};
      wanted = wanted && *has;
    }
    if (wanted) keys.push_back(key);
  }
  if (!keys.empty()) return keys;
  return std::unexpected{
      model::not_applicable(fmt::format("DG14 has no key for chip authentication that the statement claims{}{}",
                                        words.empty() ? "" : " and that is ", words))};
}

bool ChipTest::by_template() const {
  return key.by_key_agreement_template();
}

Outcome for_each_key(Scene& scene, const Arguments& arguments, Outcome (*test)(const ChipTest&)) {
  const auto keys = chip_keys_for(scene, argument(arguments, "for"));
  if (!keys) return keys.error();
  bool is_first = true;
  for (const auto& key : *keys) {
    if (!is_first) {
      if (const auto done = scene.terminal.reset(); !done) return inconclusive("reset", done.error());
      if (auto outcome = reach_again(scene); !outcome.passed()) return model::inconclusive(outcome.reason);
    }
    is_first = false;
    auto outcome = test({.scene = scene, .key = key, .arguments = arguments});
    if (outcome.passed()) continue;
    outcome.reason = fmt::format("{}: {}", key.protocol.to_dotted(), outcome.reason);
    return outcome;
  }
  return model::pass();
}

Outcome expect_done(Terminal& terminal, const ObjectCommand& command, std::string_view what) {
  Expectation wanted{.sw = {*model::SwPattern::from("success")}, .data = {.kind = DataRule::Kind::none}};
  if (command.answered) wanted.data = {.kind = DataRule::Kind::exactly, .count = 2, .octets = {}};
  const auto seen = terminal.protect(command.apdu(), {}, what);
  if (!seen) return inconclusive(what, seen.error());
  auto outcome = judge(*seen, wanted, what);
  const base::Bytes empty_template = {0x7C, 0x00};
  if (outcome.passed() && command.answered && seen->data != empty_template) {
    return model::fail(fmt::format("{}: the answer is not 7C00", what));
  }
  return outcome;
}

Outcome authenticate_chip(const ChipTest& test, const ChipAuthentication& run) {
  auto& terminal = test.scene.terminal;
  if (test.by_template()) return expect_done(terminal, run.key_agreement(), "MSE:Set KAT");
  auto outcome = expect_done(terminal, run.select(), "MSE:Set AT");
  return outcome.passed() ? expect_done(terminal, run.authenticate(), "GENERAL AUTHENTICATE") : outcome;
}

Outcome check_alive(Terminal& terminal, std::string_view what) {
  const Expectation wanted{.sw = {*model::SwPattern::from("success")}, .data = {.kind = DataRule::Kind::none}};
  const auto seen = terminal.protect(select_file(kComFile), {}, what);
  return seen ? judge(*seen, wanted, what) : inconclusive(what, seen.error());
}

Outcome check_dead(Terminal& terminal, Session session, std::string_view what) {
  terminal.open(std::move(session));
  const auto seen = terminal.protect(select_file(kComFile), {}, what);
  terminal.close();
  return seen ? judge(*seen, refused_in_plain(), what) : inconclusive(what, seen.error());
}

}  // namespace cicada::conformance::procedures
