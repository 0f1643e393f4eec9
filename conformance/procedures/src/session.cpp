// Unit C: what ends a session.
#include "application.h"
#include "cicada/base/hex.h"
#include "cicada/conformance/procedures/steps.h"
#include "cicada/conformance/terminal/command.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using host::iso7816::CommandApdu;
using model::Outcome;
using terminal::Session;
using Arguments = std::map<std::string, std::string>;

namespace {

/// EF.COM by its short identifier: what any session can do.
CommandApdu probe() {
  return read_binary_sfi(0x1E, 0, 6);
}

model::Expectation refused_in_plain(std::vector<model::SwPattern> sw) {
  return {.sw = std::move(sw), .protection = model::Protection::plain, .data = {.kind = model::DataRule::Kind::none}};
}

/// "6988|6982"
std::vector<model::SwPattern> patterns_of(std::string_view text) {
  std::vector<model::SwPattern> patterns;
  while (!text.empty()) {
    const auto end = std::min(text.find('|'), text.size());
    if (auto pattern = model::SwPattern::from(text.substr(0, end))) patterns.push_back(*std::move(pattern));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return patterns;
}

/// A copy whose counter stands `steps` further.
Session moved(const Session& session, unsigned steps) {
  auto copy = session.clone();
  for (; steps > 0; --steps) static_cast<void>(copy.wrap(probe()));
  return copy;
}

/// C_12 to C_14, C_17, C_18. A chip that keeps its session may have counted the bad command, or nothing, or its own
/// answer as well, and do so again with each further command: after the terminal's own next counter those at which the
/// other two would be found. Counters count from the last good command.
Outcome session_dropped(Scene& scene, const Arguments& arguments) {
  const auto argument = [&](const char* name) {
    const auto found = arguments.find(name);
    return found == arguments.end() ? std::string{} : found->second;
  };
  const auto octets = base::from_hex(argument("command"));
  const auto tamper = model::tamper_from(argument("tamper"));
  auto expect = refused_in_plain(patterns_of(argument("sw")));
  if (!octets || !tamper || expect.sw.empty()) return model::inconclusive("the case names no command to be refused");
  const auto command = terminal::parse_command(*octets);
  if (!command) return inconclusive("the case's command", command.error());

  const auto before = scene.terminal.session().clone();
  const auto bent = scene.terminal.protect(*command, {&*tamper, 1}, "what must end the session");
  if (!bent) return inconclusive("what must end the session", bent.error());
  auto outcome = judge(*bent, expect, "what must end the session");
  if (!outcome.passed()) return outcome;

  const bool is_stale = *tamper == model::Tamper::stale_ssc;
  const Session attempts[] = {moved(before, is_stale ? 0 : 1), moved(before, 4), moved(before, is_stale ? 3 : 0)};
  expect = refused_in_plain({model::SwPattern::from("checking-error").value()});
  for (const auto& attempt : attempts) {
    constexpr std::string_view kWhat = "a right command after it";
    scene.terminal.open(attempt.clone());
    const auto seen = scene.terminal.protect(probe(), {}, kWhat);
    if (!seen) return inconclusive(kWhat, seen.error());
    outcome = judge(*seen, expect, kWhat);
    if (!outcome.passed()) return outcome;
  }
  return model::pass();
}

constexpr std::string_view kArguments[] = {"command", "tamper", "sw"};
constexpr NamedProcedure kProcedures[] = {
    {.name = "session-dropped", .arguments = kArguments, .procedure = session_dropped},
};

}  // namespace

std::span<const NamedProcedure> session_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
