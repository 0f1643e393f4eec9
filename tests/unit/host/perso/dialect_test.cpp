// Dialects as files: what is refused, and how it is said. What a template gives shows in the commands of a plan.
#include "cicada/host/perso/dialect.h"

#include <string>

#include "cicada/base/strict_table.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::perso::Content;
using host::perso::Dialect;
using host::perso::DialectSet;
using host::perso::Plan;
using host::perso::Profile;

namespace {

/// The smallest card that is of any use.
constexpr std::string_view kSmall = R"~([dialect]
name = "small"
description = "a card"

[card]
applications = 1
files = 8
file-size = 0x8000
memory = 65536
command-data = 100
master-file = false
keys = "none"

[[step]]
at = "create-file"
label = "CREATE {name}"
command = "80 E0 00 00"
data = "62(83({fid:2}) 80({size:2}))"

[[step]]
at = "write"
label = "WRITE {name} at {offset}"
command = "80 D6 {offset:2}"
data = "{data}"
last-offset = 0x7FFF
)~";

std::string changed(std::string_view from, std::string_view to) {
  std::string text{kSmall};
  const auto at = text.find(from);
  if (at == std::string::npos) FAIL("this is not in the dialect");
  return text.replace(at, from.size(), to);
}

void expect_refused(std::string_view message, const std::string& text) {
  const auto read = Dialect::parse(text, "d.toml");
  if (read) FAIL("there is a dialect");
  CHECK_STRING(message, read.error().text);
}

/// A template in the place of the data of "create-file", on line 18.
std::string with_data(std::string_view data) {
  return changed("62(83({fid:2}) 80({size:2}))", data);
}
void expect_bad(std::string_view message, std::string_view data) {
  expect_refused("d.toml:18:8: step.data: " + std::string{message}, with_data(data));
}

Profile profile_with(std::string_view dialect) {
  Profile profile{.name = "test",
                  .description = "",
                  .dialect = "small",
                  .applications = {{.name = "LDS1", .aid = "A0000002471001"_hex, .fid = 0xDF01}},
                  .files = {},
                  .finish = host::perso::FinalState::personalized};
  profile.files.push_back(
      {.name = "DG1", .df = "LDS1", .fid = 0x0101, .sfi = 1, .content = "dg1", .fixed = {}, .max = {}});
  auto read = Dialect::parse(dialect, "d.toml");
  if (!read) FAIL(read.error().text.c_str());
  profile.script = std::make_shared<const Dialect>(*std::move(read));
  return profile;
}

constexpr std::string_view kPersonalize = R"~(
[[step]]
at = "personalize"
label = "{name} READY"
command = "80 F0 00 00"
)~";

Bytes first_data(std::string_view dialect) {
  Content content;
  content.files["dg1"] = Bytes(200, 0x5A);
  const auto plan = host::perso::make_plan(profile_with(std::string{dialect} + std::string{kPersonalize}), content);
  if (!plan) FAIL(plan.error().text.c_str());
  return plan->steps.at(0).command().data;
}

}  // namespace

TEST_GROUP(Dialect){};

TEST(Dialect, of_the_program_are_all_there) {
  const auto& builtin = DialectSet::builtin();
  CHECK_STRING("cicada-1, gp-dgi, jmrtd", base::join(builtin.names()));
  for (const auto name : builtin.names()) CHECK(!builtin.find(name)->description().empty());
  CHECK(builtin.find("klingon") == nullptr);
}

TEST(Dialect, of_the_program_are_the_files_of_the_house) {
  DialectSet set;
  CHECK(set.add_folder("../personalization-scripts/dialects").has_value());
  CHECK_STRING(base::join(DialectSet::builtin().names()), base::join(set.names()));
  CHECK(set.find("cicada-1")->channel().scp03 == 0x33);
  CHECK(!set.find("jmrtd")->channel().secure());
  CHECK(set.find("gp-dgi")->channel().scp02 == 0x03);
  CHECK(set.find("gp-dgi")->keys() == host::perso::KeyOrigin::prepared);
}

TEST(Dialect, set_takes_a_name_once_and_needs_a_folder) {
  DialectSet set;
  CHECK(set.add("../personalization-scripts/dialects/jmrtd.toml").has_value());
  const auto again = set.add("../personalization-scripts/dialects/jmrtd.toml");
  CHECK(!again.has_value());
  CHECK(again.error().fault == Fault::conflict);
  const auto nowhere = set.add_folder("no/such/folder");
  CHECK(!nowhere.has_value());
  CHECK(nowhere.error().fault == Fault::not_found);
}

TEST(Dialect, gives_octets_fields_objects_and_counts) {
  CHECK_BYTES("62088302010180 0200C8"_hex, first_data(kSmall));
  CHECK_BYTES("0101DEAD00C8"_hex, first_data(with_data("{fid:2} DEAD {size:2}")));
  CHECK_BYTES("00000101"_hex, first_data(with_data("{fid:4}")));
  CHECK_BYTES("5F1F021234 7F490480020101"_hex, first_data(with_data("5F1F(12 34) 7F49(80({fid:2}))")));
  CHECK_BYTES("03010100 00"_hex, first_data(with_data("L({fid:2} 00) L()")));
  CHECK_BYTES("0108"_hex, first_data(with_data("{sfi:1}{sfi-shifted:1}")));
}

TEST(Dialect, gives_objects_the_shortest_length_there_is) {
  const auto text = changed("data = \"{data}\"", "data = \"53({data})\"");
  Content content;
  content.files["dg1"] = Bytes(250, 0x5A);
  auto profile = profile_with(text + std::string{kPersonalize});
  const auto plan = host::perso::make_plan(profile, content);
  CHECK(plan.has_value());
  // 98 octets and two around them fill 100, twice; then the rest.
  CHECK_BYTES("5362"_hex, ByteView{plan->steps.at(1).command().data}.first(2));
  CHECK_BYTES("5336"_hex, ByteView{plan->steps.at(3).command().data}.first(2));
  // With room for more than 127 octets the length takes two octets.
  auto large = text;
  large.replace(large.find("command-data = 100"), 18, "command-data = 200");
  profile = profile_with(large + std::string{kPersonalize});
  const auto other = host::perso::make_plan(profile, content);
  CHECK(other.has_value());
  CHECK_BYTES("5381C5"_hex, ByteView{other->steps.at(1).command().data}.first(3));
  LONGS_EQUAL(200, other->steps.at(1).command().data.size());
}

TEST(Dialect, with_a_template_that_is_none_is_refused_at_its_character) {
  expect_bad("character 1: no field {fidd} in this step; there are: fid, sfi, sfi-shifted, size, condition",
             "{fidd:2}");
  expect_bad("character 6: no field {k-enc} in this step; there are: fid, sfi, sfi-shifted, size, condition",
             "62 80{k-enc}");
  expect_bad("character 1: {fid} is a number: say in how many octets, {fid:2}", "{fid}");
  expect_bad("character 1: {size} needs 2 octets", "{size:1}");
  expect_bad("character 1: a number has 1 to 4 octets", "{fid:5}");
  expect_bad("character 1: a number has 1 to 4 octets", "{fid:}");
  expect_bad("character 1: this { is not closed", "{fid:2");
  expect_bad("character 1: an odd number of hexadecimal digits", "620");
  expect_bad("character 4: 'x' does not belong here", "62 x");
  expect_bad("character 1: this object is not closed", "62(83({fid:2})");
  expect_bad("character 15: there is no parenthesis to be closed", "83({fid:2}) 62)");
  expect_bad("character 1: this is not the tag of a data object", "1F(00)");
  expect_bad("character 1: this is not the tag of a data object", "8200(00)");
  expect_bad("character 1: this is not the tag of a data object", "00(00)");
  expect_bad("character 1: nothing in this object can be missing: take the ? away", "83?({fid:2})");
  expect_bad("character 1: {condition} is no number: it has its own length", "{condition:2}");
  expect_bad("character 19: more than 6 objects deep", "62(62(62(62(62(62(62(00)))))))");
  expect_bad("character 1: one octet counts 255 octets at most, and no objects", "L(62(00))");
}

TEST(Dialect, with_a_template_of_too_many_parts_is_refused) {
  std::string many;
  for (int i = 0; i < 70; ++i) many += "00 ";
  expect_bad("character 193: more than 64 parts", many);
  expect_bad("character 1: longer than 1024 characters", std::string(1100, '0'));
}

TEST(Dialect, with_a_command_that_could_not_fit_is_refused_when_it_is_read) {
  expect_bad("gives 101 to 101 octets; a data field of this card has 100 (card.command-data)",
             std::string(202 - 4 * 2, '0') + "{fid:4}");
  expect_refused("d.toml:17:11: step.command: 5 octets; CLA, INS, P1 and P2 are 4",
                 changed("80 E0 00 00", "80 E0 00 00 00"));
  expect_refused("d.toml:17:11: step.command: 2 octets; CLA, INS, P1 and P2 are 4", changed("80 E0 00 00", "80 E0"));
}

TEST(Dialect, with_an_unknown_key_or_step_is_refused) {
  expect_refused("d.toml:3:1: dialect.colour: unknown key; allowed here: name, description",
                 changed("description = \"a card\"", "colour = 1"));
  expect_refused("d.toml:1:1: dialect.description: this key is missing", changed("description = \"a card\"", ""));
  expect_refused("d.toml:10:16: card.command-data: 15 is out of range; allowed: 16 to 255",
                 changed("command-data = 100", "command-data = 15"));
  const auto read = Dialect::parse(changed("at = \"create-file\"", "at = \"make-coffee\""), "d.toml");
  CHECK(!read.has_value());
  CHECK(read.error().text.starts_with("d.toml:15:6: step.at: \"make-coffee\" is not one of: begin, select-master, "));
}

TEST(Dialect, without_a_step_that_it_needs_is_refused) {
  auto text = std::string{kSmall};
  text.resize(text.find("[[step]]\nat = \"write\""));
  expect_refused("d.toml:14:1: step: there is none at = \"write\": nothing could be put into a file", text);
  expect_refused("d.toml:5:1: card: file-size is 32768; the steps at = \"write\" reach 4096 octets",
                 changed("last-offset = 0x7FFF", "last-offset = 0x0FFF"));
  expect_refused("d.toml:20:1: step: {offset:2} has to stand in \"command\" or \"data\"",
                 changed("80 D6 {offset:2}", "80 D6 00 00"));
  expect_refused("d.toml:24:8: step.data: {data} has to stand in it", changed("data = \"{data}\"", "data = \"00\""));
  expect_refused("d.toml:5:1: card: keys = \"card\" and steps at = \"make-...\" go together",
                 changed("keys = \"none\"", "keys = \"card\""));
  expect_refused("d.toml:5:1: card: keys = \"prepared\" and steps at = \"load-...\" go together",
                 changed("keys = \"none\"", "keys = \"prepared\""));
}

TEST(Dialect, with_a_label_that_says_what_is_not_known_is_refused) {
  expect_refused("d.toml:16:9: step.label: there is {name} here", changed("CREATE {name}", "CREATE {holder}"));
  expect_refused("d.toml:16:9: step.label: must be at most 80 printable ASCII characters",
                 changed("CREATE {name}", "CREATE\\u001b[2J"));
}

TEST(Dialect, that_takes_a_refusal_for_success_outside_an_erase_is_refused) {
  expect_refused("d.toml:18:11: step.already: only a step of an erase has it",
                 changed("command = \"80 E0 00 00\"", "command = \"80 E0 00 00\"\nalready = 0x6A80"));
}

TEST(Dialect, with_groupings_but_no_store_data_is_refused) {
  expect_refused("d.toml:17:7: step.dgi: there is no [store-data]",
                 changed("command = \"80 E0 00 00\"", "dgi = \"0062\""));
  expect_refused("d.toml:18:13: step.encrypted: only a data grouping (dgi) has it",
                 changed("command = \"80 E0 00 00\"", "command = \"80 E0 00 00\"\nencrypted = true"));
}

TEST(Dialect, that_asks_for_the_lock_says_what_the_answer_means) {
  const std::string step = R"~(
[[step]]
at = "is-locked"
label = "ASK"
command = "80 F2 80 02"
le = 256
)~";
  const auto mark = [](std::string_view value) { return "\n[is-locked]\nmark = \"" + std::string{value} + "\"\n"; };
  CHECK(Dialect::parse(std::string{kSmall} + step + mark("9F70 01 0F"), "d.toml").has_value());
  for (const auto& wrong : {step, mark("0F"), step + mark(""), step + mark(std::string(66, '0')),
                            step + mark("SECURED"), step + "\n[is-locked]\noffset = 1\n"}) {
    const auto read = Dialect::parse(std::string{kSmall} + wrong, "d.toml");
    CHECK(!read.has_value());
    STRCMP_CONTAINS("is-locked", read.error().text.c_str());
  }
}

TEST(Dialect, is_refused_what_is_not_toml_or_too_long) {
  expect_refused("d.toml:1:1: dialect: this key is missing", "");
  const auto broken = Dialect::parse("[dialect", "d.toml");
  CHECK(!broken.has_value());
  const auto longest = Dialect::parse(std::string(70000, '#'), "d.toml");
  CHECK(!longest.has_value());
  CHECK(longest.error().fault == Fault::limit);
}

TEST(Dialect, refuses_a_profile_that_its_card_cannot_be) {
  const auto refused = [](std::string_view message, auto change) {
    auto profile = profile_with(std::string{kSmall} + std::string{kPersonalize});
    change(profile);
    Content content;
    content.files["dg1"] = "00"_hex;
    const auto plan = host::perso::make_plan(profile, content);
    CHECK(!plan.has_value());
    CHECK_STRING(message, plan.error().text);
  };
  refused("test: profile: a card of dialect small cannot be locked: finish = \"personalized\"",
          [](Profile& profile) { profile.finish = host::perso::FinalState::locked; });
  refused("test: profile: a card of dialect small cannot take document basic access keys",
          [](Profile& profile) { profile.bac_keys = true; });
  refused("test: profile: a card of dialect small cannot take PACE passwords",
          [](Profile& profile) { profile.pace_can = true; });
  refused("test: file: DG1: a card of dialect small cannot have files in the MF",
          [](Profile& profile) { profile.files[0].df = "MF"; });
  refused("test: active-authentication: a card of dialect small cannot have an ECDSA key",
          [](Profile& profile) { profile.active_authentication = {.bits = 0, .domain = 13, .hash = 3}; });
  refused("test: terminal-authentication: a card of dialect small cannot be told whom to trust", [](Profile& profile) {
    profile.terminal_authentication = host::perso::TerminalAuthentication{.cvca_file = "EF.CVCA"};
  });
}
