// The cases against the list of ids that the test specifications have.
#include <map>

#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/reader/loader.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::conformance;

namespace {

struct Listed {
  std::string basis;
  bool withdrawn = false;
};

std::map<std::string, Listed> read_list() {
  const auto document = cicada::tests::vectors::load("conformance_ids.json");
  std::map<std::string, Listed> listed;
  for (const auto& row : document.at("cases")) {
    listed[row.at(0)] = {.basis = row.at(3), .withdrawn = row.size() > 4};
  }
  return listed;
}

std::map<std::string, model::CaseInfo> all_cases() {
  std::map<std::string, model::CaseInfo> cases;
  for (const auto& unit : model::builtin_units()) {
    for (const auto& one : unit.cases) cases[one.info.id] = one.info;
  }
  for (const auto& unit : reader::builtin_reader_units()) {
    for (const auto& one : unit.cases) cases[one.info.id] = one.info;
  }
  return cases;
}

}  // namespace

TEST_GROUP(ListOfIds) {
  std::map<std::string, Listed> listed = read_list();
  std::map<std::string, model::CaseInfo> cases = all_cases();
};

TEST(ListOfIds, has_a_case_for_each_and_no_case_beside_it) {
  LONGS_EQUAL(880, listed.size());
  for (const auto& [id, entry] : listed) CHECK_TEXT(cases.contains(id), id.c_str());
  for (const auto& [id, info] : cases) CHECK_TEXT(listed.contains(id), id.c_str());
}

TEST(ListOfIds, says_where_each_expectation_comes_from_and_the_case_says_the_same) {
  for (const auto& [id, info] : cases) {
    const auto& basis = listed.at(id).basis;
    CHECK_TEXT(info.basis_note.starts_with(basis), (id + ": " + info.basis_note + " / " + basis).c_str());
    const bool guessed = basis.starts_with("own knowledge") || basis.starts_with("inferred");
    CHECK_TEXT(!guessed || info.basis != model::Basis::printed, (id + ": " + basis).c_str());
  }
}

TEST(ListOfIds, is_run_but_for_one_case_in_twenty) {
  std::size_t not_runnable = 0;
  std::size_t chip = 0;
  for (const auto& unit : model::builtin_units()) {
    for (const auto& one : unit.cases) {
      ++chip;
      not_runnable += std::holds_alternative<model::NotRunnable>(one.body) ? 1U : 0U;
    }
  }
  LONGS_EQUAL(542, chip);
  CHECK(not_runnable * 20 <= chip);
}

TEST(ListOfIds, marks_what_was_withdrawn_and_so_do_the_cases) {
  for (const auto& unit : reader::builtin_reader_units()) {
    for (const auto& one : unit.cases) {
      LONGS_EQUAL_TEXT(listed.at(one.info.id).withdrawn, !one.withdrawn.empty(), one.info.id.c_str());
    }
  }
}
