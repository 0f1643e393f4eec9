// Reader cases are held against their schema.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "cicada/conformance/reader/loader.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance::reader;

namespace {

constexpr std::string_view kUnit = "[unit]\nid = \"IS51_X\"\ntitle = \"Something\"\n";

std::string with_case(std::string_view lines) {
  return fmt::format(
      "{}[[case]]\nid = \"IS51_X_01\"\ntitle = \"A title\"\nclause = \"9303-11 §4\"\nneeds = [\"SIP\"]\nbasis = "
      "\"printed\"\nbasis-note = \"a note\"\n{}",
      kUnit, lines);
}

void check_refused(std::string_view text, std::string_view reason) {
  const auto unit = parse_reader_unit(text, "x.toml");
  if (unit) FAIL(fmt::format("taken, but should say: {}", reason).c_str());
  STRCMP_CONTAINS(std::string{reason}.c_str(), unit.error().text.c_str());
}

void write(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream{file} << text;
}

}  // namespace

TEST_GROUP(ReaderLoader){};

TEST(ReaderLoader, takes_a_case_with_all_that_it_can_have) {
  const auto unit = parse_reader_unit(
      with_case("confidence = \"low\"\ncard = [\"bac\", \"pace\"]\ndocument = \"d\"\nchip = \"c\"\neach = [\"e\", "
                "\"f\"]\nterminal = \"t\"\ntrust = \"u\"\ninspections = 2\nwatch = \"no-bac\"\nexpect = "
                "\"successful-without DG3, DG4\"\ncheck = \"access\"\nreason = \"r\"\n"),
      "x.toml");
  CHECK_TRUE(unit.has_value());
  const auto& test = unit->cases.front();
  CHECK_TRUE(test.low_confidence);
  CHECK_EQUAL(std::string{"inspection successful, without DG3 and DG4"}, test.expected.describe());
  const auto orders = test.orders();
  LONGS_EQUAL(4, orders.size());
  CHECK_EQUAL(std::string{"pace"}, orders.back().card);
  LONGS_EQUAL(2, orders.back().chip.size());
  CHECK_EQUAL(std::string{"f"}, orders.back().chip.back());
  LONGS_EQUAL(2, test.inspections);
}

TEST(ReaderLoader, keeps_the_id_of_what_was_withdrawn_and_runs_nothing_for_it) {
  const auto unit = parse_reader_unit(
      fmt::format("{}[[case]]\nid = \"IS51_X_02\"\ntitle = \"T\"\nbasis = \"printed\"\nbasis-note = \"n\"\nwithdrawn = "
                  "\"in v1.5\"\n",
                  kUnit),
      "x.toml");
  CHECK_TRUE(unit.has_value());
  LONGS_EQUAL(0, unit->cases.front().orders().size());
  check_refused(with_case("withdrawn = \"in v1.5\"\nexpect = \"failed\"\n"), "nothing is run");
}

TEST(ReaderLoader, refuses_what_it_does_not_know) {
  check_refused(with_case("card = \"bac\"\nexpect = \"failed\"\ncolour = \"red\"\n"), "colour");
  check_refused(with_case("card = \"bac\"\nexpect = \"refused\"\n"), "expect");
  check_refused(with_case("card = \"bac\"\nexpect = \"successful-without DG2\"\n"), "only DG3 and DG4");
  check_refused(with_case("card = \"bac\"\nexpect = \"failed\"\nwatch = \"the-sky\"\n"), "watch");
  check_refused(with_case("card = \"bac\"\nexpect = \"failed\"\nconfidence = \"high\"\n"), "confidence");
  check_refused(with_case("card = \"bac\"\nexpect = \"failed\"\nreason = \"r\"\n"), "belongs to check");
  check_refused(with_case("card = \"bac\"\nexpect = \"failed\"\ninspections = 9\n"), "inspections");
  check_refused(with_case("expect = \"failed\"\n"), "card");
  check_refused(with_case("card = \"bac\"\n"), "expect");
  check_refused("[unit]\nid = \"IS51_X\"\n", "title");
  check_refused("nonsense", "x.toml");
}

TEST(ReaderLoader, refuses_ids_that_are_not_the_units_or_stand_twice) {
  auto foreign = with_case("card = \"bac\"\nexpect = \"failed\"\n");
  foreign.replace(foreign.find("IS51_X_01"), 9, "IS51_Y_01");
  check_refused(foreign, "not an id of unit");
  const auto once = with_case("card = \"bac\"\nexpect = \"failed\"\n");
  check_refused(once + once.substr(kUnit.size()), "twice");
}

TEST(ReaderLoader, joins_a_unit_of_several_files_and_passes_over_the_cases_of_chips) {
  const tests::Folder folder;
  const auto first = with_case("card = \"bac\"\nexpect = \"failed\"\n");
  auto second = first;
  second.replace(second.find("IS51_X_01"), 9, "IS51_X_00");
  write(folder / "IS_X/b.toml", first);
  write(folder / "IS_X/a.toml", second);
  write(folder / "LDS_A/a.toml", "this is not read");
  const auto units = load_reader_units(folder.path());
  CHECK_TRUE(units.has_value());
  LONGS_EQUAL(1, units->size());
  CHECK_EQUAL(std::string{"IS51_X_00"}, units->front().cases.front().info.id);
  write(folder / "IS_X/c.toml", first);
  const auto twice = load_reader_units(folder.path());
  CHECK_FALSE(twice.has_value());
  STRCMP_CONTAINS("is in ", twice.error().text.c_str());
  const tests::Folder empty;
  CHECK_FALSE(load_reader_units(empty.path()).has_value());
}

TEST(ReaderLoader, has_the_cases_of_the_chip_built_in) {
  std::size_t chip = 0;
  std::set<std::string> ids;
  for (const auto& unit : builtin_reader_units()) {
    for (const auto& test : unit.cases) {
      CHECK_TRUE(ids.insert(test.info.id).second);
      if (unit.id.starts_with("IS51_ISO7816_")) ++chip;
    }
  }
  LONGS_EQUAL(124, chip);
}
