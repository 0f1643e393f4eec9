#include "cicada/host/auth/verdict.h"

#include <algorithm>
#include <utility>

namespace cicada::host::auth {

std::string_view to_string(CheckName check) noexcept {
  switch (check) {
    case CheckName::access: return "access";
    case CheckName::card_access_match: return "card-access-match";
    case CheckName::sod_signature: return "sod-signature";
    case CheckName::dg_hashes: return "dg-hashes";
    case CheckName::ds_path: return "ds-path";
    case CheckName::ds_validity: return "ds-validity";
    case CheckName::revocation: return "revocation";
    case CheckName::country: return "country";
    case CheckName::file_structure: return "file-structure";
    case CheckName::active_authentication: return "active-authentication";
    case CheckName::chip_authentication: return "chip-authentication";
    case CheckName::terminal_authentication: return "terminal-authentication";
  }
  return "";
}

std::string_view clause_of(CheckName check) noexcept {
  switch (check) {
    case CheckName::access: return "9303-11 §4.2";
    case CheckName::card_access_match: return "9303-11 §9.2.11";
    case CheckName::sod_signature:
    case CheckName::dg_hashes: return "9303-11 §5.1.1";
    case CheckName::ds_path: return "9303-12 §6.1.2";
    case CheckName::ds_validity: return "9303-12 §4.1.1";
    case CheckName::revocation: return "9303-12 §6.1.2";
    case CheckName::country: return "9303-11 §5.1.1";
    case CheckName::file_structure: return "9303-10 §4";
    case CheckName::active_authentication: return "9303-11 §6.1";
    case CheckName::chip_authentication: return "9303-11 §6.2";
    case CheckName::terminal_authentication: return "9303-11 §7.1";
  }
  return "";
}

std::string_view to_string(CheckResult result) noexcept {
  switch (result) {
    case CheckResult::passed: return "passed";
    case CheckResult::failed: return "failed";
    case CheckResult::not_checked: return "not-checked";
  }
  return "";
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::incomplete: return "incomplete";
  }
  return "";
}

namespace {
Check make(CheckName check, CheckResult result, std::string reason) {
  return {.check = check, .result = result, .reason = std::move(reason), .clause = std::string{clause_of(check)}};
}
}  // namespace

Check passed(CheckName check, std::string reason) {
  return make(check, CheckResult::passed, std::move(reason));
}

Check failed(CheckName check, std::string reason) {
  return make(check, CheckResult::failed, std::move(reason));
}

Check not_checked(CheckName check, std::string reason) {
  return make(check, CheckResult::not_checked, std::move(reason));
}

Check not_needed(CheckName check, std::string reason) {
  auto made = make(check, CheckResult::not_checked, std::move(reason));
  made.matters = false;
  return made;
}

Verdict Verdict::open() {
  Verdict verdict;
  verdict.checks.reserve(kAllChecks.size());
  for (const auto name : kAllChecks) verdict.checks.push_back(not_checked(name, "not checked yet"));
  return verdict;
}

Outcome Verdict::outcome() const noexcept {
  if (checks.empty()) return Outcome::incomplete;
  if (std::ranges::any_of(checks, [](const Check& c) { return c.result == CheckResult::failed; })) {
    return Outcome::failed;
  }
  const auto open = [](const Check& c) { return c.matters && c.result != CheckResult::passed; };
  return std::ranges::any_of(checks, open) ? Outcome::incomplete : Outcome::passed;
}

void Verdict::set(Check check) {
  const auto place = std::ranges::lower_bound(checks, check.check, {}, &Check::check);
  if (place != checks.end() && place->check == check.check) {
    *place = std::move(check);
  } else {
    checks.insert(place, std::move(check));
  }
}

const Check* Verdict::find(CheckName check) const noexcept {
  const auto found = std::ranges::find(checks, check, &Check::check);
  return found == checks.end() ? nullptr : &*found;
}

}  // namespace cicada::host::auth
