// The two opinions meet: the reader's active, chip and terminal authentication against the simulated card's.
#include "../../unit/host/auth/raw_rsa.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/pki/cv_issue.h"
#include "cicada/host/transport/loopback.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::auth;
namespace ossl = cicada::crypto::openssl;
namespace card_crypto = cicada::crypto::mbedtls;
namespace applet = cicada::applet_sim::applet;
namespace ta = cicada::applet_sim::protocol::ta;
using asn1::CvRole;
using host::pki::CvSigner;
using std::chrono::year;

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

// Both rooms list curves, groups and hashes in the order of the standard.
card_crypto::Curve card_curve(ossl::Curve curve) {
  return static_cast<card_crypto::Curve>(std::to_underlying(curve));
}
card_crypto::HashAlgorithm card_hash(ossl::HashAlgorithm hash) {
  return static_cast<card_crypto::HashAlgorithm>(std::to_underlying(hash));
}

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

asn1::EcDomainParameters domain_of(ossl::Curve curve) {
  const auto& known = ossl::curve_parameters(curve);
  return {.p = known.p,
          .a = known.a,
          .b = known.b,
          .generator = known.generator,
          .order = known.order,
          .cofactor = known.cofactor};
}

Bytes dg14_of(std::vector<asn1::SecurityInfo> entries) {
  return host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
}

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

struct ChipCase {
  applet::ChipKey key;
  Bytes dg14;
};

/// A key of the card, and the DG14 that tells of it. `leaf`: 1 3DES, 2 to 4 AES.
ChipCase ec_case(ossl::Curve curve, unsigned leaf) {
  const auto pair = ossl::EcPrivateKey::generate(curve).value();
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3.2." + std::to_string(leaf)).value();
  const auto info = asn1::encode_ec_public_key_info(domain_of(curve), pair.public_point());
  return {.key = {.id = 7,
                  .secret = applet::EcSecret{.curve = card_curve(curve), .scalar = pair.scalar().value()},
                  .protocols = {to_bytes(oid.content())}},
          .dg14 = dg14_of(
              {asn1::make_security_info(asn1::oids::kIdPkEcdh,
                                        asn1::ChipAuthenticationPublicKeyInfo{
                                            .public_key = asn1::parse_public_key_info(info).value(), .key_id = 7}),
               asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = 7})})};
}

ChipCase dh_case(ossl::Modp modp, unsigned leaf) {
  SystemRng rng;
  const auto group = ossl::ModpGroup::create(modp).value();
  auto secret = group.random_exponent(rng).value();
  const auto value = group.power_of_generator(secret.expose()).value();
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3.1." + std::to_string(leaf)).value();
  const auto info =
      asn1::encode_dh_public_key_info({.p = group.prime(), .g = group.generator(), .q = group.order()}, value);
  return {.key = {.id = 7,
                  .secret = applet::DhSecret{.group = static_cast<card_crypto::Modp>(std::to_underlying(modp)),
                                             .exponent = std::move(secret)},
                  .protocols = {to_bytes(oid.content())}},
          .dg14 = dg14_of(
              {asn1::make_security_info(asn1::oids::kIdPkDh,
                                        asn1::ChipAuthenticationPublicKeyInfo{
                                            .public_key = asn1::parse_public_key_info(info).value(), .key_id = 7}),
               asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = 7})})};
}

applet_sim::kernel::CardContent with_chip_key(applet::ChipKey key) {
  applet_sim::kernel::CardContent content;
  content.chip_keys.push_back(std::move(key));
  return content;
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
  /// CVCA, DV and terminal with keys of one algorithm.
  struct Country {
    CvSigner cvca, dv, terminal;
    asn1::CvCertificate root;
    std::vector<asn1::CvCertificate> chain;
  };
  static CvSigner new_signer(const char* algorithm) {
    const auto oid = asn1::Oid::from_dotted(algorithm).value();
    const bool rsa = oid.is_under(asn1::Oid::of("0.4.0.127.0.7.2.2.2.1"));
    auto key = rsa ? ossl::PrivateKey{ossl::RsaPrivateKey::generate(2048).value()}
                   : ossl::PrivateKey{ossl::EcPrivateKey::generate(ossl::Curve::brainpool_p256r1).value()};
    return CvSigner::create(std::move(key), oid).value();
  }
  static host::pki::CvTerms terms(const char* holder, CvRole role, bool dg3, bool dg4) {
    return {.holder_reference = holder,
            .authorization = asn1::inspection_system(role, dg3, dg4),
            .effective = year{2026} / 1 / 1,
            .expiration = year{2026} / 12 / 31};
  }
  static Country country(const char* algorithm) {
    auto cvca = new_signer(algorithm);
    auto dv = new_signer(algorithm);
    auto terminal = new_signer(algorithm);
    auto root = issue_self_signed(terms("VNCVCA00001", CvRole::cvca, true, true), cvca).value();
    auto verifier =
        issue_cv_certificate(terms("VNDVDV00001", CvRole::dv_domestic, true, true), dv.public_key(false), root, cvca)
            .value();
    auto system = issue_cv_certificate(terms("VNISIS00001", CvRole::terminal, true, false), terminal.public_key(false),
                                       verifier, dv)
                      .value();
    return {.cvca = std::move(cvca),
            .dv = std::move(dv),
            .terminal = std::move(terminal),
            .root = std::move(root),
            .chain = {std::move(verifier), std::move(system)}};
  }
  static ta::TrustPoint trust_point(const Country& of) {
    ta::TrustPoint point{.holder = to_bytes(as_bytes(of.root.holder_reference)),
                         .authorization = 0xC3,
                         .effective = {2, 6, 0, 1, 0, 1},
                         .expiration = {2, 6, 1, 2, 3, 1},
                         .key = {}};
    const auto arcs = of.root.public_key.algorithm.content();
    point.key.scheme = static_cast<ta::Scheme>(arcs[arcs.size() - 2] * 16 + arcs[arcs.size() - 1]);
    if (const auto* const rsa = of.root.public_key.rsa()) {
      point.key.key = ta::RsaKey{.modulus = rsa->modulus, .exponent = rsa->exponent};
    } else {
      point.key.key = ta::EcKey{.curve = card_crypto::Curve::brainpool_p256r1, .point = of.root.public_key.ec()->point};
    }
    return point;
  }
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
    const auto of = country(algorithm);
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
  const auto of = country("0.4.0.127.0.7.2.2.2.2.3");
  const auto stranger = country("0.4.0.127.0.7.2.2.2.2.3");
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
