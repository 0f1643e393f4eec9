// The card's end of SCP03, against sessions of others.
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

/// The chip that the published sessions were recorded from made its challenges with the AID of its ISD-R.
const Bytes kIsdR = "A0000005591010FFFFFFFF8900000100"_hex;

scp03::StaticKeys keys_of(const nlohmann::json& data) {
  const auto enc = octets(data, "k_enc");
  const auto mac = octets(data, "k_mac");
  const auto dek = octets(data, "k_dek");
  return {.k_enc = scp03::KeyEnc{std::span<const std::uint8_t, 16>{enc}},
          .k_mac = scp03::KeyMac{std::span<const std::uint8_t, 16>{mac}},
          .k_dek = scp03::KeyDek{std::span<const std::uint8_t, 16>{dek}}};
}

/// The handshake of a recorded INITIALIZE UPDATE; its answer must be the recorded one.
scp03::Handshake handshake_of(const nlohmann::json& data) {
  const auto answer = octets(data, "initialize_update_answer");
  const auto counter = static_cast<std::uint32_t>((answer[29] << 16U) | (answer[30] << 8U) | answer[31]);
  auto handshake = scp03::Handshake::begin(keys_of(data), counter, kIsdR, octets(data, "host_challenge"));
  CHECK_OK(handshake);
  CHECK_BYTES(ByteView{answer}.subspan(10), handshake->answer());
  return std::move(*handshake);
}

scp03::Channel channel_of(const nlohmann::json& data) {
  const auto command = octets(data, "external_authenticate");
  auto channel = handshake_of(data).finish(apdu::parse_command(command).value());
  CHECK_OK(channel);
  return std::move(*channel);
}

unsigned refusal_of_finish(const nlohmann::json& data, const Bytes& command) {
  const auto channel = handshake_of(data).finish(apdu::parse_command(command).value());
  CHECK_FAULT(Fault::security, channel);
  return channel.error().sw;
}

}  // namespace

TEST_GROUP(Scp03) {
  nlohmann::json session = vectors::data("scp03.json", "session-33");
};

TEST(Scp03, begins_as_the_published_chip_did) {
  for (const auto* id : {"cryptograms-11", "cryptograms-03", "cryptograms-33"}) {
    static_cast<void>(handshake_of(vectors::data("scp03.json", id)));
  }
}

TEST(Scp03, unwraps_and_wraps_as_the_published_chip_did) {
  auto channel = channel_of(session);
  int responses = 0;
  for (const auto& exchange : session.at("exchanges")) {
    const auto wrapped = octets(exchange, "wrapped");
    const auto plain = octets(exchange, "command");
    const auto expected = apdu::parse_command(plain).value();
    const auto command = channel.unwrap_command(apdu::parse_command(wrapped).value());
    CHECK_OK(command);
    LONGS_EQUAL(expected.ins, command->view().ins);
    LONGS_EQUAL(expected.p1p2(), command->view().p1p2());
    CHECK_BYTES(expected.data, command->view().data);
    if (!exchange.contains("response")) continue;
    ++responses;
    auto data = octets(exchange, "response");
    const auto sw = static_cast<apdu::StatusWord>((data[data.size() - 2] << 8U) | data.back());
    data.resize(data.size() - 2);
    CHECK_BYTES(octets(exchange, "protected"), channel.wrap_response({std::move(data), sw}).value());
  }
  CHECK(responses > 0);
}

TEST(Scp03, refuses_external_authenticate_with_any_octet_changed) {
  const auto right = octets(session, "external_authenticate");
  for (std::size_t i = 5; i < right.size(); ++i) {
    auto wrong = right;
    wrong[i] ^= 0x01U;
    LONGS_EQUAL(0x6988, refusal_of_finish(session, wrong));  // the C-MAC covers the cryptogram
  }
}

TEST(Scp03, refuses_a_command_whose_every_bit_may_be_flipped) {
  const auto wrapped = octets(session.at("exchanges")[0], "wrapped");
  for (std::size_t bit = 0; bit < (wrapped.size() - 1) * 8; ++bit) {
    auto flipped = wrapped;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const auto parsed = apdu::parse_command(flipped);
    if (!parsed) continue;
    auto channel = channel_of(session);
    const auto command = channel.unwrap_command(*parsed);
    CHECK_FAULT(Fault::security, command);
    CHECK(command.error().sw == 0x6988 || command.error().sw == 0x6987 || command.error().sw == 0x6700);
  }
}

TEST(Scp03, refuses_replay_and_reordering) {
  const auto first = octets(session.at("exchanges")[0], "wrapped");
  const auto second = octets(session.at("exchanges")[1], "wrapped");
  auto channel = channel_of(session);
  LONGS_EQUAL(0x6988, channel.unwrap_command(apdu::parse_command(second).value()).error().sw);
  channel = channel_of(session);
  CHECK_OK(channel.unwrap_command(apdu::parse_command(first).value()));
  LONGS_EQUAL(0x6988, channel.unwrap_command(apdu::parse_command(first).value()).error().sw);
}

TEST(Scp03, refuses_commands_without_a_mac_or_with_extended_length) {
  auto channel = channel_of(session);
  LONGS_EQUAL(0x6987, channel.unwrap_command(apdu::parse_command("84E00000"_hex).value()).error().sw);
  const auto seven = "84E000000711223344556677"_hex;
  LONGS_EQUAL(0x6987, channel.unwrap_command(apdu::parse_command(seven).value()).error().sw);
  const auto extended = "84E000000000081122334455667788"_hex;
  LONGS_EQUAL(0x6700, channel.unwrap_command(apdu::parse_command(extended).value()).error().sw);
}

TEST(Scp03, sends_errors_bare_and_warnings_protected) {
  auto channel = channel_of(session);
  const auto wrapped = octets(session.at("exchanges")[0], "wrapped");
  CHECK_OK(channel.unwrap_command(apdu::parse_command(wrapped).value()));
  CHECK_BYTES("6A82"_hex, channel.wrap_response(apdu::sw::k6A82FileNotFound).value());
  CHECK_BYTES("6A82"_hex, channel.wrap_response({"0102"_hex, 0x6A82}).value());
  LONGS_EQUAL(10, channel.wrap_response(apdu::sw::k6282EndOfFile).value().size());
}

TEST(Scp03, wants_a_challenge_of_eight_octets_and_a_counter_of_three) {
  CHECK_FAULT(Fault::bad_input, scp03::Handshake::begin(keys_of(session), 1, kIsdR, Bytes(7)));
  CHECK_FAULT(Fault::bad_input, scp03::Handshake::begin(keys_of(session), 0x1000000, kIsdR, Bytes(8)));
  CHECK_OK(scp03::Handshake::begin(keys_of(session), 0xFFFFFF, kIsdR, Bytes(8)));
}
