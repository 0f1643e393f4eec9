#include <set>
#include <string>

#include "cicada/conformance/lds/checks.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::base::literals;

TEST_GROUP(LdsRegistry){};

TEST(LdsRegistry, has_every_name_once_and_finds_it) {
  std::set<std::string_view> names;
  for (const auto& [name, check] : lds::all()) {
    CHECK_TEXT(names.insert(name).second, std::string{name}.c_str());
    CHECK(lds::find(name) == check);
  }
  LONGS_EQUAL(139, names.size());
}

TEST(LdsRegistry, finds_nothing_under_another_name) {
  CHECK(lds::find("") == nullptr);
  CHECK(lds::find("EF-COM-LENGTH") == nullptr);
}

TEST(LdsRegistry, says_absent_and_names_the_file_when_nothing_was_read) {
  for (const auto& [name, check] : lds::all()) {
    const auto finding = check(lds::Evidence{});
    CHECK_STRING("absent", lds::to_string(finding.ruling));
    CHECK(finding.text.find("is not there") != std::string::npos);
  }
}

TEST(LdsRegistry, names_files_as_cases_do) {
  CHECK_STRING("EF.COM", lds::to_string(lds::File::com));
  CHECK(lds::file_from("EF.ATR/INFO") == lds::File::atr_info);
  CHECK(lds::file_from("DG14") == lds::File::dg14);
  CHECK(!lds::file_from("DG17"));
  for (auto file = lds::File::com; file != lds::File::cvca; file = static_cast<lds::File>(static_cast<int>(file) + 1)) {
    CHECK(lds::file_from(lds::to_string(file)) == file);
  }
}
