// The whole of extended access control: a session, the chip's keys, the terminal's rights, data groups 3 and 4.
#include "cards.h"
#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using cicada::crypto::openssl::Curve;
using terminal::ca_oid;
using terminal::Cipher;
using terminal::Group;
using terminal::Messaging;
using terminal::Pace;
using terminal::tlv;
using verifiable::Party;
namespace ta = cicada::applet_sim::protocol::ta;

TEST_GROUP(TerminalRights) {
  Bench bench;
  const Party cvca{"VNCVCA00001", Curve::p256};
  const Party verifier{"VNDV000001", Curve::p256};
  const Party system{"VNIS000001", Curve::p256};
  const Bytes eph_key = Bytes(28, 0x51);
  const Bytes number = to_bytes(as_bytes("L898902C<3"));
  Bytes chip_name;  // ID_IC of the session

  void setup() override {
    auto content = cards::pace_content();
    const auto root = ta::read_certificate(verifiable::certificate(cvca, cvca, 0xC3, "260101", "281231"));
    CHECK_OK(root);
    content.trust_points = {{.holder = root->holder,
                             .authorization = root->authorization,
                             .effective = root->effective,
                             .expiration = root->expiration,
                             .key = *ta::key_of(*root, std::nullopt)}};
    content.current_date = root->effective;
    content.document_number = number;
    bench.use(content);
  }
  unsigned send(Messaging & session, std::uint8_t ins, unsigned p1p2, const Bytes& data,
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
  unsigned read(Messaging & session, unsigned sfi) {
    return send(session, 0xB0, (0x80U | sfi) << 8U, {}, 4);
  }
  void select(Messaging & session) {
    LONGS_EQUAL(0x9000, send(session, 0xA4, 0x040C, "A0000002471001"_hex));
  }
  /// A session in the application and the name that the chip has in it.
  Messaging open(bool by_pace) {
    if (!by_pace) {
      chip_name = number;
      return bench.open_session();
    }
    LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
    Pace pace{terminal::pace_oid(2, 2), 12, cards::password(2)};
    auto session = run(pace);
    select(session);
    return session;
  }
  Messaging run(Pace & pace) {
    LONGS_EQUAL(0x9000, bench.plain({.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = pace.mse(2)}).sw);
    const auto step = [&](std::uint8_t cla, const Bytes& data) {
      const auto answer = bench.plain({.ins = 0x86, .data = data, .le = 256}, cla);
      LONGS_EQUAL(0x9000, answer.sw);
      return answer.data;
    };
    pace.take_nonce(step(0x10, Pace::nonce_request()));
    pace.take_map(step(0x10, pace.map_request()));
    pace.take_agree(step(0x10, pace.agree_request()));
    pace.take_token(step(0x00, pace.token_request()));
    chip_name = {pace.chip_public.begin() + 1, pace.chip_public.begin() + 33};
    return pace.messaging();
  }
  /// Chip authentication on brainpoolP256r1 with AES-128.
  Messaging authenticate_chip(Messaging & old) {
    LONGS_EQUAL(0x9000, send(old, 0x22, 0x41A4, concat({tlv(0x80, ca_oid(2, 2)), "84010D"_hex})));
    LONGS_EQUAL(0x9000, send(old, 0x86, 0, tlv(0x7C, tlv(0x80, terminal_public())), 256));
    const Group group{13};
    return terminal::open_messaging(Cipher::aes128,
                                    group.agree(eph_key, group.multiply(cards::ec_chip_key(), group.generator())));
  }
  [[nodiscard]] Bytes terminal_public() const {
    const Group group{13};
    return group.multiply(eph_key, group.generator());
  }
  unsigned import(Messaging & session, const Party& issuer, const Party& holder, unsigned authorization) {
    const auto named = send(session, 0x22, 0x81B6, tlv(0x83, issuer.name()));
    if (named != 0x9000) return named;
    return send(session, 0x2A, 0x00BE, verifiable::certificate(issuer, holder, authorization, "260201", "260501"));
  }
  unsigned prove(Messaging & session, const Bytes& terminal_name) {
    const auto named = send(session, 0x22, 0x81A4, tlv(0x83, system.name()));
    if (named != 0x9000) return named;
    const auto challenge = session.transmit(bench.wire(), {.ins = 0x84, .le = 8});
    LONGS_EQUAL(0x9000, challenge.sw);
    return send(session, 0x82, 0, system.sign(concat({chip_name, challenge.data, terminal_name})));
  }
  [[nodiscard]] Bytes name_of_terminal() const {
    const auto key = terminal_public();
    return {key.begin() + 1, key.begin() + 33};
  }
};

TEST(TerminalRights, open_data_groups_3_and_4_after_pace_and_after_bac) {
  for (const bool by_pace : {true, false}) {
    for (unsigned rights = 0; rights < 4; ++rights) {
      auto old = open(by_pace);
      auto session = authenticate_chip(old);
      LONGS_EQUAL(0x9000, import(session, cvca, verifier, 0x83));
      LONGS_EQUAL(0x9000, import(session, verifier, system, rights));
      LONGS_EQUAL(0x6982, read(session, 3));
      LONGS_EQUAL(0x9000, prove(session, name_of_terminal()));
      LONGS_EQUAL((rights & 1U) != 0 ? 0x9000 : 0x6982, read(session, 3));
      LONGS_EQUAL((rights & 2U) != 0 ? 0x9000 : 0x6982, read(session, 4));
      LONGS_EQUAL(0x9000, read(session, 1));
      LONGS_EQUAL(0x6982, read(session, 0x10));  // never
    }
  }
}

TEST(TerminalRights, need_the_chip_to_be_authenticated_first) {
  for (const bool by_pace : {true, false}) {
    auto session = open(by_pace);
    LONGS_EQUAL(0x6982, import(session, cvca, verifier, 0x83));
    LONGS_EQUAL(0x6982, send(session, 0x2A, 0x00BE, "7F4E00"_hex));
    LONGS_EQUAL(0x6982, prove(session, name_of_terminal()));
    LONGS_EQUAL(0x9000, read(session, 1));
  }
}

TEST(TerminalRights, come_from_chip_authentication_mapping_as_well) {
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  Pace pace{terminal::pace_oid(6, 2), 13, cards::password(2)};
  auto session = run(pace);
  select(session);
  LONGS_EQUAL(0x9000, import(session, cvca, verifier, 0x83));
  LONGS_EQUAL(0x9000, import(session, verifier, system, 3));
  const auto& key = pace.terminal_public;
  LONGS_EQUAL(0x9000, prove(session, {key.begin() + 1, key.begin() + 33}));
  LONGS_EQUAL(0x9000, read(session, 3));
}

TEST(TerminalRights, are_bound_to_the_chip_s_name_and_to_the_terminal_s_key) {
  auto old = open(true);
  auto session = authenticate_chip(old);
  LONGS_EQUAL(0x9000, import(session, cvca, verifier, 0x83));
  LONGS_EQUAL(0x9000, import(session, verifier, system, 3));
  LONGS_EQUAL(0x6300, prove(session, Bytes(32, 1)));
  const auto right = std::exchange(chip_name, number);  // the name that it has after BAC
  LONGS_EQUAL(0x6300, prove(session, name_of_terminal()));
  LONGS_EQUAL(0x6982, read(session, 3));
  chip_name = right;
  LONGS_EQUAL(0x9000, prove(session, name_of_terminal()));
  LONGS_EQUAL(0x9000, read(session, 3));
}

TEST(TerminalRights, go_with_the_keys_and_with_the_session) {
  auto old = open(true);
  auto session = authenticate_chip(old);
  LONGS_EQUAL(0x9000, import(session, cvca, verifier, 0x83));
  LONGS_EQUAL(0x9000, import(session, verifier, system, 3));
  LONGS_EQUAL(0x9000, prove(session, name_of_terminal()));
  LONGS_EQUAL(0x9000, read(session, 4));
  // Leaving the application and coming back changes nothing.
  LONGS_EQUAL(0x9000, send(session, 0xA4, 0x000C, {}));
  select(session);
  LONGS_EQUAL(0x9000, read(session, 4));
  auto again = authenticate_chip(session);
  LONGS_EQUAL(0x6982, read(again, 4));
  LONGS_EQUAL(0x9000, read(again, 1));
  LONGS_EQUAL(0x6A88, prove(again, name_of_terminal()));  // the terminal's key was used up
  LONGS_EQUAL(0x9000, import(again, cvca, verifier, 0x83));
  LONGS_EQUAL(0x9000, import(again, verifier, system, 3));
  LONGS_EQUAL(0x6982, prove(again, name_of_terminal()));  // once in a session
  LONGS_EQUAL(0x6982, read(again, 4));
  auto other = open(true);
  LONGS_EQUAL(0x6982, read(other, 4));
}
