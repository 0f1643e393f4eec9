#include "cicada/host/transport/loopback.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::transport;

TEST_GROUP(Loopback){};

TEST(Loopback, hands_octets_over_and_back) {
  LoopbackTransport card{[](ByteView command) { return concat({command, "9000"_hex}); }};
  CHECK_BYTES("00A400009000"_hex, card.transceive("00A40000"_hex).value());
}

TEST(Loopback, takes_no_answer_for_a_card_that_has_gone) {
  LoopbackTransport card{[](ByteView) { return Bytes{}; }};
  CHECK_FAULT(Fault::card_removed, card.transceive("00A40000"_hex));
}

TEST(Loopback, does_not_give_half_a_status_word) {
  LoopbackTransport card{[](ByteView) { return "90"_hex; }};
  CHECK_FAULT(Fault::transport, card.transceive("00A40000"_hex));
}
