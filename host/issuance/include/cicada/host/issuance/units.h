// Provinces, districts and communes by their codes and the days on which they existed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/problem.h"

namespace cicada::host::issuance {

enum class UnitLevel : std::uint8_t { province, district, commune };
[[nodiscard]] std::string_view to_string(UnitLevel level) noexcept;

/// One unit under one name. A code that was given again after a merger stands twice, with other days.
struct AdministrativeUnit {
  std::string code;
  UnitLevel level = UnitLevel::province;
  std::string parent;  ///< code of the unit above; empty for a province
  std::string name;
  std::optional<base::Date> from;   ///< first day; nothing: since before the list begins
  std::optional<base::Date> until;  ///< last day; nothing: it exists
  std::string became;               ///< code of the unit that it went into, when it ended
};

/// No list has more entries (63 provinces, about 700 districts and 10,000 communes before July 2025).
inline constexpr std::size_t kMaxUnits = 60'000;
inline constexpr std::size_t kMaxUnitFile = 32UL * 1024 * 1024;

/// The list that rule A01 looks in. It says itself which levels it has whole; a code that is missing on another level
/// proves nothing.
class Units {
 public:
  /// TOML: `title`, `complete = ["province"]`, `[[unit]]` with code, level, name, and where they apply parent, from,
  /// until, became. Refuses unknown keys, days that overlap for one code and level, and parents that are not there,
  /// with line and column.
  [[nodiscard]] static base::Checked<Units> parse(std::string_view toml, std::string_view file_name);

  enum class Answer : std::uint8_t {
    exists,   ///< on that day
    ended,    ///< it did, but not on that day
    unknown,  ///< no such code, and the list has the whole level
    no_word,  ///< no such code, and the list does not have the whole level
  };
  struct Found {
    Answer answer = Answer::no_word;
    const AdministrativeUnit* unit = nullptr;  ///< of exists and ended
  };
  [[nodiscard]] Found find(UnitLevel level, std::string_view code, base::Date day) const;
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  using Key = std::pair<UnitLevel, std::string>;
  std::map<Key, std::vector<AdministrativeUnit>> units_;
  std::vector<UnitLevel> complete_;
  std::size_t count_ = 0;
};

}  // namespace cicada::host::issuance
