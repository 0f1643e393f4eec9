// Units H, K, L: terminal authentication, and what it opens.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "application.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/conformance/procedures/steps.h"
#include "eac_run.h"
#include "lists.h"
#include "pace_test_run.h"
#include "terminal_wrong.h"

namespace cicada::conformance::procedures {

using asn1::CvRole;
using base::Bytes;
using host::iso7816::CommandApdu;
using model::DataRule;
using model::Expectation;
using model::Outcome;
using model::Protection;
namespace ta = terminal::ta;

namespace {

constexpr std::array<std::string_view, 2> kGroups = {"DG3", "DG4"};

/// 00 B1 P1 P2 {54 01 00} Le
CommandApdu read_odd(std::uint16_t file, std::uint32_t ne) {
  return {.ins = 0xB1,
          .p1 = static_cast<std::uint8_t>(file >> 8U),
          .p2 = static_cast<std::uint8_t>(file),
          .data = {0x54, 0x01, 0x00},
          .ne = ne};
}

Expectation expected_file(bool open, bool odd) {
  auto wanted = open ? done() : refused();
  wanted.protection = open ? Protection::secured : Protection::plain;
  using Kind = DataRule::Kind;
  wanted.data = {.kind = open ? (odd ? Kind::object53 : Kind::exactly) : Kind::none, .count = asn1::kEfCvcaSize};
  return wanted;
}

Outcome reach(Scene& scene) {
  const auto* const given = find_given(scene.test.given);
  return given == nullptr ? model::inconclusive("the precondition is not known") : given->given(scene);
}

/// EF.CVCA by "select", "sfi", "odd-sfi" or "odd-fid"; with a session it is read, without one it is not.
Outcome cvca_file(Scene& scene, const Arguments& arguments) {
  const auto place = cvca_place(scene);
  if (!place) return place.error();
  // Reading DG14 for it may have taken the precondition away.
  if (const auto reset = scene.terminal.reset(); !reset) return inconclusive("reset", reset.error());
  CICADA_PASS(reach(scene));
  const auto by = argument(arguments, "by");
  const bool open = scene.terminal.has_session();
  const bool odd = by.starts_with("odd");
  if (by.ends_with("sfi") && !place->sfi) return model::not_applicable("DG14 names EF.CVCA without a short identifier");
  const auto size = static_cast<std::uint32_t>(open ? asn1::kEfCvcaSize : 1);
  constexpr std::uint32_t kObjectHeader = 2;
  CommandApdu read = read_binary(0, size);
  if (by == "select") {
    auto wanted = open ? done() : either();
    if (!open) wanted.protection = Protection::plain;
    wanted.data.kind = DataRule::Kind::none;
    const auto seen = scene.terminal.transmit(select_file(place->fid), "SELECT EF.CVCA");
    if (!seen) return inconclusive("SELECT EF.CVCA", seen.error());
    CICADA_PASS(judge(*seen, wanted, "SELECT EF.CVCA"));
  } else if (by == "sfi") {
    read = read_binary_sfi(*place->sfi, 0, size);
  } else {
    read = read_odd(by == "odd-sfi" ? *place->sfi : place->fid, size + kObjectHeader);
  }
  const auto seen = scene.terminal.transmit(read, "READ BINARY of EF.CVCA");
  if (!seen) return inconclusive("READ BINARY of EF.CVCA", seen.error());
  return judge(*seen, expected_file(open, odd), "READ BINARY of EF.CVCA");
}

/// The groups that the statement claims.
Outcome read_groups(EacRun& run, bool readable) {
  for (const auto group : kGroups) {
    if (run.scene().ics.claims(group)) CICADA_PASS(run.read_group(group, readable));
  }
  return model::pass();
}

Outcome terminal_authenticated(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene, way_from(argument(arguments, "way")));
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  return run->authenticate(chain->system);
}

/// Wherever the words of a chain name a group, it may read it.
Outcome terminal_rights(Scene& scene, const Arguments& arguments) {
  const auto names = [&](const char* who, std::string_view group) {
    const auto words = words_of(argument(arguments, who));
    return std::ranges::find(words, group) != words.end();
  };
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root, {.verifier_dg3 = names("verifier", "DG3"),
                                                  .verifier_dg4 = names("verifier", "DG4"),
                                                  .system_dg3 = names("terminal", "DG3"),
                                                  .system_dg4 = names("terminal", "DG4")});
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  CICADA_PASS(run->authenticate(chain->system));
  const auto read = argument(arguments, "read");
  return run->read_group(read, names("verifier", read) && names("terminal", read));
}

/// Certificates, MSE:Set AT and GET CHALLENGE open nothing yet.
Outcome rights_without_proof(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  CICADA_PASS(run->expect(ta::set_at(chain->system.reference), done(), "MSE:Set AT"));
  const auto random = run->challenge();
  if (!random) return random.error();
  return run->read_group(argument(arguments, "read"), false);
}

/// The session is opened in the "first" way and the terminal authenticated; then everything is begun again in the
/// "then" way, or after a reset.
Outcome rights_afterwards(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene, way_from(argument(arguments, "first")));
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  CICADA_PASS(run->authenticate(chain->system));
  const auto then = argument(arguments, "then");
  const auto* const given = find_given(then == "reset" ? "access-open" : then == "bac" ? "bac-open" : "pace-open");
  if (given == nullptr) return model::inconclusive("nothing opens the application again");
  auto& terminal = run->terminal();
  if (then == "reset") {
    if (const auto reset = terminal.reset(); !reset) return inconclusive("reset", reset.error());
    CICADA_PASS(given->given(scene));
    return read_groups(*run, false);
  }
  // In plain, which ends the session; a chip may as well refuse to be opened twice.
  terminal.close();
  const auto master = terminal.send(CommandApdu{.ins = 0xA4, .p2 = 0x0C}, "SELECT master file");
  if (!master) return inconclusive("SELECT of the master file", master.error());
  if (!given->given(scene).passed()) return model::pass();
  return read_groups(*run, false);
}

/// What passive and active authentication read and ask between chip and terminal authentication.
Outcome after_other_proofs(Scene& scene, const Arguments&) {
  constexpr std::uint8_t kSod = 0x1D;
  constexpr std::uint8_t kActiveKey = 0x0F;
  constexpr std::uint32_t kPart = 64;
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->expect(read_binary_sfi(kSod, 0, kPart), done(), "READ BINARY of EF.SOD"));
  if (scene.ics.claims("AA")) {
    CICADA_PASS(run->expect(read_binary_sfi(kActiveKey, 0, kPart), done(), "READ BINARY of DG15"));
    const CommandApdu prove{.ins = 0x88, .data = Bytes(8, 0xA5), .ne = host::iso7816::kMaxNe, .extended = true};
    CICADA_PASS(run->expect(prove, either(), "INTERNAL AUTHENTICATE"));
  }
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  return run->authenticate(chain->system);
}

constexpr std::string_view kByArguments[] = {"by"};
constexpr std::string_view kWayArguments[] = {"way"};
constexpr std::string_view kWrongArguments[] = {"wrong", "read", "way"};
constexpr std::string_view kRightsArguments[] = {"verifier", "terminal", "read"};
constexpr std::string_view kReadArguments[] = {"read"};
constexpr std::string_view kAgainArguments[] = {"first", "then"};

constexpr NamedProcedure kProcedures[] = {
    {.name = "cvca-file", .arguments = kByArguments, .procedure = cvca_file},
    {.name = "terminal-authenticated", .arguments = kWayArguments, .procedure = terminal_authenticated},
    {.name = "terminal-refused", .arguments = kWrongArguments, .procedure = terminal_refused},
    {.name = "terminal-rights", .arguments = kRightsArguments, .procedure = terminal_rights},
    {.name = "terminal-without-proof", .arguments = kReadArguments, .procedure = rights_without_proof},
    {.name = "terminal-begun-again", .arguments = kAgainArguments, .procedure = rights_afterwards},
    {.name = "terminal-after-proofs", .arguments = {}, .procedure = after_other_proofs},
};

}  // namespace

std::span<const NamedProcedure> terminal_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
