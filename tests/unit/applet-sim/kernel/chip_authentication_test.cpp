// Chip authentication as a terminal meets it.
#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using terminal::ca_oid;
using terminal::Cipher;
using terminal::Command;
using terminal::Group;
using terminal::Messaging;
using terminal::tlv;

namespace {

/// What a terminal knows from data group 14.
struct ChipKey {
  std::uint8_t id;
  unsigned domain;
  Bytes private_key;
};

}  // namespace

TEST_GROUP(ChipAuthentication) {
  Bench bench;
  const ChipKey ec{13, 13, cards::ec_chip_key()};
  const ChipKey dh{2, 2, cards::dh_chip_key()};
  const Bytes eph_key = Bytes(28, 0x51);

  void setup() override {
    bench.use(cards::pace_content());
  }
  /// A session in the application, by PACE or by BAC.
  Messaging open(bool by_pace = true) {
    if (!by_pace) return bench.open_session();
    auto session = bench.open_pace();
    LONGS_EQUAL(0x9000,
                session.transmit(bench.wire(), {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
    return session;
  }
  [[nodiscard]] static Bytes public_of(unsigned domain, const Bytes& key) {
    const Group group{domain};
    return group.multiply(key, group.generator());
  }
  [[nodiscard]] Messaging agreed(const ChipKey& key, Cipher cipher) const {
    const Group group{key.domain};
    return terminal::open_messaging(cipher, group.agree(eph_key, public_of(key.domain, key.private_key)));
  }
  unsigned send(Messaging & session, std::uint8_t ins, std::uint16_t p1p2, const Bytes& data,
                std::optional<unsigned> le = {}) {
    const auto answer = session.transmit(bench.wire(), {.ins = ins,
                                                        .p1 = static_cast<std::uint8_t>(p1p2 >> 8U),
                                                        .p2 = static_cast<std::uint8_t>(p1p2),
                                                        .data = data,
                                                        .le = le,
                                                        .extended = data.size() > 200});
    CHECK(session.secured);
    return answer.sw;
  }
  unsigned set_at(Messaging & session, const Bytes& oid, std::optional<unsigned> id = {}) {
    auto data = tlv(0x80, oid);
    if (id) append(data, tlv(0x84, Bytes{static_cast<std::uint8_t>(*id)}));
    return send(session, 0x22, 0x41A4, data);
  }
  unsigned general(Messaging & session, const Bytes& key) {
    return send(session, 0x86, 0x0000, tlv(0x7C, tlv(0x80, key)), 256);
  }
  unsigned set_kat(Messaging & session, const Bytes& key, std::optional<unsigned> id = {}) {
    auto data = tlv(0x91, key);
    if (id) append(data, tlv(0x84, Bytes{static_cast<std::uint8_t>(*id)}));
    return send(session, 0x22, 0x41A6, data);
  }
  void works(Messaging & session) {
    const auto com = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4});
    CHECK(session.secured);
    CHECK_BYTES("60145F01"_hex, com.data);
  }
  void is_dead(Messaging & session) {
    static_cast<void>(session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4}));
    CHECK_FALSE(session.secured);
  }
};

TEST(ChipAuthentication, gives_new_keys_after_the_answer_with_aes_on_a_curve) {
  for (const bool by_pace : {true, false}) {
    auto old = open(by_pace);
    LONGS_EQUAL(0x9000, set_at(old, ca_oid(2, 2), 13));
    const auto answer =
        old.transmit(bench.wire(), {.ins = 0x86, .data = tlv(0x7C, tlv(0x80, public_of(13, eph_key))), .le = 256});
    CHECK_BYTES("7C00"_hex, answer.data);  // under the old keys
    auto fresh = agreed(ec, Cipher::aes128);
    works(fresh);
    works(fresh);
  }
}

TEST(ChipAuthentication, gives_new_keys_with_3des_by_either_command) {
  auto old = open();
  LONGS_EQUAL(0x9000, set_at(old, ca_oid(2, 1), 13));
  LONGS_EQUAL(0x9000, general(old, public_of(13, eph_key)));
  auto by_general = agreed(ec, Cipher::tdes);
  works(by_general);
  auto second = open(false);
  LONGS_EQUAL(0x9000, set_kat(second, public_of(13, eph_key), 13));
  auto by_kat = agreed(ec, Cipher::tdes);
  works(by_kat);
}

TEST(ChipAuthentication, gives_new_keys_in_a_prime_field_of_2048_bits) {
  auto old = open();
  LONGS_EQUAL(0x9000, set_at(old, ca_oid(1, 4), 2));
  LONGS_EQUAL(0x9000, general(old, public_of(2, eph_key)));
  auto fresh = agreed(dh, Cipher::aes256);
  works(fresh);
}

TEST(ChipAuthentication, works_on_every_curve_and_in_every_prime_field) {
  using cicada::base::SecretBytes;
  namespace applet = cards::sim::applet;
  namespace mbedtls = cicada::crypto::mbedtls;
  for (unsigned domain = 0; domain <= 18; ++domain) {
    if (domain > 2 && domain < 8) continue;
    const Bytes key(20, 0x17);
    auto content = cards::pace_content();
    content.chip_keys.clear();
    const unsigned family = domain < 3 ? 1 : 2;
    applet::ChipKey chip{.id = {}, .secret = {}, .protocols = {ca_oid(family, 3)}};
    if (domain < 3) {
      chip.secret =
          applet::DhSecret{.group = static_cast<mbedtls::Modp>(domain), .exponent = SecretBytes::copy_of(key)};
    } else {
      const auto curve = static_cast<mbedtls::Curve>(domain - 8);
      auto scalar = Bytes(mbedtls::order_size(curve) - key.size());
      append(scalar, key);
      chip.secret = applet::EcSecret{.curve = curve, .scalar = SecretBytes::copy_of(scalar)};
    }
    content.chip_keys.push_back(std::move(chip));
    bench.use(content);
    auto old = open();
    LONGS_EQUAL(0x9000, set_at(old, ca_oid(family, 3)));
    const Bytes own(20, 0x29);
    LONGS_EQUAL(0x9000, general(old, public_of(domain, own)));
    auto fresh = terminal::open_messaging(Cipher::aes192, Group{domain}.agree(own, public_of(domain, key)));
    works(fresh);
  }
}

TEST(ChipAuthentication, leaves_nothing_to_the_old_keys) {
  auto old = open();
  LONGS_EQUAL(0x9000, set_at(old, ca_oid(2, 2)));
  LONGS_EQUAL(0x9000, general(old, public_of(13, eph_key)));
  is_dead(old);
  // And that ended the new session too.
  auto fresh = agreed(ec, Cipher::aes128);
  is_dead(fresh);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x9E, .le = 4}).sw);
}

TEST(ChipAuthentication, can_be_done_again_with_the_new_keys) {
  auto old = open();
  LONGS_EQUAL(0x9000, set_at(old, ca_oid(2, 2)));
  LONGS_EQUAL(0x9000, general(old, public_of(13, eph_key)));
  auto fresh = agreed(ec, Cipher::aes128);
  LONGS_EQUAL(0x6985, general(fresh, public_of(13, eph_key)));  // the selection was used up
  LONGS_EQUAL(0x9000, set_at(fresh, ca_oid(1, 4)));
  LONGS_EQUAL(0x9000, general(fresh, public_of(2, eph_key)));
  auto again = agreed(dh, Cipher::aes256);
  works(again);
}

TEST(ChipAuthentication, refuses_keys_that_are_none_and_keeps_the_session) {
  auto session = open();
  const auto point = public_of(13, eph_key);
  auto off_curve = point;
  off_curve.back() ^= 1U;
  auto form = point;
  form[0] = 0x03;
  for (const auto& wrong : {""_hex, "00"_hex, "04"_hex, Bytes(65), concat({"04"_hex, Bytes(64)}), off_curve, form,
                            Bytes{point.begin(), point.end() - 1}, concat({point, "00"_hex}), public_of(12, eph_key),
                            concat({"04"_hex, Bytes(64, 0xFF)})}) {
    LONGS_EQUAL(0x9000, set_at(session, ca_oid(2, 2), 13));
    LONGS_EQUAL(0x6A80, general(session, wrong));
    works(session);
    LONGS_EQUAL(0x6A80, set_kat(session, wrong, 13));
    works(session);
  }
  const auto prime = Bytes(256, 0xFF);
  for (const auto& wrong : {""_hex, "00"_hex, "01"_hex, "02"_hex, prime, Bytes(257, 1), Bytes(256)}) {
    LONGS_EQUAL(0x9000, set_at(session, ca_oid(1, 4), 2));
    LONGS_EQUAL(0x6A80, general(session, wrong));
    works(session);
  }
  // The selection outlives a failure.
  LONGS_EQUAL(0x9000, general(session, public_of(2, eph_key)));
  auto fresh = agreed(dh, Cipher::aes256);
  works(fresh);
}

TEST(ChipAuthentication, refuses_wrong_objects_and_keeps_the_session) {
  auto session = open();
  const auto key = public_of(13, eph_key);
  LONGS_EQUAL(0x6985, general(session, key));  // nothing selected
  for (const auto& data :
       {tlv(0x81, ca_oid(2, 2)), tlv(0x80, ""_hex), tlv(0x80, terminal::pace_oid(2, 2)), "FF"_hex,
        concat({tlv(0x80, ca_oid(2, 2)), tlv(0x80, ca_oid(2, 2))}), concat({tlv(0x80, ca_oid(2, 2)), "8400"_hex}),
        concat({tlv(0x80, ca_oid(2, 2)), "8402000D"_hex})}) {
    LONGS_EQUAL(0x6A80, send(session, 0x22, 0x41A4, data));
  }
  LONGS_EQUAL(0x9000, set_at(session, ca_oid(2, 2)));
  for (const auto& data : {tlv(0x7C, ""_hex), tlv(0x8C, tlv(0x80, key)), tlv(0x7C, tlv(0x81, key)), tlv(0x80, key),
                           tlv(0x7C, concat({tlv(0x80, key), tlv(0x80, key)})), "7C"_hex}) {
    LONGS_EQUAL(0x6A80, send(session, 0x86, 0x0000, data, 256));
  }
  LONGS_EQUAL(0x6A86, send(session, 0x86, 0x0001, tlv(0x7C, tlv(0x80, key)), 256));
  for (const auto& data : {tlv(0x93, key), tlv(0x90, key), concat({tlv(0x91, key), tlv(0x91, key)}), "91"_hex}) {
    LONGS_EQUAL(0x6A80, send(session, 0x22, 0x41A6, data));
  }
  for (const unsigned p1p2 : {0x4100U, 0x41B6U, 0x01A4U, 0xC1A6U, 0x0000U}) {
    LONGS_EQUAL(0x6A86, send(session, 0x22, static_cast<std::uint16_t>(p1p2), tlv(0x80, ca_oid(2, 2))));
  }
  works(session);
}

TEST(ChipAuthentication, wants_the_right_key_for_the_right_protocol) {
  auto session = open();
  LONGS_EQUAL(0x6A88, set_at(session, ca_oid(2, 2), 99));
  LONGS_EQUAL(0x6A80, set_at(session, ca_oid(2, 2), 2));   // the prime field's key
  LONGS_EQUAL(0x6A80, set_at(session, ca_oid(1, 2), 13));  // the curve's key
  LONGS_EQUAL(0x6A80, set_at(session, ca_oid(2, 4), 13));  // a cipher that it is not for
  LONGS_EQUAL(0x6A80, set_at(session, ca_oid(2, 4)));
  LONGS_EQUAL(0x6A88, set_kat(session, public_of(13, eph_key), 99));
  LONGS_EQUAL(0x6A80, set_kat(session, public_of(2, eph_key), 2));  // not for 3DES
  works(session);
  auto content = cards::pace_content();
  content.chip_keys.push_back(content.chip_keys.front().clone());
  content.chip_keys.back().id = 14;
  bench.use(content);
  auto other = open();
  LONGS_EQUAL(0x6A88, set_at(other, ca_oid(2, 2)));  // two keys would do
  LONGS_EQUAL(0x6A88, set_kat(other, public_of(13, eph_key)));
  LONGS_EQUAL(0x9000, set_at(other, ca_oid(2, 2), 14));
}

TEST(ChipAuthentication, without_announced_protocols_is_done_with_3des) {
  auto content = cards::pace_content();
  content.chip_keys.pop_back();
  content.chip_keys.front().protocols.clear();
  bench.use(content);
  auto old = open();
  LONGS_EQUAL(0x6A80, set_at(old, ca_oid(2, 2)));
  LONGS_EQUAL(0x9000, set_kat(old, public_of(13, eph_key)));
  auto fresh = agreed(ec, Cipher::tdes);
  works(fresh);
}

TEST(ChipAuthentication, needs_a_session) {
  bench.select_lds1();
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0x22, .p1 = 0x41, .p2 = 0xA4, .data = tlv(0x80, ca_oid(2, 2))}).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0x22, .p1 = 0x41, .p2 = 0xA6, .data = tlv(0x91, public_of(13, eph_key))}).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0x86, .data = tlv(0x7C, tlv(0x80, public_of(13, eph_key))), .le = 256}).sw);
  // In plain inside a session it ends the session.
  auto session = open();
  LONGS_EQUAL(0x9000, set_at(session, ca_oid(2, 2)));
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0x86, .data = tlv(0x7C, tlv(0x80, public_of(13, eph_key))), .le = 256}).sw);
  is_dead(session);
  auto fresh = agreed(ec, Cipher::aes128);
  is_dead(fresh);
}

TEST(ChipAuthentication, forgets_a_selection_with_its_session) {
  auto first = open();
  LONGS_EQUAL(0x9000, set_at(first, ca_oid(2, 2)));
  auto second = open();
  LONGS_EQUAL(0x6985, general(second, public_of(13, eph_key)));
}

TEST(ChipAuthentication, is_not_there_without_a_key_and_not_in_the_mf) {
  auto in_mf = bench.open_pace();
  LONGS_EQUAL(0x6A86, set_at(in_mf, ca_oid(2, 2)));
  auto content = cards::pace_content();
  content.chip_keys.clear();
  bench.use(content);
  auto session = open();
  LONGS_EQUAL(0x6D00, set_at(session, ca_oid(2, 2)));
  LONGS_EQUAL(0x6D00, general(session, public_of(13, eph_key)));
  works(session);
}
