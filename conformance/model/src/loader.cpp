#include "cicada/conformance/model/loader.h"

#include "builtin.h"
#include "case_reader.h"
#include "cicada/conformance/model/unit_files.h"

namespace cicada::conformance::model {

Checked<Unit> parse_unit(std::string_view text, std::string_view file_name) {
  return parse_unit_file<Unit>(text, file_name, read_case);
}

Checked<std::vector<Unit>> load_units(const std::filesystem::path& folder) {
  CICADA_TRY(const auto files, read_case_files(folder, Side::chip));
  return parse_unit_files<Unit>(files, parse_unit);
}

Checked<std::vector<Unit>> parse_builtin_units() {
  return parse_unit_files<Unit>(builtin_cases(), parse_unit);
}

const std::vector<Unit>& builtin_units() {
  // What is built in was parsed by a test of this room; a program that finds it unreadable has no cases at all.
  static const std::vector<Unit> kUnits = parse_builtin_units().value_or(std::vector<Unit>{});
  return kUnits;
}

}  // namespace cicada::conformance::model
