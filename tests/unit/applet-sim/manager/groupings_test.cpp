// Dialect gp-dgi: a blank becomes a document by data groupings.
#include "cards.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cutting_storage.h"
#include "issuer.h"
#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace outside = cicada::crypto::openssl;
using cards::Bench;
using cicada::applet_sim::kernel::LifeCycle;
using issuer::Application;
using issuer::Channel;
using issuer::Groupings;
using issuer::Protocol;
using terminal::tlv;

namespace {

const terminal::Command kSecure{.ins = 0xF0, .p1 = 0x80, .p2 = 0x0F};
const terminal::Command kStatus{.ins = 0xF2, .p1 = 0x80, .p2 = 0x02, .data = "4F00"_hex, .le = 256};

}  // namespace

TEST_GROUP(Groupings) {
  Bench bench;
  void setup() override {
    use();
  }
  void use(Protocol protocol = Protocol::scp03, std::uint8_t option = 0x70, std::size_t size = 16) {
    bench.use(issuer::blank(Application::groupings, protocol, option, issuer::keys(size)));
  }
  [[nodiscard]] Groupings open(std::uint8_t level = 0x01, std::size_t key_size = 16, std::size_t challenge = 8) {
    Groupings groupings{bench.wire(), Channel::open(bench.wire(), issuer::keys(key_size), level, challenge)};
    groupings.begin();
    return groupings;
  }
  static void all(Groupings & groupings) {
    for (const auto& datum : issuer::document()) {
      const auto answer =
          datum.secret ? groupings.send_secret(datum.number, datum.value) : groupings.send(datum.number, datum.value);
      LONGS_EQUAL(0x9000, answer.sw);
      CHECK(answer.data.empty());
    }
  }
  void check(unsigned sw, Groupings& groupings, unsigned number, const Bytes& value, bool secret = false) {
    const auto before = bench.memory();
    const auto answer = secret ? groupings.send_secret(number, value) : groupings.send(number, value);
    LONGS_EQUAL(sw, answer.sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
  void is_readable() {
    auto session = bench.open_session();
    CHECK_BYTES(cards::pattern(93, 4), session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x81, .le = 93}).data);
    auto by_pace = bench.open_pace();
    LONGS_EQUAL(0x9000,
                by_pace.transmit(bench.wire(), {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
    const auto dg2 = by_pace.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x82, .le = 600, .extended = true});
    CHECK_BYTES(cards::pattern(600, 5), dg2.data);
  }
};

TEST(Groupings, make_a_document_under_every_protocol_and_lock_it) {
  struct Setting {
    Protocol protocol;
    std::uint8_t option;
    std::size_t key_size, challenge;
    std::uint8_t level;
  };
  for (const auto& setting : {Setting{Protocol::scp02, 0x15, 16, 8, 0x03}, Setting{Protocol::scp02, 0x55, 16, 8, 0x01},
                              Setting{Protocol::scp03, 0x70, 16, 8, 0x33}, Setting{Protocol::scp03, 0x60, 24, 8, 0x03},
                              Setting{Protocol::scp03, 0x71, 32, 16, 0x33}}) {
    use(setting.protocol, setting.option, setting.key_size);
    auto groupings = open(setting.level, setting.key_size, setting.challenge);
    all(groupings);
    CHECK(bench.card->life_cycle() == LifeCycle::blank);
    LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
    CHECK(bench.card->life_cycle() == LifeCycle::personalized);
    is_readable();
    LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
    const auto again = [&] {
      return Channel::open(bench.wire(), issuer::keys(setting.key_size), setting.level, setting.challenge);
    };
    auto channel = again();
    LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), kSecure).sw);
    CHECK(bench.card->life_cycle() == LifeCycle::locked);
    bench.reopen();
    // The card manager stays, as on every card in the field; what it could be asked for is over.
    for (const auto* command : {"80CA9F7F00", "00CA9F7F00", "00A4040C08A000000151000000"}) {
      LONGS_EQUAL(0x9000, terminal::split(bench.send(from_hex(command).value())).sw);
    }
    channel = again();
    CHECK_BYTES("E3134F08A000000151000000 9F70010F C5039EFE80"_hex, channel.transmit(bench.wire(), kStatus).data);
    LONGS_EQUAL(0x6985, channel.transmit(bench.wire(), kSecure).sw);
    LONGS_EQUAL(0x6985, channel.transmit(bench.wire(), issuer::install_for_personalization()).sw);
    is_readable();
  }
}

TEST(Groupings, close_the_application_on_a_card_that_its_maker_secured) {
  auto blank = issuer::blank(Application::groupings);
  blank.manager->life = cicada::applet_sim::manager::CardLife::secured;
  bench.use(blank);
  auto groupings = open();
  all(groupings);
  CHECK(bench.card->life_cycle() == LifeCycle::blank);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  CHECK(bench.card->life_cycle() == LifeCycle::locked);
  LONGS_EQUAL(0x6985, groupings.channel().transmit(bench.wire(), kSecure).sw);
  // CARD_LOCKED and back, like any card; nothing is lost.
  LONGS_EQUAL(0x9000, groupings.channel().transmit(bench.wire(), {.ins = 0xF0, .p1 = 0x80, .p2 = 0x7F}).sw);
  LONGS_EQUAL(0x9000, groupings.channel().transmit(bench.wire(), kSecure).sw);
  LONGS_EQUAL(0x6985, groupings.channel().transmit(bench.wire(), issuer::install_for_personalization()).sw);
  is_readable();
}

TEST(Groupings, may_run_over_any_number_of_commands_and_stand_beside_each_other) {
  auto groupings = open();
  groupings.piece = 1;
  LONGS_EQUAL(0x9000, groupings.send(0x0062, cards::fcp_ef(0x0101, 1000, 1, 0x40)).sw);
  groupings.piece = 200;
  LONGS_EQUAL(0x9000, groupings.send(0x00D6, concat({"01010000"_hex, cards::pattern(1000, 3)})).sw);
  // Three in one command, the last one begun only.
  const auto octets = concat({Groupings::encode(0x0062, cards::fcp_ef(0x0102, 2, 2, 0x40)),
                              Groupings::encode(0x00D6, "01020000 AABB"_hex),
                              Groupings::encode(0x0064, "800A04007F00070202040202 84010C"_hex)});
  groupings.piece = octets.size() - 1;
  LONGS_EQUAL(0x9000, groupings.send_octets(octets, 0x08).sw);
}

TEST(Groupings, keep_their_block_numbers_beyond_255) {
  auto groupings = open();
  LONGS_EQUAL(0x9000, groupings.send(0x0062, cards::fcp_ef(0x0101, 600, 1, 0x40)).sw);
  groupings.piece = 2;
  LONGS_EQUAL(0x9000, groupings.send(0x00D6, concat({"01010000"_hex, cards::pattern(600, 3)})).sw);
  CHECK(groupings.next > 256);
}

TEST(Groupings, that_come_again_take_the_place_of_what_was_there) {
  auto groupings = open();
  all(groupings);
  const auto once = cutting::fingerprint(bench.memory());
  all(groupings);
  CHECK_BYTES(once, cutting::fingerprint(bench.memory()));
  // Also after the power was gone, and with another size.
  bench.reopen();
  auto again = open();
  LONGS_EQUAL(0x9000, again.send(0x0062, cards::fcp_ef(0x0101, 5, 1, 0x40)).sw);
  LONGS_EQUAL(0x6A84, again.send(0x00D6, "01010000 010203040506"_hex).sw);
  all(again);
  // The sequence counter alone has moved.
  auto state = cutting::state_in(bench.memory());
  state.manager->keys[0].counter = 1;
  CHECK_BYTES(once, cicada::applet_sim::applet::encode_snapshot(state));
}

TEST(Groupings, take_up_keys_that_were_made_elsewhere) {
  auto groupings = open();
  all(groupings);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  auto session = bench.open_session();
  const auto signature = session.transmit(bench.wire(), {.ins = 0x88, .data = "0102030405060708"_hex, .le = 256});
  LONGS_EQUAL(0x9000, signature.sw);
  const auto key = outside::EcPrivateKey::create(outside::Curve::p256, Bytes(32, 0x2B));
  CHECK_OK(key);
  const auto digest = outside::hash(outside::HashAlgorithm::sha256, "0102030405060708"_hex).value();
  const auto there = outside::EcPublicKey::create(outside::Curve::p256, key->public_point()).value();
  CHECK_OK(there.verify_plain(digest, signature.data));
  // Chip authentication with the other.
  const Bytes eph(28, 0x51);
  const terminal::Group group{13};
  const auto point = group.multiply(eph, group.generator());
  LONGS_EQUAL(
      0x9000,
      session.transmit(bench.wire(), {.ins = 0x22, .p1 = 0x41, .p2 = 0xA4, .data = tlv(0x80, terminal::ca_oid(2, 2))})
          .sw);
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), {.ins = 0x86, .data = tlv(0x7C, tlv(0x80, point)), .le = 256}).sw);
  auto agreed = terminal::open_messaging(terminal::Cipher::aes128,
                                         group.agree(eph, group.multiply(cards::ec_chip_key(), group.generator())));
  CHECK_BYTES("60145F01"_hex, agreed.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4}).data);
}

TEST(Groupings, have_keys_made_on_the_card_and_tell_their_public_halves) {
  auto groupings = open(0x33);
  const auto silent = groupings.send(0x0047, "B606 81010C 820103"_hex);
  LONGS_EQUAL(0x9000, silent.sw);
  CHECK(silent.data.empty());
  const auto made = groupings.send(0x0047, "B606 81010C 820103"_hex, 0x01);
  LONGS_EQUAL(0x9000, made.sw);
  CHECK_BYTES("7F49438641 04"_hex, ByteView{made.data}.first(6));
  CHECK_BYTES(made.data, groupings.send(0x0147, "B600"_hex, 0x01).data);
  LONGS_EQUAL(0x6A88, groupings.send(0x0147, "A600"_hex, 0x01).sw);
  // RSA, with the rest of the modulus asked for.
  LONGS_EQUAL(224, groupings.send(0x0047, "B607 80020800 820101"_hex, 0x01).data.size());
  LONGS_EQUAL(0x9000, groupings.send(0x0147, "B600 540200E0"_hex, 0x01).sw);
}

TEST(Groupings, bring_rsa_keys_only_as_primes_that_make_one) {
  auto groupings = open();
  check(0x6A80, groupings, 0x8047, concat({"B609 820101 830103 840105"_hex}), true);
  check(0x6A80, groupings, 0x8047, "B600"_hex, true);
  check(0x6A80, groupings, 0x8047, concat({"B628 820103 81010C 8620"_hex, Bytes(32)}), true);     // zero
  check(0x6A80, groupings, 0x8047, concat({"B628 820101 81010C 8620"_hex, Bytes(32, 1)}), true);  // SHA-1
  check(0x6A80, groupings, 0x8047, concat({"A625 81010D 8620"_hex, Bytes(32, 1)}), true);         // no protocol
  check(0x6A80, groupings, 0x8047, "A703810101"_hex, true);
}

TEST(Groupings, store_the_trust_point_and_write_ef_cvca) {
  const verifiable::Party cvca{"UTCVCA00001", outside::Curve::p256};
  const auto certificate = verifiable::certificate(cvca, cvca, 0xC3, "260101", "290101");
  auto groupings = open();
  check(0x6985, groupings, 0x7F21, certificate);  // no EF.CVCA named yet
  all(groupings);
  auto wrong = certificate;
  wrong.back() ^= 0x01U;
  check(0x6A80, groupings, 0x7F21, wrong);
  check(0x9000, groupings, 0x7F21, certificate);
  check(0x9000, groupings, 0x7F21, certificate);
  // With another size it is no EF.CVCA any more; it and the trust point can come again.
  check(0x9000, groupings, 0x0062, cards::fcp_ef(0x011C, 35, 0x1C, 0x40));
  check(0x6A80, groupings, 0x0065, "8302011C 5F2506020600010001"_hex);
  all(groupings);
  check(0x9000, groupings, 0x7F21, certificate);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  auto session = bench.open_session();
  const auto names = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9C, .le = 13}).data;
  CHECK_BYTES(concat({"420B"_hex, as_bytes("UTCVCA00001")}), names);
}

TEST(Groupings, of_secrets_come_encrypted_and_others_do_not) {
  auto groupings = open();
  const auto keys = concat({"8010"_hex, Bytes(16, 1), "8110"_hex, Bytes(16, 2)});
  check(0x6A80, groupings, 0x8062, keys);                                                           // in clear
  check(0x6A80, groupings, 0x0062, cards::fcp_ef(0x0101, 5, 1, 0x40), true);                        // not a secret
  LONGS_EQUAL(0x6A80, groupings.send_octets(Groupings::encode(0x8062, Bytes(15)), 0x68).sw);        // no whole blocks
  LONGS_EQUAL(0x6A80, groupings.send_octets(Groupings::encode(0x8062, Bytes(48, 0x77)), 0x68).sw);  // no padding
  LONGS_EQUAL(0x6A80, groupings.send_octets(Groupings::encode(0x8062, {}), 0x68).sw);
  check(0x9000, groupings, 0x8062, keys, true);
}

TEST(Groupings, are_refused_with_wrong_numbers_bits_and_values) {
  auto groupings = open();
  for (unsigned p1 = 0; p1 < 256; ++p1) {
    const bool known = (p1 & 0x1EU) == 0x08 && ((p1 & 0x60U) == 0 || (p1 & 0x60U) == 0x60);
    if (known) continue;
    LONGS_EQUAL(0x6A86, groupings.send_octets("9F0000"_hex, static_cast<std::uint8_t>(p1)).sw);
  }
  groupings.next = 1;
  check(0x6985, groupings, 0x9F00, {});
  groupings.next = 0;
  check(0x9000, groupings, 0x9F00, {});
  groupings.next = 0;
  check(0x6985, groupings, 0x9F00, {});
  groupings.next = 1;
  for (const unsigned number : {0x0000U, 0x0063U, 0x0262U, 0x9F01U, 0xFFFFU})
    check(0x6A80, groupings, number, "00"_hex);
  check(0x6A80, groupings, 0x9F00, "00"_hex);
  check(0x6A80, groupings, 0x0062, cards::fcp_df(0x1002, "A000000247"_hex));
  check(0x6A82, groupings, 0x00D6, "01010000 00"_hex);
  check(0x6A80, groupings, 0x00D6, "01010000"_hex);
  LONGS_EQUAL(0x6A84, groupings.send_octets(concat({"00D6FF0801"_hex, Bytes(10)}), 0x08).sw);  // 2,049 octets
  LONGS_EQUAL(0x6A80, groupings.send_octets("00D605 0101"_hex, 0x88).sw);  // the last command, and not the end
}

TEST(Groupings, begin_anew_after_an_error) {
  auto groupings = open();
  groupings.piece = 10;
  const auto file = Groupings::encode(0x0062, cards::fcp_ef(0x0101, 93, 1, 0x40));
  LONGS_EQUAL(0x9000, groupings.send_octets(ByteView{file}.first(10), 0x08).sw);
  LONGS_EQUAL(0x6A86, groupings.send_octets("00"_hex, 0x00).sw);
  LONGS_EQUAL(0x9000, groupings.send_octets(file, 0x08).sw);
  check(0x9000, groupings, 0x00D6, "01010000 AA"_hex);
}

TEST(Groupings, finish_only_what_can_be_read_and_only_once) {
  auto groupings = open();
  check(0x9000, groupings, 0x0062, cards::fcp_ef(0x0101, 93, 1, 0x40));
  LONGS_EQUAL(0x6985, groupings.send(0x9F00, {}, 0x80).sw);  // nobody could read it
  all(groupings);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  // The application is no target any more; this is the security domain's STORE DATA.
  LONGS_EQUAL(0x6A86, groupings.send(0x9F00, {}).sw);
  LONGS_EQUAL(0x6985, groupings.channel().transmit(bench.wire(), issuer::install_for_personalization()).sw);
}

TEST(Groupings, let_nothing_be_read_before_the_end) {
  auto groupings = open();
  all(groupings);
  bench.select_lds1();
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x81, .le = 8}).sw);
  const auto challenge = bench.plain({.ins = 0x84, .le = 8});
  const auto token = terminal::bac_token(cards::access_keys(), Bytes(8, 1), challenge.data, Bytes(16, 2));
  LONGS_EQUAL(0x6985, bench.plain({.ins = 0x82, .data = token, .le = 40}).sw);
}

TEST(Groupings, go_with_the_instance_when_it_is_deleted) {
  auto groupings = open();
  all(groupings);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  auto& channel = groupings.channel();
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), issuer::delete_passport()).sw);
  LONGS_EQUAL(0x6A88, channel.transmit(bench.wire(), issuer::install_for_personalization()).sw);
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), issuer::install_passport(Application::groupings)).sw);
  CHECK(bench.card->life_cycle() == LifeCycle::blank);
  const auto memory = bench.memory();
  const auto secret = cards::access_keys().k_enc;
  CHECK(std::search(memory.begin(), memory.end(), secret.begin(), secret.end()) == memory.end());
  groupings.begin();
  all(groupings);
  LONGS_EQUAL(0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  is_readable();
}
