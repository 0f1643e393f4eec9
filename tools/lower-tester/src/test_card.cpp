#include "cicada/tools/lower_tester/test_card.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cicada/base/file.h"

namespace cicada::tools::lower_tester {

using base::Result;

namespace {

constexpr std::string_view kFolder = "{folder}";

/// TOML of the statement. Folder names are filled in when it is saved.
std::string statement_of(const Configuration& configuration, const Document& document) {
  std::vector<std::string> quoted;
  for (const auto& profile : profiles_of(configuration.plan)) quoted.push_back('"' + profile + '"');
  std::string text = fmt::format(
      "# {}.\nname = \"Cicada test card {}\"\napplicant = \"Cicada\"\nversion = \"1\"\nprofiles = "
      "[{}]\n\n[access]\nmrz = "
      "\"{}\"\n",
      configuration.title, configuration.name, fmt::join(quoted, ", "), document.mrz_text);
  const auto& plan = configuration.plan;
  if (!plan.pace.empty()) text += fmt::format("can = \"{}\"\n", kCan);
  if (plan.pin) text += fmt::format("pin = \"{}\"\npuk = \"{}\"\n", kPin, kPuk);
  if (plan.terminal) {
    text += fmt::format("\n[terminal-authentication]\ncvca = \"{0}/{1}\"\ncvca-key = \"{0}/{2}\"\n", kFolder,
                        host::pki::test_country_file::kCvca, host::pki::test_country_file::kCvcaKey);
  }
  text += fmt::format("\n[passive-authentication]\ncsca = [\"{}/{}\"]\n", kFolder, host::pki::test_country_file::kCsca);
  return text;
}

std::string with_folder(std::string text, std::string_view folder) {
  for (auto at = text.find(kFolder); at != std::string::npos; at = text.find(kFolder)) {
    text.replace(at, kFolder.size(), folder);
  }
  return text;
}

Result<void> write_new(const std::filesystem::path& file, base::ByteView octets) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return base::fail({.fault = base::Fault::conflict, .what = "there is a file of this name already"});
  }
  return base::write_file(file, octets, 0600);
}

}  // namespace

Result<TestCard> make_test_card(std::string_view configuration, base::Rng& rng, const base::Clock& clock) {
  const auto* const wanted = find_configuration(configuration);
  if (wanted == nullptr)
    return base::fail({.fault = base::Fault::not_found, .what = "there is no configuration of this name"});
  CICADA_TRY(auto country, make_country(rng, clock));
  CICADA_TRY(auto verifiers, make_verifiers(wanted->plan.terminal.value_or(TerminalPlan{}), clock));
  CICADA_TRY(auto document, make_document(wanted->plan, country, std::span{&verifiers.cvca, 1}, rng));
  CICADA_TRY(auto card, card_file_of(document.content, rng, clock));
  auto ics = statement_of(*wanted, document);
  return TestCard{.card = std::move(card),
                  .ics = std::move(ics),
                  .document = std::move(document),
                  .country = std::move(country),
                  .verifiers = std::move(verifiers)};
}

Result<void> save(const TestCard& card, std::string_view name, const std::filesystem::path& folder, base::Rng& rng,
                  const base::Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
  const auto pki = std::string{name} + ".pki";
  CICADA_CHECK(save(card.country, card.verifiers, folder / pki, rng, clock));
  CICADA_CHECK(write_new(folder / (std::string{name} + ".ics.toml"), base::as_bytes(with_folder(card.ics, pki))));
  return write_new(folder / (std::string{name} + ".card"), card.card);
}

}  // namespace cicada::tools::lower_tester
