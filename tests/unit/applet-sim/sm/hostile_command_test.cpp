// Protected commands that are wrong in one way each.
#include <utility>
#include <vector>

#include "cicada/applet_sim/sm/secure_messaging.h"
#include "terminal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;

namespace {

constexpr sm::Required kRead{.data = false, .le = true};
constexpr sm::Required kSelect{.data = true, .le = false};

sm::SecureMessaging card_side() {
  const sm::SessionKeys keys{
      .algorithm = sm::Algorithm::tdes, .ks_enc = SecretBytes{Bytes(16, 1)}, .ks_mac = SecretBytes{Bytes(16, 2)}};
  return sm::SecureMessaging::create(keys, "887022120C06C226"_hex).value();
}

terminal::Messaging terminal_side() {
  return {Bytes(16, 1), Bytes(16, 2), "887022120C06C226"_hex};
}

unsigned refusal(ByteView octets, sm::Required required = {}) {
  const auto parsed = apdu::parse_command(octets);
  CHECK_OK(parsed);
  auto card = card_side();
  const auto command = card.unwrap_command(*parsed, required);
  if (!command) CHECK_STRING(to_string(Fault::security), to_string(command.error().fault));
  return command ? 0x9000 : command.error().sw;
}

Bytes do87(const terminal::Messaging& session, ByteView data) {
  return terminal::tlv(0x87, concat({"01"_hex, session.encrypt(data)}));
}

}  // namespace

TEST_GROUP(HostileCommand) {
  terminal::Messaging session = terminal_side();

  /// The objects have a right MAC: only their form is wrong.
  void check(unsigned sw, std::uint8_t ins, const Bytes& objects, sm::Required required = {}) {
    session = terminal_side();
    LONGS_EQUAL(sw, refusal(session.seal(ins, 0, 0, objects), required));
  }
};

TEST(HostileCommand, is_not_what_a_right_one_is) {
  check(0x9000, 0xB0, "970104"_hex, kRead);
  check(0x9000, 0xA4, do87(session, "011E"_hex), kSelect);
  check(0x9000, 0xB1, concat({terminal::tlv(0x85, session.encrypt("54020000"_hex)), "970104"_hex}));
  check(0x9000, 0xB0, "97020104"_hex, kRead);
  check(0x9000, 0xA4, {});
}

TEST(HostileCommand, that_lacks_an_object_it_needs_is_6987) {
  check(0x6987, 0xB0, {}, kRead);
  check(0x6987, 0xB0, do87(session, "00"_hex), kRead);
  check(0x6987, 0xA4, {}, kSelect);
  check(0x6987, 0xA4, "970100"_hex, kSelect);
  LONGS_EQUAL(0x6987, refusal("0CB00000"_hex));
  LONGS_EQUAL(0x6987, refusal("0CB0000000"_hex));
  LONGS_EQUAL(0x6987, refusal("0CB000000397010400"_hex));
  LONGS_EQUAL(0x6987, refusal(concat({"0CA4020C0B"_hex, do87(session, "011E"_hex), "00"_hex})));
}

TEST(HostileCommand, with_objects_twice_foreign_or_out_of_order_is_6988) {
  const auto data = do87(session, "011E"_hex);
  const auto le = "970104"_hex;
  check(0x6988, 0xB0, concat({le, le}));
  check(0x6988, 0xA4, concat({data, data}));
  check(0x6988, 0xA4, concat({le, data}));
  check(0x6988, 0xA4, concat({data, "8E081122334455667788"_hex}));
  check(0x6988, 0xB0, concat({le, "99029000"_hex}));
  check(0x6988, 0xB0, concat({"8104DEADBEEF"_hex, le}));
  check(0x6988, 0xB0, concat({"89040CB00000"_hex, le}));
  check(0x6988, 0xB0, concat({le, "8001AA"_hex}));
  check(0x6988, 0xB0, concat({"7F4900"_hex, le}));
}

TEST(HostileCommand, with_the_cryptogram_in_the_wrong_object_is_6988) {
  check(0x6988, 0xB1, concat({do87(session, "54020000"_hex), "970104"_hex}));
  check(0x6988, 0xA4, terminal::tlv(0x85, session.encrypt("011E"_hex)));
}

TEST(HostileCommand, with_a_malformed_object_is_6988) {
  check(0x6988, 0xB0, "9700"_hex);
  check(0x6988, 0xB0, "9703010203"_hex);
  check(0x6988, 0xB0, "97810104"_hex);
  check(0x6988, 0xB0, "9780"_hex);
  check(0x6988, 0xA4, "8700"_hex);
  check(0x6988, 0xA4, "870101"_hex);
  check(0x6988, 0xA4, concat({"870901"_hex, Bytes(7)}));
  check(0x6988, 0xA4, terminal::tlv(0x87, concat({"02"_hex, session.encrypt("011E"_hex)})));
  check(0x6988, 0xA4, terminal::tlv(0x87, concat({"00"_hex, session.encrypt("011E"_hex)})));
  check(0x6988, 0xA4, terminal::tlv(0x87, session.encrypt("011E"_hex)));
  check(0x6988, 0xA4, terminal::tlv(0x87, concat({"01"_hex, Bytes(12)})));
}

TEST(HostileCommand, with_wrong_padding_under_a_right_mac_is_6988) {
  for (const auto& block : {"011E000000000000"_hex, "0000000000000000"_hex, "8000000000000000"_hex,
                            "011E800000000001"_hex, "011E810000000000"_hex, "FFFFFFFFFFFFFFFF"_hex}) {
    check(0x6988, 0xA4, terminal::tlv(0x87, concat({"01"_hex, session.encrypt_unpadded(block)})));
  }
  // A whole block of padding too much: the mark must be in the last block.
  check(0x6988, 0xA4,
        terminal::tlv(0x87, concat({"01"_hex, session.encrypt_unpadded("011E8000000000000000000000000000"_hex)})));
}

TEST(HostileCommand, with_a_mac_object_of_another_form_is_6988) {
  const auto whole = session.seal(0xB0, 0, 0, "970104"_hex);
  const auto mac = Bytes(whole.begin() + 10, whole.begin() + 18);
  const auto with = [&](const Bytes& objects) {
    return refusal(terminal::encode(0x0C, {.ins = 0xB0, .data = objects, .le = 256}));
  };
  LONGS_EQUAL(0x9000, with(concat({"970104 8E08"_hex, mac})));
  LONGS_EQUAL(0x6988, with(concat({"970104 8E07"_hex, Bytes(mac.begin(), mac.end() - 1)})));
  LONGS_EQUAL(0x6988, with(concat({"970104 8E09"_hex, mac, "00"_hex})));
  LONGS_EQUAL(0x6988, with(concat({"970104 8E00"_hex})));
  LONGS_EQUAL(0x6988, with(concat({"970104 8E08"_hex, mac, "8E08"_hex, mac})));
  LONGS_EQUAL(0x6988, with(concat({"970104 8E08"_hex, mac, "00"_hex})));
  LONGS_EQUAL(0x6988, with(concat({"8E08"_hex, mac, "970104"_hex})));
}

TEST(HostileCommand, with_any_bit_flipped_is_refused) {
  const auto whole = session.wrap({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "011E"_hex});
  // The class byte decides who looks at the command at all, and the outer Le is not protected by the standard.
  for (std::size_t bit = 8; bit < (whole.size() - 1) * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const auto parsed = apdu::parse_command(flipped);
    if (!parsed) {
      LONGS_EQUAL(0x6700, parsed.error().sw);
      continue;
    }
    const auto sw = refusal(flipped);
    CHECK(sw == 0x6988 || sw == 0x6987);
  }
}

TEST(HostileCommand, sent_again_late_or_early_is_6988) {
  auto first = session.wrap({.ins = 0xB0, .le = 4});
  const auto second = session.wrap({.ins = 0xB0, .le = 4});
  LONGS_EQUAL(0x6988, refusal(second));
  auto card = card_side();
  CHECK_OK(card.unwrap_command(apdu::parse_command(first).value(), {}));
  CHECK_OK(card.wrap_response(apdu::sw::k9000Ok));
  const auto again = card.unwrap_command(apdu::parse_command(first).value(), {});
  CHECK_FAULT(Fault::security, again);
  LONGS_EQUAL(0x6988, again.error().sw);
}

TEST(HostileCommand, without_data_and_le_may_pad_its_header_once_or_twice) {
  const auto twice = session.seal(0xA4, 0, 0x0C, {});
  LONGS_EQUAL(0x9000, refusal(twice));
  // The other reading: SSC and the padded header, nothing behind them.
  const auto head = "887022120C06C227 0CA4000C80000000"_hex;
  const auto once = concat({"0CA4000C0A8E08"_hex, terminal::retail_mac(Bytes(16, 2), head), "00"_hex});
  LONGS_EQUAL(0x9000, refusal(once));
  // This leniency is for commands without objects only.
  const auto with_le = concat({"0CB000000D970104 8E08"_hex,
                               terminal::retail_mac(Bytes(16, 2), "887022120C06C2270CB0000080000000"_hex), "00"_hex});
  LONGS_EQUAL(0x6988, refusal(with_le));
}

TEST(HostileCommand, cannot_stop_the_counter_at_its_end) {
  const sm::SessionKeys keys{
      .algorithm = sm::Algorithm::tdes, .ks_enc = SecretBytes{Bytes(16, 1)}, .ks_mac = SecretBytes{Bytes(16, 2)}};
  auto card = sm::SecureMessaging::create(keys, "FFFFFFFFFFFFFFFF"_hex).value();
  terminal::Messaging other{Bytes(16, 1), Bytes(16, 2), "FFFFFFFFFFFFFFFF"_hex};
  CHECK_OK(card.unwrap_command(apdu::parse_command(other.wrap({.ins = 0xB0, .le = 4})).value(), {}));
  const auto response = card.wrap_response({"01020304"_hex, 0x9000});
  CHECK_OK(response);
  CHECK_BYTES("01020304"_hex, other.unwrap(*response).value().data);
}
