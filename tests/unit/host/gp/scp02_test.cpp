#include "cicada/host/gp/scp02.h"

#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/host/gp/open_channel.h"
#include "gp_vectors.h"
#include "scripted_card.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::Scp02;
using host::gp::Scp02Codec;
using host::gp::Scp02Option;
using host::gp::Scp02Options;
using nlohmann::json;

namespace {

Bytes with_success(Bytes data) {
  return base::concat({data, "9000"_hex});
}

/// The last own session: level 03, with a card challenge that follows from the AID.
const json& session() {
  static const json kVector = test::vectors_of_kind("scp02-session").back();
  return kVector;
}

Scp02Options options(const json& vector) {
  return {.level = vector.at("level").get<std::uint8_t>()};
}

base::Result<Scp02> open(test::ScriptedCard& card, const json& vector, const Scp02Options& with) {
  card.answers = {with_success(test::octets(vector, "initialize_update_answer")), "9000"_hex};
  test::ChallengeRng rng{test::octets(vector, "host_challenge")};
  return Scp02::open(card.channel, test::source(vector), rng, with);
}

}  // namespace

TEST_GROUP(Scp02){};

TEST(Scp02, makes_what_the_published_and_the_computed_sessions_say) {
  for (const auto& vector : test::vectors_of_kind("scp02-session")) {
    test::ScriptedCard card;
    auto scp02 = open(card, vector, options(vector));
    CHECK_OK(scp02);
    CHECK_BYTES(test::octets(vector, "external_authenticate"), card.commands.at(1));
    for (const auto& exchange : vector.at("exchanges")) {
      card.answers = {"0102039000"_hex};
      const auto response = scp02->transmit(test::command(test::octets(exchange, "command")));
      CHECK_OK(response);
      CHECK_BYTES(test::octets(exchange, "wrapped"), card.commands.back());
      CHECK_BYTES("010203"_hex, response->data);  // responses are not protected
    }
  }
}

TEST(Scp02, says_what_the_card_said_about_itself) {
  test::ScriptedCard card;
  const auto scp02 = open(card, session(), options(session()));
  CHECK_OK(scp02);
  CHECK(scp02->card().protocol == host::gp::Protocol::scp02);
  LONGS_EQUAL(0x20, scp02->card().key_version);
  CHECK_BYTES("000A0B"_hex, scp02->card().sequence_counter);
  LONGS_EQUAL(0x03, scp02->security_level());
}

TEST(Scp02, derives_the_published_session_keys) {
  for (const auto& vector : test::vectors_of_kind("scp02-session-keys")) {
    const auto key = test::octets(vector, "key");
    const json as_session{{"k_enc", base::to_hex(key)}, {"k_mac", base::to_hex(key)}, {"k_dek", base::to_hex(key)}};
    host::gp::UpdateAnswer answer;
    answer.card.protocol = host::gp::Protocol::scp02;
    const auto counter = test::octets(vector, "sequence_counter");
    std::ranges::copy(counter, answer.card.sequence_counter.begin() + 1);
    answer.host_challenge = Bytes(8);
    answer.card_challenge = Bytes(6);
    auto codec = Scp02Codec::create(test::static_keys(as_session), answer, 0x01).value();
    // The keys do not come out of the codec; what they do does. DEK:
    using crypto::openssl::BlockCipher;
    using crypto::openssl::CipherAlgorithm;
    Bytes expected(8);
    const auto dek = BlockCipher::create(CipherAlgorithm::tdes2, test::octets(vector, "dek")).value();
    CHECK_OK(dek.encrypt_block(Bytes(8, 0x11), expected));
    CHECK_BYTES(expected, codec.encrypt_sensitive(Bytes(8, 0x11)).value());
    // C-MAC, over an AID:
    const auto c_mac = crypto::openssl::RetailMac::create(test::octets(vector, "c_mac")).value();
    const auto challenge = c_mac.compute({"A0000001510000008000000000000000"_hex}).value();
    CHECK_OK(codec.check_card_challenge("A000000151000000"_hex, ByteView{challenge}.first(6)));
    // S-ENC, in the card cryptogram: host challenge, counter, card challenge, padding.
    const auto s_enc = BlockCipher::create(CipherAlgorithm::tdes2, test::octets(vector, "s_enc")).value();
    auto blocks = base::concat({Bytes(8), counter, Bytes(6), "8000000000000000"_hex});
    CHECK_OK(s_enc.encrypt_cbc(Bytes(8), blocks, blocks));
    CHECK_OK(codec.check_card_cryptogram(ByteView{blocks}.last(8)));
  }
}

TEST(Scp02, with_a_wrong_key_stops_before_the_card_could_count_a_try) {
  auto wrong = session();
  auto key = test::octets(wrong, "k_enc");
  key[3] ^= 0x10;  // not the parity bit
  wrong["k_enc"] = base::to_hex(key);
  test::ScriptedCard card;
  CHECK_FAULT(Fault::security, open(card, wrong, options(wrong)));
  LONGS_EQUAL(1, card.commands.size());
}

TEST(Scp02, notices_a_wrong_mac_key_as_early_only_with_i_55) {
  auto wrong = session();
  auto key = test::octets(wrong, "k_mac");
  key[3] ^= 0x10;
  wrong["k_mac"] = base::to_hex(key);
  auto with = options(wrong);
  test::ScriptedCard i15;
  CHECK_OK(open(i15, wrong, with));  // a real card would refuse EXTERNAL AUTHENTICATE
  with.option = Scp02Option::i55;
  with.aid = test::octets(session(), "aid");
  test::ScriptedCard i55;
  CHECK_FAULT(Fault::security, open(i55, wrong, with));
  LONGS_EQUAL(1, i55.commands.size());
}

TEST(Scp02, refuses_an_answer_with_any_bit_of_counter_challenge_or_cryptogram_flipped) {
  const auto right = test::octets(session(), "initialize_update_answer");
  for (std::size_t bit = 12UL * 8; bit < right.size() * 8; ++bit) {
    auto changed = session();
    auto wrong = right;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    changed["initialize_update_answer"] = base::to_hex(wrong);
    test::ScriptedCard card;
    CHECK_FAULT(Fault::security, open(card, changed, options(changed)));
    LONGS_EQUAL(1, card.commands.size());
  }
}

TEST(Scp02, checks_the_card_challenge_of_i_55_against_the_aid) {
  auto with = options(session());
  with.option = Scp02Option::i55;
  with.aid = test::octets(session(), "aid");
  test::ScriptedCard card;
  CHECK_OK(open(card, session(), with));
  with.aid.back() ^= 0x01;
  test::ScriptedCard other;
  CHECK_FAULT(Fault::security, open(other, session(), with));
  LONGS_EQUAL(1, other.commands.size());
  with.option = Scp02Option::i15;  // a random challenge follows from nothing
  test::ScriptedCard random;
  CHECK_OK(open(random, session(), with));
}

TEST(Scp02, wants_keys_of_16_octets_and_a_level_that_exists) {
  const auto answer = test::update_answer(session());
  auto keys = test::static_keys(session());
  for (unsigned level = 0; level < 256; ++level) {
    CHECK_EQUAL(level == 0x01 || level == 0x03,
                Scp02Codec::create(keys, answer, static_cast<std::uint8_t>(level)).has_value());
  }
  keys.k_dek = host::gp::KDek::copy_of(Bytes(24)).value();
  CHECK_FAULT(Fault::bad_input, Scp02Codec::create(keys, answer));
}

TEST(Scp02, carries_as_much_as_one_short_command_holds_and_no_octet_more) {
  for (const auto& vector : test::vectors_of_kind("scp02-session")) {
    const std::size_t most = vector.at("level") == 1 ? 247 : 239;
    test::ScriptedCard card;
    auto scp02 = open(card, vector, options(vector));
    CHECK_OK(scp02);
    LONGS_EQUAL(most, scp02->max_command_data());
    card.answers = {"9000"_hex};
    CHECK_FAULT(Fault::bad_input, scp02->transmit({.cla = 0x80, .ins = 0xE2, .data = Bytes(most + 1)}));
    CHECK_FAULT(Fault::bad_input, scp02->transmit({.cla = 0x81, .ins = 0xE2}));
    CHECK_OK(scp02->transmit({.cla = 0x80, .ins = 0xE2, .data = Bytes(most)}));
    CHECK(card.commands.back().size() <= 5 + 255);
  }
}

TEST(Scp02, encrypts_keys_under_the_session_data_key) {
  for (const auto& vector : test::vectors_of_kind("scp02-session")) {
    if (!vector.contains("dek")) continue;
    test::ScriptedCard card;
    auto scp02 = open(card, vector, options(vector));
    CHECK_OK(scp02);
    const auto dek =
        crypto::openssl::BlockCipher::create(crypto::openssl::CipherAlgorithm::tdes2, test::octets(vector, "dek"))
            .value();
    const auto key = "00112233445566778899AABBCCDDEEFF"_hex;
    Bytes expected(16);
    CHECK_OK(dek.encrypt_block(ByteView{key}.first(8), base::MutableByteView{expected}.first(8)));
    CHECK_OK(dek.encrypt_block(ByteView{key}.last(8), base::MutableByteView{expected}.last(8)));
    CHECK_BYTES(expected, scp02->encrypt_key(key).value());
    CHECK_FAULT(Fault::bad_input, scp02->encrypt_data(ByteView{key}.first(7)));
  }
  for (const auto& vector : test::vectors_of_kind("scp02-key-encryption")) {
    host::gp::UpdateAnswer answer;
    answer.card.protocol = host::gp::Protocol::scp02;
    answer.host_challenge = Bytes(8);
    answer.card_challenge = Bytes(6);
    const auto key = vector.at("static_key");
    const auto codec =
        Scp02Codec::create(test::static_keys({{"k_enc", key}, {"k_mac", key}, {"k_dek", key}}), answer).value();
    CHECK_BYTES(test::octets(vector, "encrypted"), codec.encrypt_sensitive(test::octets(vector, "key")).value());
  }
}

TEST(Scp02, is_dead_when_the_card_says_that_the_channel_has_ended_or_the_link_breaks) {
  for (const auto& answers : {std::deque<Bytes>{"6982"_hex}, std::deque<Bytes>{"6988"_hex}, std::deque<Bytes>{}}) {
    test::ScriptedCard card;
    auto scp02 = open(card, session(), options(session()));
    CHECK_OK(scp02);
    card.answers = answers;
    CHECK(!scp02->transmit({.cla = 0x80, .ins = 0xCA}));
    CHECK(!scp02->alive());
    CHECK_FAULT(Fault::session_dead, scp02->transmit({.cla = 0x80, .ins = 0xCA}));
    CHECK_FAULT(Fault::session_dead, scp02->encrypt_key(Bytes(16)));
    LONGS_EQUAL(3, card.commands.size());
  }
}

TEST(Scp02, hands_on_the_status_word_when_the_card_refuses_to_open) {
  test::ScriptedCard card;
  test::ChallengeRng rng{test::octets(session(), "host_challenge")};
  card.answers = {with_success(test::octets(session(), "initialize_update_answer")), "6300"_hex};
  const auto refused = Scp02::open(card.channel, test::source(session()), rng);
  CHECK_FAULT(Fault::card_status, refused);
  LONGS_EQUAL(0x6300, refused.error().sw);
}

TEST_GROUP(OpenChannel){};

TEST(OpenChannel, takes_the_protocol_that_the_card_names) {
  const auto scp03_session = test::vectors_of_kind("session").back();
  for (const auto& vector : {session(), scp03_session}) {
    test::ScriptedCard card;
    card.answers = {with_success(test::octets(vector, "initialize_update_answer")), "9000"_hex};
    test::ChallengeRng rng{test::octets(vector, "host_challenge")};
    const auto opened = host::gp::open_channel(card.channel, test::source(vector), rng);
    CHECK_OK(opened);
    CHECK_BYTES(test::octets(vector, "external_authenticate"), card.commands.at(1));
    LONGS_EQUAL(239, (*opened)->max_command_data());
  }
}

TEST(OpenChannel, is_not_talked_down_to_another_protocol) {
  const auto scp03_session = test::vectors_of_kind("session").back();
  for (const auto& vector : {session(), scp03_session}) {
    test::ScriptedCard card;
    card.answers = {with_success(test::octets(vector, "initialize_update_answer")), "9000"_hex};
    test::ChallengeRng rng{test::octets(vector, "host_challenge")};
    const auto other = vector == session() ? host::gp::Protocol::scp03 : host::gp::Protocol::scp02;
    CHECK_FAULT(Fault::unsupported,
                host::gp::open_channel(card.channel, test::source(vector), rng, {.protocol = other}));
    LONGS_EQUAL(1, card.commands.size());
  }
}
