// Rules about what a reader sends.
#include "cicada/conformance/reader/watch.h"
#include "cicada/base/hex.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance::reader;
using conformance::model::Exchange;

namespace {

Exchange plain(std::string_view command) {
  Exchange exchange;
  exchange.command = base::from_hex(command).value();
  exchange.response = {0x90, 0x00};
  return exchange;
}
Exchange secured(std::string_view command) {
  auto exchange = plain("0C22000000");
  exchange.plain_command = base::from_hex(command).value();
  return exchange;
}

}  // namespace

TEST_GROUP(ReaderWatch){};

TEST(ReaderWatch, knows_its_rules) {
  CHECK_TRUE(is_watch("fresh-ephemeral-keys"));
  CHECK_TRUE(is_watch("no-bac"));
  CHECK_TRUE(is_watch("pace-protocol 04007F00070202040202"));
  CHECK_FALSE(is_watch("pace-protocol xyz"));
  CHECK_FALSE(is_watch("anything"));
}

TEST(ReaderWatch, sees_a_key_of_chip_authentication_that_comes_again) {
  const auto kat = [](std::string_view key) { return secured("002241A60491" + std::string{"02"} + std::string{key}); };
  const std::vector fresh{kat("0A01"), kat("0A02")};
  const std::vector stale{kat("0A01"), kat("0A02"), kat("0A01")};
  CHECK_FALSE(broken_rule("fresh-ephemeral-keys", fresh).has_value());
  CHECK_TRUE(broken_rule("fresh-ephemeral-keys", stale).has_value());
  // One run proves nothing.
  CHECK_TRUE(broken_rule("fresh-ephemeral-keys", std::vector{fresh.front()}).has_value());
}

TEST(ReaderWatch, sees_the_key_of_general_authenticate_too) {
  const auto set_at = secured("002241A4028000");
  const auto agree = [](std::string_view key) { return secured("00860000067C048002" + std::string{key} + "00"); };
  CHECK_FALSE(
      broken_rule("fresh-ephemeral-keys", std::vector{set_at, agree("0A01"), set_at, agree("0A02")}).has_value());
  CHECK_TRUE(
      broken_rule("fresh-ephemeral-keys", std::vector{set_at, agree("0A01"), set_at, agree("0A01")}).has_value());
}

TEST(ReaderWatch, tells_basic_access_control_from_the_challenge_of_terminal_authentication) {
  CHECK_TRUE(broken_rule("no-bac", std::vector{plain("0084000008")}).has_value());
  CHECK_FALSE(broken_rule("no-bac", std::vector{secured("0084000008"), plain("00A4040C")}).has_value());
}

TEST(ReaderWatch, wants_pace_with_the_protocol_and_a_password_of_the_document) {
  constexpr auto kRule = "pace-protocol 0102";
  CHECK_FALSE(broken_rule(kRule, std::vector{plain("0022C1A40780020102830101")}).has_value());
  CHECK_TRUE(broken_rule(kRule, std::vector{plain("0022C1A40780020103830101")}).has_value());
  CHECK_TRUE(broken_rule(kRule, std::vector{plain("0022C1A40780020102830103")}).has_value());
  CHECK_TRUE(broken_rule(kRule, std::vector{plain("0084000008")}).has_value());
}
