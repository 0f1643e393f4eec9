// SCP03 with every key size, mode and security level.
#include <set>

#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/host/gp/scp03.h"
#include "gp_vectors.h"
#include "scripted_card.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::Scp03;
using host::gp::Scp03Codec;
using host::gp::Scp03Mode;
using host::gp::Scp03Options;
using nlohmann::json;

namespace {

Scp03Codec fresh(const json& vector) {
  const auto answer = test::update_answer(vector);
  return Scp03Codec::create(test::static_keys(vector), answer.host_challenge, answer.card_challenge,
                            vector.at("level").get<std::uint8_t>())
      .value();
}

Scp03Options options(const json& vector) {
  const bool s16 = test::octets(vector, "host_challenge").size() == 16;
  return {.level = vector.at("level").get<std::uint8_t>(),
          .mode = s16 ? Scp03Mode::s16 : Scp03Mode::s8,
          .implementation = {}};
}

Bytes with_success(Bytes data) {
  return base::concat({data, "9000"_hex});
}

/// Opens a channel to a card that plays the vector.
base::Result<Scp03> open(test::ScriptedCard& card, const json& vector, const Scp03Options& with) {
  card.answers = {with_success(test::octets(vector, "initialize_update_answer")), "9000"_hex};
  test::ChallengeRng rng{test::octets(vector, "host_challenge")};
  return Scp03::open(card.channel, test::source(vector), rng, with);
}

bool has_response_mac(const json& vector) {
  return (vector.at("level").get<unsigned>() & 0x10U) != 0;
}

}  // namespace

TEST_GROUP(Scp03Levels){};

TEST(Scp03Levels, make_what_the_vectors_say_with_every_key_size_mode_and_level) {
  std::set<std::string> kinds;
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    test::ScriptedCard card;
    auto scp03 = open(card, vector, options(vector));
    CHECK_OK(scp03);
    CHECK_BYTES(test::octets(vector, "external_authenticate"), card.commands.at(1));
    for (const auto& exchange : vector.at("exchanges")) {
      if (!exchange.contains("protected")) {
        card.answers = {"6A88"_hex};  // no answer was published; an error has no protection
        CHECK_OK(scp03->transmit(test::command(test::octets(exchange, "command"))));
        CHECK_BYTES(test::octets(exchange, "wrapped"), card.commands.back());
        continue;
      }
      card.answers = {test::octets(exchange, "protected")};
      const auto response = scp03->transmit(test::command(test::octets(exchange, "command")));
      CHECK_OK(response);
      CHECK_BYTES(test::octets(exchange, "wrapped"), card.commands.back());
      const auto expected = test::response(test::octets(exchange, "response"));
      CHECK_BYTES(expected.data, response->data);
      LONGS_EQUAL(expected.sw, response->sw);
    }
    CHECK(scp03->alive());
    kinds.insert(std::to_string(test::octets(vector, "k_enc").size()) + "/" +
                 std::to_string(test::octets(vector, "host_challenge").size()) + "/" +
                 std::to_string(vector.at("level").get<int>()));
  }
  CHECK(kinds.size() >= 25);  // 15 of S16 (3 sizes, 5 levels), 9 published and more of S8
}

TEST(Scp03Levels, refuse_every_flipped_bit_of_a_protected_response) {
  std::size_t flips = 0;
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    if (!has_response_mac(vector)) continue;
    const auto& exchange = vector.at("exchanges").at(0);
    const auto right = test::octets(exchange, "protected");
    for (std::size_t bit = 0; bit < right.size() * 8; bit += 3, ++flips) {
      auto wrong = right;
      wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      auto codec = fresh(vector);
      CHECK_OK(codec.external_authenticate());
      CHECK_OK(codec.wrap_command(test::command(test::octets(exchange, "command"))));
      CHECK_FAULT(Fault::security, codec.unwrap_response(test::response(wrong)));
      CHECK(!codec.alive());
    }
  }
  CHECK(flips > 1000);
}

TEST(Scp03Levels, notice_a_wrong_key_before_the_card_could_count_a_try) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    auto wrong = vector;
    auto mac = test::octets(vector, "k_mac");
    mac.back() ^= 0x01;  // the last octet: a key cut to 16 octets would not notice
    wrong["k_mac"] = base::to_hex(mac);
    test::ScriptedCard card;
    CHECK_FAULT(Fault::security, open(card, wrong, options(vector)));
    LONGS_EQUAL(1, card.commands.size());
  }
}

TEST(Scp03Levels, carry_as_much_as_one_short_command_holds_and_no_octet_more) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    const auto level = vector.at("level").get<unsigned>();
    const auto mac = test::octets(vector, "host_challenge").size();
    const std::size_t most = (level & 0x02U) == 0 ? 255 - mac : (mac == 8 ? 239 : 223);
    auto codec = fresh(vector);
    LONGS_EQUAL(most, codec.max_command_data());
    CHECK_OK(codec.external_authenticate());
    const auto wrapped = codec.wrap_command({.cla = 0x80, .ins = 0xE2, .data = Bytes(most)});
    CHECK_OK(wrapped);
    CHECK(!wrapped->needs_extended());
    CHECK(wrapped->data.size() <= 255);
    CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x80, .ins = 0xE2, .data = Bytes(most + 1)}));
    CHECK(codec.alive());
  }
}

TEST(Scp03Levels, that_do_not_exist_are_refused) {
  const auto vector = test::vectors_of_kind("session-at-level").front();
  const auto answer = test::update_answer(vector);
  for (unsigned level = 0; level < 256; ++level) {
    const bool known = level == 0x01 || level == 0x03 || level == 0x11 || level == 0x13 || level == 0x33;
    const auto codec = Scp03Codec::create(test::static_keys(vector), answer.host_challenge, answer.card_challenge,
                                          static_cast<std::uint8_t>(level));
    CHECK_EQUAL(known, codec.has_value());
  }
}

TEST(Scp03Levels, want_static_keys_of_one_size) {
  const auto vector = test::vectors_of_kind("session-at-level").front();
  const auto answer = test::update_answer(vector);
  auto keys = test::static_keys(vector);
  keys.k_dek = host::gp::KDek::copy_of(Bytes(32)).value();
  CHECK_FAULT(Fault::bad_input, Scp03Codec::create(keys, answer.host_challenge, answer.card_challenge));
}

TEST(Scp03Levels, with_response_protection_are_not_asked_of_a_card_that_has_none) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    if (test::octets(vector, "initialize_update_answer")[12] != 0x00) continue;
    for (const auto level : {0x11, 0x13, 0x33}) {
      test::ScriptedCard card;
      auto asked = options(vector);
      asked.level = static_cast<std::uint8_t>(level);
      CHECK_FAULT(Fault::unsupported, open(card, vector, asked));
      LONGS_EQUAL(1, card.commands.size());
    }
    return;
  }
  FAIL("no vector with i = 00");
}

TEST(Scp03Levels, of_s16_take_no_answer_of_s8_and_the_other_way_round) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    const bool s16 = test::octets(vector, "host_challenge").size() == 16;
    test::ScriptedCard card;
    card.answers = {with_success(test::octets(vector, "initialize_update_answer"))};
    base::ReplayRng rng{1};
    auto other = options(vector);
    other.mode = s16 ? Scp03Mode::s8 : Scp03Mode::s16;
    CHECK_FAULT(Fault::malformed, Scp03::open(card.channel, test::source(vector), rng, other));
    LONGS_EQUAL(1, card.commands.size());
  }
}

TEST(Scp03Levels, encrypt_keys_and_sensitive_data_under_the_static_data_key) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    test::ScriptedCard card;
    auto scp03 = open(card, vector, options(vector));
    CHECK_OK(scp03);
    const auto k_dek = test::octets(vector, "k_dek");
    const auto algorithm = k_dek.size() == 16   ? crypto::openssl::CipherAlgorithm::aes128
                           : k_dek.size() == 24 ? crypto::openssl::CipherAlgorithm::aes192
                                                : crypto::openssl::CipherAlgorithm::aes256;
    const auto cipher = crypto::openssl::BlockCipher::create(algorithm, k_dek).value();
    Bytes key(24, 0x5A);
    auto expected = key;
    expected.resize(32);  // filled up with zeros
    CHECK_OK(cipher.encrypt_cbc(Bytes(16), expected, expected));
    CHECK_BYTES(expected, scp03->encrypt_key(key).value());
    CHECK_FAULT(Fault::bad_input, scp03->encrypt_data(key));
    CHECK_FAULT(Fault::bad_input, scp03->encrypt_data({}));
    key.resize(32);
    CHECK_BYTES(expected, scp03->encrypt_data(key).value());
  }
}
