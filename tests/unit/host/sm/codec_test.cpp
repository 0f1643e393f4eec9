#include "cicada/host/sm/codec.h"

#include "fake_card.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;
using sm::SecureMessaging;
using vectors::octets;

namespace {

sm::KsEnc enc(const Bytes& key) {
  return sm::KsEnc{SecretBytes::copy_of(key)};
}
sm::KsMac mac(const Bytes& key) {
  return sm::KsMac{SecretBytes::copy_of(key)};
}
sm::Ssc ssc_of(const Bytes& value) {
  return sm::Ssc{std::span<const std::uint8_t, 8>{value}};
}

CommandApdu command_of(const Bytes& octets) {
  const auto c = parse_command(octets);
  return {.cla = c.cla, .ins = c.ins, .p1 = c.p1, .p2 = c.p2, .data = c.data, .ne = c.ne, .extended = c.extended};
}

ResponseApdu response_of(Bytes octets) {
  return ResponseApdu::parse(std::move(octets)).value();
}

const Bytes kEnc = "979EC13B1CBFE9DCD01AB0FED307EAE5"_hex;
const Bytes kMac = "F1CB1F1FB5ADF208806B89DC579DC1F8"_hex;
const Bytes kSsc = "887022120C06C226"_hex;

}  // namespace

TEST_GROUP(SecureMessaging) {
  SecureMessaging tdes = SecureMessaging::tdes(enc(kEnc), mac(kMac), ssc_of(kSsc)).value();
  CardSm card{false, kEnc, kMac, kSsc};
};

TEST(SecureMessaging, repeats_the_session_of_appendix_D_4) {
  for (const auto* id : {"sm-3des-select-efcom", "sm-3des-readbinary-4", "sm-3des-readbinary-18"}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    const auto secured = tdes.wrap_command(command_of(octets(data, "plain_capdu")));
    CHECK_OK(secured);
    CHECK_BYTES(octets(data, "protected_capdu"), secured->encode().value());
    const auto plain_response = tdes.unwrap_response(response_of(octets(data, "protected_rapdu")));
    CHECK_OK(plain_response);
    CHECK_BYTES(octets(data, "plain_response_data"), plain_response->data);
    LONGS_EQUAL(0x9000, plain_response->sw);
  }
}

TEST(SecureMessaging, with_aes_makes_the_commands_of_the_vectors) {
  const auto first = vectors::data("primitives_mac_cmac_kdf.json", "sm-aes128-select-aid");
  auto aes = SecureMessaging::aes(enc(octets(first, "ks_enc")), mac(octets(first, "ks_mac")), sm::Ssc{16}).value();
  CardSm aes_card{true, octets(first, "ks_enc"), octets(first, "ks_mac"), Bytes(16)};
  for (const auto* id : {"sm-aes128-select-aid", "sm-aes128-readbinary-sfi01", "sm-aes128-readbinary-odd"}) {
    const auto data = vectors::data("primitives_mac_cmac_kdf.json", id);
    const auto secured = aes.wrap_command(command_of(octets(data, "plain")));
    CHECK_OK(secured);
    CHECK_BYTES(octets(data, "protected"), secured->encode().value());
    aes_card.count();
    const bool odd = std::string_view{id}.ends_with("odd");
    CHECK_OK(aes.unwrap_response(response_of(aes_card.wrap({.data = "0102"_hex}, odd))));
  }
}

TEST(SecureMessaging, carries_every_size_there_and_back) {
  for (const bool use_aes : {false, true}) {
    for (const std::size_t key : {16U, 24U, 32U}) {
      if (!use_aes && key != 16) continue;
      const Bytes k1(key, 0x11);
      const Bytes k2(key, 0x22);
      auto codec = use_aes ? SecureMessaging::aes(enc(k1), mac(k2), sm::Ssc{16}).value()
                           : SecureMessaging::tdes(enc(k1), mac(k2), sm::Ssc{8}).value();
      CardSm far{use_aes, k1, k2, Bytes(use_aes ? 16 : 8)};
      for (std::size_t size = 0; size < 600; size += size < 40 ? 1 : 61) {
        for (const std::uint8_t ins : std::initializer_list<std::uint8_t>{0xD6, 0xD7}) {
          const Bytes data(size, 0xA5);
          const CommandApdu command{.ins = ins, .p2 = 9, .data = data, .ne = 256, .extended = size > 200};
          const auto secured = codec.wrap_command(command);
          CHECK_OK(secured);
          const auto seen = far.unwrap(parse_command(secured->encode().value()));
          CHECK(seen.has_value());
          CHECK_BYTES(data, seen->data);
          LONGS_EQUAL(256, *seen->ne);
          const auto back = codec.unwrap_response(response_of(far.wrap({.data = data}, ins == 0xD7)));
          CHECK_OK(back);
          CHECK_BYTES(data, back->data);
        }
      }
    }
  }
}

TEST(SecureMessaging, without_data_and_length_authenticates_the_header_alone) {
  const auto secured = tdes.wrap_command({.ins = 0x44});
  CHECK_OK(secured);
  LONGS_EQUAL(10, secured->data.size());
  CHECK(card.unwrap(parse_command(secured->encode().value())).has_value());
}

TEST(SecureMessaging, codes_the_expected_length_in_two_octets_only_when_extended) {
  const auto small = tdes.wrap_command({.ins = 0xB0, .ne = 256});
  CHECK_BYTES("970100"_hex, ByteView{small->data}.first(3));
  LONGS_EQUAL(256, *small->ne);
  card.count();
  CHECK_OK(tdes.unwrap_response(response_of(card.wrap({}))));
  const auto large = tdes.wrap_command({.ins = 0xB0, .ne = 65536});
  CHECK_BYTES("97020000"_hex, ByteView{large->data}.first(4));
  CHECK_BYTES("0CB00000 00000E"_hex, ByteView{large->encode().value()}.first(7));
  CHECK_BYTES("0000"_hex, ByteView{large->encode().value()}.last(2));
}

TEST(SecureMessaging, knows_how_much_fits) {
  LONGS_EQUAL(231, tdes.max_response_data(256));
  LONGS_EQUAL(4071, tdes.max_response_data(4096));
  LONGS_EQUAL(65511, tdes.max_response_data(65536));
  LONGS_EQUAL(231, tdes.max_command_data(255, true));
  LONGS_EQUAL(239, tdes.max_command_data(255, false));
  const auto aes = SecureMessaging::aes(enc(Bytes(16)), mac(Bytes(16)), sm::Ssc{16}).value();
  LONGS_EQUAL(223, aes.max_response_data(256));
  LONGS_EQUAL(4063, aes.max_response_data(4096));
  LONGS_EQUAL(65503, aes.max_response_data(65536));
  LONGS_EQUAL(223, aes.max_command_data(255, true));
  LONGS_EQUAL(239, aes.max_command_data(255, false));
  LONGS_EQUAL(0, tdes.max_response_data(10));
}

TEST(SecureMessaging, really_fits_what_it_says) {
  for (const std::size_t ne : {256U, 1000U, 4096U, 65536U}) {
    auto codec = SecureMessaging::tdes(enc(kEnc), mac(kMac), ssc_of(kSsc)).value();
    CardSm far{false, kEnc, kMac, kSsc};
    const auto most = codec.max_response_data(ne);
    CHECK(far.wrap({.data = Bytes(most)}).size() - 2 <= ne);
    CHECK(far.wrap({.data = Bytes(most + 1)}).size() - 2 > ne);
  }
}

TEST(SecureMessaging, refuses_what_a_short_command_cannot_carry) {
  CHECK_FAULT(Fault::limit, tdes.wrap_command({.ins = 0xD6, .data = Bytes(240)}));
  CHECK(!tdes.alive());
}

TEST(SecureMessaging, keeps_turns) {
  CHECK_OK(tdes.wrap_command({.ins = 0xB0, .ne = 1}));
  CHECK_FAULT(Fault::conflict, tdes.wrap_command({.ins = 0xB0, .ne = 1}));
  CHECK_FAULT(Fault::session_dead, tdes.wrap_command({.ins = 0xB0, .ne = 1}));
  auto other = SecureMessaging::tdes(enc(kEnc), mac(kMac), ssc_of(kSsc)).value();
  CHECK_FAULT(Fault::conflict, other.unwrap_response({.data = {}, .sw = 0x9000}));
  CHECK_FAULT(Fault::session_dead, other.unwrap_response({.data = {}, .sw = 0x9000}));
}

TEST(SecureMessaging, stops_instead_of_wrapping_its_counter) {
  auto codec = SecureMessaging::tdes(enc(kEnc), mac(kMac), ssc_of("FFFFFFFFFFFFFFFD"_hex)).value();
  CardSm far{false, kEnc, kMac, "FFFFFFFFFFFFFFFD"_hex};
  CHECK_OK(codec.wrap_command({.ins = 0xB0, .ne = 1}));
  far.count();
  CHECK_OK(codec.unwrap_response(response_of(far.wrap({.data = "01"_hex}))));
  CHECK_FAULT(Fault::limit, codec.wrap_command({.ins = 0xB0, .ne = 1}));
  CHECK(!codec.alive());
}

TEST(SecureMessaging, wants_keys_and_counters_of_the_right_size) {
  CHECK_FAULT(Fault::bad_input, SecureMessaging::tdes(enc(Bytes(24)), mac(Bytes(24)), sm::Ssc{8}));
  CHECK_FAULT(Fault::bad_input, SecureMessaging::tdes(enc(Bytes(16)), mac(Bytes(16)), sm::Ssc{16}));
  CHECK_FAULT(Fault::bad_input, SecureMessaging::aes(enc(Bytes(16)), mac(Bytes(32)), sm::Ssc{16}));
  CHECK_FAULT(Fault::bad_input, SecureMessaging::aes(enc(Bytes(17)), mac(Bytes(17)), sm::Ssc{16}));
  CHECK_FAULT(Fault::bad_input, SecureMessaging::aes(enc(Bytes(16)), mac(Bytes(16)), sm::Ssc{8}));
}

static_assert(!std::is_copy_constructible_v<SecureMessaging> && !std::is_copy_constructible_v<sm::KsEnc>);
static_assert(!std::is_convertible_v<sm::KsEnc, sm::KsMac> && !std::is_constructible_v<sm::KsMac, sm::KsEnc>);
