#include "cicada/conformance/model/loader.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance::model;

namespace {

constexpr std::string_view kUnit = "[unit]\nid = \"ISO7816_B\"\ntitle = \"t\"\n";

std::string with_case(std::string_view body, std::string_view id = "ISO7816_B_1") {
  return std::string{kUnit} + "[[case]]\nid = \"" + std::string{id} +
         "\"\ntitle = \"t\"\nclause = \"9303-11 §4.2\"\nneeds = [\"BAC\", \"CA|PACE\"]\nexpectation = \"e\"\n"
         "basis = \"printed\"\nbasis-note = \"matrix\"\n" +
         std::string{body};
}
constexpr std::string_view kStep = "[[case.step]]\nsend = \"00 A4 02 0C 02 01 1E\"\nsw = [\"6982\", \"9000\"]\n";

}  // namespace

TEST_GROUP(Cases){static void refused(std::string_view expected,
                                      const std::string& text){const auto unit = parse_unit(text, "B.toml");
CHECK_TEXT(!unit.has_value(), text.c_str());
CHECK_TEXT(unit.error().text.find(expected) != std::string::npos, unit.error().text.c_str());
}
static Case only(const std::string& text) {
  auto unit = parse_unit(text, "B.toml");
  CHECK_TEXT(unit.has_value(), unit ? "" : unit.error().text.c_str());
  LONGS_EQUAL(1, unit->cases.size());
  return std::move(unit->cases.front());
}
}
;

TEST(Cases, with_steps_are_read) {
  const auto one = only(with_case("given = \"g\"\n" + std::string{kStep} +
                                  "[[case.step]]\nprotect = \"00B0000006\"\ntamper = [\"stale-ssc\", \"flip-mac\"]\n"
                                  "sw = \"checking-error\"\nanswer = \"plain\"\ndata = \"none\"\n"));
  CHECK_EQUAL(std::string{"ISO7816_B_1"}, one.info.id);
  CHECK_EQUAL(std::string{"ISO7816_B"}, one.info.unit);
  CHECK(one.info.basis == Basis::printed);
  LONGS_EQUAL(2, one.info.needs.size());
  LONGS_EQUAL(2, one.info.needs[1].size());
  CHECK_EQUAL(std::string{"g"}, one.given);
  CHECK(!one.persistent);
  const auto& steps = std::get<Steps>(one.body).steps;
  LONGS_EQUAL(2, steps.size());
  CHECK(steps[0].way == Step::Way::plain);
  CHECK(steps[0].command == base::Bytes({0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x1E}));
  CHECK(steps[0].expect.allows(0x6982) && steps[0].expect.allows(0x9000) && !steps[0].expect.allows(0x6A82));
  CHECK(steps[1].way == Step::Way::protected_);
  CHECK(steps[1].tampers == std::vector({Tamper::stale_ssc, Tamper::flip_mac}));
  CHECK(steps[1].expect.protection == Protection::plain);
  CHECK(steps[1].expect.data.kind == DataRule::Kind::none);
  CHECK_EQUAL(std::string{"checking-error, in plain, no data"}, steps[1].expect.describe());
}

TEST(Cases, of_the_other_kinds_are_read) {
  const auto call = only(with_case("procedure = \"p\"\npersistent = true\n[case.with]\nstep = \"map\"\n"));
  CHECK_EQUAL(std::string{"p"}, std::get<Call>(call.body).procedure);
  CHECK_EQUAL(std::string{"map"}, std::get<Call>(call.body).arguments.at("step"));
  CHECK(call.persistent);
  const auto check = only(with_case("check = \"c\"\nfiles = [\"DG1\"]\n"));
  CHECK_EQUAL(std::string{"c"}, std::get<FileCheck>(check.body).check);
  const auto none = only(with_case("not-runnable = \"needs an oscilloscope\"\n"));
  CHECK_EQUAL(std::string{"needs an oscilloscope"}, std::get<NotRunnable>(none.body).reason);
}

TEST(Cases, with_unknown_keys_or_words_are_refused) {
  refused("B.toml:12:1: case.stp: unknown key", with_case("stp = 1\n"));
  refused("unknown key", with_case(std::string{kStep} + "answer = \"plain\"\n"));
  refused("unknown key", with_case("[[case.step]]\nsend = \"00B00000\"\ntamper = [\"flip-mac\"]\nsw = \"9000\"\n"));
  refused("\"flip\" is not one of",
          with_case("[[case.step]]\nprotect = \"00B00000\"\ntamper = [\"flip\"]\nsw = \"9000\"\n"));
  refused("is neither a status word", with_case("[[case.step]]\nsend = \"00B00000\"\nsw = \"fine\"\n"));
  refused("is none of: none, some", with_case("[[case.step]]\nsend = \"00B00000\"\nsw = \"9000\"\ndata = \"much\"\n"));
  refused("must be pairs of hexadecimal digits", with_case("[[case.step]]\nsend = \"00B0000\"\nsw = \"9000\"\n"));
  refused("a command here has 4 to 300", with_case("[[case.step]]\nsend = \"00B0\"\nsw = \"9000\"\n"));
}

TEST(Cases, that_are_of_no_kind_or_of_two_are_refused) {
  refused("needs exactly one of", with_case(""));
  refused("needs exactly one of", with_case("procedure = \"p\"\n" + std::string{kStep}));
  refused("belongs to procedure", with_case("check = \"c\"\nfiles = \"DG1\"\n[case.with]\na = \"b\"\n"));
  refused("belongs to check", with_case("files = \"DG1\"\n" + std::string{kStep}));
}

TEST(Cases, with_ids_that_are_not_their_units_or_stand_twice_are_refused) {
  refused("ISO7816_C_1 is not an id of unit ISO7816_B", with_case(kStep, "ISO7816_C_1"));
  refused("is not an id of unit", with_case(kStep, "ISO7816_B_"));
  const auto one = with_case(kStep);
  refused("ISO7816_B_1 stands here twice", one + one.substr(kUnit.size()));
}

TEST(Cases, that_need_a_profile_that_nobody_knows_are_refused) {
  auto text = with_case(kStep);
  text.replace(text.find("CA|PACE"), 7, "CA|PAEC");
  refused("\"PAEC\" is not a profile", text);
}

TEST(Cases, of_a_folder_that_is_not_there_are_refused_by_name) {
  const auto none = load_units("vectors/no-such-folder");
  CHECK(!none.has_value());
  CHECK(none.error().text.starts_with("vectors/no-such-folder: "));
  const auto empty = load_units("architecture");
  CHECK(!empty.has_value());
  CHECK(empty.error().text.find("holds no case") != std::string::npos);
}

TEST(Cases, that_are_built_in_follow_the_schema) {
  const auto units = parse_builtin_units();
  CHECK_TEXT(units.has_value(), units ? "" : units.error().text.c_str());
  LONGS_EQUAL(units->size(), builtin_units().size());
}
