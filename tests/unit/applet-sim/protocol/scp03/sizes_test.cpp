// SCP03 with every key size, both modes and every level, against sessions of others.
#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using namespace cicada::applet_sim::protocol;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

/// The recorded chip made its challenges with the AID of its ISD-R; the computed sessions are those of a card manager.
const Bytes kIsdR = "A0000005591010FFFFFFFF8900000100"_hex;

struct Recorded {
  nlohmann::json data;
  Bytes answer = octets(data, "initialize_update_answer");
  scp03::Terms terms{.key_version = octets(data, "key_version")[0], .option = octets(data, "option")[0]};

  [[nodiscard]] std::uint32_t counter() const {
    if (!terms.pseudo_random()) return 0;
    const auto at = answer.size() - 3;
    return static_cast<std::uint32_t>((answer[at] << 16U) | (answer[at + 1] << 8U) | answer[at + 2]);
  }
  [[nodiscard]] scp03::Handshake handshake() const {
    const auto enc = octets(data, "k_enc");
    const auto mac = octets(data, "k_mac");
    const ByteView random = terms.pseudo_random() ? ByteView{} : ByteView{answer}.subspan(13, terms.size());
    auto begun = scp03::Handshake::begin({.enc = enc, .mac = mac}, terms, counter(),
                                         terms.size() == 8 ? ByteView{kIsdR} : scp03::card_manager_aid(),
                                         octets(data, "host_challenge"), random);
    CHECK_OK(begun);
    CHECK_BYTES(ByteView{answer}.subspan(10), begun->answer());
    return std::move(*begun);
  }
  [[nodiscard]] scp03::Channel channel() const {
    auto open = handshake().finish(apdu::parse_command(octets(data, "external_authenticate")).value());
    CHECK_OK(open);
    return std::move(*open);
  }
};

std::vector<Recorded> sessions() {
  std::vector<Recorded> all;
  for (const auto& vector : vectors::all("scp03_sessions.json")) all.push_back({.data = vector.at("data")});
  return all;
}

}  // namespace

TEST_GROUP(Scp03Sizes){};

TEST(Scp03Sizes, speak_as_the_published_chip_and_the_computed_sessions_do) {
  const auto all = sessions();
  LONGS_EQUAL(23, all.size());
  for (const auto& session : all) {
    auto channel = session.channel();
    for (const auto& exchange : session.data.at("exchanges")) {
      const auto plain = octets(exchange, "command");
      const auto expected = apdu::parse_command(plain).value();
      const auto wrapped = octets(exchange, "wrapped");
      const auto command = channel.unwrap_command(apdu::parse_command(wrapped).value());
      CHECK_OK(command);
      LONGS_EQUAL(expected.p1p2(), command->view().p1p2());
      CHECK_BYTES(expected.data, command->view().data);
      if (!exchange.contains("response")) continue;
      auto data = octets(exchange, "response");
      const auto sw = static_cast<apdu::StatusWord>((data[data.size() - 2] << 8U) | data.back());
      data.resize(data.size() - 2);
      CHECK_BYTES(octets(exchange, "protected"), channel.wrap_response({std::move(data), sw}).value());
    }
  }
}

TEST(Scp03Sizes, refuse_external_authenticate_and_commands_with_any_octet_changed) {
  for (const auto& session : sessions()) {
    const auto right = octets(session.data, "external_authenticate");
    for (std::size_t i = 5; i < right.size(); ++i) {
      auto wrong = right;
      wrong[i] ^= 0x80U;
      const auto open = session.handshake().finish(apdu::parse_command(wrong).value());
      CHECK_FAULT(Fault::security, open);
      LONGS_EQUAL(0x6988, open.error().sw);
    }
    const auto wrapped = octets(session.data.at("exchanges")[0], "wrapped");
    for (std::size_t i = 0; i < 5U + wrapped[4]; ++i) {
      if (i == 4) continue;  // a length that does not fit is no command at all
      auto wrong = wrapped;
      wrong[i] ^= 0x01U;
      auto channel = session.channel();
      CHECK_FAULT(Fault::security, channel.unwrap_command(apdu::parse_command(wrong).value()));
    }
  }
}

TEST(Scp03Sizes, have_the_levels_that_the_option_has_and_no_other) {
  const auto levels_of = [](std::uint8_t option) {
    Bytes levels;
    for (unsigned level = 0; level < 256; ++level) {
      const auto octet = static_cast<std::uint8_t>(level);
      if (scp03::Terms{.option = option}.allows(octet)) levels.push_back(octet);
    }
    return levels;
  };
  CHECK_BYTES("000103"_hex, levels_of(0x00));
  CHECK_BYTES("000103"_hex, levels_of(0x11));
  CHECK_BYTES("0001031113"_hex, levels_of(0x20));
  CHECK_BYTES("000103111333"_hex, levels_of(0x60));
  CHECK_BYTES("000103111333"_hex, levels_of(0x71));
  for (const auto option : "40510280F0"_hex) CHECK(!scp03::Terms{.option = option}.valid());
  for (const auto option : "0001102031607071"_hex) {
    CHECK(scp03::Terms{.option = option}.valid());
  }
}

TEST(Scp03Sizes, refuse_a_level_that_the_option_does_not_have) {
  for (const auto& session : sessions()) {
    auto command = octets(session.data, "external_authenticate");
    for (unsigned level = 0; level < 256; ++level) {
      command[2] = static_cast<std::uint8_t>(level);
      const auto open = session.handshake().finish(apdu::parse_command(command).value());
      if (open) continue;
      LONGS_EQUAL(session.terms.allows(static_cast<std::uint8_t>(level)) ? 0x6988 : 0x6A86, open.error().sw);
    }
    const auto open = session.handshake().finish(apdu::parse_command("8482010004AABBCCDD"_hex).value());
    LONGS_EQUAL(0x6700, open.error().sw);
  }
}

TEST(Scp03Sizes, want_keys_of_one_size_and_challenges_of_the_mode) {
  const Bytes key(16);
  const scp03::Terms s16{.option = 0x61};
  const auto begin = [&](const Bytes& enc, const scp03::Terms& terms, const Bytes& host, const Bytes& random) {
    return scp03::Handshake::begin({.enc = enc, .mac = key}, terms, 1, scp03::card_manager_aid(), host, random);
  };
  CHECK_OK(begin(key, s16, Bytes(16), Bytes(16)));
  CHECK_FAULT(Fault::bad_input, begin(key, s16, Bytes(8), Bytes(16)));
  CHECK_FAULT(Fault::bad_input, begin(key, s16, Bytes(16), Bytes(8)));
  CHECK_FAULT(Fault::bad_input, begin(key, s16, Bytes(16), {}));
  CHECK_FAULT(Fault::bad_input, begin(Bytes(24), s16, Bytes(16), Bytes(16)));
  CHECK_FAULT(Fault::bad_input, begin(key, {.option = 0x41}, Bytes(16), Bytes(16)));
}
