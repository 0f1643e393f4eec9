#include "cicada/applet_sim/protocol/ca/chip_authentication.h"

#include "pace_terminal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using namespace cicada::applet_sim::protocol;
using terminal::ca_oid;
using terminal::tlv;

namespace {

template <typename T>
void check_refused(const Result<T>& result) {
  CHECK_FALSE(result.has_value());
  LONGS_EQUAL(0x6A80, result.error().sw);
}

}  // namespace

TEST_GROUP(ChipAuthenticationProtocol){};

TEST(ChipAuthenticationProtocol, reads_its_three_commands) {
  const auto at = ca::parse_set_at(concat({tlv(0x80, ca_oid(2, 3)), "84010D"_hex}));
  CHECK_OK(at);
  CHECK(at->suite.cipher == sm::Algorithm::aes192);
  CHECK(at->suite.kind == agreement::Kind::ecdh);
  LONGS_EQUAL(13, at->key.value());
  const auto kat_data = "9103040506 840102 5F200141"_hex;  // an unknown object is ignored
  const auto kat = ca::parse_set_kat(kat_data);
  CHECK_OK(kat);
  CHECK_BYTES("040506"_hex, kat->terminal_key);
  LONGS_EQUAL(2, kat->key.value());
  const auto ga_data = "7C048002 0405"_hex;
  const auto ga = ca::parse_general_authenticate(ga_data);
  CHECK_OK(ga);
  CHECK_BYTES("0405"_hex, *ga);
  CHECK_FALSE(ca::parse_set_at(tlv(0x80, ca_oid(1, 1)))->key.has_value());
}

TEST(ChipAuthenticationProtocol, refuses_what_is_malformed) {
  for (const auto& data : {""_hex, "84010D"_hex, "8000"_hex, tlv(0x80, terminal::pace_oid(2, 2)),
                           concat({tlv(0x80, ca_oid(2, 2)), "8400"_hex}), concat({tlv(0x80, ca_oid(2, 2)), "FF"_hex}),
                           concat({tlv(0x80, ca_oid(2, 2)), tlv(0x80, ca_oid(2, 2))}),
                           concat({tlv(0x80, ca_oid(2, 2)), "84010D84010D"_hex})}) {
    check_refused(ca::parse_set_at(data));
  }
  for (const auto& data : {""_hex, "90020405"_hex, "9102040591020405"_hex, "910304"_hex, "9102040584020001"_hex}) {
    check_refused(ca::parse_set_kat(data));
  }
  for (const auto& data : {""_hex, "7C00"_hex, "7C0381020405"_hex, "80020405"_hex, "7C048102 0405"_hex,
                           "7C068002040580 00"_hex, "7C048002040500"_hex}) {
    check_refused(ca::parse_general_authenticate(data));
  }
}

TEST(ChipAuthenticationProtocol, agrees_on_the_keys_that_the_terminal_has) {
  for (const unsigned domain : {0U, 8U, 18U}) {
    for (unsigned cipher = 0; cipher < 4; ++cipher) {
      const terminal::Group group{domain};
      const Bytes chip(20, 0x12);
      const Bytes own(20, 0x34);
      const auto terminal_key = group.multiply(own, group.generator());
      auto agreed = ca::agree(agreement::Domain::create(static_cast<agreement::DomainId>(domain)).value(), chip,
                              static_cast<sm::Algorithm>(cipher), terminal_key);
      CHECK_OK(agreed);
      auto peer = terminal::open_messaging(static_cast<terminal::Cipher>(cipher),
                                           group.agree(own, group.multiply(chip, group.generator())));
      const auto sent = peer.wrap({.ins = 0xB0, .p1 = 0x9E, .le = 4});
      CHECK_OK(agreed->session.unwrap_command(apdu::parse_command(sent).value(), {}));
      CHECK_BYTES("60"_hex, peer.unwrap(agreed->session.wrap_response({"60"_hex, 0x9000}).value())->data);
      LONGS_EQUAL(domain == 0 ? 20 : domain == 8 ? 24 : 66, agreed->terminal_key.size());
    }
  }
}

TEST(ChipAuthenticationProtocol, agrees_on_nothing_with_what_is_no_key) {
  const auto curve = agreement::Domain::create(12).value();
  for (const auto& wrong : {""_hex, "00"_hex, Bytes(65), concat({"04"_hex, Bytes(64)})}) {
    check_refused(ca::agree(curve, Bytes(32, 1), sm::Algorithm::aes128, wrong));
  }
  const auto field = agreement::Domain::create(0).value();
  for (const auto& wrong : {""_hex, "00"_hex, "01"_hex, "02"_hex, Bytes(128, 0xFF)}) {
    check_refused(ca::agree(field, Bytes(20, 1), sm::Algorithm::aes128, wrong));
  }
}
