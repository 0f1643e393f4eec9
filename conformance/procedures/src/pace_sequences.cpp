#include "pace_sequences.h"

#include <fmt/format.h>

#include <array>

#include "application.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "cicada/conformance/procedures/steps.h"

namespace cicada::conformance::procedures {

using base::Bytes;
using base::ByteView;
using model::Expectation;
using model::Outcome;
using terminal::Pace;
using terminal::PaceStep;
using terminal::Session;
using terminal::Terminal;

namespace {

constexpr std::uint8_t kComSfi = 0x1E;

Outcome finish(Terminal& terminal, Pace& pace, std::span<const PaceStep> left) {
  for (const auto step : left) {
    auto outcome = advance(terminal, pace, step);
    if (!outcome.passed()) return outcome;
  }
  return use_session(terminal, pace);
}

Outcome nonce_twice(const PaceTest& test) {
  constexpr std::array kLeft = {PaceStep::map, PaceStep::agree, PaceStep::authenticate};
  auto& terminal = test.scene.terminal;
  auto pace = Pace::create(test.offer, test.password, terminal.rng());
  if (!pace) return inconclusive("PACE", pace.error());
  if (auto outcome = reach(terminal, *pace, PaceStep::nonce); !outcome.passed()) return outcome;
  std::array<Bytes, 2> nonces;
  for (auto& nonce : nonces) {
    const auto command = pace->command(PaceStep::nonce);
    if (!command) return inconclusive("nonce", command.error());
    const auto answer = terminal.send(command->apdu(), note_of(PaceStep::nonce));
    if (!answer) return inconclusive("nonce", answer.error());
    if (!answer->ok() && !nonces.front().empty()) {
      auto outcome = judge(*answer, refused_in_plain(), "the second request for a nonce");
      return outcome.passed() ? check_sequence_is_over(test, *pace, PaceStep::nonce) : outcome;
    }
    if (const auto taken = pace->take(PaceStep::nonce, *answer); !taken) {
      return model::fail(fmt::format("nonce: {}", taken.error().describe()));
    }
    nonce = answer->data;
  }
  if (nonces[0] == nonces[1]) return model::fail("the second nonce is the first one again");
  return finish(terminal, *pace, kLeft);
}

Outcome interrupted(const PaceTest& test) {
  auto& terminal = test.scene.terminal;
  const auto before = terminal::pace_step_from(argument(test.arguments, "before"));
  std::string digits{argument(test.arguments, "command")};
  std::erase(digits, ' ');
  const auto command = base::from_hex(digits);
  if (!before || !command) return model::inconclusive("the arguments \"before\" and \"command\" are not understood");
  auto pace = Pace::create(test.offer, test.password, terminal.rng());
  if (!pace) return inconclusive("PACE", pace.error());
  if (auto outcome = reach(terminal, *pace, *before); !outcome.passed()) return outcome;
  const auto answer = terminal.send(*command, "a command that is not PACE's");
  if (!answer) return inconclusive("a command that is not PACE's", answer.error());
  return check_sequence_is_over(test, *pace, *before);
}

/// DO'87' taken out of a protected command as it stands, with a short length.
std::optional<Bytes> without_cryptogram(ByteView command) {
  constexpr std::size_t kHeader = 5;
  constexpr asn1::Tag kCryptogram = 0x87;
  if (command.size() < kHeader || command[kHeader - 1] == 0 || command.size() < kHeader + command[kHeader - 1]) {
    return std::nullopt;
  }
  const std::size_t size = command[kHeader - 1];
  const auto objects = asn1::read_all(command.subspan(kHeader, size));
  if (!objects) return std::nullopt;
  Bytes data;
  for (const auto& object : *objects) {
    if (object.tag != kCryptogram) base::append(data, object.whole);
  }
  if (data.size() == size) return std::nullopt;
  auto made = base::to_bytes(command.first(kHeader));
  made.back() = static_cast<std::uint8_t>(data.size());
  base::append(made, data);
  base::append(made, command.subspan(kHeader + size));
  return made;
}

Expectation in_plain(std::initializer_list<std::string_view> words) {
  Expectation wanted{.sw = {}, .protection = model::Protection::plain, .data = {.kind = model::DataRule::Kind::none}};
  for (const auto word : words) wanted.sw.push_back(*model::SwPattern::from(word));
  return wanted;
}

Outcome then_plain(Terminal& terminal) {
  const auto answer = terminal.send(read_binary_sfi(kComSfi, 0, 1), "READ BINARY of EF.COM in plain");
  if (!answer) return inconclusive("READ BINARY", answer.error());
  return judge(*answer, in_plain({"checking-error"}), "READ BINARY of EF.COM in plain");
}

Outcome then_stale(Terminal& terminal) {
  constexpr std::array kTampers = {model::Tamper::stale_ssc};
  const auto seen = terminal.protect(select_application(), kTampers, "SELECT with a stale counter");
  if (!seen) return inconclusive("SELECT", seen.error());
  return judge(*seen, in_plain({"6988", "6982"}), "SELECT with a stale counter");
}

Outcome then_without_cryptogram(Terminal& terminal) {
  auto session = terminal.session().clone();
  const auto octets = session.wrap(select_application());
  if (!octets) return inconclusive("SELECT", octets.error());
  const auto bent = without_cryptogram(*octets);
  if (!bent) return model::inconclusive("a protected SELECT has no DO'87'");
  const auto answer = terminal.send(*bent, "SELECT without its DO'87'");
  if (!answer) return inconclusive("SELECT", answer.error());
  return judge(*answer, in_plain({"6987", "6988"}), "SELECT without its DO'87'");
}

/// Nothing is served any more: with the counter as if the command had not been, and as if it had.
Outcome check_session_is_gone(Terminal& terminal, Session before) {
  for (int i = 0; i < 2; ++i) {
    const auto seen = terminal.protect(select_application(), {}, "SELECT in a session that should be gone");
    if (!seen) return inconclusive("SELECT", seen.error());
    auto outcome = judge(*seen, refused_in_plain(), "SELECT in a session that should be gone");
    if (!outcome.passed()) return outcome;
    terminal.open(before.clone());
  }
  return model::pass();
}

Outcome then(const PaceTest& test) {
  auto& terminal = test.scene.terminal;
  if (auto outcome = run_afresh(test); !outcome.passed()) return model::inconclusive(outcome.reason);
  const auto what = argument(test.arguments, "then");
  auto before = terminal.session().clone();
  Outcome outcome = model::inconclusive(fmt::format("the argument \"then\" has no word \"{}\"", what));
  if (what == "plain") outcome = then_plain(terminal);
  if (what == "stale-ssc") outcome = then_stale(terminal);
  if (what == "no-cryptogram") outcome = then_without_cryptogram(terminal);
  return outcome.passed() ? check_session_is_gone(terminal, std::move(before)) : outcome;
}

}  // namespace

Outcome pace_nonce_twice(Scene& scene, const Arguments& arguments) {
  return for_each_offer(scene, arguments, nonce_twice);
}

Outcome pace_interrupted(Scene& scene, const Arguments& arguments) {
  return for_each_offer(scene, arguments, interrupted);
}

Outcome pace_then(Scene& scene, const Arguments& arguments) {
  return for_each_offer(scene, arguments, then);
}

}  // namespace cicada::conformance::procedures
