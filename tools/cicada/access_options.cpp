#include "access_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/lds/mrz.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace lds = host::lds;
using host::access::PacePassword;
using host::inspect::Credentials;

constexpr std::size_t kCitizenDigits = 12;
constexpr std::size_t kDigitsInZone = 9;
constexpr std::size_t kDigitsOfCan = 6;

bool all_digits(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::unexpected<Exit> wrong(std::string_view option, std::string_view text) {
  return std::unexpected{complain(option, text, Exit::bad_input)};
}

/// A typing error shows in a check digit; better here than as a refusal of the card.
std::expected<std::string, Exit> information_of(const std::string& text, bool& is_cccd) {
  const auto parsed = lds::parse_mrz(text);
  if (!parsed) return std::unexpected{complain("--mrz", parsed.error())};
  for (const auto& check : parsed->checks) {
    if (check.ok()) continue;
    return wrong("--mrz",
                 fmt::format("the check digit of the {} is {}, but {} is right: please compare it with the card",
                             lds::to_string(check.what), check.printed, check.computed));
  }
  is_cccd = parsed->fields.format == lds::MrzFormat::td1 && parsed->fields.issuing_state == "VNM";
  const auto information = lds::mrz_information(parsed->fields);
  if (!information) return std::unexpected{complain("--mrz", information.error())};
  return *information;
}

std::expected<Credentials, Exit> from_information(const std::string& information) {
  auto credentials = Credentials::from_mrz_information(information);
  if (!credentials) return std::unexpected{complain("access", credentials.error())};
  return *std::move(credentials);
}

}  // namespace

void AccessOptions::add_to(CLI::App& command) {
  auto* secret = command.add_option_group("access", "What opens the chip");
  auto* by_mrz =
      secret->add_option("--mrz", mrz, "The machine readable zone, all lines")->check(not_empty())->type_name("TEXT");
  auto* by_document =
      secret->add_option("--doc", document_number, "Document number as in the zone; of a CCCD the last nine digits")
          ->check(not_empty());
  secret->add_option("--id", citizen_number, "The twelve digits of a CCCD; its last six are the CAN")
      ->check(not_empty())
      ->type_name("12DIGITS");
  auto* by_can = secret->add_option("--can", can, "The card access number, six digits")->check(not_empty());
  auto* by_pin = secret->add_option("--pin", pin, "The holder's PIN")->check(not_empty());
  auto* by_puk = secret->add_option("--puk", puk, "The PUK of that PIN")->check(not_empty());
  secret->require_option(1);
  auto* by_birth = command.add_option("--birth", birth, "Date of birth")->check(not_empty())->type_name("YYMMDD");
  auto* by_expiry = command.add_option("--expiry", expiry, "Date of expiry; 991231 for a CCCD without one")
                        ->check(not_empty())
                        ->type_name("YYMMDD");
  by_document->needs(by_birth)->needs(by_expiry);
  by_birth->needs(by_expiry);
  by_expiry->needs(by_birth);
  for (auto* whole : {by_mrz, by_can, by_pin, by_puk}) {
    by_birth->excludes(whole);
    by_expiry->excludes(whole);
  }
  auto* bac = command.add_flag("--bac", only_bac, "Use basic access control and do not ask the chip for PACE");
  for (auto* not_bac : {by_can, by_pin, by_puk}) bac->excludes(not_bac);
  command.add_flag("--allow-bac", policy.allow_bac_after_failed_pace,
                   "Go on with basic access control when a chip that offers PACE does not open with it");
  command.add_flag("--spend-last-try", policy.spend_last_try, "Try a PIN or PUK that has one try left");
}

std::expected<Credentials, Exit> AccessOptions::from_fields(const std::string& number) const {
  const auto information = lds::mrz_information(number, birth, expiry);
  if (!information) return std::unexpected{complain("--doc/--id, --birth, --expiry", information.error())};
  return from_information(*information);
}

/// The zone, and with it BAC, knows the last nine digits; the last six are the card access number.
std::expected<Credentials, Exit> AccessOptions::from_citizen_number() const {
  if (citizen_number.size() != kCitizenDigits || !all_digits(citizen_number))
    return wrong("--id", "a citizen's number has twelve digits");
  Credentials credentials;
  if (!birth.empty()) {
    auto from_zone = from_fields(citizen_number.substr(kCitizenDigits - kDigitsInZone));
    if (!from_zone) return from_zone;
    credentials = *std::move(from_zone);
  } else if (only_bac) {
    return wrong("--bac", "basic access control wants --birth and --expiry beside --id");
  }
  auto password = PacePassword::from_can(citizen_number.substr(kCitizenDigits - kDigitsOfCan));
  if (!password) return std::unexpected{complain("--id", password.error())};
  credentials.pace.push_back(*std::move(password));
  credentials.is_cccd = true;
  return credentials;
}

std::expected<Credentials, Exit> AccessOptions::credentials() const {
  const auto by = [](std::string_view option, base::Result<PacePassword> password) -> std::expected<Credentials, Exit> {
    if (!password) return std::unexpected{complain(option, password.error())};
    Credentials credentials;
    credentials.pace.push_back(*std::move(password));
    return credentials;
  };
  if (!can.empty()) return by("--can", PacePassword::from_can(can));
  if (!pin.empty()) return by("--pin", PacePassword::from_pin(pin));
  if (!puk.empty()) return by("--puk", PacePassword::from_puk(puk));
  auto credentials = [&]() -> std::expected<Credentials, Exit> {
    if (!citizen_number.empty()) return from_citizen_number();
    if (!document_number.empty()) {
      if (document_number.size() == kCitizenDigits && all_digits(document_number))
        return wrong("--doc", "twelve digits: for a CCCD give --id with all twelve, or --doc with the last nine");
      return from_fields(document_number);
    }
    bool is_cccd = false;
    const auto information = information_of(mrz, is_cccd);
    if (!information) return std::unexpected{information.error()};
    auto from_zone = from_information(*information);
    if (from_zone) from_zone->is_cccd = is_cccd;
    return from_zone;
  }();
  if (credentials && only_bac) credentials->only_bac();
  return credentials;
}

}  // namespace cicada::tools
