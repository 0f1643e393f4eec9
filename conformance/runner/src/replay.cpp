#include "cicada/conformance/runner/replay.h"

#include <fmt/format.h>

#include <array>

#include "cicada/base/hex.h"
#include "cicada/conformance/terminal/terminal.h"

namespace cicada::conformance::runner {

using base::ByteView;
using model::Exchange;
using Result = Replayed::Result;

namespace {

constexpr std::uint8_t kExternalAuthenticate = 0x82;  // MUTUAL AUTHENTICATE too
constexpr std::uint8_t kGetChallenge = 0x84;
constexpr std::uint8_t kGeneralAuthenticate = 0x86;
constexpr std::uint8_t kInternalAuthenticate = 0x88;
constexpr std::uint8_t kSecureMessaging = 0x0C;

std::uint8_t ins_of(ByteView command) noexcept {
  return command.size() > 1 ? command[1] : 0;
}

bool is_protected(const Exchange& exchange) noexcept {
  return !exchange.plain_command.empty() ||
         (!exchange.command.empty() && (exchange.command[0] & kSecureMessaging) != 0);
}

/// 7C L 85: the token of PACE.
bool has_token(ByteView command) noexcept {
  return command.size() > 7 && command[5] == 0x7C &&
         (command[7] == 0x85 || (command[6] >= 0x80 && command.size() > 8 && command[8] == 0x85));
}

/// Computed by the terminal from something that the chip had chosen.
bool depends_on_chip(const Exchange& exchange) noexcept {
  const auto ins = ins_of(exchange.command);
  return is_protected(exchange) || ins == kExternalAuthenticate ||
         (ins == kGeneralAuthenticate && has_token(exchange.command));
}

/// The chip chooses something anew each time.
bool answers_at_random(const Exchange& exchange) noexcept {
  constexpr std::array kChoosing = {kExternalAuthenticate, kGetChallenge, kGeneralAuthenticate, kInternalAuthenticate};
  const auto ins = ins_of(exchange.command);
  return is_protected(exchange) || std::ranges::find(kChoosing, ins) != kChoosing.end();
}

bool same_status(ByteView a, ByteView b) noexcept {
  return a.size() >= 2 && b.size() >= 2 && base::equal(a.last(2), b.last(2));
}

Result compare(const Exchange& exchange, ByteView seen) noexcept {
  if (base::equal(exchange.response, seen)) return Result::same;
  return answers_at_random(exchange) && same_status(exchange.response, seen) ? Result::random : Result::differs;
}

}  // namespace

std::string_view to_string(Replayed::Result result) noexcept {
  switch (result) {
    case Result::same: return "same";
    case Result::differs: return "differs";
    case Result::random: return "random";
    case Result::cannot: return "cannot be reproduced";
    case Result::no_answer: break;
  }
  return "no answer";
}

base::Result<std::vector<Replayed>> replay(terminal::Target& target, const model::Record& record) {
  CICADA_CHECK(target.reset());
  std::vector<Replayed> replayed;
  bool chose_anew = false;
  for (std::size_t i = 0; i < record.exchanges.size(); ++i) {
    const auto& exchange = record.exchanges[i];
    if (exchange.command.empty()) {
      if (exchange.note == terminal::Terminal::kResetNote) CICADA_CHECK(target.reset());
      continue;
    }
    auto& result = replayed.emplace_back(Replayed{.index = i, .result = Result::cannot, .seen = {}});
    if (chose_anew && depends_on_chip(exchange)) break;
    auto response = target.transport().transceive(exchange.command);
    if (!response) {
      result.result = exchange.response.empty() ? Result::same : Result::no_answer;
      break;
    }
    result.result = compare(exchange, *response);
    result.seen = *std::move(response);
    chose_anew = chose_anew || result.result == Result::random;
  }
  return replayed;
}

std::string to_text(const model::Record& record) {
  auto text = fmt::format("{}: {}\n", record.info.id, model::to_string(record.outcome.verdict));
  for (std::size_t i = 0; i < record.exchanges.size(); ++i) {
    const auto& exchange = record.exchanges[i];
    text += fmt::format("{:>5}", i + 1);
    if (!exchange.note.empty()) text += " # " + exchange.note;
    text += "\n";
    const auto line = [&](std::string_view sign, ByteView octets) {
      if (!octets.empty()) text += fmt::format("      {} {}\n", sign, base::to_hex(octets));
    };
    line(">", exchange.command);
    line("> meant", exchange.plain_command);
    line("<", exchange.response);
    line("< meant", exchange.plain_response);
  }
  return text;
}

}  // namespace cicada::conformance::runner
