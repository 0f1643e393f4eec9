// cicada verify: passive authentication of files, without a card.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <vector>

#include "app.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/clock.h"
#include "cicada/base/file.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/inspect/report.h"
#include "trust_option.h"
#include "verdict_text.h"

namespace cicada::tools {
namespace {

namespace inspect = host::inspect;
namespace lds = host::lds;

struct VerifyOptions {
  std::filesystem::path sod;
  std::filesystem::path com;
  std::vector<std::string> groups;
  TrustOption trust;
  std::string at;
  bool json = false;
};

/// "N=FILE", also "DGN=FILE".
std::expected<std::pair<lds::Ef, std::filesystem::path>, Exit> parse_group(const std::string& text) {
  const auto equals = text.find('=');
  std::string_view name = std::string_view{text}.substr(0, equals);
  if (name.starts_with("DG") || name.starts_with("dg")) name.remove_prefix(2);
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const auto ef = lds::data_group(error == std::errc{} && end == name.data() + name.size() ? number : 0);
  if (equals == std::string::npos || equals + 1 == text.size() || !ef) {
    return std::unexpected{complain("--dg " + text, "not of the form N=FILE with N from 1 to 16", Exit::bad_input)};
  }
  return std::pair{*ef, std::filesystem::path{text.substr(equals + 1)}};
}

std::expected<void, Exit> add_file(inspect::Files& files, lds::Ef ef, const std::filesystem::path& path) {
  auto content = base::read_file(path, inspect::Caps{}.file_size);
  if (!content) return std::unexpected{complain(path.string(), content.error())};
  if (!files.emplace(ef, *std::move(content)).second) {
    return std::unexpected{
        complain(path.string(), fmt::format("{} was given twice", lds::to_string(ef)), Exit::bad_input)};
  }
  return {};
}

/// A text file with one message between BEGIN and END lines becomes what is in it.
std::expected<void, Exit> unarmour(base::Bytes& content, const std::filesystem::path& path) {
  if (!asn1::looks_like_pem(content)) return {};
  auto blocks = asn1::parse_pem(content);
  if (!blocks) return std::unexpected{complain(path.string(), blocks.error())};
  if (blocks->size() != 1) {
    return std::unexpected{complain(path.string(), "not one PEM block with a CMS message", Exit::bad_input)};
  }
  content = std::move(blocks->front().der);
  return {};
}

std::expected<inspect::Files, Exit> load(const VerifyOptions& options) {
  inspect::Files files;
  if (const auto added = add_file(files, lds::Ef::sod, options.sod); !added) return std::unexpected{added.error()};
  if (const auto bare = unarmour(files[lds::Ef::sod], options.sod); !bare) return std::unexpected{bare.error()};
  if (!options.com.empty()) {
    if (const auto added = add_file(files, lds::Ef::com, options.com); !added) return std::unexpected{added.error()};
  }
  for (const auto& text : options.groups) {
    const auto group = parse_group(text);
    if (!group) return std::unexpected{group.error()};
    if (const auto added = add_file(files, group->first, group->second); !added) return std::unexpected{added.error()};
  }
  return files;
}

Exit run(const VerifyOptions& options) {
  base::Instant at = base::SystemClock{}.now();
  if (!options.at.empty()) {
    const auto date = base::parse_iso_date(options.at);
    if (!date) return complain("--at " + options.at, date.error());
    // The last second of the day: what was made on that day, a test country for one, was valid on it.
    at = std::chrono::sys_days{*date} + std::chrono::days{1} - std::chrono::seconds{1};
  }
  auto files = load(options);
  if (!files) return files.error();
  const auto trust = options.trust.load();
  if (!trust) return trust.error();
  auto judge = options.trust.judge(*trust);
  judge.policy.every_group = true;
  const auto result = inspect::inspect_files(*std::move(files), judge, at);
  std::cout << (options.json ? inspect::to_json(result.verdict) + "\n" : to_text(result.verdict));
  return exit_for(result.verdict);
}

}  // namespace

void add_verify(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("verify", "Passive authentication of files, without a card.");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("--sod", options->sod, "EF.SOD, with or without its frame; also PEM")
      ->required()
      ->type_name("FILE");
  command->add_option("--dg", options->groups, "A data group; may be given again")->type_name("N=FILE");
  command->add_option("--com", options->com, "EF.COM, to be compared with EF.SOD")->type_name("FILE");
  options->trust.add_to(*command)->required();
  command->add_option("--at", options->at, "The day of the check; today if not given")
      ->check(not_empty())
      ->type_name("YYYY-MM-DD");
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/verdict.schema.json)");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
