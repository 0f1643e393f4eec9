// A citizen's record, as the sender wrote it: one JSON object a line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/host/issuance/evidence.h"
#include "cicada/host/issuance/finding.h"
#include "cicada/host/issuance/origin.h"

namespace cicada::host::issuance {

/// One record with the right keys and types, and nothing else checked. The form is documented in
/// personalization-scripts/schemas/dossier.schema.json.
struct Dossier {
  std::string number;       ///< twelve digits
  std::string name;         ///< with diacritics
  std::string birth_date;   ///< YYYY-MM-DD
  std::string sex;          ///< "Nam" or "Nữ"
  std::string nationality;  ///< "Việt Nam"
  std::string ethnic_group;
  std::string religion;
  std::string place_of_origin;
  std::string residence;
  std::string identifying_marks;
  std::string issue_date;                  ///< YYYY-MM-DD
  std::optional<std::string> expiry_date;  ///< YYYY-MM-DD; nothing (null) or "Không thời hạn" when it never ends
  std::string father;                      ///< empty when not known
  std::string mother;
  std::vector<std::string> spouses;
  std::optional<std::string> old_number;       ///< nine digits
  std::optional<std::string> document_number;  ///< of a passport; a citizen card has none of its own
  std::optional<std::string> birth_place;      ///< as DG11 of a passport is to say it
  std::string issuing_unit;
  std::string portrait;  ///< path of a JPEG, absolute or relative to the records' file; empty: there is none
  Origin origin;
  Evidence sources;  ///< what others said about this person; mostly nothing
};

/// No line is longer (a record of the longest legal fields has about 4 KB).
inline constexpr std::size_t kMaxLineSize = 64 * 1024;

/// Reads one line. Findings of the form, all reject: J01 not a JSON object (or a key twice, not UTF-8, too long),
/// J02 unknown key, J03 key missing, J04 wrong type. Field and value are named.
[[nodiscard]] std::variant<Dossier, Findings> parse_dossier(std::string_view line);

/// The same, with what could be read although there are findings: so that the sender learns whose record it was.
struct ParsedRecord {
  Dossier dossier;    ///< whole only when there are no findings
  Findings findings;  ///< all reject
};
[[nodiscard]] ParsedRecord parse_record(std::string_view line);

}  // namespace cicada::host::issuance
