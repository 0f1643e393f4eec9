// The dialect "cicada-1": every command against docs/card-commands.md.
#include <string>

#include "cicada/host/gp/scp03_codec.h"
#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using host::perso::AccessRule;
using host::perso::Content;
using host::perso::File;
using host::perso::FinalState;
using host::perso::Plan;
using host::perso::Profile;
using host::perso::SizeRule;

namespace {

Profile profile() {
  return {.name = "test",
          .description = "",
          .dialect = "cicada-1",
          .applications = {{.name = "LDS1", .aid = "A0000002471001"_hex, .fid = 0xDF01}},
          .files = {},
          .bac_keys = true,
          .finish = FinalState::locked};
}

File file(std::string name, std::uint16_t fid, std::string content) {
  return {.name = std::move(name),
          .df = "LDS1",
          .fid = fid,
          .sfi = static_cast<std::uint8_t>(fid & 0x1FU),
          .content = std::move(content),
          .fixed = {},
          .size = SizeRule::exact,
          .max = {},
          .read = AccessRule::bac};
}

Content content() {
  const auto enc = "000102030405060708090A0B0C0D0E0F"_hex;
  const auto mac = "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"_hex;
  Content content;
  content.bac.emplace(
      host::perso::BacKeys{.k_enc = base::Key<host::perso::ForBacEncryption, 16>{ByteView{enc}.first<16>()},
                           .k_mac = base::Key<host::perso::ForBacMac, 16>{ByteView{mac}.first<16>()}});
  return content;
}

Bytes sent(const Plan& plan, std::size_t step) {
  return plan.steps.at(step).command().encode().value();
}

Bytes counting(std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
  return octets;
}

/// What the card's file would hold after the UPDATE BINARY commands of the plan: the data sheet read once more.
Bytes written(const Plan& plan, std::size_t size) {
  Bytes octets(size);
  for (const auto& step : plan.steps) {
    const auto& command = step.command();
    ByteView data{command.data};
    std::size_t offset = 0;
    if (command.ins == 0xD6) {
      offset = static_cast<std::size_t>(command.p1 << 8U | command.p2);
      CHECK(offset < 0x8000);
    } else if (command.ins == 0xD7) {
      LONGS_EQUAL(0, command.p1 | command.p2);
      CHECK_BYTES("5402"_hex, data.first(2));
      offset = static_cast<std::size_t>(data[2] << 8U | data[3]);
      LONGS_EQUAL(0x53, data[4]);
      const bool long_form = data[5] == 0x81;
      const std::size_t length = data[long_form ? 6 : 5];
      CHECK(long_form == (length >= 0x80));  // DER: the long form where it is needed, and only there
      data = data.subspan(long_form ? 7 : 6);
      LONGS_EQUAL(length, data.size());
    } else {
      continue;
    }
    CHECK(command.data.size() <= host::gp::kMaxCommandData);
    CHECK(offset + data.size() <= size);
    std::ranges::copy(data, octets.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  return octets;
}

Plan plan_of(const Profile& wanted, const Content& given) {
  auto plan = host::perso::make_plan(wanted, given);
  if (!plan) FAIL(plan.error().text.c_str());
  return std::move(*plan);
}

void expect_refused(std::string_view message, const Profile& wanted, const Content& given) {
  const auto plan = host::perso::make_plan(wanted, given);
  if (plan) FAIL("there is a plan");
  CHECK_STRING(message, plan.error().text);
}

}  // namespace

TEST_GROUP(Cicada1){};

TEST(Cicada1, writes_a_card_with_the_commands_of_the_data_sheet) {
  auto wanted = profile();
  wanted.files = {file("EF.COM", 0x011E, "ef-com"), file("DG1", 0x0101, "dg1")};
  auto given = content();
  given.files["ef-com"] = "60025C00"_hex;
  given.files["dg1"] = "610361"_hex;
  const auto plan = plan_of(wanted, given);
  LONGS_EQUAL(9, plan.steps.size());
  CHECK_BYTES("84A4000C"_hex, sent(plan, 0));
  CHECK_BYTES("84E0000012 6210 820138 8302DF01 8407A0000002471001"_hex, sent(plan, 1));
  CHECK_BYTES("84E0000014 6212 820101 8302011E 80020004 8801F0 8C020140"_hex, sent(plan, 2));
  CHECK_BYTES("84D6000004 60025C00"_hex, sent(plan, 3));
  CHECK_BYTES("84E0000014 6212 820101 83020101 80020003 880108 8C020140"_hex, sent(plan, 4));
  CHECK_BYTES("84D6000003 610361"_hex, sent(plan, 5));
  CHECK_BYTES("84DA006224 8010000102030405060708090A0B0C0D0E0F 8110F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"_hex,
              sent(plan, 6));
  CHECK_BYTES("84F0400F07 A0000002471001"_hex, sent(plan, 7));
  CHECK_BYTES("84F0800F"_hex, sent(plan, 8));
  CHECK_STRING("CREATE FILE DG1", plan.steps[4].label());
  CHECK_STRING("UPDATE BINARY DG1 at 0", plan.steps[5].label());
}

TEST(Cicada1, prints_no_octet_of_the_access_keys) {
  const auto text = host::perso::to_text(plan_of(profile(), content()));
  std::string masked;
  for (int i = 0; i < 16; ++i) masked += " **";
  CHECK(text.find("84 DA 00 62 24 80 10" + masked + " 81 10" + masked + "\n") != std::string::npos);
  CHECK(text.find("0E 0F") == std::string::npos);
  CHECK(text.find("FE FF") == std::string::npos);
}

TEST(Cicada1, leaves_the_card_open_for_more_when_the_profile_says_so) {
  auto wanted = profile();
  wanted.finish = FinalState::personalized;
  const auto plan = plan_of(wanted, content());
  CHECK_BYTES("84F0400F07 A0000002471001"_hex, sent(plan, plan.steps.size() - 1));
}

TEST(Cicada1, tells_content_from_life_so_that_the_lock_can_wait) {
  using host::perso::Phase;
  auto wanted = profile();
  wanted.files = {file("EF.COM", 0x011E, "ef-com")};
  auto given = content();
  given.files["ef-com"] = "60025C00"_hex;
  const auto plan = plan_of(wanted, given);
  LONGS_EQUAL(7, plan.steps.size());
  LONGS_EQUAL(5, plan.count({.first = Phase::content, .last = Phase::content}));
  LONGS_EQUAL(6, plan.count({.first = Phase::content, .last = Phase::personalize}));
  LONGS_EQUAL(7, plan.count({}));
  CHECK(plan.steps[4].phase() == Phase::content);
  CHECK(plan.steps[5].phase() == Phase::personalize);
  CHECK(plan.steps[6].phase() == Phase::lock);
  wanted.finish = FinalState::personalized;
  LONGS_EQUAL(0, plan_of(wanted, given).count({.first = Phase::lock, .last = Phase::lock}));
}

TEST(Cicada1, erases_what_was_begun_with_one_command) {
  const auto plan = host::perso::make_erase_plan(profile());
  LONGS_EQUAL(1, plan.steps.size());
  CHECK_BYTES("84E40000"_hex, sent(plan, 0));
  auto unknown = profile();
  unknown.dialect = "klingon";
  CHECK(host::perso::make_erase_plan(unknown).steps.empty());
}

TEST(Cicada1, writes_every_octet_of_files_of_every_awkward_size) {
  for (const std::size_t size :
       {1U, 238U, 239U, 240U, 478U, 0x7FFFU, 0x8000U, 0x8001U, 32982U, 33000U, 33109U, 33110U, 65535U}) {
    auto wanted = profile();
    wanted.files = {file("DG2", 0x0102, "dg2")};
    auto given = content();
    given.files["dg2"] = counting(size);
    const auto plan = plan_of(wanted, given);
    CHECK_BYTES(given.files["dg2"], written(plan, size));
  }
}

TEST(Cicada1, uses_as_few_commands_as_fit) {
  auto wanted = profile();
  wanted.files = {file("DG2", 0x0102, "dg2")};
  auto given = content();
  given.files["dg2"] = counting(239UL * 10);
  LONGS_EQUAL(2 + 1 + 10 + 3, plan_of(wanted, given).steps.size());
  given.files["dg2"] = counting(239UL * 10 + 1);
  LONGS_EQUAL(2 + 1 + 11 + 3, plan_of(wanted, given).steps.size());
  // The last even offset is 137 * 239; behind it the odd instruction carries 232 octets in 239.
  given.files["dg2"] = counting(239UL * 138 + 232);
  const auto plan = plan_of(wanted, given);
  LONGS_EQUAL(2 + 1 + 138 + 1 + 3, plan.steps.size());
  LONGS_EQUAL(239, plan.steps.at(2 + 1 + 138).command().data.size());
}

TEST(Cicada1, gives_each_access_rule_its_security_condition) {
  const std::pair<AccessRule, std::uint8_t> rules[] = {{AccessRule::always, 0x00},
                                                       {AccessRule::bac, 0x40},
                                                       {AccessRule::eac_dg3, 0xE3},
                                                       {AccessRule::eac_dg4, 0xE4},
                                                       {AccessRule::never, 0xFF}};
  for (const auto& [rule, condition] : rules) {
    auto wanted = profile();
    wanted.files = {file("F", 0x0101, "dg1")};
    wanted.files[0].read = rule;
    auto given = content();
    given.files["dg1"] = "00"_hex;
    LONGS_EQUAL(condition, plan_of(wanted, given).steps.at(2).command().data.back());
  }
}

TEST(Cicada1, selects_a_df_only_when_the_card_stands_elsewhere) {
  auto wanted = profile();
  wanted.files = {file("A", 0x0101, "dg1"), file("B", 0x2F01, "dg1"), file("C", 0x2F02, "dg1"),
                  file("D", 0x0104, "dg1")};
  wanted.files[1].df = "MF";
  wanted.files[2].df = "MF";
  wanted.files[2].sfi = 0;
  auto given = content();
  given.files["dg1"] = "00"_hex;
  const auto plan = plan_of(wanted, given);
  std::string labels;
  for (const auto& step : plan.steps) {
    if (step.label().starts_with("SELECT") || step.label().starts_with("CREATE")) labels += step.label() + "; ";
  }
  CHECK_STRING(
      "SELECT MF; CREATE FILE LDS1; CREATE FILE A; SELECT MF; CREATE FILE B; CREATE FILE C; SELECT LDS1; CREATE FILE "
      "D; ",
      labels);
  CHECK_BYTES("84A4040C07 A0000002471001"_hex, sent(plan, 9));
  CHECK_BYTES("880100"_hex, ByteView{plan.steps.at(7).command().data}.subspan(13, 3));  // no short identifier
}

TEST(Cicada1, makes_a_file_of_the_largest_size_when_the_profile_says_so) {
  auto wanted = profile();
  wanted.files = {file("DG1", 0x0101, "dg1")};
  wanted.files[0].size = SizeRule::max;
  wanted.files[0].max = 0x1234;
  auto given = content();
  given.files["dg1"] = "0102"_hex;
  const auto plan = plan_of(wanted, given);
  CHECK_BYTES("80021234"_hex, ByteView{plan.steps.at(2).command().data}.subspan(9, 4));
  CHECK_BYTES("84D6000002 0102"_hex, sent(plan, 3));
}

TEST(Cicada1, writes_fixed_content_without_being_given_any) {
  auto wanted = profile();
  wanted.files = {file("Notice", 0x0101, "")};
  wanted.files[0].fixed = "CAFE"_hex;
  CHECK_BYTES("84D6000002 CAFE"_hex, sent(plan_of(wanted, content()), 3));
}

TEST(Cicada1, refuses_content_that_is_missing_empty_or_too_large) {
  auto wanted = profile();
  wanted.files = {file("DG1", 0x0101, "dg1")};
  wanted.files[0].max = 95;
  expect_refused("DG1: the card's data has no \"dg1\"", wanted, content());
  auto given = content();
  given.files["dg1"] = {};
  expect_refused("DG1: 0 octets of content; the profile allows 1 to 95", wanted, given);
  given.files["dg1"] = Bytes(96);
  expect_refused("DG1: 96 octets of content; the profile allows 1 to 95", wanted, given);
  wanted.files[0].max = {};
  given.files["dg1"] = Bytes(65536);
  expect_refused("DG1: 65536 octets of content; the profile allows 1 to 65535", wanted, given);
}

TEST(Cicada1, refuses_more_than_the_card_can_hold) {
  auto wanted = profile();
  wanted.files = {file("A", 0x0101, "dg1"), file("B", 0x0102, "dg1"), file("C", 0x0103, "dg1")};
  auto given = content();
  given.files["dg1"] = Bytes(131072 / 3 + 1);
  expect_refused("C: with this file the card would hold 131073 octets; it has 131072", wanted, given);
}

TEST(Cicada1, refuses_to_do_without_the_access_keys) {
  expect_refused("the profile loads document basic access keys; the card's data has none", profile(), Content{});
}

TEST(Cicada1, is_not_asked_for_another_dialect) {
  auto wanted = profile();
  wanted.dialect = "klingon";
  expect_refused("unknown dialect klingon", wanted, content());
}
