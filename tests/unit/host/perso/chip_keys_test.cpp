// The chip's part of the dialect "cicada-1", command by command (docs/card-commands.md).
#include <string>

#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using host::perso::Content;
using host::perso::Plan;
using host::perso::Profile;

namespace {

Profile profile() {
  Profile profile{.name = "test",
                  .description = "",
                  .dialect = "cicada-1",
                  .applications = {{.name = "LDS1", .aid = "A0000002471001"_hex, .fid = 0xDF01}},
                  .files = {},
                  .finish = host::perso::FinalState::locked};
  profile.files.push_back({.name = "EF.CVCA",
                           .df = "LDS1",
                           .fid = 0x011C,
                           .sfi = 0x1C,
                           .content = "ef-cvca",
                           .fixed = {},
                           .max = {},
                           .read = host::perso::AccessRule::access});
  profile.files.push_back({.name = "EF.DIR",
                           .df = "MF",
                           .fid = 0x2F00,
                           .sfi = 0x1E,
                           .content = "ef-dir",
                           .fixed = {},
                           .max = {},
                           .read = host::perso::AccessRule::always});
  profile.pace_mrz = profile.pace_can = true;
  profile.pace = {{.name = "ECDH-GM-AES-128", .oid = "04007F00070202040202"_hex, .domain = 13}};
  profile.active_authentication = {.bits = 2048, .domain = 0, .hash = 3};
  profile.chip_authentication = {
      {.domain = 13, .key_id = 13, .names = {}, .oids = {"04007F00070202030202"_hex, "04007F00070202030204"_hex}}};
  profile.terminal_authentication = {.cvca_file = "EF.CVCA"};
  return profile;
}

Content content() {
  Content content;
  content.files["ef-dir"] = "61094F07A0000002471001"_hex;
  content.pace_mrz = base::SecretBytes{Bytes(20, 0xAA)};
  content.pace_can = base::SecretBytes{"303030303139"_hex};
  content.trust = host::perso::TerminalTrust{
      .cvca = {Bytes(400, 0x7F)}, .today = base::parse_iso_date("2026-11-05").value(), .document_number = "L898902C36"};
  return content;
}

std::string text_of(const Profile& wanted, const Content& given) {
  const auto plan = host::perso::make_plan(wanted, given);
  if (!plan) FAIL(plan.error().text.c_str());
  return to_text(*plan);
}

void has(const std::string& text, std::string_view line) {
  if (text.find(line) == std::string::npos) CHECK_STRING(line, text);
}

}  // namespace

TEST_GROUP(Cicada1Chip){};

TEST(Cicada1Chip, makes_ef_cvca_and_leaves_its_content_to_the_card) {
  const auto text = text_of(profile(), content());
  has(text,
      "CREATE FILE EF.CVCA                   84 E0 00 00 14 62 12 82 01 01 83 02 01 1C 80 02 00 24 88 01 E0 8C 02 01 "
      "40");
  CHECK(text.find("UPDATE BINARY EF.CVCA") == std::string::npos);
}

TEST(Cicada1Chip, loads_passwords_that_nobody_can_read_in_the_plan) {
  const auto text = text_of(profile(), content());
  has(text,
      "PUT DATA PACE password MRZ            84 DA 00 63 19 83 01 01 80 14 ** ** ** ** ** ** ** ** ** ** ** ** ** ** "
      "** ** ** ** ** **\n");
  has(text, "PUT DATA PACE password CAN            84 DA 00 63 0B 83 01 02 80 06 ** ** ** ** ** **\n");
  has(text, "PUT DATA PACE-ECDH-GM-AES-128         84 DA 00 64 0F 80 0A 04 00 7F 00 07 02 02 04 02 02 84 01 0D\n");
}

TEST(Cicada1Chip, brings_trust_in_the_application_of_ef_cvca) {
  const auto text = text_of(profile(), content());
  const auto settings = text.find(
      "PUT DATA terminal authentication      84 DA 00 65 19 83 02 01 1C 5F 25 06 02 06 01 01 00 05 80 0A 4C 38 39 38 "
      "39 30 "
      "32 43 33 36\n");
  CHECK(settings != std::string::npos);
  // EF.DIR in the MF was written last; the card must stand in the application again.
  const auto selected = text.rfind("SELECT LDS1", settings);
  CHECK(selected != std::string::npos && text.find("CREATE FILE EF.DIR") < selected);
  has(text, "STORE DATA CVCA certificate, block 0  84 E2 00 00 EF 7F");
  has(text, "STORE DATA CVCA certificate, block 1  84 E2 80 01 A1 7F");
}

TEST(Cicada1Chip, misses_what_the_profile_loads_and_the_data_does_not_have) {
  const auto refused = [](std::string_view what, const Content& given) {
    const auto plan = host::perso::make_plan(profile(), given);
    if (plan) FAIL("there is a plan");
    CHECK_STRING("the profile loads " + std::string{what} + "; the card's data has none", plan.error().text);
  };
  auto given = content();
  given.pace_mrz.reset();
  refused("the PACE password of the MRZ", given);
  given = content();
  given.pace_can.reset();
  refused("a CAN", given);
  given = content();
  given.trust->cvca.clear();
  refused("CVCA certificates", given);
  given.trust.reset();
  refused("CVCA certificates", given);
}

TEST(Cicada1Chip, asks_for_keys_before_anything_else) {
  CHECK_STRING(
      "00:  GENERATE KEY PAIR active authentication  84 47 80 00 09 B6 07 80 02 08 00 82 01 03\n"
      "01:  GENERATE KEY PAIR chip authentication  84 47 80 00 20 A6 1E 81 01 0D 84 01 0D 06 0A 04 00 7F 00 07 02 02 "
      "03 02 02 "
      "06 0A 04 00 7F 00 07 02 02 03 02 04\n",
      to_text(host::perso::make_key_plan(profile())));
  auto wanted = profile();
  wanted.active_authentication = {.bits = 0, .domain = 18, .hash = 5};
  wanted.chip_authentication[0].key_id = {};
  const auto plan = host::perso::make_key_plan(wanted);
  CHECK_BYTES("B606810112820105"_hex, plan.steps.at(0).command().data);
  CHECK_BYTES("81010D060A"_hex, ByteView{plan.steps.at(1).command().data}.subspan(2, 5));
  wanted.active_authentication = {};
  wanted.chip_authentication.clear();
  CHECK(host::perso::make_key_plan(wanted).steps.empty());
}

TEST(Cicada1Chip, asks_for_the_rest_of_a_public_half_by_its_name) {
  const auto dialect = host::perso::DialectSet::builtin().find("cicada-1");
  CHECK_BYTES("B600540200E0"_hex, dialect->public_half(profile(), 0, 224)->data);
  CHECK_BYTES("A60384010D540201C0"_hex, dialect->public_half(profile(), 1, 448)->data);
  LONGS_EQUAL(0x81, dialect->public_half(profile(), 1, 0)->p1);
}

TEST(Cicada1Chip, reads_public_halves_and_nothing_else) {
  const auto dialect = host::perso::DialectSet::builtin().find("cicada-1");
  const auto rsa = dialect->parse_public_half("7F490B 8104C0FFEE01 8203010001"_hex);
  CHECK_OK(rsa);
  CHECK_BYTES("C0FFEE01"_hex, rsa->modulus);
  CHECK_BYTES("010001"_hex, rsa->exponent);
  CHECK_BYTES("040102"_hex, dialect->parse_public_half("7F4905 8603040102"_hex)->value);
  CHECK_BYTES("0102"_hex, dialect->parse_public_half("7F4904 84020102"_hex)->value);
  for (const auto& octets : {""_hex, "7F4900"_hex, "7F4906 8104C0FFEE01"_hex, "7F4905 8703040102"_hex,
                             "7F4906 8603040102 00"_hex, "7F4905 8603040102 00"_hex, "7F4805 8603040102"_hex}) {
    CHECK_FAULT(base::Fault::malformed, dialect->parse_public_half(octets));
  }
}
