#include "cicada/host/gp/scp03.h"

#include "cicada/host/gp/diversify.h"
#include "cicada/host/gp/kdf.h"
#include "gp_vectors.h"
#include "scripted_card.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::Scp03;
using nlohmann::json;

namespace {

const json& session() {
  static const json kVector = test::vectors_of_kind("session").back();
  return kVector;
}

Bytes with_sw(Bytes data, ByteView sw) {
  return base::concat({data, sw});
}

}  // namespace

TEST_GROUP(Scp03) {
  test::ScriptedCard card;
  std::deque<Bytes>& answers = card.answers;
  std::vector<Bytes>& commands = card.commands;
  host::iso7816::Channel& channel = card.channel;
  test::ChallengeRng rng{test::octets(session(), "host_challenge")};

  Bytes update_answer() {
    return with_sw(test::octets(session(), "initialize_update_answer"), "9000"_hex);
  }

  base::Result<Scp03> open() {
    return Scp03::open(
        channel, [](const auto&) { return base::Result<host::gp::StaticKeys>{test::static_keys(session())}; }, rng);
  }

  /// An open channel with no answers left.
  Scp03 opened() {
    answers = {update_answer(), "9000"_hex};
    auto scp03 = open();
    CHECK_OK(scp03);
    commands.clear();
    return std::move(*scp03);
  }

  base::Result<host::iso7816::ResponseApdu> send_first(Scp03 & scp03) {
    return scp03.transmit(test::command(test::octets(session().at("exchanges").at(0), "command")));
  }
};

TEST(Scp03, opens_with_initialize_update_and_external_authenticate) {
  answers = {update_answer(), "9000"_hex};
  const auto scp03 = open();
  CHECK_OK(scp03);
  LONGS_EQUAL(2, commands.size());
  CHECK_BYTES("8050000008010203040506070800"_hex, commands[0]);
  CHECK_BYTES(test::octets(session(), "external_authenticate"), commands[1]);
  CHECK_BYTES("43494341444100000042"_hex, scp03->card().serial);
  LONGS_EQUAL(0x30, scp03->card().key_version);
  LONGS_EQUAL(0x70, scp03->card().implementation);
  CHECK_BYTES("00000A"_hex, scp03->card().sequence_counter);
}

TEST(Scp03, carries_commands_and_answers) {
  auto scp03 = opened();
  for (const auto& exchange : session().at("exchanges")) {
    answers.push_back(test::octets(exchange, "protected"));
    const auto response = scp03.transmit(test::command(test::octets(exchange, "command")));
    CHECK_OK(response);
    CHECK_BYTES(test::octets(exchange, "wrapped"), commands.back());
    LONGS_EQUAL(test::response(test::octets(exchange, "response")).sw, response->sw);
  }
}

TEST(Scp03, asks_for_the_key_version_that_it_is_told) {
  answers = {"6A88"_hex};
  const auto scp03 = Scp03::open(
      channel, [](const auto&) { return base::Result<host::gp::StaticKeys>{test::static_keys(session())}; }, rng, 0x30);
  CHECK_FAULT(Fault::card_status, scp03);
  LONGS_EQUAL(0x6A88, scp03.error().sw);
  LONGS_EQUAL(0x30, commands[0][2]);
}

TEST(Scp03, with_a_wrong_key_stops_before_the_card_could_count_a_try) {
  answers = {update_answer(), "9000"_hex};
  const auto scp03 = Scp03::open(
      channel,
      [](const auto&) {
        auto keys = test::static_keys(session());
        keys.k_mac.expose_for_writing()[15] ^= 0x01;
        return base::Result<host::gp::StaticKeys>{std::move(keys)};
      },
      rng);
  CHECK_FAULT(Fault::security, scp03);
  LONGS_EQUAL(1, commands.size());
}

TEST(Scp03, refuses_an_answer_to_initialize_update_with_any_bit_of_serial_challenge_or_cryptogram_flipped) {
  // Keys of this very serial, so that a changed serial leads to other keys.
  const auto master_octets = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"_hex;
  const host::gp::MasterKey master{ByteView{master_octets}.first<16>()};
  auto right = test::octets(session(), "initialize_update_answer");
  const auto keys = host::gp::diversify(master, test::serial(right)).value();
  const auto context =
      base::concat({test::octets(session(), "host_challenge"), ByteView{right}.subspan(test::kCardChallengeAt, 8)});
  Bytes s_mac(16);
  CHECK_OK(host::gp::derive_scp03(crypto::openssl::Cmac::create(keys.k_mac.expose()).value(),
                                  host::gp::Derivation::s_mac, context, s_mac));
  CHECK_OK(host::gp::derive_scp03(crypto::openssl::Cmac::create(s_mac).value(), host::gp::Derivation::card_cryptogram,
                                  context, base::MutableByteView{right}.subspan(test::kCardCryptogramAt, 8)));
  const auto try_open = [&](const Bytes& answer) {
    answers = {with_sw(answer, "9000"_hex), "9000"_hex};
    return Scp03::open(channel, host::gp::diversified(master), rng);
  };
  CHECK_OK(try_open(right));
  for (std::size_t bit = 0; bit < test::kSequenceCounterAt * 8; ++bit) {
    if (bit / 8 == 10) continue;  // the key version is information for the host, not part of any cryptogram
    auto wrong = right;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto scp03 = try_open(wrong);
    CHECK(!scp03);
    CHECK(scp03.error().fault == Fault::security || scp03.error().fault == Fault::unsupported ||
          scp03.error().fault == Fault::malformed);
  }
}

TEST(Scp03, refuses_chips_that_speak_something_else) {
  const auto scp02 = "00000000000000000000700200016B4524ABEE7CF32EA3838BC148F39000"_hex;
  answers = {scp02};
  CHECK_FAULT(Fault::unsupported, open());
  for (const auto protocol : {0x01, 0x04, 0x10, 0x11, 0x80}) {
    auto other_protocol = update_answer();
    other_protocol[11] = static_cast<std::uint8_t>(protocol);
    answers = {other_protocol};
    CHECK_FAULT(Fault::unsupported, open());
  }
  auto half_scp02 = update_answer();
  half_scp02[11] = 0x02;
  answers = {half_scp02};
  CHECK_FAULT(Fault::malformed, open());
  for (const auto i : {0x10, 0x30, 0x50, 0x71, 0xF0}) {
    auto other_options = update_answer();
    other_options[12] = static_cast<std::uint8_t>(i);
    answers = {other_options};
    CHECK_FAULT(Fault::unsupported, open());
  }
  auto no_counter = update_answer();
  no_counter[12] = 0x60;  // a random challenge has no counter after it
  answers = {no_counter};
  CHECK_FAULT(Fault::malformed, open());
  answers = {"9000"_hex};
  CHECK_FAULT(Fault::malformed, open());
  answers = {with_sw(Bytes(33, 0x03), "9000"_hex)};
  CHECK_FAULT(Fault::malformed, open());
}

TEST(Scp03, hands_on_the_status_word_when_the_card_refuses_to_open) {
  answers = {"6D00"_hex};
  const auto locked = open();
  CHECK_FAULT(Fault::card_status, locked);
  LONGS_EQUAL(0x6D00, locked.error().sw);
  answers = {update_answer(), "6300"_hex};
  const auto refused = open();
  CHECK_FAULT(Fault::card_status, refused);
  LONGS_EQUAL(0x6300, refused.error().sw);
}

TEST(Scp03, lives_on_after_an_error_of_the_application) {
  auto scp03 = opened();
  answers = {"6A84"_hex};
  const auto response = send_first(scp03);
  CHECK_OK(response);
  LONGS_EQUAL(0x6A84, response->sw);
  CHECK(scp03.alive());
}

TEST(Scp03, is_dead_when_the_card_says_that_the_channel_has_ended) {
  for (const auto& sw : {"6982"_hex, "6987"_hex, "6988"_hex}) {
    auto scp03 = opened();
    answers = {sw};
    CHECK_FAULT(Fault::card_status, send_first(scp03));
    CHECK_FAULT(Fault::session_dead, send_first(scp03));
    LONGS_EQUAL(1, commands.size());  // the second one never reached the card
  }
}

TEST(Scp03, is_dead_after_a_changed_answer_or_a_broken_link) {
  auto changed = opened();
  auto wrong = test::octets(session().at("exchanges").at(0), "protected");
  wrong[0] ^= 0x80;
  answers = {wrong};
  CHECK_FAULT(Fault::security, send_first(changed));
  CHECK_FAULT(Fault::session_dead, send_first(changed));

  auto removed = opened();
  answers = {};
  CHECK_FAULT(Fault::card_removed, send_first(removed));
  CHECK_FAULT(Fault::session_dead, send_first(removed));
}

TEST(Scp03, does_not_follow_61xx_below_the_mac) {
  auto scp03 = opened();
  answers = {"6108"_hex, "9000"_hex};
  const auto response = send_first(scp03);
  LONGS_EQUAL(1, commands.size());
  CHECK_OK(response);
  LONGS_EQUAL(0x6108, response->sw);
}

TEST(Scp03, opens_nothing_without_random_octets_or_keys) {
  test::ChallengeRng broken{Bytes(7)};
  CHECK_FAULT(Fault::crypto,
              Scp03::open(channel, [](const auto&) { return base::Result<host::gp::StaticKeys>{}; }, broken));
  LONGS_EQUAL(0, commands.size());
  answers = {update_answer()};
  CHECK_FAULT(Fault::not_found, Scp03::open(
                                    channel,
                                    [](const auto&) -> base::Result<host::gp::StaticKeys> {
                                      return base::fail({.fault = Fault::not_found, .what = "no such chip"});
                                    },
                                    rng));
  LONGS_EQUAL(1, commands.size());
}
