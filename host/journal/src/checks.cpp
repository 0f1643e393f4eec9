// What both engines can store, and JSON can hold: asked before anything is written.
#include <utf8proc.h>

#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {

using base::Fault;

namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

bool is_clean_text(std::string_view text, std::size_t max) noexcept {
  if (text.size() > max) return false;
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
    const auto* const octets = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto used = utf8proc_iterate(octets, static_cast<utf8proc_ssize_t>(text.size()), &character);
    if (used <= 0 || character < 0x20 || character == 0x7F) return false;
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return true;
}

base::Result<void> check_name(std::string_view name) {
  if (!name.empty() && is_clean_text(name, kMaxName)) return {};
  return base::fail({.fault = Fault::bad_input, .what = "a name in the journal is 1 to 200 octets of text"});
}

base::Result<void> check_actor(const Actor& actor) {
  if (is_clean_text(actor.station, kMaxName) && is_clean_text(actor.operator_id, kMaxName) &&
      is_clean_text(actor.shift, kMaxName)) {
    return {};
  }
  return base::fail({.fault = Fault::bad_input, .what = "station, operator or shift is no text"});
}

base::Result<void> check_operator(const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  if (!same_person(actor.operator_id, {})) return {};
  return base::fail({.fault = Fault::bad_input, .what = "who decides has to be named"});
}

base::Result<void> check_chip(std::string_view chip) {
  const bool upper_hex =
      std::ranges::all_of(chip, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
  if (!chip.empty() && chip.size() <= kMaxChip && chip.size() % 2 == 0 && upper_hex) return {};
  return base::fail(
      {.fault = Fault::bad_input, .what = "a chip's id is hexadecimal, upper case, of at most 64 digits"});
}

base::Result<void> check_unit(const Unit& unit) {
  if (is_clean_text(unit.province, kMaxName) && is_clean_text(unit.district, kMaxName) &&
      is_clean_text(unit.commune, kMaxName)) {
    return {};
  }
  return base::fail({.fault = Fault::bad_input, .what = "a unit's code is no text"});
}

bool is_passport_number(std::string_view number) noexcept {
  constexpr std::size_t kShort = 8;
  return (number.size() == kShort || number.size() == kShort + 1) && number.front() >= 'A' && number.front() <= 'Z' &&
         std::ranges::all_of(number.substr(1), is_digit);
}

base::Result<void> check_intake(const Intake& intake) {
  CICADA_CHECK(check_name(intake.dossier));
  CICADA_CHECK(check_unit(intake.unit));
  const bool twelve = intake.number.size() == 12 && std::ranges::all_of(intake.number, is_digit);
  const bool none = intake.number.empty() && intake.state == State::rejected;
  if (!twelve && !none && !is_passport_number(intake.number)) {
    return base::fail({.fault = Fault::bad_input, .what = "a dossier's number is twelve digits, or a passport's"});
  }
  if (intake.state != State::accepted && intake.state != State::rejected && intake.state != State::held) {
    return base::fail({.fault = Fault::bad_input, .what = "a dossier comes in accepted, rejected or held"});
  }
  if (!is_clean_text(intake.team, kMaxName) || !is_clean_text(intake.machine, kMaxName) ||
      !is_clean_text(intake.shift, kMaxName) || !is_clean_text(intake.findings, kMaxFindingsText)) {
    return base::fail({.fault = Fault::bad_input, .what = "team, machine, shift or findings is no text"});
  }
  return {};
}

}  // namespace cicada::host::journal
