// The dialects "jmrtd" and "gp-dgi", command by command (docs/card-commands.md).
#include <string>

#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using host::perso::Content;
using host::perso::Phase;
using host::perso::Plan;
using host::perso::PreparedKeys;
using host::perso::Profile;
using host::perso::Step;

namespace {

Profile profile_of(const std::string& name) {
  auto profile = host::perso::load_profile("../personalization-scripts/profiles/" + name + ".toml");
  if (!profile) FAIL(profile.error().text.c_str());
  return *std::move(profile);
}

std::shared_ptr<PreparedKeys> keys_for(const Profile& profile) {
  auto keys = std::make_shared<PreparedKeys>();
  keys->active.emplace();
  keys->public_halves.active.emplace();
  if (profile.active_authentication->bits != 0) {
    keys->active->exponent = base::SecretBytes{Bytes(256, 0xD1)};
    keys->active->prime_p = base::SecretBytes{Bytes(128, 0xD2)};
    keys->active->prime_q = base::SecretBytes{Bytes(128, 0xD3)};
    keys->public_halves.active->modulus = Bytes(256, 0xA1);
    keys->public_halves.active->exponent = "010001"_hex;
  } else {
    keys->active->value = base::SecretBytes{Bytes(32, 0xD4)};
    keys->public_halves.active->value = Bytes(65, 0x04);
  }
  keys->chip.emplace_back().value = base::SecretBytes{Bytes(32, 0xD5)};
  keys->public_halves.chip.emplace_back().value = Bytes(65, 0x04);
  return keys;
}

Content content_for(const Profile& profile) {
  Content content;
  for (const auto& name : host::perso::content_names()) content.files[name] = Bytes(40, 0x30);
  content.files["dg2"] = Bytes(600, 0x75);
  const Bytes key(16, 0xE1);
  content.bac.emplace(
      host::perso::BacKeys{.k_enc = base::Key<host::perso::ForBacEncryption, 16>{ByteView{key}.first<16>()},
                           .k_mac = base::Key<host::perso::ForBacMac, 16>{ByteView{key}.first<16>()}});
  content.mrz_information =
      base::SecretBytes::copy_of(base::as_bytes("001000019"
                                                "4"
                                                "990101"
                                                "8"
                                                "391231"
                                                "5"));
  content.pace_mrz = base::SecretBytes{Bytes(20, 0xAA)};
  content.pace_can = base::SecretBytes{"383736353433"_hex};
  content.trust = host::perso::TerminalTrust{.cvca = {base::concat({"7F218201A4"_hex, Bytes(420, 0x7F)})},
                                             .today = base::parse_iso_date("2026-11-05").value(),
                                             .document_number = "0010000194"};
  content.keys = keys_for(profile);
  return content;
}

Plan plan_of(const Profile& profile, const Content& content) {
  auto plan = host::perso::make_plan(profile, content);
  if (!plan) FAIL(plan.error().text.c_str());
  return *std::move(plan);
}

const Step& step(const Plan& plan, std::string_view label) {
  for (const auto& one : plan.steps) {
    if (one.label() == label) return one;
  }
  FAIL((std::string{"no step "} + std::string{label} + " in\n" + to_text(plan)).c_str());
  throw 0;
}

Bytes sent(const Plan& plan, std::string_view label) {
  return step(plan, label).command().encode().value();
}

/// No octet of a secret in what people see.
void check_masked(const Plan& plan) {
  const auto text = to_text(plan);
  for (const auto* secret :
       {"D1 D1", "D2 D2", "D4 D4", "D5 D5", "E1 E1", "AA AA", "38 37 36 35 34 33", "33 39 31 32"}) {
    if (text.find(secret) != std::string::npos) FAIL(secret);
  }
}

}  // namespace

TEST_GROUP(Jmrtd) {
  const Profile profile = profile_of("jmrtd-cccd");
  const Content content = content_for(profile);
  const Plan plan = plan_of(profile, content);
};

TEST(Jmrtd, writes_files_with_plain_commands) {
  CHECK_BYTES("00A4000C"_hex, sent(plan, "SELECT MF"));
  CHECK_BYTES("00A4040C07A0000002471001"_hex, sent(plan, "SELECT LDS1"));
  CHECK_BYTES("00E0000006 63040028 011E"_hex, sent(plan, "CREATE FILE EF.COM"));
  CHECK_BYTES("00A4020C02011E"_hex, sent(plan, "SELECT EF.COM"));
  CHECK_BYTES("00D60000"_hex, ByteView{sent(plan, "UPDATE BINARY EF.COM at 0")}.first(4));
  CHECK_BYTES("00D600FFFF"_hex, ByteView{sent(plan, "UPDATE BINARY DG2 at 255")}.first(5));
}

TEST(Jmrtd, keeps_the_two_files_011C_apart_by_the_current_df) {
  // EF.CardAccess lies in the MF and comes first; EF.CVCA, which the card fills, in the application.
  CHECK_STRING("SELECT MF", plan.steps.at(0).label());
  CHECK_STRING("CREATE FILE EF.CardAccess", plan.steps.at(1).label());
  CHECK_BYTES("00E0000006 63040028 011C"_hex, plan.steps.at(1).command().encode().value());
  CHECK_STRING("SELECT LDS1", plan.steps.at(4).label());
  CHECK_BYTES("00E0000006 63040024 011C"_hex, sent(plan, "CREATE FILE EF.CVCA"));
  for (std::size_t i = 5; i < plan.steps.size(); ++i) CHECK(plan.steps[i].label() != "SELECT MF");
  // In another order the plan goes back to the MF by itself.
  auto other = profile;
  std::ranges::rotate(other.files, other.files.begin() + 1);
  const auto turned = plan_of(other, content);
  CHECK_STRING("SELECT LDS1", turned.steps.at(0).label());
  std::size_t at = 0;
  while (turned.steps.at(at).label() != "CREATE FILE EF.CardAccess") ++at;
  CHECK_STRING("SELECT MF", turned.steps.at(at - 1).label());
}

TEST(Jmrtd, brings_the_mrz_the_passwords_and_the_keys) {
  CHECK_BYTES("00DA00621D 621B 0409303031303030303139 0406393930313031 0406333931323331"_hex,
              sent(plan, "PUT DATA MRZ"));
  const auto passwords = sent(plan, "PUT DATA PACE passwords");
  CHECK_BYTES("00DA006522 6520 6615 01"_hex, ByteView{passwords}.first(10));
  CHECK_BYTES("660702 383736353433"_hex, ByteView{passwords}.last(9));
  CHECK_BYTES("00DA0060000108 60820104 04820100 A1"_hex,
              ByteView{sent(plan, "PUT DATA active authentication, modulus")}.first(16));
  CHECK_BYTES("00DA0061000108 61820104 04820100 D1"_hex,
              ByteView{sent(plan, "PUT DATA active authentication, private exponent")}.first(16));
  // brainpoolP256r1
  const auto chip = sent(plan, "PUT DATA chip authentication");
  CHECK_BYTES("00DA0063F1 8120 A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377 8220"_hex,
              ByteView{chip}.first(41));
  CHECK_BYTES(base::concat({"8620"_hex, Bytes(32, 0xD5), "87020001"_hex}), ByteView{chip}.last(38));
  CHECK_BYTES("00DA006706 020601010005"_hex, sent(plan, "PUT DATA the day it is"));
  CHECK_BYTES("00DA0064 0001A9 7F218201A4"_hex, ByteView{sent(plan, "PUT DATA CVCA certificate")}.first(12));
  CHECK_BYTES("00DADEAD"_hex, plan.steps.back().command().encode().value());
  CHECK(plan.steps.back().phase() == Phase::lock);
  check_masked(plan);
}

TEST(Jmrtd, refuses_what_its_card_does_not_have) {
  auto other = profile;
  other.pace[0].domain = 14;
  const auto refused = host::perso::make_plan(other, content);
  CHECK(!refused.has_value());
  CHECK_STRING(
      "jmrtd-cccd: pace: a card of dialect jmrtd has these, and no others: ECDH-GM-AES-128/12, ECDH-GM-AES-128/13",
      refused.error().text);
  other = profile;
  other.active_authentication = {.bits = 0, .domain = 13, .hash = 3};
  CHECK(!host::perso::make_plan(other, content).has_value());
  other = profile;
  other.chip_authentication[0].key_id = 1;
  CHECK(!host::perso::make_plan(other, content).has_value());
  other = profile;
  other.finish = host::perso::FinalState::personalized;
  CHECK(!host::perso::make_plan(other, content).has_value());
  auto given = content_for(profile);
  given.keys.reset();
  CHECK(!host::perso::make_plan(profile, given).has_value());
  given = content_for(profile);
  given.mrz_information.reset();
  CHECK(!host::perso::make_plan(profile, given).has_value());
  given = content_for(profile);
  given.trust->cvca.push_back(given.trust->cvca.front());
  CHECK_STRING("2 CVCA certificates; a card of dialect jmrtd takes 1",
               host::perso::make_plan(profile, given).error().text);
}

TEST(Jmrtd, asks_the_card_manager_for_the_chip_first) {
  const auto dialect = host::perso::dialect_of(profile);
  const auto asked = dialect->chip_id_plan();
  LONGS_EQUAL(2, asked.steps.size());
  CHECK_BYTES("80CA9F7F00"_hex, asked.steps[1].command().encode().value());
  const auto id =
      dialect->parse_chip_id(base::concat({"9F7F2A"_hex, Bytes(10, 0x01), Bytes(10, 0xC1), Bytes(22, 0x02)}));
  CHECK_OK(id);
  CHECK_BYTES(Bytes(10, 0xC1), *id);
  CHECK_FAULT(base::Fault::malformed, dialect->parse_chip_id("9F7F0101"_hex));
  CHECK(host::perso::make_key_plan(profile).steps.empty());
  CHECK(profile.takes_keys() && !profile.makes_keys());
}

TEST_GROUP(GpDgi) {
  const Profile profile = profile_of("gp-dgi-cccd");
  const Content content = content_for(profile);
  const Plan plan = plan_of(profile, content);
};

TEST(GpDgi, counts_its_blocks_and_fills_them) {
  CHECK_BYTES("80E620000D 0000 07A0000002471001 000000"_hex, plan.steps.at(0).command().encode().value());
  std::uint8_t block = 0;
  std::size_t stored = 0;
  for (const auto& one : plan.steps) {
    if (one.command().ins != 0xE2) {
      block = 0;
      continue;
    }
    LONGS_EQUAL(0x80, one.command().cla);
    LONGS_EQUAL(block++, one.command().p2);
    CHECK(one.command().data.size() <= 239);
    LONGS_EQUAL(one.encrypted().empty() ? 0x08 : 0x68, one.command().p1 & 0x7F);
    ++stored;
  }
  // Alone each file would take two commands.
  CHECK(stored < 20);
}

TEST(GpDgi, puts_files_into_groupings) {
  // FCP and content of EF.CardAccess, in the MF, begin the first block.
  const auto& first = plan.steps.at(1).command();
  CHECK_BYTES("0162 14 6212 820101 8302011C 80020028 8801E0 8C020100 01D6 2C 011C 0000"_hex,
              ByteView{first.data}.first(30));
  CHECK_BYTES("0062 14 6212 820101 8302011E"_hex, ByteView{first.data}.subspan(70, 12));
}

TEST(GpDgi, encrypts_what_is_secret_and_only_that) {
  check_masked(plan);
  bool active = false;
  for (const auto& one : plan.steps) {
    CHECK(one.secret().empty() == one.encrypted().empty());
    for (const auto& range : one.encrypted()) {
      const auto& data = one.command().data;
      LONGS_EQUAL(range.size, data.at(range.offset - 1));
      LONGS_EQUAL(0x80, data.at(range.offset - 3));  // 8062, 8063, 8047
      const auto value = ByteView{data}.subspan(range.offset, range.size);
      active = active || base::equal(value.first(7), "B62882010381010D"_hex) ||
               base::equal(value.first(8), "B62882010381010D"_hex);
    }
  }
  CHECK(active);
}

TEST(GpDgi, runs_a_long_certificate_over_several_commands) {
  Bytes stream;
  for (const auto& one : plan.steps) {
    if (one.command().ins == 0xE2 && one.encrypted().empty()) base::append(stream, one.command().data);
  }
  const auto grouping = base::concat({"7F21FF01A4"_hex, Bytes(420, 0x7F)});
  CHECK(!std::ranges::search(stream, grouping).empty());
}

TEST(GpDgi, can_begin_again_where_only_the_life_of_the_card_is_left) {
  std::vector<Bytes> last;
  for (const auto& one : plan.steps) {
    if (one.phase() != Phase::content) last.push_back(one.command().encode().value());
  }
  LONGS_EQUAL(3, last.size());
  CHECK_BYTES("80E620000D 0000 07A0000002471001 000000"_hex, last[0]);
  CHECK_BYTES("80E28800 03 9F0000"_hex, last[1]);
  CHECK_BYTES("80F0800F"_hex, last[2]);
  const auto erase = host::perso::make_erase_plan(profile);
  LONGS_EQUAL(2, erase.steps.size());
  CHECK_BYTES("80E4000009 4F07A0000002471001"_hex, erase.steps[0].command().encode().value());
}

TEST(GpDgi, asks_the_issuer_security_domain_whether_the_card_is_locked) {
  const auto dialect = host::perso::dialect_of(profile);
  const auto asked = dialect->is_locked_plan();
  LONGS_EQUAL(1, asked.steps.size());
  CHECK_BYTES("80F28002024F0000"_hex, asked.steps[0].command().encode().value());
  CHECK(dialect->says_locked("E3134F08A000000151000000 9F70010F C5039EFE80"_hex));
  for (const auto& answer : {"E3134F08A000000151000000 9F700107 C5039EFE80"_hex,
                             "E3134F08A000000151000000 9F70017F C5039EFE80"_hex, "9F7001"_hex, Bytes{}}) {
    CHECK_FALSE(dialect->says_locked(answer));
  }
  const auto application = dialect->is_personalized_plan();
  LONGS_EQUAL(1, application.steps.size());
  CHECK_BYTES("80F24002094F07A000000247100100"_hex, application.steps[0].command().encode().value());
  CHECK(dialect->says_personalized("E3124F07A0000002471001 9F70010F C503000000"_hex));
  CHECK_FALSE(dialect->says_personalized("E3124F07A0000002471001 9F700107 C503000000"_hex));
  const auto own = host::perso::DialectSet::builtin().find("cicada-1");
  CHECK(own->is_locked_plan().steps.empty());
  CHECK_FALSE(own->says_locked("9F70010F"_hex));
}

TEST(GpDgi, has_no_command_for_a_long_rsa_key) {
  auto other = profile;
  other.active_authentication = {.bits = 2048, .domain = 0, .hash = 3};
  const auto refused = host::perso::make_plan(other, content_for(other));
  CHECK(!refused.has_value());
  CHECK_STRING("key of active authentication: 269 octets; such a data grouping has 223", refused.error().text);
}
