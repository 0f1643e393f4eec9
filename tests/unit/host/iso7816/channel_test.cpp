#include "cicada/host/iso7816/channel.h"

#include <vector>

#include "cicada/host/transport/loopback.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::iso7816;
using cicada::host::transport::LoopbackTransport;

namespace {
const CommandApdu kRead{.ins = 0xB0, .ne = 256};
}

TEST_GROUP(Channel) {
  std::vector<Bytes> sent;
  std::vector<Bytes> answers;  // the last one is repeated for ever
  LoopbackTransport card{[this](ByteView command) {
    sent.push_back(to_bytes(command));
    return answers.at(std::min(sent.size(), answers.size()) - 1);
  }};
};

TEST(Channel, gives_data_and_status_word_and_counts) {
  answers = {"01029000"_hex, "6A82"_hex};
  Channel channel{card};
  const auto first = channel.transmit(kRead);
  CHECK_OK(first);
  CHECK_BYTES("0102"_hex, first->data);
  const auto second = channel.transmit(kRead);
  CHECK_OK(second);
  LONGS_EQUAL(0x6A82, second->sw);
  LONGS_EQUAL(2, channel.counters().apdus);
  LONGS_EQUAL(10, channel.counters().bytes_out);
  LONGS_EQUAL(6, channel.counters().bytes_in);
}

TEST(Channel, fetches_the_rest_that_61xx_announces) {
  answers = {"0161 02"_hex, "02036101"_hex, "049000"_hex};
  Channel channel{card};
  const auto response = channel.transmit(kRead);
  CHECK_OK(response);
  CHECK_BYTES("01020304"_hex, response->data);
  LONGS_EQUAL(0x9000, response->sw);
  CHECK_BYTES("00C0000002"_hex, sent.at(1));
  CHECK_BYTES("00C0000001"_hex, sent.at(2));
}

TEST(Channel, takes_6100_for_256_octets) {
  answers = {"6100"_hex, "9000"_hex};
  Channel channel{card};
  CHECK_OK(channel.transmit(kRead));
  CHECK_BYTES("00C0000000"_hex, sent.at(1));
}

TEST(Channel, stops_a_card_that_says_61xx_for_ever) {
  answers = {"AA61FF"_hex};
  Channel channel{card, {.max_get_response = 5}};
  CHECK_FAULT(Fault::limit, channel.transmit(kRead));
  LONGS_EQUAL(6, sent.size());
}

TEST(Channel, stops_a_card_that_sends_more_than_a_response_can_hold) {
  answers = {concat({Bytes(256), "61FF"_hex})};
  Channel channel{card, {.max_get_response = 1000, .max_response_data = 1000}};
  CHECK_FAULT(Fault::limit, channel.transmit(kRead));
  CHECK(sent.size() <= 5);
}

TEST(Channel, repeats_with_the_length_that_6Cxx_names_once) {
  answers = {"6C10"_hex, "0102 9000"_hex};
  Channel channel{card};
  CHECK_OK(channel.transmit(kRead));
  CHECK_BYTES("00B0000010"_hex, sent.at(1));
}

TEST(Channel, stops_a_card_that_says_6Cxx_for_ever) {
  answers = {"6C10"_hex};
  Channel channel{card};
  CHECK_FAULT(Fault::limit, channel.transmit(kRead));
  LONGS_EQUAL(2, sent.size());
}

TEST(Channel, hands_length_hints_to_a_caller_who_wants_them) {
  answers = {"0161 02"_hex, "6C10"_hex};
  Channel channel{card, {.follow_length_hints = false}};
  LONGS_EQUAL(0x6102, channel.transmit(kRead)->sw);
  LONGS_EQUAL(0x6C10, channel.transmit(kRead)->sw);
  LONGS_EQUAL(2, sent.size());
}

TEST(Channel, exchanges_one_for_one) {
  answers = {"0161 02"_hex};
  Channel channel{card};
  LONGS_EQUAL(0x6102, channel.exchange(kRead)->sw);
  LONGS_EQUAL(1, sent.size());
}

TEST(Channel, sends_nothing_that_has_no_coding) {
  answers = {"9000"_hex};
  Channel channel{card};
  CHECK_FAULT(Fault::bad_input, channel.transmit({.ne = 0}));
  LONGS_EQUAL(0, sent.size());
}

TEST(Channel, survives_all_65536_status_words) {
  Channel channel{card};
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    answers = {{static_cast<std::uint8_t>(word >> 8U), static_cast<std::uint8_t>(word)}};
    sent.clear();
    const auto response = channel.transmit(kRead);
    const auto hint = (word >> 8U) == 0x61 || (word >> 8U) == 0x6C;
    if (hint == response.has_value()) FAIL(std::to_string(word).c_str());
    if (response) LONGS_EQUAL(word, response->sw);
  }
}

TEST(Channel, passes_on_what_the_wire_says) {
  answers = {{}};
  Channel channel{card};
  CHECK_FAULT(Fault::card_removed, channel.transmit(kRead));
  answers = {"90"_hex};
  CHECK_FAULT(Fault::transport, channel.transmit(kRead));
}
