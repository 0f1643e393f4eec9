#include "faults.h"

#include <fmt/format.h>

#include <sstream>

#include "cicada/applet_sim/misbehave/catalogue.h"

namespace cicada::tools::lower_tester {

namespace misbehave = applet_sim::misbehave;

namespace {

/// The form of a catalogue; the catalogue's own schema check refuses steps, objects and numbers that are none.
std::string catalogue_of(const std::string& words) {
  std::istringstream in{words};
  std::string verb, step, first, second, rest;
  in >> verb >> step >> first >> second >> rest;
  const std::string head =
      "[[quirk]]\nname = \"ad-hoc\"\ntitle = \"As a case has it.\"\nclause = \"none\"\n[[quirk.act]]\n";
  if (verb == "answer" && !first.empty() && second.empty())
    return fmt::format("{}on = \"command\"\nat = \"{}\"\ndo = \"answer\"\nstatus = 0x{}\n", head, step, first);
  if (verb == "retag" && !second.empty() && rest.empty())
    return fmt::format("{}at = \"{}\"\ndo = \"retag\"\nobject = \"{}\"\noctets = \"{}\"\n", head, step, first, second);
  return {};
}

}  // namespace

std::expected<std::vector<misbehave::Fault>, std::string> faults_of(const std::vector<std::string>& words) {
  std::vector<misbehave::Fault> faults;
  for (const auto& word : words) {
    if (const auto* known = misbehave::find(misbehave::builtin_catalogue(), word)) {
      faults.push_back(*known);
      continue;
    }
    const auto text = catalogue_of(word);
    if (text.empty()) return std::unexpected(fmt::format("a chip cannot do \"{}\"", word));
    auto made = misbehave::parse_catalogue(text, word);
    if (!made) return std::unexpected(made.error().text);
    faults.push_back(std::move(made->front()));
  }
  return faults;
}

}  // namespace cicada::tools::lower_tester
