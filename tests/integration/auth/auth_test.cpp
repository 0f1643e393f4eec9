// The two opinions meet: the reader's active, chip and terminal authentication against the simulated card's.
#include "../../unit/host/auth/raw_rsa.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/transport/loopback.h"
#include "inspected.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::auth;
using namespace cicada::tests;

namespace {

constexpr auto kMrzInformation = "L898902C<369080619406236";
constexpr std::array kCurves = {ossl::Curve::p192,
                                ossl::Curve::brainpool_p192r1,
                                ossl::Curve::p224,
                                ossl::Curve::brainpool_p224r1,
                                ossl::Curve::p256,
                                ossl::Curve::brainpool_p256r1,
                                ossl::Curve::brainpool_p320r1,
                                ossl::Curve::p384,
                                ossl::Curve::brainpool_p384r1,
                                ossl::Curve::brainpool_p512r1,
                                ossl::Curve::p521};
constexpr std::array kGroups = {ossl::Modp::modp_1024_160, ossl::Modp::modp_2048_224, ossl::Modp::modp_2048_256};
constexpr std::array kHashes = {ossl::HashAlgorithm::sha1, ossl::HashAlgorithm::sha224, ossl::HashAlgorithm::sha256,
                                ossl::HashAlgorithm::sha384, ossl::HashAlgorithm::sha512};

/// A card with BAC, in a slot of this process, and a reader's session with it.
struct Bench {
  explicit Bench(applet_sim::kernel::CardContent content) {
    const auto keys = host::access::BacKeys::from_mrz_information(kMrzInformation).value();
    namespace bac = applet_sim::protocol::bac;
    content.access_keys =
        bac::AccessKeys{.k_enc = bac::KEnc{keys.k_enc().expose()}, .k_mac = bac::KMac{keys.k_mac().expose()}};
    content.files.push_back(
        {.fid = 0x011E, .sfi = 0x1E, .content = "60145F0104303130365F36063034303030305C026175"_hex});
    content.files.push_back({.fid = 0x0103, .sfi = 0x03, .security_condition = 0xE3, .content = Bytes(20, 3)});
    content.files.push_back({.fid = 0x0104, .sfi = 0x04, .security_condition = 0xE4, .content = Bytes(20, 4)});
    card = applet_sim::kernel::Card::create_personalized({.rng = card_rng, .clock = clock},
                                                         std::make_unique<applet_sim::nvm::MemoryStorage>(), content)
               .value();
    card->power_on();
    host::access::PlainSession plain{channel};
    (void)plain.transmit({.ins = 0xA4, .p1 = 4, .p2 = 12, .data = "A0000002471001"_hex}).value();
    auto opened = host::access::run_bac(std::move(plain), keys, rng);
    if (!opened) FAIL(opened.error().error.describe().c_str());
    session.emplace(*std::move(opened));
  }
  Result<host::iso7816::ResponseApdu> read(std::uint8_t sfi) {
    return session->transmit({.ins = 0xB0, .p1 = static_cast<std::uint8_t>(0x80U | sfi), .ne = 20});
  }

  SystemRng card_rng;
  SystemRng rng;
  FixedClock clock{year{2026} / 6 / 1};
  std::unique_ptr<applet_sim::kernel::Card> card;
  host::transport::LoopbackTransport slot{[this](ByteView command) { return card->process(command); }};
  host::iso7816::Channel channel{slot};
  std::optional<host::access::SecureSession> session;
};

void check_active(applet::ActiveKey key, const Bytes& dg15, std::optional<Bytes> dg14) {
  applet_sim::kernel::CardContent content;
  content.active_key = std::move(key);
  Bench bench{std::move(content)};
  std::optional<ByteView> infos;
  if (dg14) infos = *dg14;
  const auto evidence = run_active_authentication(*bench.session, dg15, bench.rng);
  if (evidence.error) FAIL(evidence.error->describe().c_str());
  CHECK_OK(verify_active_authentication(dg15, infos, evidence.rnd_ifd, evidence.response));
  auto other = evidence.rnd_ifd;
  other.front() ^= 1U;
  CHECK(!verify_active_authentication(dg15, infos, other, evidence.response));
  CHECK_OK(bench.read(0x1E));
}

void check_chip(ChipCase one) {
  Bench bench{with_chip_key(std::move(one.key))};
  auto evidence = run_chip_authentication(*bench.session, one.dg14, bench.rng);
  if (evidence.error) FAIL((evidence.what + ": " + evidence.error->describe()).c_str());
  note_exchange(evidence, bench.read(0x1E));
  CHECK(evidence.proven());
}

}  // namespace

TEST_GROUP(ActiveAuthenticationOfTheCard){};

TEST(ActiveAuthenticationOfTheCard, is_right_for_every_size_of_rsa_key_and_every_hash) {
  for (const unsigned bits : {1024U, 1536U, 2048U, 3072U}) {
    const auto& key = test::RawRsa::of(bits);
    const auto dg15 = host::lds::build_dg15(asn1::encode_rsa_public_key_info(key.modulus(), key.exponent())).value();
    for (const auto hash : kHashes) {
      check_active({.secret = applet::RsaSecret{.p = SecretBytes{key.factor(1)},
                                                .q = SecretBytes{key.factor(2)},
                                                .exponent = key.exponent()},
                    .hash = card_hash(hash)},
                   dg15, std::nullopt);
    }
  }
}

TEST(ActiveAuthenticationOfTheCard, is_right_on_every_curve_with_every_hash_that_is_not_longer_than_the_key) {
  std::size_t runs = 0;
  for (const auto curve : kCurves) {
    const auto pair = ossl::EcPrivateKey::generate(curve).value();
    const auto dg15 =
        host::lds::build_dg15(asn1::encode_ec_public_key_info(domain_of(curve), pair.public_point())).value();
    for (const auto hash : kHashes) {
      if (hash == ossl::HashAlgorithm::sha1 || ossl::hash_size(hash) > ossl::order_size(curve)) continue;
      const auto oid =
          asn1::Oid::from_dotted("0.4.0.127.0.7.1.1.4.1." + std::to_string(std::to_underlying(hash) + 1)).value();
      check_active({.secret = applet::EcSecret{.curve = card_curve(curve), .scalar = pair.scalar().value()},
                    .hash = card_hash(hash)},
                   dg15,
                   dg14_of({asn1::make_security_info(asn1::Oid::of("2.23.136.1.1.5"),
                                                     asn1::ActiveAuthenticationInfo{.signature_algorithm = oid})}));
      ++runs;
    }
  }
  LONGS_EQUAL(2 + 4 + 2 + 3 + 3 + 4 + 4, runs);
}

TEST(ActiveAuthenticationOfTheCard, is_refused_by_a_card_without_a_key) {
  const auto pair = ossl::EcPrivateKey::generate(ossl::Curve::p256).value();
  const auto dg15 =
      host::lds::build_dg15(asn1::encode_ec_public_key_info(domain_of(ossl::Curve::p256), pair.public_point())).value();
  Bench bench{applet_sim::kernel::CardContent{}};
  const auto evidence = run_active_authentication(*bench.session, dg15, bench.rng);
  LONGS_EQUAL(0x6D00, evidence.error->sw);
  CHECK_OK(bench.read(0x1E));
}

TEST_GROUP(ChipAuthenticationOfTheCard){};

TEST(ChipAuthenticationOfTheCard, gives_new_keys_on_every_curve_with_every_cipher) {
  for (const auto curve : kCurves) {
    for (unsigned leaf = 1; leaf <= 4; ++leaf) check_chip(ec_case(curve, leaf));
  }
}

TEST(ChipAuthenticationOfTheCard, gives_new_keys_in_every_group_of_numbers_with_every_cipher) {
  for (const auto group : kGroups) {
    for (unsigned leaf = 1; leaf <= 4; ++leaf) check_chip(dh_case(group, leaf));
  }
}

TEST(ChipAuthenticationOfTheCard, is_not_proven_with_another_cards_key) {
  for (const unsigned leaf : {1U, 2U}) {
    const auto genuine = ec_case(ossl::Curve::p256, leaf);
    Bench clone{with_chip_key(ec_case(ossl::Curve::p256, leaf).key)};
    auto evidence = run_chip_authentication(*clone.session, genuine.dg14, clone.rng);
    CHECK(evidence.awaits_proof());
    note_exchange(evidence, clone.read(0x1E));
    CHECK(!evidence.proven());
    CHECK(!clone.session->alive());
  }
}

TEST(ChipAuthenticationOfTheCard, that_is_refused_leaves_the_old_session_alive) {
  auto other_id = ec_case(ossl::Curve::p256, 2);
  other_id.key.id = 8;
  Bench bench{with_chip_key(std::move(other_id.key))};
  const auto evidence = run_chip_authentication(*bench.session, other_id.dg14, bench.rng);
  LONGS_EQUAL(0x6A88, evidence.error->sw);
  CHECK_OK(bench.read(0x1E));
  // A DG14 that offers what the card does not do.
  auto other_cipher = ec_case(ossl::Curve::p256, 2);
  other_cipher.key.protocols = {to_bytes(asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.4").content())};
  Bench again{with_chip_key(std::move(other_cipher.key))};
  LONGS_EQUAL(0x6A80, run_chip_authentication(*again.session, other_cipher.dg14, again.rng).error->sw);
  CHECK_OK(again.read(0x1E));
}

TEST_GROUP(TerminalAuthenticationOfTheCard) {
  /// A card that trusts this country, after chip authentication.
  struct Opened {
    explicit Opened(const Country& of) : chip(ec_case(ossl::Curve::p256, 2)), bench(content(of, chip.key)) {
      evidence = run_chip_authentication(*bench.session, chip.dg14, bench.rng);
      note_exchange(evidence, bench.read(0x1E));
    }
    static applet_sim::kernel::CardContent content(const Country& of, const applet::ChipKey& key) {
      auto made = with_chip_key(key.clone());
      made.trust_points.push_back(trust_point(of));
      made.current_date = {2, 6, 0, 1, 0, 1};
      made.cvca_file = 0x011C;
      made.files.push_back(
          {.fid = 0x011C, .sfi = 0x1C, .content = asn1::encode_ef_cvca({of.root.holder_reference}).value()});
      made.document_number = to_bytes(as_bytes("L898902C<3"));
      return made;
    }
    TerminalEvidence authenticate(const Country& of, const CvSigner& key) {
      CvTerminalSigner signer{key};
      const auto id_ic = id_ic_of_bac(kMrzInformation).value();
      return run_terminal_authentication(*bench.session, {.chain = of.chain,
                                                          .signer = &signer,
                                                          .id_ic = id_ic,
                                                          .compressed_reader_key = evidence.compressed_reader_key});
    }
    ChipCase chip;
    Bench bench;
    ChipEvidence evidence;
  };
};

TEST(TerminalAuthenticationOfTheCard, opens_what_the_certificates_allow_with_every_algorithm) {
  for (const auto* const algorithm :
       {"0.4.0.127.0.7.2.2.2.1.2", "0.4.0.127.0.7.2.2.2.1.4", "0.4.0.127.0.7.2.2.2.1.5", "0.4.0.127.0.7.2.2.2.1.6",
        "0.4.0.127.0.7.2.2.2.2.2", "0.4.0.127.0.7.2.2.2.2.3", "0.4.0.127.0.7.2.2.2.2.4", "0.4.0.127.0.7.2.2.2.2.5"}) {
    const auto of = make_country(algorithm);
    Opened open{of};
    CHECK(open.evidence.proven());
    LONGS_EQUAL(0x6982, open.bench.read(0x03)->sw);
    CHECK_STRING("VNCVCA00001", read_trust_points(*open.bench.session).value().front());
    const auto done = open.authenticate(of, of.terminal);
    if (done.error) FAIL((std::string{algorithm} + ": " + done.error->describe()).c_str());
    CHECK(done.accepted());
    LONGS_EQUAL(0x9000, open.bench.read(0x03)->sw);
    LONGS_EQUAL(0x6982, open.bench.read(0x04)->sw);  // the terminal has no right to DG4
  }
}

TEST(TerminalAuthenticationOfTheCard, opens_nothing_for_strangers) {
  const auto of = make_country("0.4.0.127.0.7.2.2.2.2.3");
  const auto stranger = make_country("0.4.0.127.0.7.2.2.2.2.3");
  Opened another_country{of};
  auto done = another_country.authenticate(stranger, stranger.terminal);
  CHECK_STRING("PSO:VERIFY CERTIFICATE", to_string(done.reached));
  LONGS_EQUAL(0, done.certificate);
  LONGS_EQUAL(0x6300, done.error->sw);
  LONGS_EQUAL(0x6982, another_country.bench.read(0x03)->sw);
  Opened another_key{of};
  done = another_key.authenticate(of, of.dv);
  CHECK_STRING("EXTERNAL AUTHENTICATE", to_string(done.reached));
  LONGS_EQUAL(0x6300, done.error->sw);
  Opened old_key{of};
  old_key.evidence.compressed_reader_key.front() ^= 1U;
  done = old_key.authenticate(of, of.terminal);
  LONGS_EQUAL(0x6300, done.error->sw);
  LONGS_EQUAL(0x6982, old_key.bench.read(0x03)->sw);
}
