// Units B, D, E, O: files under conditions that steps cannot say.
#include <fmt/format.h>

#include "application.h"
#include "cicada/conformance/procedures/steps.h"
#include "known_files.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using model::DataRule;
using model::Expectation;
using model::Outcome;
using model::Protection;
using Arguments = std::map<std::string, std::string>;

namespace {

Expectation wanted(std::string_view sw, Protection protection, DataRule data) {
  return {.sw = {model::SwPattern::from(sw).value()}, .protection = protection, .data = std::move(data)};
}

Outcome send(Scene& scene, const host::iso7816::CommandApdu& command, const Expectation& expect,
             std::string_view what) {
  const auto answer = scene.terminal.send(command, what);
  return answer ? judge(*answer, expect, what) : inconclusive(what, answer.error());
}

Outcome protect(Scene& scene, const host::iso7816::CommandApdu& command, const Expectation& expect,
                std::string_view what) {
  const auto answer = scene.terminal.protect(command, {}, what);
  return answer ? judge(*answer, expect, what) : inconclusive(what, answer.error());
}

const KnownFile* file_of(const Arguments& arguments) {
  const auto name = arguments.find("file");
  return name == arguments.end() ? nullptr : find_file(name->second);
}

/// O_1 to O_36. In the master file the same identifiers are other files, which may be open: where the application
/// cannot be selected there is nothing more to ask.
Outcome without_access(Scene& scene, const Arguments& arguments) {
  const auto* const file = file_of(arguments);
  const auto by = arguments.find("by");
  if (file == nullptr || by == arguments.end()) return model::inconclusive("the case names no file or no way to it");
  const auto refused = wanted("checking-error", Protection::plain, {.kind = DataRule::Kind::none});
  const auto refused_exactly = wanted("6982", Protection::plain, {.kind = DataRule::Kind::none});
  constexpr std::string_view kSelect = "SELECT eMRTD application";
  const auto selected = scene.terminal.send(select_application(), kSelect);
  if (!selected) return inconclusive(kSelect, selected.error());
  if (!selected->ok()) return judge(*selected, refused, kSelect);
  if (by->second == "read") {
    return send(scene, read_binary_sfi(file->sfi, 0, host::iso7816::kMaxShortNe), refused_exactly, "READ BINARY");
  }
  auto outcome = send(scene, select_file(file->fid), refused_exactly, "SELECT");
  return outcome.passed() ? send(scene, read_binary(0, host::iso7816::kMaxShortNe), refused, "READ BINARY") : outcome;
}

/// The file is read under the session; then a plain command ends it.
Outcome enforced(Scene& scene, const KnownFile& file) {
  auto outcome = protect(scene, read_binary_sfi(file.sfi, 0, 6),
                         wanted("success", Protection::secured, {.kind = DataRule::Kind::exactly, .count = 6}),
                         "READ BINARY under the session");
  if (!outcome.passed()) return outcome;
  const auto refused = wanted("checking-error", Protection::plain, {.kind = DataRule::Kind::none});
  outcome = send(scene, read_binary(0, host::iso7816::kMaxShortNe), refused, "READ BINARY in plain");
  return outcome.passed() ? protect(scene, read_binary(0, 6), refused, "READ BINARY after a plain command") : outcome;
}

Outcome selected_and_read(Scene& scene, const KnownFile& file) {
  auto outcome = protect(scene, select_file(file.fid),
                         wanted("success", Protection::secured, {.kind = DataRule::Kind::none}), "SELECT");
  if (!outcome.passed()) return outcome;
  return protect(scene, read_binary(0, 1),
                 wanted("success", Protection::secured, {.kind = DataRule::Kind::starts, .octets = {file.tag}}),
                 "READ BINARY");
}

/// B_41, B_42, D_9, D_10, E_9, E_10, O_41, O_42: fingers and irises of a chip that does not keep them for itself.
Outcome biometrics(Scene& scene, const Arguments& arguments) {
  const auto* const file = file_of(arguments);
  const auto ask = arguments.find("ask");
  if (file == nullptr || ask == arguments.end()) return model::inconclusive("the case names no file or no question");
  if (scene.ics.claims("TA")) return model::not_applicable("read with terminal authentication only (TA is claimed)");
  if (ask->second == "enforced") return enforced(scene, *file);
  if (ask->second == "select") return selected_and_read(scene, *file);
  if (ask->second != "read") return model::inconclusive("the case asks what this procedure does not know");
  return protect(scene, read_binary_sfi(file->sfi, 0, 1),
                 wanted("success", Protection::secured, {.kind = DataRule::Kind::exactly, .count = 1}), "READ BINARY");
}

/// E_4: all there is of the file.
Outcome read_past_end(Scene& scene, const Arguments&) {
  constexpr std::uint32_t kBeyond = 0xE0;
  base::Bytes content;
  auto outcome = need_file(scene, "EF.COM", content);
  if (!outcome.passed()) return outcome;
  if (content.size() >= kBeyond) return model::inconclusive("EF.COM is longer than the case foresees");
  outcome = protect(scene, select_file(0x011E), wanted("success", Protection::secured, {.kind = DataRule::Kind::none}),
                    "SELECT EF.COM");
  if (!outcome.passed()) return outcome;
  // A file may have more room than its object takes.
  auto expect = wanted("success", Protection::secured, {.kind = DataRule::Kind::starts, .octets = content});
  expect.sw.push_back(model::SwPattern::from("6282").value());
  constexpr std::string_view kWhat = "READ BINARY beyond the end";
  const auto answer = scene.terminal.protect(read_binary(0, kBeyond), {}, kWhat);
  if (!answer) return inconclusive(kWhat, answer.error());
  outcome = judge(*answer, expect, kWhat);
  if (!outcome.passed() || answer->data.size() <= kBeyond) return outcome;
  return model::fail(fmt::format("{}: {} octets, more than were asked for", kWhat, answer->data.size()));
}

constexpr std::string_view kWithoutAccessArguments[] = {"file", "by"};
constexpr std::string_view kBiometricsArguments[] = {"file", "ask"};
constexpr NamedProcedure kProcedures[] = {
    {.name = "without-access", .arguments = kWithoutAccessArguments, .procedure = without_access},
    {.name = "biometrics", .arguments = kBiometricsArguments, .procedure = biometrics},
    {.name = "read-past-end", .arguments = {}, .procedure = read_past_end},
};

}  // namespace

std::span<const NamedProcedure> file_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
