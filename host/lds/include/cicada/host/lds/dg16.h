// DG16: persons to notify.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/details.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// One person. An object of no octets is an empty text, as in DG11.
struct NotifyPerson {
  std::optional<DetailDate> recorded;    ///< 5F50: the day on which the entry was made
  std::optional<std::string> name;       ///< 5F51
  std::optional<std::string> telephone;  ///< 5F52
  std::optional<std::string> address;    ///< 5F53
  std::vector<UnknownObject> unknown;
};

/// 70 { 02 number; A1 { person }, A2 { person } ... }. @clause 9303-10 §4.7.16
struct Dg16 {
  std::vector<NotifyPerson> persons;
  std::vector<UnknownObject> unknown;
  /// Tolerated departures, by name: "dg16-person-count", "dg16-person-tag" (not A1, A2 ... in this order), and of a
  /// person "dg16-latin1", "dg16-empty-object", "dg16-date-form", "dg16-object-twice".
  std::vector<std::string> deviations;
};

/// The tags from A1 on that are one octet long.
inline constexpr std::size_t kMaxNotifyPersons = 30;

/// Reads the whole file content. Fails with malformed when it is not one 70 object with data objects in it.
[[nodiscard]] base::Result<Dg16> parse_dg16(base::ByteView file);

/// Fails with bad_input on more than kMaxNotifyPersons persons, or a date that is not eight digits.
[[nodiscard]] base::Result<base::Bytes> build_dg16(const Dg16& dg16);

[[nodiscard]] std::vector<DetailLine> to_lines(const NotifyPerson& person);

}  // namespace cicada::host::lds
