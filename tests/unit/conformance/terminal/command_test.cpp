#include "cicada/conformance/terminal/command.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cicada::conformance::terminal::parse_command;
using cicada::host::iso7816::CommandApdu;

TEST_GROUP(ParseCommand){};

TEST(ParseCommand, takes_every_case_of_length_fields_apart_and_encodes_it_again) {
  for (const auto& octets :
       {"00440000"_hex, "00B0000000"_hex, "00B0000004"_hex, "00A4020C02011E"_hex, "00880000 02 AABB 00"_hex,
        "00B00000 000000"_hex, "00B00000 000004"_hex, "00D60000 000002 AABB"_hex, "00D60000 000002 AABB 0000"_hex,
        "0CB00000 00000D 9701048E08ED6705417E96BA55 0000"_hex}) {
    const auto command = parse_command(octets);
    CHECK_OK(command);
    CHECK_BYTES(octets, command->encode().value());
  }
}

TEST(ParseCommand, knows_the_largest_lengths) {
  LONGS_EQUAL(256, parse_command("00B0000000"_hex)->ne.value());
  LONGS_EQUAL(65536, parse_command("00B00000000000"_hex)->ne.value());
  LONGS_EQUAL(65535, parse_command("00B0000000FFFF"_hex)->ne.value());
  auto largest = "00D6000000FFFF"_hex;
  largest.resize(largest.size() + 65535);
  LONGS_EQUAL(65535, parse_command(largest)->data.size());
  LONGS_EQUAL(255, parse_command(concat({"00D60000FF"_hex, Bytes(255)}))->data.size());
}

TEST(ParseCommand, says_whether_lengths_were_extended) {
  CHECK(parse_command("00B0000000 0004"_hex)->extended);
  CHECK(!parse_command("00B0000004"_hex)->extended);
}

TEST(ParseCommand, refuses_lengths_that_do_not_fit) {
  for (const auto& octets :
       {""_hex, "00"_hex, "00A404"_hex, "00A4020C03011E"_hex, "00A4020C02011E0000"_hex, "00A4020C 0000"_hex,
        "00D60000 000003 AABB"_hex, "00D60000 000002 AABB 00"_hex, "00D60000 000000 AA"_hex}) {
    CHECK_FAULT(Fault::bad_input, parse_command(octets));
  }
}
