// DG12: more about the document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/details.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// 6C { 5C tags; details }. As in DG11, an object of no octets is an empty text. @clause 9303-10 §4.7.12
struct Dg12 {
  std::optional<std::string> issuing_authority;       ///< 5F19
  std::optional<DetailDate> issue_date;               ///< 5F26
  std::vector<std::string> other_persons;             ///< A0 { 02 number; 5F1A ... }
  std::optional<std::string> endorsements;            ///< 5F1B
  std::optional<std::string> tax_or_exit;             ///< 5F1C
  std::optional<base::Bytes> front_image;             ///< 5F1D
  std::optional<base::Bytes> rear_image;              ///< 5F1E
  std::optional<DetailDate> personalization_time;     ///< 5F55: fourteen digits
  std::optional<std::string> personalization_system;  ///< 5F56: serial number
  std::vector<std::uint32_t> listed;                  ///< the tags of 5C as they stood; written anew by build_dg12
  std::vector<UnknownObject> unknown;
  /// As in Dg11, with "dg12-" in front.
  std::vector<std::string> deviations;
};

/// As parse_dg11, for one 6C object.
[[nodiscard]] base::Result<Dg12> parse_dg12(base::ByteView file);

/// As build_dg11. Fails with bad_input on a date that is not eight, a moment that is not fourteen digits, or more than
/// kMaxDetailNames names.
[[nodiscard]] base::Result<base::Bytes> build_dg12(const Dg12& dg12);

[[nodiscard]] std::vector<DetailLine> to_lines(const Dg12& dg12);

}  // namespace cicada::host::lds
