#include "cicada/base/bytes.h"

#include "cicada/base/cursor.h"
#include "cicada/base/hex.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;

TEST_GROUP(Hex){};

TEST(Hex, writes_upper_case_without_separators) {
  CHECK_STRING("00A4040CFF", to_hex("00A4040CFF"_hex));
}

TEST(Hex, reads_both_cases_and_skips_white_space) {
  const auto read = from_hex("00 a4:04\n0C");
  CHECK_OK(read);
  CHECK_BYTES("00A4040C"_hex, *read);
}

TEST(Hex, refuses_other_characters_and_says_where) {
  const auto read = from_hex("00G4");
  CHECK_FAULT(Fault::bad_input, read);
  LONGS_EQUAL(2, read.error().at.value());
}

TEST(Hex, refuses_half_an_octet) {
  CHECK_FAULT(Fault::bad_input, from_hex("00A"));
  CHECK_FAULT(Fault::bad_input, from_hex("0 0A4"));
}

TEST_GROUP(Cursor){};

TEST(Cursor, takes_from_the_front) {
  const auto data = "0102030405"_hex;
  Cursor cursor{data};
  LONGS_EQUAL(1, cursor.take_u8().value());
  LONGS_EQUAL(0x0203, cursor.take_u16().value());
  CHECK_BYTES("0405"_hex, cursor.rest());
}

TEST(Cursor, never_reads_past_the_end_and_stays_where_it_was) {
  const auto data = "0102"_hex;
  Cursor cursor{data};
  const auto taken = cursor.take(3);
  CHECK_FAULT(Fault::malformed, taken);
  LONGS_EQUAL(0, cursor.position());
  CHECK_FAULT(Fault::malformed, cursor.take(static_cast<std::size_t>(-1)));
}

TEST(Cursor, reads_and_writes_the_same_number) {
  Bytes data;
  append_unsigned(data, 0x0102030405ULL, 5);
  CHECK_BYTES("0102030405"_hex, data);
  Cursor cursor{data};
  CHECK(cursor.take_unsigned(5).value() == 0x0102030405ULL);
}
