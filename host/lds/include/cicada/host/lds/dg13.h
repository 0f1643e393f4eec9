// DG13 of the Vietnamese identity card: the citizen's data as text. Other states put there what they like.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::lds {

/// The texts of the sixteen known fields. An absent or empty field is an empty text.
struct CccdData {
  std::string number;                ///< 1: twelve digits
  std::string name;                  ///< 2
  std::string birth_date;            ///< 3: dd/mm/yyyy
  std::string sex;                   ///< 4: "Nam" or "Nữ"
  std::string nationality;           ///< 5
  std::string ethnic_group;          ///< 6
  std::string religion;              ///< 7
  std::string place_of_origin;       ///< 8
  std::string residence;             ///< 9
  std::string identifying_marks;     ///< 10
  std::string issue_date;            ///< 11: dd/mm/yyyy
  std::string expiry_date;           ///< 12: dd/mm/yyyy or "Không thời hạn"
  std::string father;                ///< 13, first
  std::string mother;                ///< 13, second
  std::vector<std::string> spouses;  ///< 14
  std::string old_number;            ///< 15: nine digits
  std::string chip_id;               ///< 16: sixteen hexadecimal characters
};

/// "Không thời hạn"
inline constexpr std::string_view kUnlimitedText = "Kh\u00F4ng th\u1EDDi h\u1EA1n";

/// A field with a number that is not known: kept and shown.
struct Dg13Field {
  std::uint32_t number = 0;
  base::Bytes content;             ///< what follows the number, as it stood
  std::vector<std::string> texts;  ///< every string found in it
};

/// A DG13. `cccd` is absent when the content is not of the Vietnamese form; `content` then is all there is.
struct Dg13 {
  base::Bytes content;  ///< value of the 6D object, as it stood
  std::optional<CccdData> cccd;
  int version = 0;  ///< of the Vietnamese form: 1
  std::vector<Dg13Field> unknown;
  /// Tolerated departures, by name: "dg13-parents-wrapped" (one SEQUENCE around both), "dg13-field-twice",
  /// "dg13-field-form" (a known field whose content is not a text: it is in `unknown`).
  std::vector<std::string> deviations;
};

/// No real card has more fields.
inline constexpr std::size_t kMaxDg13Fields = 256;

/// Reads the whole file content. Content of another form than the Vietnamese one is opaque. Fails with malformed when
/// it is not one 6D object, or announces the Vietnamese form and is broken inside.
[[nodiscard]] base::Result<Dg13> parse_dg13(base::ByteView file);

/// The Vietnamese form with its sixteen fields, in order of number: field 13 without a wrapper, an empty 14 as an
/// element that holds only its number, an empty 15 left out. Fails with bad_input when a PrintableString field holds
/// another character.
[[nodiscard]] base::Result<base::Bytes> build_dg13(const CccdData& data);

/// The known fields as (number, label, text) for showing; empty ones included.
struct Dg13Line {
  int number = 0;
  std::string_view label;  ///< English
  std::string text;
};
[[nodiscard]] std::vector<Dg13Line> to_lines(const CccdData& data);

}  // namespace cicada::host::lds
