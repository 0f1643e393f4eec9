#include "cicada/host/iso7816/apdu.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::iso7816;

TEST_GROUP(CommandApdu){};

TEST(CommandApdu, is_coded_in_the_four_short_cases) {
  CHECK_BYTES("00440000"_hex, (CommandApdu{.ins = 0x44}.encode().value()));
  CHECK_BYTES("0084000008"_hex, (CommandApdu{.ins = 0x84, .ne = 8}.encode().value()));
  CHECK_BYTES("00A4020C02011E"_hex, (CommandApdu{.ins = 0xA4, .p1 = 2, .p2 = 12, .data = "011E"_hex}.encode().value()));
  CHECK_BYTES("00A4020C02011E00"_hex,
              (CommandApdu{.ins = 0xA4, .p1 = 2, .p2 = 12, .data = "011E"_hex, .ne = 256}.encode().value()));
}

TEST(CommandApdu, is_coded_in_the_three_extended_cases) {
  CHECK_BYTES("00B00000000101"_hex, (CommandApdu{.ins = 0xB0, .ne = 257}.encode().value()));
  CHECK_BYTES("00B00000000000"_hex, (CommandApdu{.ins = 0xB0, .ne = 65536}.encode().value()));
  CHECK_BYTES("00D6000000000101"_hex, (CommandApdu{.ins = 0xD6, .data = "01"_hex, .extended = true}.encode().value()));
  CHECK_BYTES("00D60000000001010008"_hex,
              (CommandApdu{.ins = 0xD6, .data = "01"_hex, .ne = 8, .extended = true}.encode().value()));
}

TEST(CommandApdu, turns_to_extended_length_exactly_where_short_ends) {
  const auto size_of = [](std::size_t nc) {
    return CommandApdu{.ins = 0xD6, .data = Bytes(nc)}.encode().value().size();
  };
  LONGS_EQUAL(4 + 1 + 255, size_of(255));
  LONGS_EQUAL(4 + 3 + 256, size_of(256));
  LONGS_EQUAL(4 + 3 + 65535, size_of(65535));
}

TEST(CommandApdu, that_has_no_coding_is_refused) {
  CHECK_FAULT(Fault::bad_input, (CommandApdu{.data = Bytes(65536)}.encode()));
  CHECK_FAULT(Fault::bad_input, (CommandApdu{.ne = 0}.encode()));
  CHECK_FAULT(Fault::bad_input, (CommandApdu{.ne = 65537}.encode()));
}

TEST_GROUP(ResponseApdu){};

TEST(ResponseApdu, is_data_and_a_status_word) {
  const auto response = ResponseApdu::parse("0102036282"_hex);
  CHECK_OK(response);
  CHECK_BYTES("010203"_hex, response->data);
  LONGS_EQUAL(0x6282, response->sw);
  LONGS_EQUAL(0x62, response->sw1());
  LONGS_EQUAL(0x82, response->sw2());
  CHECK(!response->ok());
}

TEST(ResponseApdu, of_an_impossible_size_is_refused) {
  CHECK_FAULT(Fault::malformed, ResponseApdu::parse({}));
  CHECK_FAULT(Fault::malformed, ResponseApdu::parse("90"_hex));
  CHECK_OK(ResponseApdu::parse(Bytes(65538)));
  CHECK_FAULT(Fault::malformed, ResponseApdu::parse(Bytes(65539)));
}

TEST(CommandApdu, is_split_into_a_chain_for_a_card_without_extended_length) {
  const CommandApdu command{
      .cla = 0x0C, .ins = 0x2A, .p1 = 0x00, .p2 = 0xBE, .data = Bytes(520, 0x11), .ne = 256, .extended = true};
  const auto chain = split_into_chain(command, 255);
  CHECK_OK(chain);
  LONGS_EQUAL(3, chain->size());
  for (const std::size_t i : {0U, 1U}) {
    LONGS_EQUAL(0x1C, chain->at(i).cla);
    LONGS_EQUAL(255, chain->at(i).data.size());
    CHECK(!chain->at(i).ne && !chain->at(i).needs_extended());
  }
  LONGS_EQUAL(0x0C, chain->at(2).cla);
  LONGS_EQUAL(10, chain->at(2).data.size());
  LONGS_EQUAL(256, *chain->at(2).ne);
  CHECK(!chain->at(2).needs_extended());
}

TEST(CommandApdu, that_fits_is_a_chain_of_one) {
  const auto chain = split_into_chain({.ins = 0x86, .data = Bytes(255)}, 255);
  CHECK_OK(chain);
  LONGS_EQUAL(1, chain->size());
  LONGS_EQUAL(0x00, chain->at(0).cla);
  LONGS_EQUAL(1, split_into_chain({.ins = 0x44}, 255)->size());
}

TEST(CommandApdu, is_not_split_into_nothing_or_without_end) {
  CHECK_FAULT(Fault::bad_input, split_into_chain({.data = Bytes(3)}, 0));
  CHECK_OK(split_into_chain({.data = Bytes(kMaxChain)}, 1));
  CHECK_FAULT(Fault::limit, split_into_chain({.data = Bytes(kMaxChain + 1)}, 1));
}
