#include "t0.h"

#include <vector>

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::transport;

TEST_GROUP(T0) {
  std::vector<Bytes> sent;
  std::vector<Bytes> answers;
  Result<Bytes> transceive(const Bytes& command) {
    return transceive_t0(command, [this](ByteView tpdu) -> Result<Bytes> {
      sent.push_back(to_bytes(tpdu));
      return answers.at(std::min(sent.size(), answers.size()) - 1);
    });
  }
};

TEST(T0, carries_the_four_cases) {
  answers = {"9000"_hex};
  CHECK_OK(transceive("00440000"_hex));
  CHECK_OK(transceive("00B0000010"_hex));
  CHECK_OK(transceive("00D60000020102"_hex));
  CHECK_OK(transceive("00A4020C02011E00"_hex));
  CHECK_BYTES("0044000000"_hex, sent.at(0));
  CHECK_BYTES("00B0000010"_hex, sent.at(1));
  CHECK_BYTES("00D60000020102"_hex, sent.at(2));
  CHECK_BYTES("00A4020C02011E"_hex, sent.at(3));
}

TEST(T0, fetches_the_response_data_without_secure_messaging_bits) {
  answers = {"6103"_hex, "01026101"_hex, "039000"_hex};
  CHECK_BYTES("0102039000"_hex, transceive("0CB000000D9701048E08000000000000000000"_hex).value());
  CHECK_BYTES("00C0000003"_hex, sent.at(1));
  CHECK_BYTES("00C0000001"_hex, sent.at(2));
}

TEST(T0, repeats_with_the_right_length_once) {
  answers = {"6C02"_hex, "01029000"_hex};
  CHECK_BYTES("01029000"_hex, transceive("00B0000000"_hex).value());
  CHECK_BYTES("00B0000002"_hex, sent.at(1));
  sent.clear();
  answers = {"6C02"_hex};
  CHECK_BYTES("6C02"_hex, transceive("00B0000000"_hex).value());
  LONGS_EQUAL(2, sent.size());
}

TEST(T0, stops_an_endless_card) {
  answers = {"AA61FF"_hex};
  CHECK_FAULT(Fault::limit, transceive("00B0000000"_hex));
  LONGS_EQUAL(1 + kMaxT0Rounds, sent.size());
}

TEST(T0, knows_no_extended_length_and_no_crooked_command) {
  answers = {"9000"_hex};
  CHECK_FAULT(Fault::unsupported, transceive("00B00000000000"_hex));
  CHECK_FAULT(Fault::bad_input, transceive("00D600000401"_hex));
  CHECK_FAULT(Fault::bad_input, transceive("00D6"_hex));
  LONGS_EQUAL(0, sent.size());
}
