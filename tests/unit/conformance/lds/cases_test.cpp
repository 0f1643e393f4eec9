// The cases of LDS_A to LDS_O against the checks that they name.
#include <map>
#include <set>
#include <string>

#include "cicada/conformance/lds/checks.h"
#include "cicada/conformance/model/loader.h"

#include "harness.h"

using namespace cicada::conformance;

namespace {

/// How many cases each unit has in the lists of the standards; numbers go from 1 on without a gap.
const std::map<std::string, std::size_t> kUnits = {
    {"LDS_A", 5},  {"LDS_B", 14}, {"LDS_C", 25}, {"LDS_D", 7}, {"LDS_E", 9}, {"LDS_F", 1},  {"LDS_G", 15},
    {"LDS_H", 15}, {"LDS_I", 4},  {"LDS_J", 5},  {"LDS_K", 8}, {"LDS_L", 5}, {"LDS_N", 15}, {"LDS_O", 12}};

std::vector<model::Unit> units() {
  auto units = model::builtin_units();
  std::erase_if(units, [](const auto& unit) { return !unit.id.starts_with("LDS_"); });
  return units;
}

}  // namespace

TEST_GROUP(LdsCases){};

TEST(LdsCases, have_every_id_of_the_lists_once) {
  std::set<std::string> wanted;
  for (const auto& [unit, count] : kUnits) {
    for (std::size_t i = 1; i <= count; ++i) wanted.insert(unit + "_" + std::to_string(i));
  }
  std::size_t found = 0;
  for (const auto& unit : units()) {
    for (const auto& one : unit.cases) {
      CHECK_TEXT(wanted.erase(one.info.id) == 1, one.info.id.c_str());
      ++found;
    }
  }
  CHECK_TEXT(wanted.empty(), wanted.empty() ? "" : wanted.begin()->c_str());
  LONGS_EQUAL(140, found);
}

TEST(LdsCases, name_every_check_once_and_files_that_there_are) {
  std::set<std::string> unused;
  for (const auto& [name, check] : lds::all()) unused.emplace(name);
  for (const auto& unit : units()) {
    for (const auto& one : unit.cases) {
      const auto* file_check = std::get_if<model::FileCheck>(&one.body);
      if (file_check == nullptr) continue;
      CHECK_TEXT(unused.erase(file_check->check) == 1, file_check->check.c_str());
      for (const auto& file : file_check->files) CHECK_TEXT(lds::file_from(file).has_value(), file.c_str());
    }
  }
  CHECK_TEXT(unused.empty(), unused.empty() ? "" : unused.begin()->c_str());
}
