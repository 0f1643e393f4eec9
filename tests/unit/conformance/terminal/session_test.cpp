#include "cicada/conformance/terminal/session.h"

#include "cicada/host/sm/codec.h"
#include "decoder.h"
#include "fake_card.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance;
using namespace cicada::test;
using cicada::host::iso7816::CommandApdu;
using cicada::host::iso7816::ResponseApdu;
using terminal::KeyKind;
using terminal::Session;
namespace sm = cicada::host::sm;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

Session session(KeyKind kind, const Bytes& enc, const Bytes& mac, const Bytes& ssc) {
  return Session::create(kind, SecretBytes::copy_of(enc), SecretBytes::copy_of(mac), ssc).value();
}

CommandApdu command_of(const Bytes& octets) {
  const auto c = cicada::test::parse_command(octets);
  return {.cla = c.cla, .ins = c.ins, .p1 = c.p1, .p2 = c.p2, .data = c.data, .ne = c.ne, .extended = c.extended};
}

struct Suite {
  KeyKind kind;
  std::size_t key;
  std::size_t block;
};
constexpr Suite kSuites[] = {
    {KeyKind::tdes, 16, 8}, {KeyKind::aes128, 16, 16}, {KeyKind::aes192, 24, 16}, {KeyKind::aes256, 32, 16}};

}  // namespace

TEST_GROUP(TerminalSession){};

TEST(TerminalSession, repeats_the_session_of_appendix_D_4) {
  auto tdes = session(KeyKind::tdes, "979EC13B1CBFE9DCD01AB0FED307EAE5"_hex, "F1CB1F1FB5ADF208806B89DC579DC1F8"_hex,
                      "887022120C06C226"_hex);
  for (const auto* id : {"sm-3des-select-efcom", "sm-3des-readbinary-4", "sm-3des-readbinary-18"}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    const auto secured = tdes.wrap(command_of(octets(data, "plain_capdu")));
    CHECK_OK(secured);
    CHECK_BYTES(octets(data, "protected_capdu"), *secured);
    const auto seen = tdes.unwrap(octets(data, "protected_rapdu"), false);
    CHECK_STRING("", seen.wrong);
    CHECK(seen.sound());
    CHECK_BYTES(octets(data, "plain_response_data"), seen.data);
    LONGS_EQUAL(0x9000, seen.sw);
    LONGS_EQUAL(0x9000, seen.inner.value());
  }
}

TEST(TerminalSession, with_aes_makes_the_commands_of_the_vectors) {
  const auto first = vectors::data("primitives_mac_cmac_kdf.json", "sm-aes128-select-aid");
  auto aes = session(KeyKind::aes128, octets(first, "ks_enc"), octets(first, "ks_mac"), Bytes(16));
  CardSm card{true, octets(first, "ks_enc"), octets(first, "ks_mac"), Bytes(16)};
  for (const auto* id : {"sm-aes128-select-aid", "sm-aes128-readbinary-sfi01", "sm-aes128-readbinary-odd"}) {
    const auto data = vectors::data("primitives_mac_cmac_kdf.json", id);
    CHECK_BYTES(octets(data, "protected"), aes.wrap(command_of(octets(data, "plain"))).value());
    card.count();
    const bool odd = std::string_view{id}.ends_with("odd");
    const auto seen = aes.unwrap(card.wrap({.data = "0102"_hex}, odd), odd);
    CHECK_STRING("", seen.wrong);
    CHECK_BYTES("0102"_hex, seen.data);
  }
}

TEST(TerminalSession, says_the_same_as_the_readers_codec_for_every_cipher_and_size) {
  for (const auto& suite : kSuites) {
    const Bytes enc(suite.key, 0x11);
    const Bytes mac(suite.key, 0x22);
    auto ours = session(suite.kind, enc, mac, Bytes(suite.block));
    const auto keys = [](const Bytes& key) { return SecretBytes::copy_of(key); };
    auto theirs = suite.block == 8
                      ? sm::SecureMessaging::tdes(sm::KsEnc{keys(enc)}, sm::KsMac{keys(mac)}, sm::Ssc{8}).value()
                      : sm::SecureMessaging::aes(sm::KsEnc{keys(enc)}, sm::KsMac{keys(mac)}, sm::Ssc{16}).value();
    CardSm card{suite.block == 16, enc, mac, Bytes(suite.block)};
    for (std::size_t size = 0; size < 600; size += size < 40 ? 1 : 61) {
      for (const std::uint8_t ins : std::initializer_list<std::uint8_t>{0xB0, 0xB1}) {
        const CommandApdu command{.ins = ins, .data = Bytes(size, 0xA5), .ne = 256, .extended = size > 200};
        const auto expected = theirs.wrap_command(command).value().encode().value();
        CHECK_BYTES(expected, ours.wrap(command).value());
        CHECK(card.unwrap(cicada::test::parse_command(expected)).has_value());
        const auto answer = card.wrap({.data = Bytes(size, 0x5A)}, ins == 0xB1);
        const auto seen = ours.unwrap(answer, ins == 0xB1);
        CHECK_STRING("", seen.wrong);
        CHECK_BYTES(theirs.unwrap_response(ResponseApdu::parse(answer).value()).value().data, seen.data);
      }
    }
  }
}

TEST(TerminalSession, authenticates_the_header_alone_when_there_is_nothing_else) {
  auto ours = session(KeyKind::tdes, Bytes(16, 1), Bytes(16, 2), Bytes(8));
  CardSm card{false, Bytes(16, 1), Bytes(16, 2), Bytes(8)};
  CHECK(card.unwrap(cicada::test::parse_command(ours.wrap({.ins = 0x44}).value())).has_value());
}

TEST(TerminalSession, takes_extended_length_when_the_protected_command_does_not_fit) {
  auto ours = session(KeyKind::tdes, Bytes(16, 1), Bytes(16, 2), Bytes(8));
  const auto apdu = ours.wrap({.ins = 0xD6, .data = Bytes(240), .ne = 1}).value();
  const auto decoded = decode(apdu, 2);
  CHECK(decoded.extended);
  LONGS_EQUAL(apdu.size() - 9, decoded.lc);
  CHECK_BYTES("01"_hex, decoded.find(0x97)->value);
}

TEST(TerminalSession, goes_on_as_two_after_a_clone) {
  auto one = session(KeyKind::aes128, Bytes(16, 1), Bytes(16, 2), Bytes(16));
  CHECK_OK(one.wrap({.ins = 0xB0, .ne = 1}));
  auto other = one.clone();
  const auto expected = one.wrap({.ins = 0xB0, .ne = 1}).value();
  CHECK_BYTES(expected, other.wrap({.ins = 0xB0, .ne = 1}).value());
  CHECK(one.wrap({.ins = 0xB0, .ne = 1}).value() != expected);
}

TEST(TerminalSession, wraps_its_counter_where_a_reader_would_stop) {
  auto ours = session(KeyKind::tdes, Bytes(16, 1), Bytes(16, 2), Bytes(8, 0xFF));
  CardSm card{false, Bytes(16, 1), Bytes(16, 2), Bytes(8, 0xFF)};
  CHECK(card.unwrap(cicada::test::parse_command(ours.wrap({.ins = 0xB0, .ne = 1}).value())).has_value());
}

TEST(TerminalSession, wants_keys_and_a_counter_of_the_ciphers_size) {
  const auto create = [](KeyKind kind, std::size_t enc, std::size_t mac, std::size_t ssc) {
    return Session::create(kind, SecretBytes{Bytes(enc)}, SecretBytes{Bytes(mac)}, Bytes(ssc));
  };
  for (const auto& suite : kSuites) {
    CHECK_OK(create(suite.kind, suite.key, suite.key, suite.block));
    CHECK_FAULT(Fault::bad_input, create(suite.kind, suite.key + 1, suite.key, suite.block));
    CHECK_FAULT(Fault::bad_input, create(suite.kind, suite.key, suite.key - 1, suite.block));
    CHECK_FAULT(Fault::bad_input, create(suite.kind, suite.key, suite.key, 24 - suite.block));
  }
}

TEST(TerminalSession, has_no_form_for_lengths_that_do_not_exist) {
  auto ours = session(KeyKind::tdes, Bytes(16, 1), Bytes(16, 2), Bytes(8));
  CHECK_FAULT(Fault::bad_input, ours.wrap({.ins = 0xB0, .ne = 0}));
  CHECK_FAULT(Fault::bad_input, ours.wrap({.ins = 0xB0, .ne = 65537}));
  CHECK_FAULT(Fault::bad_input, ours.wrap({.ins = 0xD6, .data = Bytes(65535)}));
}

static_assert(!std::is_copy_constructible_v<Session> && std::is_nothrow_move_constructible_v<Session>);
