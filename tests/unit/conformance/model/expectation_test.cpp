#include "cicada/conformance/model/expectation.h"

#include "cicada/conformance/model/tamper.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance::model;

TEST_GROUP(SwPatterns){static std::size_t count(std::string_view text){const auto pattern = SwPattern::from(text);
CHECK(pattern.has_value());
std::size_t matching = 0;
for (unsigned sw = 0; sw < 0x10000; ++sw) matching += pattern->matches(static_cast<std::uint16_t>(sw)) ? 1U : 0U;
return matching;
}
}
;

TEST(SwPatterns, match_as_many_status_words_as_their_text_says) {
  LONGS_EQUAL(1, count("6982"));
  LONGS_EQUAL(256, count("62XX"));
  LONGS_EQUAL(16, count("63CX"));
  LONGS_EQUAL(1, count("success"));
  LONGS_EQUAL(512, count("warning"));
  LONGS_EQUAL(11 * 256, count("checking-error"));
  LONGS_EQUAL(12 * 256, count("error"));
}

TEST(SwPatterns, of_errors_leave_out_length_hints_and_success) {
  const auto error = SwPattern::from("error");
  CHECK(error->matches(0x6A80));
  CHECK(error->matches(0x6300));
  CHECK(!error->matches(0x6C10));
  CHECK(!error->matches(0x6110));
  CHECK(!error->matches(0x6282));
  CHECK(!error->matches(0x9000));
  CHECK(!SwPattern::from("checking-error")->matches(0x6300));
}

TEST(SwPatterns, of_other_texts_there_are_none) {
  for (const auto* text : {"", "698", "69822", "69xx", "6G82", "XXXX", "X982", "anything", "Success"}) {
    CHECK_TEXT(!SwPattern::from(text).has_value(), text);
  }
}

TEST_GROUP(DataRules){
    static bool holds(std::string_view text, const base::Bytes& data){const auto rule = DataRule::from(text);
CHECK_TEXT(rule.has_value(), std::string{text}.c_str());
return rule->holds(data);
}
}
;

TEST(DataRules, hold_for_what_they_say_and_for_nothing_else) {
  CHECK(holds("none", {}));
  CHECK(!holds("none", {0x60}));
  CHECK(holds("some", {0x60}));
  CHECK(!holds("some", {}));
  CHECK(holds("exactly 2", {1, 2}));
  CHECK(!holds("exactly 2", {1, 2, 3}));
  CHECK(holds("at most 2", {1}));
  CHECK(!holds("at most 2", {1, 2, 3}));
  CHECK(holds("starts 6014", {0x60, 0x14, 0x5F}));
  CHECK(!holds("starts 6014", {0x60}));
  CHECK(!holds("starts 6014", {0x61, 0x14}));
  CHECK(holds("object 53 of 1", {0x53, 0x01, 0x60}));
  CHECK(!holds("object 53 of 1", {0x53, 0x01, 0x60, 0x00}));
  CHECK(!holds("object 53 of 1", {0x54, 0x01, 0x60}));
  CHECK(!holds("object 53 of 2", {0x53, 0x01, 0x60, 0x00}));
}

TEST(DataRules, of_other_texts_there_are_none) {
  for (const auto* text : {"", "exactly", "exactly x", "exactly -1", "exactly 99999", "starts ", "starts 6",
                           "starts xy", "object 54 of 1", "None"}) {
    CHECK_TEXT(!DataRule::from(text).has_value(), text);
  }
}

TEST_GROUP(Tampers){};

TEST(Tampers, have_each_one_word_of_their_own) {
  for (const auto tamper : all_tampers()) {
    const auto word = to_string(tamper);
    CHECK(!word.empty());
    CHECK(tamper_from(word) == tamper);
  }
  CHECK(!tamper_from("").has_value());
  CHECK(!tamper_from("flip_mac").has_value());
}
