// All 256 class bytes against the tables of ISO/IEC 7816-4 §5.4.1, written down here as ranges.
#include <vector>

#include "cicada/applet_sim/apdu/command_class.h"
#include "cicada/applet_sim/apdu/response.h"

#include "harness.h"

using namespace cicada::applet_sim::apdu;

namespace {

struct Range {
  unsigned from, to;
  CommandClass expected;  // of `from`; the channel counts up where `counts` says so
  bool counts;
};

std::vector<Range> table() {
  using enum Protection;
  constexpr auto interindustry = ClassKind::interindustry;
  std::vector<Range> ranges;
  for (const auto& [base, kind] : {std::pair{0x00U, interindustry}, std::pair{0x80U, ClassKind::proprietary}}) {
    for (unsigned chained = 0; chained < 2; ++chained) {
      const auto at = base + 0x10U * chained;
      ranges.push_back({at + 0x0, at + 0x3, {kind, none, chained == 1, 0}, true});
      ranges.push_back({at + 0x4, at + 0x7, {kind, proprietary, chained == 1, 0}, true});
      ranges.push_back({at + 0x8, at + 0xB, {kind, iso_header_plain, chained == 1, 0}, true});
      ranges.push_back({at + 0xC, at + 0xF, {kind, iso_header_protected, chained == 1, 0}, true});
    }
  }
  ranges.push_back({0x20, 0x3F, {ClassKind::reserved, none, false, 0}, false});
  ranges.push_back({0x40, 0x4F, {interindustry, none, false, 4}, true});
  ranges.push_back({0x50, 0x5F, {interindustry, none, true, 4}, true});
  ranges.push_back({0x60, 0x6F, {interindustry, iso_header_plain, false, 4}, true});
  ranges.push_back({0x70, 0x7F, {interindustry, iso_header_plain, true, 4}, true});
  ranges.push_back({0xA0, 0xFE, {ClassKind::proprietary, none, false, 0}, false});
  ranges.push_back({0xFF, 0xFF, {ClassKind::invalid, none, false, 0}, false});
  return ranges;
}

}  // namespace

TEST_GROUP(ClassByte){};

TEST(ClassByte, is_read_as_the_standard_says_for_all_256_values) {
  std::vector<int> seen(256);
  for (const auto& range : table()) {
    for (unsigned cla = range.from; cla <= range.to; ++cla) {
      auto expected = range.expected;
      if (range.counts) expected.channel = static_cast<std::uint8_t>(expected.channel + cla - range.from);
      CHECK(classify(static_cast<std::uint8_t>(cla)) == expected);
      ++seen[cla];
    }
  }
  for (const auto count : seen) LONGS_EQUAL(1, count);
}

TEST_GROUP(StatusWord){};

TEST(StatusWord, has_one_name_for_each_number) {
  for (const auto& word : sw::all()) {
    CHECK(!word.name.empty());
    CHECK_STRING(word.name, sw::name(word.number));
  }
  CHECK_STRING("", sw::name(0x6A83));
}

TEST(StatusWord, is_an_error_unless_it_is_9000_or_a_warning) {
  for (const unsigned word : {0x9000U, 0x6282U, 0x6300U, 0x63C1U})
    CHECK(!ResponseApdu{static_cast<StatusWord>(word)}.is_error());
  for (const unsigned word : {0x6A82U, 0x6700U, 0x6400U, 0x9001U, 0x6F00U})
    CHECK(ResponseApdu{static_cast<StatusWord>(word)}.is_error());
}
