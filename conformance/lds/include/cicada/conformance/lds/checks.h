// Strict checks of a chip's files: octets in, findings out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"

namespace cicada::conformance::lds {

/// Larger files (octets) are not judged.
inline constexpr std::size_t kMaxFile = 1024UL * 1024;
/// More certificates than this beside the files are not looked at.
inline constexpr std::size_t kMaxCscaCertificates = 1024;

/// The elementary files that checks know.
enum class File : std::uint8_t {
  com,
  sod,
  dg1,
  dg2,
  dg3,
  dg4,
  dg5,
  dg6,
  dg7,
  dg8,
  dg9,
  dg10,
  dg11,
  dg12,
  dg13,
  dg14,
  dg15,
  dg16,
  card_access,
  card_security,
  atr_info,
  dir,
  cvca,
};

/// "EF.COM", "DG1", "EF.CardAccess", "EF.ATR/INFO": the words that cases use.
[[nodiscard]] std::string_view to_string(File file) noexcept;
[[nodiscard]] std::optional<File> file_from(std::string_view name) noexcept;

/// What was read from the chip, or supplied; and what stands beside it.
struct Evidence {
  std::map<File, base::Bytes> files = {};
  std::optional<std::string> printed_mrz = {};      ///< as it is printed; lines joined or not
  std::vector<base::Bytes> csca_certificates = {};  ///< DER
  base::Instant now{};                              ///< what time it is taken to be
};

enum class Ruling : std::uint8_t {
  meets,
  breaks,     ///< the text says what was found and what the rule wants
  absent,     ///< the file, or the optional object that the rule is about, is not there; the text says which
  undecided,  ///< the rule cannot be applied: what it is about could not be reached, or something was not supplied
};
/// "meets", "breaks", "absent", "undecided"
[[nodiscard]] std::string_view to_string(Ruling ruling) noexcept;

struct Finding {
  Ruling ruling = Ruling::undecided;
  std::string text;
  std::optional<std::size_t> at = {};  ///< offset in the file
};

/// Looks at octets only and keeps nothing; the same evidence gives the same finding. Any octets may come in.
using Check = Finding (*)(const Evidence&);

/// By the name that cases use: "ef-com-template-tag", "dg1-composite-check-digit". nullptr: there is no such check.
[[nodiscard]] Check find(std::string_view name) noexcept;
/// Every check with its name, by file.
[[nodiscard]] std::span<const std::pair<std::string_view, Check>> all() noexcept;

}  // namespace cicada::conformance::lds
