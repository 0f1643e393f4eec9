#include "probe_draft.h"

#include <fmt/format.h>

#include <algorithm>

namespace cicada::conformance::runner {

void ProbeDraft::claim(std::string_view profile, std::string_view how) {
  if (!claims(profile)) claimed_.push_back({std::string{profile}, std::string{how}});
}

void ProbeDraft::maybe(std::string_view profile, std::string_view why) {
  open_.push_back({std::string{profile}, std::string{why}});
}

bool ProbeDraft::claims(std::string_view profile) const {
  return std::ranges::find(claimed_, profile, &Line::profile) != claimed_.end();
}

model::Ics ProbeDraft::statement() const {
  model::Ics ics;
  ics.profiles.insert("ICAO");
  for (const auto& line : claimed_) ics.profiles.insert(line.profile);
  return ics;
}

std::string ProbeDraft::to_toml(std::string_view target) const {
  auto text = fmt::format(
      "# Drafted from {}. A card cannot tell everything: read each line, and fill in what is left open.\n"
      "name = \"the product's name\"\n"
      "#applicant = \"who states this\"\n"
      "#version = \"of the product\"\n\n"
      "profiles = [\n",
      target);
  for (const auto& line : claimed_)
    text += fmt::format("  {:<12}  # {}\n", fmt::format("\"{}\",", line.profile), line.remark);
  for (const auto& line : open_)
    text += fmt::format("#  {:<11}  # {}\n", fmt::format("\"{}\",", line.profile), line.remark);
  text += "]\n";
  for (const auto& remark : remarks_) text += fmt::format("# {}\n", remark);
  text +=
      "\n[access]  # what is printed on this one document; it is not repeated here\n"
      "#mrz = \"all lines, joined\"\n"
      "#can = \"six digits\"\n"
      "#pin = \"\"\n"
      "#puk = \"\"\n\n"
      "#[passive-authentication]\n"
      "#csca = [\"csca.crt\"]  # who signed the document signer's certificate\n";
  const bool has_terminal = std::ranges::find(open_, "TA", &Line::profile) != open_.end();
  if (!has_terminal) return text;
  return text +
         "\n#[terminal-authentication]  # the root that the chip trusts: without its key, units H and J to N cannot "
         "run\n"
         "#cvca = \"cvca.cvcert\"\n"
         "#cvca-key = \"cvca.key\"\n";
}

}  // namespace cicada::conformance::runner
