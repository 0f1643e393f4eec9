#include "cicada/conformance/runner/replay.h"

#include "scripted_target.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::tests;
using namespace cicada::base::literals;
using cicada::base::Bytes;
using cicada::base::ByteView;

namespace {

model::Exchange exchange(std::string_view command, std::string_view response, std::string note = {}) {
  return {.command = cicada::base::from_hex(command).value(),
          .response = cicada::base::from_hex(response).value(),
          .plain_command = {},
          .plain_response = {},
          .note = std::move(note)};
}

std::string results(ScriptedTarget& target, const model::Record& record) {
  std::string text;
  const auto replayed = runner::replay(target, record).value();
  for (const auto& one : replayed) {
    text += std::to_string(one.index) + " " + std::string{runner::to_string(one.result)} + "; ";
  }
  return text;
}

}  // namespace

TEST_GROUP(Replay) {
  ScriptedTarget target;
  model::Record record;
};

TEST(Replay, sends_every_octet_as_it_was) {
  record.exchanges = {exchange("00A4040C07A0000002471001", "9000"), exchange("00B0000000", "6982")};
  target.answer = [](ByteView command) { return command[1] == 0xB0 ? Bytes{0x69, 0x82} : Bytes{0x90, 0x00}; };
  CHECK_STRING("0 same; 1 same; ", results(target, record));
  CHECK_STRING("00A4040C07A0000002471001", target.seen[0]);
  CHECK_STRING("00B0000000", target.seen[1]);
  LONGS_EQUAL(1, target.resets);
}

TEST(Replay, tells_where_the_chip_answers_otherwise_and_goes_on) {
  record.exchanges = {exchange("00B0000000", "6982"), exchange("00A4000C", "9000")};
  CHECK_STRING("0 differs; 1 same; ", results(target, record));
}

TEST(Replay, ends_before_what_was_computed_from_a_challenge_that_is_another_now) {
  record.exchanges = {exchange("0084000008", "01020304050607089000"),
                      exchange("0082000028" + std::string(80, 'A') + "28", std::string(80, 'B') + "9000"),
                      exchange("00B0000000", "6982")};
  target.answer = [](ByteView) { return "11121314151617189000"_hex; };
  CHECK_STRING("0 random; 1 cannot be reproduced; ", results(target, record));
  LONGS_EQUAL(1, target.seen.size());
}

TEST(Replay, goes_on_when_the_challenge_is_the_same) {
  record.exchanges = {exchange("0084000008", "01020304050607089000"),
                      exchange("0082000028" + std::string(80, 'A') + "28", "6300")};
  target.answer = [](ByteView command) { return command[1] == 0x84 ? "01020304050607089000"_hex : "6300"_hex; };
  CHECK_STRING("0 same; 1 same; ", results(target, record));
}

TEST(Replay, takes_another_status_word_for_a_difference_even_where_answers_are_random) {
  record.exchanges = {exchange("0084000008", "01020304050607089000")};
  target.answer = [](ByteView) { return "6982"_hex; };
  CHECK_STRING("0 differs; ", results(target, record));
}

TEST(Replay, does_not_send_a_token_or_a_protected_command_after_a_random_answer) {
  for (const auto* dependent :
       {"008600000C7C0A85080102030405060708", "0CB000000D9701008E080102030405060708", "8CB0000000"}) {
    record.exchanges = {exchange("10860000027C0000",
                                 "7C0A80080102030405060708"
                                 "9000"),
                        exchange(dependent, "9000")};
    target.answer = [](ByteView) {
      return "7C0A80081112131415161718"
             "9000"_hex;
    };
    CHECK_STRING("0 random; 1 cannot be reproduced; ", results(target, record));
  }
}

TEST(Replay, resets_where_the_log_says_so_and_passes_over_remarks) {
  record.exchanges = {exchange("00A4000C", "9000"), exchange("", "", "reset"),
                      exchange("", "", "EF.COM was read before"), exchange("00A4000C", "9000")};
  CHECK_STRING("0 same; 3 same; ", results(target, record));
  LONGS_EQUAL(2, target.resets);
}

TEST(Replay, ends_with_a_chip_that_does_not_answer) {
  record.exchanges = {exchange("00A4000C", "9000"), exchange("00A4000C", "9000")};
  target.answer = [](ByteView) { return Bytes{}; };
  CHECK_STRING("0 no answer; ", results(target, record));
  target.gone = true;
  CHECK_FAULT(cicada::base::Fault::card_removed, runner::replay(target, record));
}

TEST(Replay, can_be_read_by_people) {
  record.info.id = "U_1";
  record.outcome = model::pass();
  record.exchanges = {exchange("00A4000C", "9000", "step 1")};
  CHECK_STRING("U_1: pass\n    1 # step 1\n      > 00A4000C\n      < 9000\n", runner::to_text(record));
}
