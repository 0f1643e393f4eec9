// The machine readable zone as DG1 holds it (9303-3 to 9303-6).
#pragma once

#include <span>
#include <string_view>

#include "judge.h"

namespace cicada::conformance::lds {

enum class MrzFormat : std::uint8_t { td1, td2, td3 };

/// A part of the zone: where it begins, how long it is.
struct Part {
  std::size_t at = 0, size = 0;
};

/// Where each field stands, from the first character of the first line, lines joined.
struct MrzLayout {
  MrzFormat format;
  std::size_t size;
  Part code, state, name, number, number_digit, nationality, birth, birth_digit, sex, expiry, expiry_digit;
  Part optional;        ///< of TD1: of the first line
  Part optional_digit;  ///< TD3 only
  Part optional_2;      ///< TD1 only
  Part composite;
};

struct Mrz {
  const MrzLayout* layout = nullptr;
  std::string_view text;
  std::size_t at = 0;  ///< offset in DG1

  [[nodiscard]] std::string_view operator[](Part part) const { return text.substr(part.at, part.size); }
  [[nodiscard]] std::size_t offset(Part part) const noexcept { return at + part.at; }
};

/// The layout of a zone with so many characters; nullptr for another number.
[[nodiscard]] const MrzLayout* layout_of(std::size_t size) noexcept;
/// The zone in DG1, as the way to its fields.
[[nodiscard]] Judged<Mrz> mrz_of(const Evidence& evidence);
/// 9303-3 §4.9: weights 7, 3, 1. Characters that the MRZ does not have count nothing.
[[nodiscard]] char check_digit(std::string_view text) noexcept;
[[nodiscard]] char composite_check_digit(const Mrz& mrz);

[[nodiscard]] std::span<const Entry> mrz_field_checks() noexcept;
[[nodiscard]] std::span<const Entry> mrz_number_checks() noexcept;

}  // namespace cicada::conformance::lds
