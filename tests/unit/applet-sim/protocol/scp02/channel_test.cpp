// The card's end of SCP02, against sessions of others.
#include "cicada/applet_sim/protocol/scp02/channel.h"

#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using namespace cicada::applet_sim::protocol;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

const Bytes kIsd = "A000000151000000"_hex;

Result<scp02::Handshake> start(const nlohmann::json& data, const Bytes& aid = kIsd) {
  const auto enc = octets(data, "k_enc");
  const auto mac = octets(data, "k_mac");
  const auto dek = octets(data, "k_dek");
  const auto answer = octets(data, "initialize_update_answer");
  const auto counter = static_cast<std::uint16_t>((answer[12] << 8U) | answer[13]);
  const bool random = data.at("option") == "15";
  return scp02::Handshake::begin({.enc = enc, .mac = mac, .dek = dek}, octets(data, "key_version")[0], counter, aid,
                                 octets(data, "host_challenge"), random ? ByteView{answer}.subspan(14, 6) : ByteView{});
}

/// The handshake of a recorded INITIALIZE UPDATE; its answer must be the recorded one.
scp02::Handshake handshake_of(const nlohmann::json& data) {
  auto handshake = start(data);
  CHECK_OK(handshake);
  const auto answer = octets(data, "initialize_update_answer");
  CHECK_BYTES(ByteView{answer}.subspan(10), handshake->answer());
  return std::move(*handshake);
}

scp02::Channel channel_of(const nlohmann::json& data) {
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

Result<apdu::CommandApdu> unwrap(scp02::Channel& channel, const Bytes& command) {
  return channel.unwrap_command(apdu::parse_command(command).value());
}

}  // namespace

TEST_GROUP(Scp02) {
  nlohmann::json session = vectors::data("scp02_sessions.json", "session-03-i15");
};

TEST(Scp02, unwraps_as_the_published_and_the_computed_sessions_say) {
  for (const auto* id : {"session-01", "session-03-i15", "session-03-i55", "session-01-i55"}) {
    const auto data = vectors::data("scp02_sessions.json", id);
    auto channel = channel_of(data);
    for (const auto& exchange : data.at("exchanges")) {
      const auto plain = octets(exchange, "command");
      const auto expected = apdu::parse_command(plain).value();
      const auto command = unwrap(channel, octets(exchange, "wrapped"));
      CHECK_OK(command);
      LONGS_EQUAL(expected.ins, command->view().ins);
      LONGS_EQUAL(expected.p1p2(), command->view().p1p2());
      CHECK_BYTES(expected.data, command->view().data);
    }
  }
}

TEST(Scp02, makes_the_pseudo_random_challenge_from_counter_keys_and_aid) {
  const auto data = vectors::data("scp02_sessions.json", "session-03-i55");
  CHECK_BYTES(handshake_of(data).answer(), handshake_of(data).answer());
  const auto other = start(data, "A000000151000001"_hex);
  CHECK_OK(other);
  CHECK(handshake_of(data).answer() != other->answer());
}

TEST(Scp02, decrypts_what_came_under_the_session_key_for_secrets) {
  const auto channel = channel_of(session);
  const auto secret = channel.decrypt_secret(octets(session, "encrypted_secret"));
  CHECK_OK(secret);
  CHECK_BYTES(octets(session, "secret"), secret->expose());
  CHECK_FAULT(Fault::bad_input, channel.decrypt_secret(Bytes(15)));
}

TEST(Scp02, refuses_external_authenticate_with_any_octet_changed) {
  const auto right = octets(session, "external_authenticate");
  for (std::size_t i = 5; i < right.size(); ++i) {
    auto wrong = right;
    wrong[i] ^= 0x01U;
    LONGS_EQUAL(0x6988, refusal_of_finish(session, wrong));  // the C-MAC covers the cryptogram
  }
}

TEST(Scp02, refuses_levels_and_lengths_that_it_does_not_have) {
  const auto right = octets(session, "external_authenticate");
  for (unsigned level = 0; level < 256; ++level) {
    if (level == 0x00 || level == 0x01 || level == 0x03) continue;
    auto wrong = right;
    wrong[2] = static_cast<std::uint8_t>(level);
    LONGS_EQUAL(0x6A86, refusal_of_finish(session, wrong));
  }
  LONGS_EQUAL(0x6700, refusal_of_finish(session, "848203000F0102030405060708090A0B0C0D0E0F"_hex));
  // The level is under the C-MAC.
  auto lower = right;
  lower[2] = 0x01;
  LONGS_EQUAL(0x6988, refusal_of_finish(session, lower));
}

TEST(Scp02, refuses_a_wrong_host_cryptogram_under_a_right_mac) {
  // Another host challenge gives the cryptogram of another session; the C-MAC key only depends on the counter.
  auto other = session;
  other["host_challenge"] = "0102030405060708";
  auto handshake = start(other);
  CHECK_OK(handshake);
  const auto command = octets(session, "external_authenticate");
  LONGS_EQUAL(0x6300, std::move(*handshake).finish(apdu::parse_command(command).value()).error().sw);
}

TEST(Scp02, refuses_a_command_whose_every_bit_may_be_flipped) {
  for (const std::size_t which : {1U, 2U}) {
    const auto before = which == 1 ? 1U : 2U;
    const auto wrapped = octets(session.at("exchanges")[which], "wrapped");
    // The Le field is not under the C-MAC.
    const std::size_t covered = 5U + wrapped[4];
    for (std::size_t bit = 0; bit < covered * 8; ++bit) {
      auto flipped = wrapped;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      const auto parsed = apdu::parse_command(flipped);
      if (!parsed) continue;
      auto channel = channel_of(session);
      for (unsigned i = 0; i < before; ++i) CHECK_OK(unwrap(channel, octets(session.at("exchanges")[i], "wrapped")));
      const auto command = channel.unwrap_command(*parsed);
      CHECK_FAULT(Fault::security, command);
      CHECK(command.error().sw == 0x6988 || command.error().sw == 0x6987 || command.error().sw == 0x6700);
    }
  }
}

TEST(Scp02, refuses_replay_and_reordering) {
  const auto first = octets(session.at("exchanges")[0], "wrapped");
  const auto second = octets(session.at("exchanges")[1], "wrapped");
  auto channel = channel_of(session);
  LONGS_EQUAL(0x6988, unwrap(channel, second).error().sw);
  channel = channel_of(session);
  CHECK_OK(unwrap(channel, first));
  LONGS_EQUAL(0x6988, unwrap(channel, first).error().sw);
}

TEST(Scp02, refuses_commands_without_a_mac_or_with_extended_length) {
  auto channel = channel_of(session);
  LONGS_EQUAL(0x6987, unwrap(channel, "84E00000"_hex).error().sw);
  LONGS_EQUAL(0x6987, unwrap(channel, "84E000000711223344556677"_hex).error().sw);
  LONGS_EQUAL(0x6700, unwrap(channel, "84E000000000081122334455667788"_hex).error().sw);
}

TEST(Scp02, wants_challenges_and_keys_of_their_size) {
  const Bytes key(16, 1);
  const Bytes challenge(8);
  CHECK_FAULT(Fault::bad_input, scp02::Handshake::begin({key, key, key}, 1, 0, kIsd, Bytes(7), {}));
  CHECK_FAULT(Fault::bad_input, scp02::Handshake::begin({key, key, key}, 1, 0, kIsd, challenge, Bytes(8)));
  CHECK_FAULT(Fault::bad_input, scp02::Handshake::begin({key, key, Bytes(24)}, 1, 0, kIsd, challenge, {}));
  CHECK_OK(scp02::Handshake::begin({key, key, key}, 1, 0xFFFF, kIsd, challenge, Bytes(6)));
}
