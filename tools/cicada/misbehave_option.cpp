#include "misbehave_option.h"

#include <fmt/format.h>

#include <iterator>

#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/base/file.h"
#include "misissue_option.h"
#include "terminal.h"

namespace cicada::tools {

namespace misbehave = applet_sim::misbehave;
using misbehave::Fault;

namespace {

using Faults = std::expected<std::vector<Fault>, std::string>;

Faults from_file(const std::string& file) {
  const auto octets = base::read_file(file, misbehave::kMaxCatalogueSize);
  if (!octets) return std::unexpected(fmt::format("{}: {}", file, octets.error().describe()));
  auto faults = misbehave::parse_catalogue(base::as_text(*octets), file);
  if (!faults) return std::unexpected(std::move(faults.error().text));
  return *std::move(faults);
}

}  // namespace

Faults faults_by_name(const std::vector<std::string>& names) {
  std::vector<Fault> all;
  for (const auto& name : names) {
    if (name.ends_with(".toml")) {
      auto faults = from_file(name);
      if (!faults) return faults;
      std::ranges::move(*faults, std::back_inserter(all));
    } else if (const auto* const fault = misbehave::find(misbehave::builtin_catalogue(), name)) {
      all.push_back(*fault);
    } else {
      return std::unexpected(fmt::format("{}: no such fault; cicada sim --list-misbehaviour lists them", name));
    }
  }
  return all;
}

std::string table_of_faults() {
  std::vector<std::vector<std::string>> rows = {{"NAME", "WRONG IS", "CARD", "CAUGHT BY", "RESULT", "WHAT"}};
  for (const auto& fault : misbehave::builtin_catalogue()) {
    rows.push_back({fault.name, "chip", fmt::format("{}", fmt::join(fault.needs, ", ")), fault.expectation.check,
                    std::string{misbehave::to_string(fault.expectation.outcome)}, fault.title});
  }
  std::ranges::move(rows_of_document_faults(), std::back_inserter(rows));
  return table(rows);
}

}  // namespace cicada::tools
