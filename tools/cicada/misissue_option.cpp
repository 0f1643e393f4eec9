#include "misissue_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cicada/base/clock.h"

namespace cicada::tools {

namespace misissue = host::misissue;
namespace pki = host::pki;

void MisissueOption::add_to(CLI::App& command) {
  command
      .add_option(
          "--pki", pki,
          "Folder of `cicada pki init`: the country that issues the document wrongly, or whose transport keys a new "
          "blank has; only read")
      ->type_name("DIR");
  command
      .add_option("--write-trust", write_trust,
                  "New folder for what the reader must be given to trust, for faults of CSCA, lists and periods")
      ->type_name("DIR");
}

std::expected<std::unique_ptr<MisissuedDocument>, Exit> MisissueOption::take(std::vector<std::string>& names) const {
  const auto is_document_fault = [](const std::string& name) { return misissue::find(name) != nullptr; };
  const auto count = std::ranges::count_if(names, is_document_fault);
  if (count == 0) {
    if (pki.empty() && write_trust.empty()) return nullptr;
    return std::unexpected{complain("--pki", "no fault of a document was named with --misbehave", Exit::bad_input)};
  }
  if (count > 1) {
    return std::unexpected{complain("--misbehave", "a document has one fault at a time", Exit::bad_input)};
  }
  const auto named = std::ranges::find_if(names, is_document_fault);
  const auto& fault = *misissue::find(*named);
  if (pki.empty()) {
    return std::unexpected{complain("--misbehave " + *named,
                                    "this is a fault of the document: give --pki DIR, the country that issues it",
                                    Exit::bad_input)};
  }
  if (fault.trust == misissue::Trust::made_with_it && write_trust.empty()) {
    return std::unexpected{complain("--misbehave " + *named,
                                    "the reader must trust other material than the country's folder: give "
                                    "--write-trust DIR, and read with --trust DIR",
                                    Exit::bad_input)};
  }
  auto country = pki::load_test_country(pki);
  if (!country) return std::unexpected{complain(pki.string(), country.error())};
  names.erase(named);
  return std::make_unique<MisissuedDocument>(fault, *std::move(country), base::SystemClock{}.now());
}

Exit MisissueOption::apply(MisissuedDocument& document, applet_sim::kernel::Card& card) const {
  if (const auto put = document.put_into(card); !put) return complain("--misbehave", put.error());
  if (write_trust.empty()) return Exit::done;
  if (const auto saved = misissue::save(document.trust(), write_trust); !saved) {
    return complain(write_trust.string(), saved.error());
  }
  std::cerr << fmt::format("{}: for the reader, as --trust\n", write_trust.string());
  return Exit::done;
}

std::vector<std::vector<std::string>> rows_of_document_faults() {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(misissue::catalogue().size());
  for (const auto& fault : misissue::catalogue()) {
    std::string card = fault.needs == 0 ? "any" : fmt::format("DG{}", fault.needs);
    if (fault.needs_file) card = host::lds::to_string(*fault.needs_file);
    if (fault.trust == misissue::Trust::made_with_it) card += ", --write-trust";
    rows.push_back({std::string{fault.name}, "document", std::move(card), std::string{to_string(fault.check)},
                    std::string{to_string(fault.outcome)}, std::string{fault.title}});
  }
  return rows;
}

}  // namespace cicada::tools
