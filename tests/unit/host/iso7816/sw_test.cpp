#include "cicada/host/iso7816/sw.h"

#include <array>

#include "harness.h"

using namespace cicada::host::iso7816;

namespace {

struct Range {
  std::uint16_t first;
  std::uint16_t last;
  SwClass expected;
};

// Every status word stands in exactly one row.
constexpr std::array kRanges = {
    Range{0x0000, 0x60FF, SwClass::undefined},      Range{0x6100, 0x61FF, SwClass::more_data},
    Range{0x6200, 0x63FF, SwClass::warning},        Range{0x6400, 0x66FF, SwClass::execution_error},
    Range{0x6700, 0x6BFF, SwClass::checking_error}, Range{0x6C00, 0x6CFF, SwClass::wrong_le},
    Range{0x6D00, 0x6FFF, SwClass::checking_error}, Range{0x7000, 0x8FFF, SwClass::undefined},
    Range{0x9000, 0x9000, SwClass::normal},         Range{0x9001, 0xFFFF, SwClass::undefined},
};

}  // namespace

TEST_GROUP(StatusWord){};

TEST(StatusWord, all_65536_have_the_class_of_the_table) {
  std::size_t seen = 0;
  for (const auto& range : kRanges) {
    for (std::uint32_t status = range.first; status <= range.last; ++status, ++seen) {
      const auto word = static_cast<std::uint16_t>(status);
      if (classify(word) != range.expected) FAIL(std::to_string(status).c_str());
      CHECK(!describe(word).empty());
    }
  }
  LONGS_EQUAL(65536, seen);
}

TEST(StatusWord, is_described_by_its_whole_value) {
  CHECK_STRING("success", describe(sw::k9000Success));
  CHECK_STRING("file or application not found", describe(sw::k6A82FileNotFound));
  CHECK_STRING("secure messaging object incorrect", describe(sw::k6988SmObjectIncorrect));
  // Neighbours of named values are not taken for them.
  CHECK_STRING("undefined status word", describe(0x9001));
  CHECK_STRING("checking error", describe(0x6A8F));
  CHECK_STRING("warning", describe(0x63CF));
  CHECK_STRING("more data available", describe(0x6110));
  CHECK_STRING("wrong Le", describe(0x6C28));
}
