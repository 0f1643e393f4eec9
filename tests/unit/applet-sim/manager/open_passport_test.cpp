// Dialect jmrtd: the open passport applet's plain commands make a document.
#include "cards.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cutting_storage.h"
#include "issuer.h"
#include "vectors.h"
#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace outside = cicada::crypto::openssl;
namespace vectors = cicada::tests::vectors;
using cards::Bench;
using cicada::applet_sim::kernel::LifeCycle;
using issuer::Application;
using terminal::Command;
using terminal::tlv;

namespace {

/// An RSA key of 1024 bits, exponent 65537, made with another library.
const Bytes kModulus =
    from_hex(
        "CF51B873653128E5BEFD37090D8B78BE8E39E6C9A6ABD557DC2C4D21357369EBA7F303E57B0474E847E8A2ABB70FF101DF13"
        "D4A65932FBDD0040A00E90AFAA545DEB16DC05DB53765629C9AB039B3D7E8DAE3E787B87AAE7BE15A8F59068F50D7D0C55B0"
        "9148AD54F64ADEC17ECF09E770F466B9B47567345BB6C666F46A54D5")
        .value();
const Bytes kPrivateExponent =
    from_hex(
        "4045485655CF98AB28BB5D3D6C3A89B3216A67D6A9D9E968B473F371511DB77F7BF0858BB5C85AE9CBA91E0CF7D27457AD2D"
        "7BA61A4F08EFA96D5F71447F80E0D9E3D1AFC9745C37911D8E29353EF8AFB72E72D5FC531A26715F60DBEAF6FD4E1380C8F8"
        "8800A3570ABE1C62A1DF58635F4A772B1518832DCFE2D5D8374D5BFD")
        .value();

const Command kLock{.ins = 0xDA, .p1 = 0xDE, .p2 = 0xAD};

/// `81 ... 87` of a standardized curve.
Bytes chip_key(const char* curve, const Bytes& scalar, bool padded = false) {
  const auto data = vectors::data("domain_parameters.json", curve);
  Bytes out;
  std::uint8_t tag = 0x81;
  for (const auto* name : {"p", "a", "b", "generator", "order"}) {
    auto value = vectors::octets(data, name);
    if (padded && tag != 0x84) value.insert(value.begin(), 0);
    append(out, tlv(tag++, value));
  }
  append(out, tlv(0x86, scalar));
  append(out, tlv(0x87, "0001"_hex));
  return out;
}

}  // namespace

TEST_GROUP(OpenPassport) {
  Bench bench;
  void setup() override {
    bench.use(issuer::blank(Application::jmrtd));
  }
  void all() {
    for (const auto& command : issuer::open_document()) LONGS_EQUAL(0x9000, bench.plain(command).sw);
  }
  void check(unsigned sw, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, bench.plain(command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
  void put(unsigned sw, std::uint8_t what, const Bytes& data) {
    check(sw, {.ins = 0xDA, .p2 = what, .data = data, .extended = data.size() > 255});
  }
  void is_readable() {
    auto session = bench.open_session();
    CHECK_BYTES(cards::pattern(93, 4), session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x81, .le = 93}).data);
    const auto dg2 = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x82, .le = 600, .extended = true});
    CHECK_BYTES(cards::pattern(600, 5), dg2.data);
    LONGS_EQUAL(0x6982, session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x83, .le = 50}).sw);
  }
};

TEST(OpenPassport, becomes_a_document_with_keys_that_the_card_derives_itself) {
  all();
  CHECK(bench.card->life_cycle() == LifeCycle::blank);
  check(0x9000, kLock);
  CHECK(bench.card->life_cycle() == LifeCycle::locked);
  bench.reopen();
  // The document is that of 9303-11 Appendix D, so these are its published keys.
  is_readable();
  CHECK_BYTES("9000"_hex, bench.send("00A4000C"_hex));
  CHECK_BYTES(concat({cards::pattern(20, 1), "9000"_hex}), bench.send("00B09C0014"_hex));
  auto by_pace = bench.open_pace();
  LONGS_EQUAL(0x9000,
              by_pace.transmit(bench.wire(), {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
  CHECK_BYTES(cards::pattern(93, 4), by_pace.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x81, .le = 93}).data);
}

TEST(OpenPassport, answers_6985_to_every_writing_command_after_the_lock) {
  all();
  check(0x9000, kLock);
  const auto before = bench.memory();
  for (const bool in_application : {false, true}) {
    if (in_application) bench.select_lds1();
    for (const auto& command : issuer::open_document()) {
      if (command.ins != 0xA4) LONGS_EQUAL(0x6985, bench.plain(command).sw);
    }
    LONGS_EQUAL(0x6985, bench.plain(kLock).sw);
  }
  auto session = bench.open_session();
  LONGS_EQUAL(0x6985, session.transmit(bench.wire(), {.ins = 0xD6, .data = "01"_hex}).sw);
  CHECK(session.secured);
  for (const auto* command : {"80CA9F7F00", "00CA9F7F00", "80500000080102030405060708"}) {
    CHECK_BYTES("6D00"_hex, bench.send(from_hex(command).value()));
  }
  CHECK_BYTES("6A82"_hex, bench.send("00A4040C08A000000151000000"_hex));
  CHECK_BYTES(before, bench.memory());
}

TEST(OpenPassport, lets_nothing_be_read_before_the_lock) {
  all();
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x81, .le = 8}).sw);
  const auto challenge = bench.plain({.ins = 0x84, .le = 8});
  const auto token = terminal::bac_token(cards::access_keys(), Bytes(8, 1), challenge.data, Bytes(16, 2));
  LONGS_EQUAL(0x6985, bench.plain({.ins = 0x82, .data = token, .le = 40}).sw);
}

TEST(OpenPassport, can_be_written_from_the_start_when_it_was_given_up_halfway) {
  all();
  const auto once = cutting::fingerprint(bench.memory());
  check(0x9000, {.ins = 0xE0, .data = "6304 0007 0101"_hex});
  check(0x9000, {.ins = 0xD6, .data = Bytes(7, 0xAA)});
  check(0x6A84, {.ins = 0xD6, .p2 = 1, .data = Bytes(7, 0xAA)});
  bench.reopen();
  all();
  CHECK_BYTES(once, cutting::fingerprint(bench.memory()));
}

TEST(OpenPassport, creates_only_the_files_that_the_applet_has) {
  const auto create = [](const Bytes& data) { return Command{.ins = 0xE0, .data = data}; };
  for (const bool in_application : {true, false}) {
    LONGS_EQUAL(0x9000,
                bench
                    .plain(in_application ? Command{.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}
                                          : Command{.ins = 0xA4, .p2 = 0x0C})
                    .sw);
    check(in_application ? 0x9000 : 0x6A80, create("6304 0005 0110"_hex));
    check(in_application ? 0x6A80 : 0x9000, create("6304 0005 2F00"_hex));
    check(0x6A80, create("6304 0005 0100"_hex));
    check(0x6A80, create("6304 0005 0111"_hex));
    check(0x6A80, create("6304 0000 011D"_hex));
    check(0x6A80, create("6404 0005 011D"_hex));
    check(0x6A80, create("6305 0005 011D"_hex));
    check(0x6700, create("6304 0005 011D 00"_hex));
    check(0x6700, create({}));
    check(0x6A86, {.ins = 0xE0, .p2 = 1, .data = "6304 0005 011D"_hex});
    check(in_application ? 0x6A80 : 0x9000, create("6304 0005 011C"_hex));  // EF.CVCA has 36 octets
  }
  bench.select_lds1();
  check(0x9000, create("6304 FFFF 0101"_hex));
  check(0x6A84, create("6304 FFFF 0102"_hex));
}

TEST(OpenPassport, writes_into_the_selected_file_only) {
  bench.select_lds1();
  check(0x6985, {.ins = 0xD6, .data = "01"_hex});
  check(0x9000, {.ins = 0xE0, .data = "6304 0005 0101"_hex});
  check(0x9000, {.ins = 0xE0, .data = "6304 0005 0102"_hex});
  check(0x9000, {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0101"_hex});
  check(0x6A82, {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0103"_hex});
  check(0x9000, {.ins = 0xD6, .p2 = 4, .data = "01"_hex});
  check(0x6B00, {.ins = 0xD6, .p2 = 5, .data = "01"_hex});
  check(0x6A84, {.ins = 0xD6, .p2 = 4, .data = "0102"_hex});
  check(0x6A86, {.ins = 0xD6, .p1 = 0x81, .data = "01"_hex});
  check(0x6700, {.ins = 0xD6});
}

TEST(OpenPassport, signs_with_the_rsa_key_that_came_in_halves) {
  const auto key = outside::RsaPublicKey::create(kModulus, "010001"_hex);
  CHECK_OK(key);
  for (const bool padded : {false, true}) {
    bench.use(issuer::blank(Application::jmrtd));
    all();
    const Bytes zero = padded ? "00"_hex : Bytes{};
    put(0x9000, 0x60, tlv(0x60, tlv(0x04, concat({zero, kModulus}))));
    bench.reopen();  // half of a key outlives power
    bench.select_lds1();
    put(0x6A80, 0x61, tlv(0x61, tlv(0x04, Bytes(128, 0x5A))));  // of another key
    put(0x9000, 0x61, tlv(0x61, tlv(0x04, concat({zero, kPrivateExponent}))));
    check(0x9000, kLock);
    auto session = bench.open_session();
    const auto signature = session.transmit(bench.wire(), {.ins = 0x88, .data = "0102030405060708"_hex, .le = 256});
    LONGS_EQUAL(0x9000, signature.sw);
    // ISO/IEC 9796-2 scheme 1 with SHA-1: 6A || M1 || H(M1 || challenge) || BC
    const auto recovered = key->recover(signature.data).value();
    LONGS_EQUAL(0x6A, recovered.front());
    LONGS_EQUAL(0xBC, recovered.back());
    const auto m1 = ByteView{recovered}.subspan(1, recovered.size() - 22);
    const auto hash = outside::hash(outside::HashAlgorithm::sha1, concat({m1, "0102030405060708"_hex})).value();
    CHECK_BYTES(hash, ByteView{recovered}.subspan(recovered.size() - 21, 20));
  }
}

TEST(OpenPassport, agrees_on_keys_with_the_chip_key_that_it_was_given) {
  all();
  put(0x9000, 0x63, chip_key("curve-05-brainpool_p256r1", cards::ec_chip_key(), true));
  check(0x9000, kLock);
  const Bytes eph(28, 0x51);
  const terminal::Group group{13};
  const auto point = group.multiply(eph, group.generator());
  const auto secret = group.agree(eph, group.multiply(cards::ec_chip_key(), group.generator()));
  for (const auto cipher : {terminal::Cipher::tdes, terminal::Cipher::aes256}) {
    auto session = bench.open_session();
    if (cipher == terminal::Cipher::tdes) {
      LONGS_EQUAL(0x9000,
                  session.transmit(bench.wire(), {.ins = 0x22, .p1 = 0x41, .p2 = 0xA6, .data = tlv(0x91, point)}).sw);
    } else {
      const auto at = tlv(0x80, terminal::ca_oid(2, 4));
      LONGS_EQUAL(0x9000, session.transmit(bench.wire(), {.ins = 0x22, .p1 = 0x41, .p2 = 0xA4, .data = at}).sw);
      LONGS_EQUAL(0x9000,
                  session.transmit(bench.wire(), {.ins = 0x86, .data = tlv(0x7C, tlv(0x80, point)), .le = 256}).sw);
    }
    auto agreed = terminal::open_messaging(cipher, secret);
    CHECK_BYTES("60145F01"_hex, agreed.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4}).data);
  }
}

TEST(OpenPassport, opens_data_group_3_to_a_terminal_of_its_root) {
  const verifiable::Party cvca{"UTCVCA00001", outside::Curve::p256};
  const verifiable::Party verifier{"UTDV00000001", outside::Curve::p256};
  const verifiable::Party system{"UTIS00000001", outside::Curve::p256};
  const auto certificate = verifiable::certificate(cvca, cvca, 0xC3, "260101", "290101");
  const auto body_alone = verifiable::draft(cvca, cvca, 0xC3, "260101", "290101").body();
  for (const bool whole : {true, false}) {
    bench.use(issuer::blank(Application::jmrtd));
    all();
    put(0x9000, 0x63, chip_key("curve-04-p256", Bytes(32, 0x2C)));
    const auto root = whole ? verifiable::whole(certificate) : body_alone;
    const Command cvca_file{.ins = 0xE0, .data = "6304 0024 011C"_hex};
    if (whole) check(0x9000, cvca_file);
    put(0x9000, 0x64, root);
    if (!whole) check(0x9000, cvca_file);  // either may come first
    put(0x6985, 0x64, root);
    check(0x9000, kLock);
    auto session = bench.open_session();
    CHECK_BYTES(concat({"420B"_hex, as_bytes("UTCVCA00001")}),
                session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9C, .le = 13}).data);
    const Bytes eph(28, 0x51);
    const terminal::Group group{12};
    const auto point = group.multiply(eph, group.generator());
    LONGS_EQUAL(0x9000,
                session.transmit(bench.wire(), {.ins = 0x22, .p1 = 0x41, .p2 = 0xA6, .data = tlv(0x91, point)}).sw);
    auto agreed = terminal::open_messaging(terminal::Cipher::tdes,
                                           group.agree(eph, group.multiply(Bytes(32, 0x2C), group.generator())));
    const auto ask = [&](std::uint8_t ins, unsigned p1p2, const Bytes& data) {
      return agreed
          .transmit(bench.wire(), {.ins = ins,
                                   .p1 = static_cast<std::uint8_t>(p1p2 >> 8U),
                                   .p2 = static_cast<std::uint8_t>(p1p2),
                                   .data = data,
                                   .extended = data.size() > 200})
          .sw;
    };
    LONGS_EQUAL(0x9000, ask(0x22, 0x81B6, tlv(0x83, cvca.name())));
    LONGS_EQUAL(0x9000, ask(0x2A, 0x00BE, verifiable::certificate(cvca, verifier, 0x83, "260201", "280101")));
    LONGS_EQUAL(0x9000, ask(0x22, 0x81B6, tlv(0x83, verifier.name())));
    LONGS_EQUAL(0x9000, ask(0x2A, 0x00BE, verifiable::certificate(verifier, system, 0x03, "260201", "280101")));
    LONGS_EQUAL(0x9000, ask(0x22, 0x81A4, tlv(0x83, system.name())));
    const auto challenge = agreed.transmit(bench.wire(), {.ins = 0x84, .le = 8});
    // The document number that PUT DATA 62 brought, with its check digit, and the terminal's key.
    const auto name = concat({as_bytes("L898902C<3"), challenge.data, ByteView{point}.subspan(1, 32)});
    LONGS_EQUAL(0x9000, ask(0x82, 0, system.sign(name)));
    CHECK_BYTES(cards::pattern(50, 6), agreed.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x83, .le = 50}).data);
  }
}

TEST(OpenPassport, takes_no_data_that_is_not_what_it_should_be) {
  bench.select_lds1();
  const auto zone = [](std::string_view number, std::string_view birth, std::string_view expiry) {
    return tlv(0x62, concat({tlv(0x04, as_bytes(number)), tlv(0x04, as_bytes(birth)), tlv(0x04, as_bytes(expiry))}));
  };
  put(0x9000, 0x62, zone("L898902C<", "690806", "940623"));
  put(0x6A80, 0x62, zone("", "690806", "940623"));
  put(0x6A80, 0x62, zone("L898902c<", "690806", "940623"));
  put(0x6A80, 0x62, zone("L898902C<", "69080", "940623"));
  put(0x6A80, 0x62, zone("12345678901234567890123", "690806", "940623"));
  put(0x6A80, 0x62, concat({zone("L898902C<", "690806", "940623"), "00"_hex}));
  put(0x6A80, 0x60, tlv(0x61, tlv(0x04, Bytes(128, 1))));
  put(0x6A80, 0x60, tlv(0x60, Bytes(128, 1)));
  put(0x6A80, 0x60, tlv(0x60, tlv(0x04, Bytes(128))));
  put(0x6A80, 0x60, tlv(0x60, tlv(0x04, Bytes(513, 1))));
  put(0x6A80, 0x63, {});
  put(0x6A80, 0x63, chip_key("curve-04-p256", Bytes(32)));        // zero
  put(0x6A80, 0x63, chip_key("curve-04-p256", Bytes(33, 0x01)));  // longer than the order
  auto other = chip_key("curve-04-p256", Bytes(32, 1));
  other[5] ^= 0x01U;
  put(0x6A80, 0x63, other);
  put(0x6A80, 0x63, concat({chip_key("curve-04-p256", Bytes(32, 1)), "8601 01"_hex}));
  put(0x6A80, 0x63, concat({chip_key("curve-04-p256", Bytes(32, 1)), "880101"_hex}));
  put(0x6A80, 0x64, "7F4E00"_hex);
  const verifiable::Party verifier{"UTDV00000001", outside::Curve::p256};
  put(0x6A80, 0x64, verifiable::draft(verifier, verifier, 0x83, "260101", "290101").body());
  for (const auto& entry : {"660102"_hex, "66020031"_hex, "66020531"_hex, "660702313233343541"_hex, "6500"_hex,
                            "6703020000"_hex, "650466020241"_hex}) {
    put(0x6A80, 0x65, entry);
  }
  put(0x6A80, 0x65, {});
  put(0x9000, 0x65, concat({"660702"_hex, as_bytes("123456")}));
  put(0x9000, 0x67, "020600010001"_hex);
  put(0x9000, 0x67, "020600010001"_hex);
  put(0x6985, 0x67, "020501020301"_hex);
  put(0x6A80, 0x67, "323630313031"_hex);
  put(0x6A80, 0x67, "0206000100"_hex);
  put(0x6A86, 0x66, "00"_hex);
  put(0x6A86, 0x5F, "00"_hex);
  check(0x6A86, {.ins = 0xDA, .p1 = 0x01, .p2 = 0x60, .data = "00"_hex});
  check(0x6700, {.ins = 0xDA, .p1 = 0xDE, .p2 = 0xAD, .data = "00"_hex});
}

TEST(OpenPassport, has_no_open_commands_without_an_instance_or_for_the_other_dialect) {
  for (const auto application : {Application::none, Application::groupings}) {
    bench.use(issuer::blank(application));
    for (const std::uint8_t instruction : "E0D6DA"_hex) {
      check(0x6D00, {.ins = instruction, .data = "630400050101"_hex});
    }
  }
}

TEST(OpenPassport, stands_behind_the_card_manager) {
  all();
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  auto channel = issuer::Channel::open(bench.wire(), issuer::keys());
  LONGS_EQUAL(0x6985, channel.transmit(bench.wire(), issuer::install_for_personalization()).sw);
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), issuer::delete_passport()).sw);
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
  channel = issuer::Channel::open(bench.wire(), issuer::keys());
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), issuer::install_passport(Application::jmrtd)).sw);
  all();
  check(0x9000, kLock);
  is_readable();
}
