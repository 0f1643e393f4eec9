// What both engines can store, and JSON can hold: asked before anything is written.
#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

std::size_t utf8_length(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  if (size == 1) return 1;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : size;
}

}  // namespace

bool is_clean_text(std::string_view text, std::size_t max) noexcept {
  if (text.size() > max) return false;
  while (!text.empty()) {
    const auto size = utf8_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    if (size == 0 || lead < 0x20 || lead == 0x7F) return false;
    text.remove_prefix(size);
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
