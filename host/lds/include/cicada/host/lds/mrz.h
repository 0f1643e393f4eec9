// The machine readable zone: TD1 (cards), TD2, TD3 (passports); read and built.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"

namespace cicada::host::lds {

/// 3 x 30, 2 x 36, 2 x 44 characters. @clause 9303-5 §4.2, 9303-6 §4.2, 9303-4 §4.2
enum class MrzFormat : std::uint8_t { td1, td2, td3 };
[[nodiscard]] std::string_view to_string(MrzFormat format) noexcept;
/// Characters of the whole zone without line breaks: 90, 72 or 88.
[[nodiscard]] std::size_t mrz_size(MrzFormat format) noexcept;
/// Characters of one line: 30, 36 or 44.
[[nodiscard]] std::size_t mrz_line_size(MrzFormat format) noexcept;

/// The fields of a zone, without fillers at the end.
struct Mrz {
  MrzFormat format = MrzFormat::td1;
  std::string document_code;    ///< "I", "ID", "P", "PP"
  std::string issuing_state;    ///< "VNM", "D"
  std::string document_number;  ///< the whole number, also when it is longer than the nine places
  std::string nationality;
  std::string birth_date;            ///< six characters YYMMDD; unknown parts are "<<"
  char sex = '<';                    ///< 'M', 'F' or '<' (unspecified; printed as X on the data page)
  std::string expiry_date;           ///< six characters YYMMDD
  std::string optional_data;         ///< TD1: line 1, after the rest of a long number; TD2, TD3: line 2. Inner and
                                     ///< leading fillers are kept
  std::string optional_data_2;       ///< TD1 only: line 2
  std::string primary_identifier;    ///< words separated by a space
  std::string secondary_identifier;  ///< words separated by a space; empty when the name has one part
  friend bool operator==(const Mrz&, const Mrz&) = default;
};

/// One check digit as it is and as it should be. '<' counts as 0 (9303-4 §4.2.4).
struct MrzCheck {
  enum class What : std::uint8_t { document_number, birth_date, expiry_date, optional_data, composite };
  What what;
  char printed;
  char computed;
  [[nodiscard]] bool ok() const noexcept { return printed == computed || (printed == '<' && computed == '0'); }
};
[[nodiscard]] std::string_view to_string(MrzCheck::What what) noexcept;

/// A zone as it was read: fields, and what the check digits say. A wrong digit does not hide the fields.
struct ParsedMrz {
  Mrz fields;
  std::string text;  ///< the characters exactly as they stood, without line breaks
  std::vector<MrzCheck> checks;
  /// Tolerated departures from Doc 9303, by name: "mrz-name-leading-filler", "mrz-sex" (neither M, F nor <).
  std::vector<std::string> deviations;
  [[nodiscard]] bool checks_ok() const noexcept;
  /// The zone line by line.
  [[nodiscard]] std::vector<std::string> lines() const;
};

/// Check digit over 0-9, A-Z and '<' with the weights 7, 3, 1. @clause 9303-3 §4.9
/// Fails with bad_input on any other character (Error::at is its index).
[[nodiscard]] base::Result<char> check_digit(std::string_view text);

/// Reads a zone of 90, 72 or 88 characters; line breaks and spaces at line ends are skipped, lower case is taken as
/// upper case. Fails with malformed on another size or character (Error::at), unsupported for a visa (no chip).
[[nodiscard]] base::Result<ParsedMrz> parse_mrz(std::string_view text);

/// Builds the zone without line breaks, check digits filled in, names truncated as Doc 9303 says.
/// Names: A-Z, words separated by spaces or hyphens; apostrophes are dropped (9303-3 §4.6).
/// Fails with bad_input when a field does not fit or holds a character the zone does not have.
[[nodiscard]] base::Result<std::string> build_mrz(const Mrz& fields);

/// A name field of `size` characters: "PRIMARY<<SECONDARY<NAMES<<<". A name that is too long is cut so that both
/// identifiers stay recognizable and the last place is a letter (the mark of a cut). @clause 9303-3 §4.6, 9303-5 §4.2.3
[[nodiscard]] base::Result<std::string> build_name_field(std::string_view primary, std::string_view secondary,
                                                         std::size_t size);

/// Document number padded to nine, birth date, expiry date, each with its check digit: the input of BAC and of PACE
/// with the MRZ. Long numbers enter whole. For a Vietnamese card the number is the LAST NINE of the twelve digits.
/// @clause 9303-11 §4.3.2, §9.7.1.1  @fails bad_input: wrong character; a date that is not six characters
[[nodiscard]] base::Result<std::string> mrz_information(std::string_view document_number, std::string_view birth_date,
                                                        std::string_view expiry_date);
[[nodiscard]] base::Result<std::string> mrz_information(const Mrz& fields);

/// The day of birth: of the possible centuries the latest that is not after `today`. Nothing when a part is unknown
/// or the day does not exist.
[[nodiscard]] std::optional<base::Date> birth_date_of(std::string_view yymmdd, base::Date today);

/// When a document ends. Chips exist since 2004, so YY is always 20YY: 99 never becomes 1999.
struct MrzExpiry {
  bool unlimited = false;  ///< 991231 in a Vietnamese card: "Không thời hạn"
  std::optional<base::Date> date;
};
[[nodiscard]] MrzExpiry expiry_of(std::string_view issuing_state, std::string_view yymmdd);

/// "YYMMDD" of a day.
[[nodiscard]] std::string to_mrz_date(base::Date date);
/// What a Vietnamese card without expiry carries.
inline constexpr std::string_view kNoExpiry = "991231";

}  // namespace cicada::host::lds
