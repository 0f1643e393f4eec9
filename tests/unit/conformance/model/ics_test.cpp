#include "cicada/conformance/model/ics.h"

#include <fstream>

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance;

namespace {

constexpr std::string_view kMrz =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";

std::string statement(std::string_view profiles, std::string_view rest) {
  return "name = \"x\"\nprofiles = [" + std::string{profiles} + "]\n" + std::string{rest};
}

std::string with_mrz() {
  return "[access]\nmrz = \"" + std::string{kMrz} + "\"\n";
}

}  // namespace

TEST_GROUP(Statement){static void refused(std::string_view expected, const std::string& text){
    const auto ics = model::parse_ics(text, "x.toml", "vectors");
CHECK_TEXT(!ics.has_value(), text.c_str());
CHECK_TEXT(ics.error().text.find(expected) != std::string::npos, ics.error().text.c_str());
}
}
;

TEST(Statement, that_claims_bac_is_read) {
  const auto ics = model::parse_ics(statement("\"BAC\", \"DG3\"", with_mrz()), "x.toml", "");
  CHECK_TEXT(ics.has_value(), ics ? "" : ics.error().text.c_str());
  CHECK(ics->claims("BAC"));
  CHECK(ics->claims("ICAO"));
  CHECK(!ics->claims("PACE"));
  CHECK_EQUAL(std::string{kMrz}, ics->mrz);
}

TEST(Statement, tells_the_first_need_that_it_does_not_meet) {
  const auto ics = model::parse_ics(statement("\"BAC\"", with_mrz()), "x.toml", "");
  CHECK(!ics->missing({{"BAC"}}).has_value());
  CHECK(!ics->missing({{"PACE", "BAC"}}).has_value());
  CHECK_EQUAL(std::string{"DG3"}, *ics->missing({{"BAC"}, {"DG3"}, {"DG4"}}));
  CHECK_EQUAL(std::string{"CA|PACE"}, *ics->missing({{"CA", "PACE"}}));
}

TEST(Statement, with_an_mrz_in_lines_is_read_as_one) {
  std::string lines{kMrz};
  lines.insert(44, "\\n");
  const auto ics = model::parse_ics(statement("\"BAC\"", "[access]\nmrz = \"" + lines + "\"\n"), "x.toml", "");
  CHECK_EQUAL(std::string{kMrz}, ics->mrz);
}

TEST(Statement, that_contradicts_itself_is_refused) {
  refused("ICAO needs PLAIN or BAC or PACE", statement("", ""));
  refused("AA-RSA needs AA", statement("\"BAC\", \"AA-RSA\"", with_mrz()));
  refused("AA needs AA-RSA or AA-ECDSA", statement("\"BAC\", \"AA\"", with_mrz()));
  refused("PACE needs PACE-GM", statement("\"PACE\"", with_mrz()));
  refused("exclude each other", statement("\"BAC\", \"PLAIN\"", with_mrz()));
  refused("TA needs CA", statement("\"BAC\", \"TA\", \"RSA\"", with_mrz()));
}

TEST(Statement, without_what_its_profiles_need_is_refused) {
  refused("BAC needs access.mrz", statement("\"BAC\"", ""));
  refused("PACE needs access.mrz or access.can", statement("\"PACE\", \"PACE-GM\", \"PACE-ECDH\"", ""));
  refused("TA needs [terminal-authentication]", statement("\"BAC\", \"CA\", \"CA-DH\", \"TA\", \"RSA\"", with_mrz()));
}

TEST(Statement, with_a_word_or_key_that_nobody_knows_is_refused_with_its_place) {
  refused("x.toml:2:12: profiles: \"BAK\" is not a profile", statement("\"BAK\"", ""));
  refused("x.toml:3:1: can: unknown key", statement("\"BAC\"", "can = \"1\"\n"));
  refused("x.toml:4:1: access.mzr: unknown key", statement("\"BAC\"", "[access]\nmzr = \"1\"\n"));
  refused("has 4 characters", statement("\"BAC\"", "[access]\nmrz = \"ABCD\"\n"));
  refused("not TOML", "name = ");
  refused("name: this key is missing", "profiles = [\"BAC\"]\n");
}

TEST(Statement, with_files_that_are_not_there_or_of_another_kind_is_refused) {
  refused("no-such-file", statement("\"BAC\"", "[passive-authentication]\ncsca = \"no-such-file\"\n"));
  refused("must be an unencrypted PKCS#8 key",
          statement("\"BAC\"",
                    "[terminal-authentication]\ncvca = \"icao9303_mrz.json\"\ncvca-key = \"icao9303_mrz.json\"\n"));
}

TEST(Statement, that_cannot_be_read_is_refused_by_name) {
  const auto missing = model::load_ics("vectors/no-such-statement.toml");
  CHECK(!missing.has_value());
  CHECK(missing.error().text.starts_with("vectors/no-such-statement.toml: "));
}
