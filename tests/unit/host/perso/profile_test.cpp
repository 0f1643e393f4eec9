#include "cicada/host/perso/profile.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "cicada/base/file.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using host::perso::AccessRule;
using host::perso::FinalState;
using host::perso::SizeRule;

namespace {

constexpr std::string_view kHead =
    "[profile]\n"        // 1
    "name = \"test\"\n"  // 2
    "dialect = \"cicada-1\"\n"
    "keys = [\"bac\"]\n"  // 4
    "finish = \"locked\"\n"
    "[[application]]\n"  // 6
    "name = \"LDS1\"\n"
    "aid = \"A0000002471001\"\n"
    "fid = 0xDF01\n";  // 9

constexpr std::string_view kDg1 =
    "[[file]]\n"  // 10
    "name = \"DG1\"\n"
    "df = \"LDS1\"\n"  // 12
    "fid = 0x0101\n"
    "sfi = 1\n"  // 14
    "content = \"dg1\"\n"
    "size = \"exact\"\n"  // 16
    "read = \"bac\"\n";

/// kHead and kDg1 with one text replaced by another.
std::string changed(std::string_view from, std::string_view to) {
  auto text = std::string{kHead} + std::string{kDg1};
  const auto at = text.find(from);
  CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string with(std::string_view more) {
  return std::string{kHead} + std::string{kDg1} + std::string{more};
}

/// A second file with these keys (lines 18 on).
std::string with_file(std::string_view name, std::string_view keys) {
  return with("[[file]]\nname = \"" + std::string{name} + "\"\n" + std::string{keys});
}

void expect_refused(std::string_view message, const std::string& text) {
  const auto profile = host::perso::parse_profile(text, "p.toml");
  if (profile) FAIL("the profile was accepted");
  CHECK_STRING(message, profile.error().text);
}

}  // namespace

TEST_GROUP(Profile){};

TEST(Profile, says_what_a_card_holds) {
  const auto profile = host::perso::parse_profile(
      with_file("Notice",
                "df = \"MF\"\nfid = 0x2F10\nhex = \"01 02 03\"\nsize = \"max\"\nmax = 16\nread = \"always\"\n"),
      "p.toml");
  if (!profile) FAIL(profile.error().text.c_str());
  CHECK_STRING("test", profile->name);
  CHECK_STRING("cicada-1", profile->dialect);
  CHECK(profile->bac_keys);
  CHECK(profile->finish == FinalState::locked);
  LONGS_EQUAL(1, profile->applications.size());
  CHECK_BYTES("A0000002471001"_hex, profile->applications[0].aid);
  LONGS_EQUAL(0xDF01, profile->applications[0].fid);
  LONGS_EQUAL(2, profile->files.size());
  const auto& dg1 = profile->files[0];
  CHECK_STRING("DG1", dg1.name);
  CHECK_STRING("LDS1", dg1.df);
  LONGS_EQUAL(0x0101, dg1.fid);
  LONGS_EQUAL(1, dg1.sfi);
  CHECK_STRING("dg1", dg1.content);
  CHECK(dg1.size == SizeRule::exact);
  CHECK(!dg1.max);
  CHECK(dg1.read == AccessRule::bac);
  const auto& notice = profile->files[1];
  LONGS_EQUAL(0, notice.sfi);
  CHECK_BYTES("010203"_hex, notice.fixed);
  CHECK(notice.size == SizeRule::max);
  LONGS_EQUAL(16, *notice.max);
  CHECK(notice.read == AccessRule::always);
}

TEST(Profile, of_the_cccd_is_accepted) {
  const auto profile = host::perso::load_profile("../personalization-scripts/profiles/cccd-2021.toml");
  if (!profile) FAIL(profile.error().text.c_str());
  CHECK_STRING("cccd-2021", profile->name);
  LONGS_EQUAL(10, profile->files.size());
  for (const auto& file : profile->files) {
    const bool open = file.name == "EF.CardAccess";
    const auto closed = file.name == "DG3" ? AccessRule::eac_dg3 : AccessRule::access;
    CHECK(file.read == (open ? AccessRule::always : closed));
  }
  CHECK(profile->makes_keys());
}

TEST(Profile, of_a_passport_is_accepted) {
  const auto profile = host::perso::load_profile("../personalization-scripts/profiles/icao-td3-passport.toml");
  if (!profile) FAIL(profile.error().text.c_str());
  CHECK(profile->document == host::perso::DocumentKind::passport);
  CHECK(profile->can == host::perso::CanRule::random);
  LONGS_EQUAL(2, profile->pace.size());
  CHECK_STRING("ECDH-CAM-AES-128", profile->pace[0].name);
  LONGS_EQUAL(14, profile->files.size());
}

TEST(Profile, knows_every_access_rule) {
  for (const auto rule : {AccessRule::always, AccessRule::bac, AccessRule::eac_dg3, AccessRule::eac_dg4,
                          AccessRule::never, AccessRule::access}) {
    const auto text = changed("read = \"bac\"", "read = \"" + std::string{to_string(rule)} + "\"");
    const auto profile = host::perso::parse_profile(text, "p.toml");
    CHECK(profile.has_value());
    CHECK(profile->files[0].read == rule);
  }
}

TEST(Profile, with_an_unknown_key_is_refused_and_the_known_ones_are_listed) {
  expect_refused(
      "p.toml:18:1: file.colour: unknown key; allowed here: name, df, fid, sfi, content, hex, size, max, read",
      with("colour = \"red\"\n"));
  expect_refused(
      "p.toml:2:1: profile.nmae: unknown key; allowed here: name, description, document, dialect, keys, can, finish",
      changed("name = \"test\"", "nmae = \"test\""));
  expect_refused("p.toml:10:1: application.sfi: unknown key; allowed here: name, aid, fid",
                 changed("fid = 0xDF01\n", "fid = 0xDF01\nsfi = 1\n"));
  expect_refused(
      "p.toml:18:2: extra: unknown key; allowed here: profile, application, file, pace, active-authentication, "
      "chip-authentication, terminal-authentication",
      with("[extra]\n"));
}

TEST(Profile, without_a_key_that_it_needs_is_refused) {
  expect_refused("p.toml:10:1: file.fid: this key is missing", changed("fid = 0x0101\n", ""));
  expect_refused("p.toml:1:1: profile.finish: this key is missing", changed("finish = \"locked\"\n", ""));
  expect_refused("p.toml:1:1: profile: this key is missing", "");
  expect_refused("p.toml:1:1: file: this key is missing", std::string{kHead});
  expect_refused("p.toml:10:1: file.max: this key is missing; size = \"max\" makes the file this large",
                 changed("size = \"exact\"", "size = \"max\""));
}

TEST(Profile, with_a_wrong_type_is_refused) {
  expect_refused("p.toml:13:7: file.fid: must be an integer, not a string", changed("0x0101", "\"0101\""));
  expect_refused("p.toml:14:7: file.sfi: must be an integer, not a float", changed("sfi = 1", "sfi = 1.0"));
  expect_refused("p.toml:2:8: profile.name: must be a string, not an integer", changed("\"test\"", "7"));
  expect_refused("p.toml:4:8: profile.keys: must be an array of strings, not a string",
                 changed("[\"bac\"]", "\"bac\""));
  expect_refused("p.toml:4:9: profile.keys: must be an array of strings, not an integer", changed("[\"bac\"]", "[1]"));
  expect_refused("p.toml:1:11: profile: must be a table, [profile], not an integer", "profile = 1\n");
  expect_refused("p.toml:10:1: file: must be tables, [[file]], not a table", changed("[[file]]", "[file]"));
}

TEST(Profile, with_a_value_out_of_range_is_refused) {
  expect_refused("p.toml:14:7: file.sfi: 31 is out of range; allowed: 1 to 30", changed("sfi = 1", "sfi = 31"));
  expect_refused("p.toml:14:7: file.sfi: 0 is out of range; allowed: 1 to 30", changed("sfi = 1", "sfi = 0"));
  expect_refused("p.toml:14:7: file.sfi: -1 is out of range; allowed: 1 to 30", changed("sfi = 1", "sfi = -1"));
  expect_refused("p.toml:13:7: file.fid: 0x10000 is out of range; allowed: 0x0001 to 0xFFFF",
                 changed("0x0101", "0x10000"));
  expect_refused("p.toml:13:7: file.fid: 0x3F00 is reserved by ISO/IEC 7816-4", changed("0x0101", "0x3F00"));
  expect_refused("p.toml:8:7: application.aid: 4 octets; allowed: 5 to 16", changed("A0000002471001", "A0000002"));
  expect_refused("p.toml:8:7: application.aid: \"A00000024710xx\" is not hexadecimal",
                 changed("A0000002471001", "A00000024710xx"));
  expect_refused("p.toml:11:8: file.name: must not be empty", changed("\"DG1\"", "\"\""));
  expect_refused("p.toml:17:7: file.max: 65536 is out of range; allowed: 1 to 65535",
                 changed("read", "max = 65536\nread"));
}

TEST(Profile, with_a_word_that_is_not_known_is_refused_and_the_known_ones_are_listed) {
  expect_refused("p.toml:17:8: file.read: \"pace\" is not one of: always, bac, eac-dg3, eac-dg4, never, access",
                 changed("read = \"bac\"", "read = \"pace\""));
  expect_refused("p.toml:3:11: profile.dialect: \"cicada-9\" is not one of: cicada-1, gp-dgi, jmrtd",
                 changed("cicada-1", "cicada-9"));
  expect_refused("p.toml:4:9: profile.keys: \"aa\" is not one of: bac, pace-mrz, pace-can",
                 changed("[\"bac\"]", "[\"aa\"]"));
  expect_refused("p.toml:5:10: profile.finish: \"open\" is not one of: personalized, locked",
                 changed("\"locked\"", "\"open\""));
  expect_refused("p.toml:16:8: file.size: \"small\" is not one of: exact, max", changed("\"exact\"", "\"small\""));
  expect_refused("p.toml:12:6: file.df: \"LDS2\" is not one of: MF, LDS1", changed("df = \"LDS1\"", "df = \"LDS2\""));
  expect_refused(
      "p.toml:15:11: file.content: \"dg17\" is not one of: ef-com, ef-sod, ef-cardaccess, ef-cardsecurity, ef-dir, "
      "ef-atr-info, ef-cvca, dg1, dg2, dg3, dg4, dg5, dg6, dg7, dg8, "
      "dg9, "
      "dg10, dg11, dg12, dg13, dg14, dg15, dg16",
      changed("\"dg1\"", "\"dg17\""));
}

TEST(Profile, that_uses_a_name_or_number_twice_is_refused) {
  constexpr std::string_view kRest = "content = \"dg2\"\nsize = \"exact\"\nread = \"bac\"\n";
  const auto second = [&](std::string_view name, std::string_view numbers) {
    return with_file(name, "df = \"LDS1\"\n" + std::string{numbers} + std::string{kRest});
  };
  expect_refused("p.toml:21:7: file.fid: 0x0101 is taken by DG1", second("DG2", "fid = 0x0101\nsfi = 2\n"));
  expect_refused("p.toml:22:7: file.sfi: 0x01 is taken by DG1", second("DG2", "fid = 0x0102\nsfi = 1\n"));
  expect_refused("p.toml:19:8: file.name: the name \"DG1\" is taken", second("DG1", "fid = 0x0102\nsfi = 2\n"));
  expect_refused("p.toml:19:8: file.name: the name \"MF\" is taken", second("MF", "fid = 0x0102\nsfi = 2\n"));
  expect_refused("p.toml:21:7: file.fid: 0xDF01 is taken by LDS1",
                 with_file("EF", "df = \"MF\"\nfid = 0xDF01\n" + std::string{kRest}));
  expect_refused("p.toml:4:16: profile.keys: \"bac\" stands here twice", changed("[\"bac\"]", "[\"bac\", \"bac\"]"));
  expect_refused("p.toml:3:8: not TOML: Error while parsing key-value pair: cannot redefine existing string 'name'",
                 changed("dialect", "name = \"again\"\ndialect"));
}

TEST(Profile, may_use_a_fid_and_sfi_again_in_another_df) {
  const auto profile = host::perso::parse_profile(
      with_file("EF.CardSecurity",
                "df = \"MF\"\nfid = 0x0101\nsfi = 1\nhex = \"30\"\nsize = \"exact\"\nread = \"always\"\n"),
      "p.toml");
  if (!profile) FAIL(profile.error().text.c_str());
}

TEST(Profile, with_both_or_no_content_is_refused) {
  expect_refused("p.toml:16:7: file.hex: a file has either \"content\" or \"hex\"",
                 changed("content = \"dg1\"\n", "content = \"dg1\"\nhex = \"00\"\n"));
  expect_refused("p.toml:10:1: file.content: a file has either \"content\" or \"hex\"",
                 changed("content = \"dg1\"\n", ""));
  expect_refused("p.toml:15:7: file.hex: 3 octets; allowed: 1 to 2",
                 changed("content = \"dg1\"\nsize = \"exact\"\n", "hex = \"010203\"\nsize = \"exact\"\nmax = 2\n"));
}

TEST(Profile, for_a_card_that_is_too_small_is_refused) {
  std::string files;
  for (int i = 1; i <= 63; ++i) {
    files += "[[file]]\nname = \"F" + std::to_string(i) + "\"\ndf = \"LDS1\"\nfid = " + std::to_string(0x0200 + i) +
             "\nhex = \"00\"\nsize = \"exact\"\nread = \"never\"\n";
  }
  const auto head = std::string{kHead};
  CHECK(host::perso::parse_profile(head + files, "p.toml").has_value());
  expect_refused("p.toml:451:1: file: too many files; a card of dialect cicada-1 has 64",
                 head + files + std::string{kDg1});

  std::string large;
  for (int i = 1; i <= 3; ++i) {
    large += "[[file]]\nname = \"F" + std::to_string(i) + "\"\ndf = \"LDS1\"\nfid = " + std::to_string(0x0200 + i) +
             "\ncontent = \"dg2\"\nsize = \"max\"\nmax = 65535\nread = \"never\"\n";
  }
  expect_refused(
      "p.toml:26:1: file: with this file the card would hold 196605 octets; a card of dialect cicada-1 has 131072",
      head + large);
}

TEST(Profile, asks_for_what_the_dialect_needs) {
  expect_refused("p.toml:1:1: profile: DG1 wants access proved; load keys (bac, pace-mrz, pace-can)",
                 changed("[\"bac\"]", "[]"));
  expect_refused(
      "p.toml:10:1: application: too many applications; a card of dialect cicada-1 has 1",
      changed("[[file]]", "[[application]]\nname = \"X\"\naid = \"A000000247100299\"\nfid = 0xDF02\n[[file]]"));
}

TEST(Profile, that_is_not_toml_is_refused_with_the_place) {
  expect_refused("p.toml:2:8: not TOML: Error while parsing key-value pair: encountered end-of-file",
                 "[profile]\nname = ");
  const auto text = host::perso::parse_profile("\xFF\xFE", "p.toml");
  CHECK(!text.has_value());
}

TEST(Profile, that_nests_without_end_is_refused) {
  const std::size_t depth = 4096 - 10;  // just below base::kMaxTomlLine
  CHECK(!host::perso::parse_profile(std::string(depth, '['), "p.toml").has_value());
  CHECK(!host::perso::parse_profile("a = " + std::string(depth, '['), "p.toml").has_value());
  const auto dots = [](std::size_t levels) {
    std::string text = "a";
    for (std::size_t i = 1; i < levels; ++i) text += ".a";
    return text;
  };
  expect_refused(
      "p.toml:1:2: a: unknown key; allowed here: profile, application, file, pace, active-authentication, "
      "chip-authentication, terminal-authentication",
      "[" + dots(2000) + "]\n" + dots(2000) + " = 1\n");
  expect_refused("p.toml:2:1: the line is longer than 4096 octets", "\n" + dots(50'000) + " = 1\n");
}

TEST(Profile, that_is_no_file_is_refused_by_name) {
  const auto missing = host::perso::load_profile("vectors/no-such-profile.toml");
  CHECK(!missing.has_value());
  CHECK_STRING(base::to_string(base::Fault::not_found), base::to_string(missing.error().fault));
  CHECK(missing.error().text.starts_with("vectors/no-such-profile.toml: "));
}
