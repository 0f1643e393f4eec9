// Cases from TOML, and the schema that they are held against.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/problem.h"
#include "cicada/conformance/model/case.h"

namespace cicada::conformance::model {

inline constexpr std::size_t kMaxCases = 5000;
inline constexpr std::size_t kMaxSteps = 64;
inline constexpr std::size_t kMaxCaseFile = 1024UL * 1024;

/// What is wrong with a file that somebody wrote: "B.toml:12:3: case.step.sw: ...".
using base::Problem;
template <typename T>
using Checked = base::Checked<T>;

/// One file: a `[unit]` and its `[[case]]` tables (conformance/README.md has the format). Refused: unknown keys and
/// words, a key that is missing or does not belong to its kind of case, an id that is not its unit's, an id twice.
[[nodiscard]] Checked<Unit> parse_unit(std::string_view text, std::string_view file_name);
/// All *.toml below a folder (folders IS_* apart, which are of readers), in the order of unit and number. A unit may be
/// in several files. Refused also: an id twice, a unit with two titles.
[[nodiscard]] Checked<std::vector<Unit>> load_units(const std::filesystem::path& folder);
/// The cases that are built in; parsed at the first call.
[[nodiscard]] const std::vector<Unit>& builtin_units();
/// The same, with what would be wrong with them: for the test that holds them against the schema.
[[nodiscard]] Checked<std::vector<Unit>> parse_builtin_units();

/// Profiles that a case may need and a statement may claim: "BAC", "PACE", "DG3", ...
[[nodiscard]] std::span<const std::string_view> known_profiles() noexcept;

}  // namespace cicada::conformance::model
