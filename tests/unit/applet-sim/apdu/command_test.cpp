#include "cicada/applet_sim/apdu/command.h"

#include <memory>

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::apdu;

TEST_GROUP(Command){// Parses from an exact-size block, so that the asan preset sees one octet too far.
                    static Result<CommandView> parse(const Bytes& octets){static std::unique_ptr<std::uint8_t[]> block;
block = std::make_unique<std::uint8_t[]>(octets.size());
std::ranges::copy(octets, block.get());
return parse_command({block.get(), octets.size()});
}
static void check(const Bytes& octets, const Bytes& data, std::uint32_t ne, bool maximum, bool extended) {
  const auto command = parse(octets);
  CHECK_OK(command);
  LONGS_EQUAL(octets[0], command->cla);
  LONGS_EQUAL(octets[1], command->ins);
  LONGS_EQUAL((octets[2] << 8U) | octets[3], command->p1p2());
  CHECK_BYTES(data, command->data);
  LONGS_EQUAL(ne, command->le.ne);
  LONGS_EQUAL(maximum, command->le.maximum);
  LONGS_EQUAL(extended, command->extended);
}
}
;

TEST(Command, has_four_short_cases) {
  check("00A4000C"_hex, {}, 0, false, false);
  check("00B0000017"_hex, {}, 0x17, false, false);
  check("00B0000000"_hex, {}, 256, true, false);
  check("00A4020C02011E"_hex, "011E"_hex, 0, false, false);
  check("00A4020C02011E00"_hex, "011E"_hex, 256, true, false);
  check("00A4020C02011EFF"_hex, "011E"_hex, 255, false, false);
}

TEST(Command, has_four_extended_cases) {
  check("00B00000000100"_hex, {}, 256, false, true);
  check("00B00000000000"_hex, {}, 65536, true, true);
  check("00A4020C000002011E"_hex, "011E"_hex, 0, false, true);
  check("00A4020C000002011E0000"_hex, "011E"_hex, 65536, true, true);
  check("00A4020C000002011E1000"_hex, "011E"_hex, 4096, false, true);
}

TEST(Command, of_the_greatest_length_is_read) {
  const auto octets = concat({"0CB1000000FFFF"_hex, Bytes(65535, 0x5A), "0000"_hex});
  LONGS_EQUAL(kMaxCommandSize, octets.size());
  check(octets, Bytes(65535, 0x5A), 65536, true, true);
}

TEST(Command, whose_lengths_do_not_fit_is_6700) {
  for (const auto& octets :
       {""_hex, "00"_hex, "00A4"_hex, "00A400"_hex, "00A4020C0201"_hex, "00A4020C02011E0000"_hex, "00B000000000"_hex,
        "00B0000000010203"_hex, "00A4020C00000001"_hex, "00A4020C0000000000"_hex, "00A4020C000002011E00"_hex,
        "00A4020C000002011E000000"_hex, "00A4020C00000201"_hex}) {
    const auto command = parse(octets);
    CHECK_FAULT(Fault::malformed, command);
    LONGS_EQUAL(0x6700, command.error().sw);
  }
}

TEST(Command, cut_anywhere_is_6700_or_another_legal_case) {
  // A case 4 command loses octets at its end: with its Le gone it is case 3, with only five octets left it is case 2.
  const auto shortened = "00A4020C02011E00"_hex;
  for (std::size_t size = 0; size < shortened.size(); ++size) {
    const auto legal = size == 4 || size == 5 || size == 7;
    LONGS_EQUAL(legal, parse(Bytes(shortened.begin(), shortened.begin() + static_cast<long>(size))).has_value());
  }
  const auto extended = "00A4020C000002011E0000"_hex;
  for (std::size_t size = 0; size < extended.size(); ++size) {
    const auto legal = size == 4 || size == 5 || size == 7 || size == 9;
    LONGS_EQUAL(legal, parse(Bytes(extended.begin(), extended.begin() + static_cast<long>(size))).has_value());
  }
}

TEST(Command, that_owns_its_data_keeps_it_when_it_moves) {
  const auto parsed = parse("00D6000002BEEF"_hex);
  CHECK_OK(parsed);
  CommandApdu first{*parsed, to_bytes(parsed->data)};
  CommandApdu second{std::move(first)};
  CHECK_BYTES("BEEF"_hex, second.view().data);
  CHECK(first.view().data.empty());  // NOLINT(bugprone-use-after-move): the point of the test
  CommandApdu third;
  third = std::move(second);
  CHECK_BYTES("BEEF"_hex, third.view().data);
  LONGS_EQUAL(0xD6, third.view().ins);
}
