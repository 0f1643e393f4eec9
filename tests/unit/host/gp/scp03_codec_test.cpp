#include "cicada/host/gp/scp03_codec.h"

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/host/gp/kdf.h"
#include "gp_vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::Scp03Codec;
using host::iso7816::CommandApdu;
using host::iso7816::ResponseApdu;
using nlohmann::json;

namespace {

Bytes card_challenge(const json& vector) {
  const auto answer = test::octets(vector, "initialize_update_answer");
  return base::to_bytes(ByteView{answer}.subspan(test::kCardChallengeAt, 8));
}

Bytes card_cryptogram(const json& vector) {
  const auto answer = test::octets(vector, "initialize_update_answer");
  return base::to_bytes(ByteView{answer}.subspan(test::kCardCryptogramAt, 8));
}

Scp03Codec fresh(const json& vector) {
  return Scp03Codec::create(test::static_keys(vector), test::octets(vector, "host_challenge"), card_challenge(vector))
      .value();
}

/// A codec after EXTERNAL AUTHENTICATE and the first `count` exchanges of the vector.
Scp03Codec after(const json& vector, std::size_t count) {
  auto codec = fresh(vector);
  CHECK_OK(codec.external_authenticate());
  for (std::size_t i = 0; i < count; ++i) {
    CHECK_OK(codec.wrap_command(test::command(test::octets(vector.at("exchanges").at(i), "command"))));
  }
  return codec;
}

const json& own_session() {
  static const json kVector = test::vectors_of_kind("session").back();
  return kVector;
}

Bytes derived(ByteView static_key, host::gp::Derivation constant, const json& vector) {
  const auto parent = crypto::openssl::Cmac::create(static_key).value();
  Bytes key(16);
  CHECK_OK(host::gp::derive_scp03(parent, constant,
                                  base::concat({test::octets(vector, "host_challenge"), card_challenge(vector)}), key));
  return key;
}

/// The card's side of the first exchange of own_session(): MAC right, whatever `plain_blocks` hold.
ResponseApdu first_response_with(ByteView plain_blocks) {
  const auto& vector = own_session();
  const auto s_enc =
      crypto::openssl::BlockCipher::create(crypto::openssl::CipherAlgorithm::aes128,
                                           derived(test::octets(vector, "k_enc"), host::gp::Derivation::s_enc, vector))
          .value();
  const auto s_mac =
      crypto::openssl::Cmac::create(derived(test::octets(vector, "k_mac"), host::gp::Derivation::s_mac, vector))
          .value();
  const auto s_rmac =
      crypto::openssl::Cmac::create(derived(test::octets(vector, "k_mac"), host::gp::Derivation::s_rmac, vector))
          .value();
  // The chaining value: the whole CMACs of EXTERNAL AUTHENTICATE and of the first command.
  const auto authenticate = test::octets(vector, "external_authenticate");
  const auto first = test::octets(vector.at("exchanges").at(0), "wrapped");
  auto chain = s_mac.compute({Bytes(16), ByteView{authenticate}.first(authenticate.size() - 8)}).value();
  chain = s_mac.compute({chain, ByteView{first}.first(first.size() - 8)}).value();
  Bytes iv(16);
  CHECK_OK(s_enc.encrypt_block("80000000000000000000000000000001"_hex, iv));
  Bytes data(plain_blocks.size());
  CHECK_OK(s_enc.encrypt_cbc(iv, plain_blocks, data));
  const auto mac = s_rmac.compute({chain, data, "9000"_hex}).value();
  base::append(data, ByteView{mac}.first(8));
  return {.data = data, .sw = 0x9000};
}

}  // namespace

TEST_GROUP(Scp03Codec){};

TEST(Scp03Codec, makes_the_cryptograms_of_the_published_sessions) {
  for (const auto& vector : test::vectors_of_kind("cryptograms")) {
    auto codec = fresh(vector);
    CHECK_OK(codec.check_card_cryptogram(card_cryptogram(vector)));
    const auto command = codec.external_authenticate();
    CHECK_OK(command);
    CHECK_BYTES(test::octets(vector, "host_cryptogram"), ByteView{command->data}.first(8));
  }
}

TEST(Scp03Codec, wraps_and_unwraps_the_recorded_sessions) {
  for (const auto& vector : test::vectors_of_kind("session")) {
    auto codec = fresh(vector);
    CHECK_OK(codec.check_card_cryptogram(card_cryptogram(vector)));
    CHECK_BYTES(test::octets(vector, "external_authenticate"), codec.external_authenticate()->encode().value());
    for (const auto& exchange : vector.at("exchanges")) {
      const auto wrapped = codec.wrap_command(test::command(test::octets(exchange, "command")));
      CHECK_OK(wrapped);
      CHECK_BYTES(test::octets(exchange, "wrapped"), wrapped->encode().value());
      if (!exchange.contains("protected")) continue;
      const auto opened = codec.unwrap_response(test::response(test::octets(exchange, "protected")));
      CHECK_OK(opened);
      const auto expected = test::response(test::octets(exchange, "response"));
      CHECK_BYTES(expected.data, opened->data);
      LONGS_EQUAL(expected.sw, opened->sw);
    }
    CHECK(codec.alive());
  }
}

TEST(Scp03Codec, refuses_challenges_of_another_size) {
  const auto& vector = own_session();
  CHECK_FAULT(Fault::bad_input,
              Scp03Codec::create(test::static_keys(vector), "01020304050607"_hex, card_challenge(vector)));
  CHECK_FAULT(Fault::bad_input, Scp03Codec::create(test::static_keys(vector), Bytes(8), Bytes(16)));
}

TEST(Scp03Codec, dies_of_every_wrong_card_cryptogram) {
  const auto right = card_cryptogram(own_session());
  for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
    auto wrong = right;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    auto codec = fresh(own_session());
    CHECK_FAULT(Fault::security, codec.check_card_cryptogram(wrong));
    CHECK_FAULT(Fault::session_dead, codec.external_authenticate());
  }
  auto codec = fresh(own_session());
  CHECK_FAULT(Fault::security, codec.check_card_cryptogram(ByteView{right}.first(7)));
}

TEST(Scp03Codec, refuses_every_flipped_bit_of_a_protected_response) {
  std::size_t flips = 0;
  for (const auto& vector : test::vectors_of_kind("session")) {
    for (std::size_t i = 0; i < vector.at("exchanges").size(); ++i) {
      const auto& exchange = vector.at("exchanges").at(i);
      if (!exchange.contains("protected")) continue;
      const auto right = test::octets(exchange, "protected");
      if (right.size() == 2) continue;  // an error: nothing is protected
      for (std::size_t bit = 0; bit < right.size() * 8; ++bit, ++flips) {
        auto wrong = right;
        wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        auto codec = after(vector, i + 1);
        CHECK_FAULT(Fault::security, codec.unwrap_response(test::response(wrong)));
        CHECK(!codec.alive());
      }
    }
  }
  CHECK(flips > 1000);
}

TEST(Scp03Codec, refuses_responses_cut_lengthened_or_unprotected) {
  const auto right = test::octets(own_session().at("exchanges").at(5), "protected");
  for (std::size_t cut = 1; cut <= right.size() - 2; ++cut) {
    auto codec = after(own_session(), 6);
    const auto shorter = base::concat({ByteView{right}.first(right.size() - 2 - cut), "9000"_hex});
    CHECK_FAULT(Fault::security, codec.unwrap_response(test::response(shorter)));
  }
  auto codec = after(own_session(), 6);
  CHECK_FAULT(Fault::security, codec.unwrap_response(test::response(base::concat({"00"_hex, right}))));
}

TEST(Scp03Codec, refuses_a_response_of_another_command) {
  auto codec = after(own_session(), 2);
  const auto first = test::octets(own_session().at("exchanges").at(0), "protected");
  CHECK_FAULT(Fault::security, codec.unwrap_response(test::response(first)));
}

TEST(Scp03Codec, refuses_wrong_padding_under_a_right_mac) {
  // The control: the same hand, with right padding, is believed.
  auto control = after(own_session(), 1);
  const auto opened = control.unwrap_response(first_response_with("00112233445566778899AABBCC800000"_hex));
  CHECK_OK(opened);
  CHECK_BYTES("00112233445566778899AABBCC"_hex, opened->data);

  for (const auto& blocks :
       {"00000000000000000000000000000000"_hex,                                  // no mark
        "00112233445566778899AABBCCDDEEFF"_hex,                                  // no mark
        "8000000000000000000000000000000000000000000000000000000000000000"_hex,  // a block too much
        "00112233445566778899AABBCC810000"_hex}) {
    auto codec = after(own_session(), 1);
    CHECK_FAULT(Fault::security, codec.unwrap_response(first_response_with(blocks)));
    CHECK(!codec.alive());
  }
}

TEST(Scp03Codec, hands_on_an_error_of_the_application_and_goes_on) {
  auto codec = after(own_session(), 3);
  const auto opened = codec.unwrap_response({.data = {}, .sw = 0x6A84});
  CHECK_OK(opened);
  LONGS_EQUAL(0x6A84, opened->sw);
  CHECK(codec.alive());
}

TEST(Scp03Codec, refuses_an_error_with_data_and_success_without_mac) {
  auto with_data = after(own_session(), 1);
  CHECK_FAULT(Fault::security, with_data.unwrap_response({.data = Bytes(8), .sw = 0x6A84}));
  auto naked = after(own_session(), 1);
  CHECK_FAULT(Fault::security, naked.unwrap_response({.data = {}, .sw = 0x9000}));
  auto warning = after(own_session(), 1);
  CHECK_FAULT(Fault::security, warning.unwrap_response({.data = {}, .sw = 0x6310}));
}

TEST(Scp03Codec, is_dead_for_good_after_one_failure) {
  auto codec = after(own_session(), 1);
  CHECK_FAULT(Fault::security, codec.unwrap_response({.data = {}, .sw = 0x9000}));
  const auto right = test::response(test::octets(own_session().at("exchanges").at(0), "protected"));
  CHECK_FAULT(Fault::session_dead, codec.unwrap_response(right));
  CHECK_FAULT(Fault::session_dead, codec.wrap_command({.cla = 0x84, .ins = 0xD6}));
  CHECK_FAULT(Fault::session_dead, codec.check_card_cryptogram(card_cryptogram(own_session())));
  CHECK_FAULT(Fault::session_dead, codec.external_authenticate());
}

TEST(Scp03Codec, fills_a_frame_of_256_with_the_most_data) {
  auto codec = after(own_session(), 0);
  const auto wrapped = codec.wrap_command({.cla = 0x84, .ins = 0xD6, .data = Bytes(host::gp::kMaxCommandData)});
  CHECK_OK(wrapped);
  LONGS_EQUAL(248, wrapped->data.size());
  LONGS_EQUAL(253, wrapped->encode()->size());  // and three octets of ISO/IEC 14443-4 around it
}

TEST(Scp03Codec, refuses_commands_that_do_not_fit_and_goes_on_as_if_they_had_not_come) {
  auto codec = after(own_session(), 0);
  CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x84, .ins = 0xD6, .data = Bytes(240)}));
  CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x84, .ins = 0xD6, .data = Bytes(1), .extended = true}));
  CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x84, .ins = 0xB0, .ne = 257}));
  CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x81, .ins = 0xD6}));
  CHECK_FAULT(Fault::bad_input, codec.wrap_command({.cla = 0x0C, .ins = 0xD6}));
  const auto& first = own_session().at("exchanges").at(0);
  const auto wrapped = codec.wrap_command(test::command(test::octets(first, "command")));
  CHECK_BYTES(test::octets(first, "wrapped"), wrapped->encode().value());
}

TEST(Scp03Codec, never_encrypts_two_commands_alike) {
  auto codec = after(own_session(), 0);
  const CommandApdu command{.cla = 0x84, .ins = 0xD6, .data = Bytes(15)};
  const auto first = codec.wrap_command(command);
  const auto second = codec.wrap_command(command);
  CHECK(!base::equal(ByteView{first->data}.first(16), ByteView{second->data}.first(16)));
  CHECK(!base::equal(ByteView{first->data}.last(8), ByteView{second->data}.last(8)));
}
