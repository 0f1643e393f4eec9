// Reader cases from TOML, and the schema that they are held against.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/reader/case.h"

namespace cicada::conformance::reader {

/// Cards, faults one after the other, and inspections of one case: each list is not longer, nor is their product.
inline constexpr std::size_t kMaxInspections = 64;

/// One file: a `[unit]` and its `[[case]]` tables (conformance/README.md). Refused: unknown keys and words, a key that
/// is missing, an id that is not its unit's, an id twice.
[[nodiscard]] model::Checked<ReaderUnit> parse_reader_unit(std::string_view text, std::string_view file_name);
/// All IS_*.toml and IS_*/*.toml of a folder, units joined and ordered. Refused also: an id in two files.
[[nodiscard]] model::Checked<std::vector<ReaderUnit>> load_reader_units(const std::filesystem::path& folder);
/// The cases that are built in.
[[nodiscard]] const std::vector<ReaderUnit>& builtin_reader_units();

/// What a reader may claim: "SIP", "AIP", "DG3", "DG4", "DPRCTD-SHA1", "ISO19794-4", ...
[[nodiscard]] std::span<const std::string_view> known_reader_profiles() noexcept;

}  // namespace cicada::conformance::reader
