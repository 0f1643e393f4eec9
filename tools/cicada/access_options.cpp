#include "access_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/lds/mrz.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace lds = host::lds;

bool all_digits(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::unexpected<Exit> wrong(std::string_view option, std::string_view text) {
  return std::unexpected{complain(option, text, Exit::bad_input)};
}

/// A typing error shows in a check digit; better here than as a refusal of the card.
std::expected<std::string, Exit> information_of(const std::string& text) {
  const auto parsed = lds::parse_mrz(text);
  if (!parsed) return std::unexpected{complain("--mrz", parsed.error())};
  for (const auto& check : parsed->checks) {
    if (check.ok()) continue;
    return wrong("--mrz",
                 fmt::format("the check digit of the {} is {}, but {} is right: please compare it with the card",
                             lds::to_string(check.what), check.printed, check.computed));
  }
  const auto information = lds::mrz_information(parsed->fields);
  if (!information) return std::unexpected{complain("--mrz", information.error())};
  return *information;
}

}  // namespace

void AccessOptions::add_to(CLI::App& command) {
  auto* secret = command.add_option_group("access", "What opens the chip");
  auto* by_mrz =
      secret->add_option("--mrz", mrz, "The machine readable zone, all lines")->check(not_empty())->type_name("TEXT");
  auto* by_document =
      secret->add_option("--doc", document_number, "Document number as in the zone; of a CCCD the last nine digits")
          ->check(not_empty());
  auto* by_number = secret->add_option("--id", citizen_number, "The twelve digits of a CCCD")
                        ->check(not_empty())
                        ->type_name("12DIGITS");
  secret->require_option(1);
  auto* by_birth = command.add_option("--birth", birth, "Date of birth")->check(not_empty())->type_name("YYMMDD");
  auto* by_expiry = command.add_option("--expiry", expiry, "Date of expiry; 991231 for a CCCD without one")
                        ->check(not_empty())
                        ->type_name("YYMMDD");
  by_document->needs(by_birth)->needs(by_expiry);
  by_number->needs(by_birth)->needs(by_expiry);
  by_birth->excludes(by_mrz);
  by_expiry->excludes(by_mrz);
}

std::expected<host::access::BacKeys, Exit> AccessOptions::keys() const {
  std::string information;
  if (!mrz.empty()) {
    auto from_zone = information_of(mrz);
    if (!from_zone) return std::unexpected{from_zone.error()};
    information = *std::move(from_zone);
  } else {
    std::string number = document_number;
    if (!citizen_number.empty()) {
      if (citizen_number.size() != 12 || !all_digits(citizen_number))
        return wrong("--id", "a citizen's number has twelve digits");
      number = citizen_number.substr(3);  // the zone, and with it BAC, knows the last nine digits only
    } else if (number.size() == 12 && all_digits(number)) {
      return wrong("--doc", "twelve digits: for a CCCD give --id with all twelve, or --doc with the last nine");
    }
    auto built = lds::mrz_information(number, birth, expiry);
    if (!built) return std::unexpected{complain("--doc/--id, --birth, --expiry", built.error())};
    information = *std::move(built);
  }
  auto keys = host::access::BacKeys::from_mrz_information(information);
  if (!keys) return std::unexpected{complain("access", keys.error())};
  return *std::move(keys);
}

}  // namespace cicada::tools
