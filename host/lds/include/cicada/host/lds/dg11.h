// DG11: more about the holder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/details.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// 6B { 5C tags; details }. Absent is not the same as empty: an object of no octets is an empty text.
/// Texts are UTF-8 with the '<' of the file ("SMITH<<JOHN<J"). @clause 9303-10 §4.7.11
struct Dg11 {
  std::optional<std::string> full_name;          ///< 5F0E
  std::vector<std::string> other_names;          ///< A0 { 02 number; 5F0F ... }
  std::optional<std::string> personal_number;    ///< 5F10
  std::optional<DetailDate> birth_date;          ///< 5F2B
  std::optional<std::string> birth_place;        ///< 5F11
  std::optional<std::string> address;            ///< 5F42
  std::optional<std::string> telephone;          ///< 5F12
  std::optional<std::string> profession;         ///< 5F13
  std::optional<std::string> title;              ///< 5F14
  std::optional<std::string> summary;            ///< 5F15
  std::optional<base::Bytes> citizenship_proof;  ///< 5F16: an image
  std::optional<std::string> other_documents;    ///< 5F17: numbers of other travel documents
  std::optional<std::string> custody;            ///< 5F18
  std::vector<std::uint32_t> listed;             ///< the tags of 5C as they stood; written anew by build_dg11
  std::vector<UnknownObject> unknown;
  /// Tolerated departures, by name: "dg11-no-tag-list", "dg11-tag-list-form", "dg11-listed-missing" (a tag of the list
  /// has no object), "dg11-unlisted" (an object whose tag is not in the list), "dg11-latin1" (octets that are not UTF-8
  /// were taken for ISO 8859-1), "dg11-empty-object", "dg11-date-form", "dg11-object-twice", "dg11-name-count",
  /// "dg11-names-unwrapped" (names without A0 around them), "dg11-names-form" (an A0 with something else in it).
  std::vector<std::string> deviations;
};

/// Reads the whole file content. Objects that are not of the expected form are in `unknown`. Fails with malformed when
/// the file is not one 6B object with data objects in it, with limit on more than kMaxDetailNames names.
[[nodiscard]] base::Result<Dg11> parse_dg11(base::ByteView file);

/// The details that are there in the standard's order, behind their tag list. Fails with bad_input on a date that is
/// not eight digits, or more than kMaxDetailNames names.
[[nodiscard]] base::Result<base::Bytes> build_dg11(const Dg11& dg11);

/// The details that are there, for showing.
[[nodiscard]] std::vector<DetailLine> to_lines(const Dg11& dg11);

}  // namespace cicada::host::lds
