// Terminal authentication after PACE, the reader's against the simulated card's: both have to agree on ID_IC and on
// Comp(PK_DH,IFD), whatever the mapping, the group and the first octets of the keys (9303-11 §7.1.5, TR-03110-3 D.2).
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/transport/loopback.h"
#include "inspected.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::auth;
using namespace cicada::tests;
using host::access::PaceOffer;
using host::access::PaceSession;

namespace {

constexpr auto kEcdsaSha256 = "0.4.0.127.0.7.2.2.2.2.3";
constexpr std::string_view kCan = "001099";
constexpr std::size_t kModp1024 = 128;
constexpr std::size_t kMostRuns = 5000;  ///< one in 256 keys begins with a zero octet

const Country& vietnam() {
  static const auto kCountry = make_country(kEcdsaSha256);
  return kCountry;
}

PaceOffer offer_of(const std::string& mapping_and_cipher, std::uint32_t parameter_id) {
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.4." + mapping_and_cipher).value();
  return host::access::usable_offer(oid, 2, parameter_id).value();
}

/// A card with PACE, one key for chip authentication, and a DG3 behind a terminal's right.
struct Bench {
  Bench(PaceOffer way, std::uint8_t parameter_id, ChipCase key, std::uint64_t seed = 7)
      : offer(std::move(way)), chip(std::move(key)), card_rng(seed) {
    auto content = with_chip_key(chip.key.clone());
    content.passwords.push_back({.id = applet::PasswordId::can, .k = SecretBytes::copy_of(as_bytes(kCan))});
    content.pace_protocols.push_back({.oid = to_bytes(offer.protocol.oid.content()), .parameter_id = parameter_id});
    content.trust_points.push_back(trust_point(vietnam()));
    content.current_date = {2, 6, 0, 1, 0, 1};
    content.cvca_file = 0x011C;
    content.files.push_back(
        {.fid = 0x011C, .sfi = 0x1C, .content = asn1::encode_ef_cvca({vietnam().root.holder_reference}).value()});
    content.document_number = to_bytes(as_bytes("L898902C<3"));
    content.files.push_back({.fid = 0x011E, .sfi = 0x1E, .content = "6004CAFECAFE"_hex});
    content.files.push_back({.fid = 0x0103, .sfi = 0x03, .security_condition = 0xE3, .content = Bytes(20, 3)});
    card = applet_sim::kernel::Card::create_personalized({.rng = card_rng, .clock = clock},
                                                         std::make_unique<applet_sim::nvm::MemoryStorage>(), content)
               .value();
  }

  /// Power, PACE, and the application selected.
  void open(Rng& rng) {
    card->power_on();
    opened.reset();
    auto session =
        run_pace(host::access::PlainSession{channel}, offer, host::access::PacePassword::from_can(kCan).value(), rng);
    if (!session) FAIL(session.error().error.describe().c_str());
    opened.emplace(*std::move(session));
    LONGS_EQUAL(0x9000, transmit({.ins = 0xA4, .p1 = 4, .p2 = 12, .data = "A0000002471001"_hex}));
  }
  void prove_chip(Rng& rng) {
    evidence = run_chip_authentication(opened->session, chip.dg14, rng);
    if (evidence.error) FAIL((evidence.what + ": " + evidence.error->describe()).c_str());
    note_exchange(evidence, opened->session.transmit({.ins = 0xB0, .p1 = 0x9E, .ne = 6}));
    CHECK(evidence.proven());
  }
  TerminalEvidence authenticate(std::span<const asn1::CvCertificate> chain, ByteView id_ic, ByteView reader_key) {
    CvTerminalSigner signer{vietnam().terminal};
    return run_terminal_authentication(
        opened->session, {.chain = chain, .signer = &signer, .id_ic = id_ic, .compressed_reader_key = reader_key});
  }
  TerminalEvidence authenticate(ByteView id_ic, ByteView reader_key) {
    return authenticate(vietnam().chain, id_ic, reader_key);
  }
  /// As the reader does it after chip authentication.
  TerminalEvidence authenticate() {
    return authenticate(opened->evidence.compressed_chip_ephemeral, evidence.compressed_reader_key);
  }
  std::uint16_t transmit(const host::iso7816::CommandApdu& command) {
    return opened->session.transmit(command).value().sw;
  }
  std::uint16_t read_dg3() { return transmit({.ins = 0xB0, .p1 = 0x83, .ne = 20}); }

  PaceOffer offer;
  ChipCase chip;
  ReplayRng card_rng;
  FixedClock clock{year{2026} / 6 / 1};
  std::unique_ptr<applet_sim::kernel::Card> card;
  host::transport::LoopbackTransport slot{[this](ByteView command) { return card->process(command); }};
  host::iso7816::Channel channel{slot};
  std::optional<PaceSession> opened;
  ChipEvidence evidence;
};

void check_accepted(const TerminalEvidence& done, Bench& bench) {
  if (done.error) FAIL(done.error->describe().c_str());
  CHECK(done.accepted());
  LONGS_EQUAL(0x9000, bench.read_dg3());
}

void check_refused(const TerminalEvidence& done, Bench& bench) {
  CHECK_STRING("EXTERNAL AUTHENTICATE", to_string(done.reached));
  LONGS_EQUAL(0x6300, done.error->sw);
  LONGS_EQUAL(0x6982, bench.read_dg3());
}

Bytes hash_as_long_as_p(const Bytes& number) {
  Bytes padded(kModp1024 - number.size(), 0);
  append(padded, number);
  return ossl::hash(ossl::HashAlgorithm::sha1, padded).value();
}

/// Opens the card until its ephemeral key begins with a zero octet.
void open_until_the_chips_key_is_short(Bench& bench, Rng& rng) {
  for (std::size_t run = 0; run < kMostRuns; ++run) {
    bench.open(rng);
    if (bench.opened->evidence.chip_ephemeral.size() < kModp1024) return;
  }
  FAIL("no key of the chip begins with a zero octet");
}

/// A seed from which the reader draws a key that begins with a zero octet.
std::uint64_t seed_of_a_short_reader_key() {
  const auto group = ossl::ModpGroup::create(ossl::Modp::modp_1024_160).value();
  for (std::uint64_t seed = 1; seed < kMostRuns; ++seed) {
    ReplayRng rng{seed};
    const auto secret = group.random_exponent(rng).value();
    if (group.power_of_generator(secret.expose()).value().front() == 0) return seed;
  }
  FAIL("no key of the reader begins with a zero octet");
  return 0;
}

/// The chip's key for chip authentication mapping is named by the domain parameters.
ChipCase mapping_case() {
  auto key = ec_case(ossl::Curve::brainpool_p256r1, 2);
  key.key.id = 13;
  return key;
}

}  // namespace

TEST_GROUP(TerminalAuthenticationOverPace) {
  SystemRng rng;
};

TEST(TerminalAuthenticationOverPace, signs_the_chips_key_of_every_mapping) {
  for (const auto& [way, id] : {std::pair{"1.2", 0U}, std::pair{"3.2", 0U}, std::pair{"1.1", 1U}, std::pair{"2.2", 13U},
                                std::pair{"2.4", 15U}, std::pair{"4.3", 12U}, std::pair{"2.2", 10U}}) {
    const bool numbers = id <= 2;
    Bench bench{offer_of(way, id), static_cast<std::uint8_t>(id),
                numbers ? dh_case(ossl::Modp::modp_1024_160, 2) : ec_case(ossl::Curve::p256, 4)};
    bench.open(rng);
    bench.prove_chip(rng);
    LONGS_EQUAL(0x6982, bench.read_dg3());
    check_accepted(bench.authenticate(), bench);
  }
}

TEST(TerminalAuthenticationOverPace, is_refused_with_the_identity_of_bac_or_of_another_session) {
  Bench bench{offer_of("2.2", 13), 13, ec_case(ossl::Curve::p256, 2)};
  bench.open(rng);
  const auto earlier = bench.opened->evidence.compressed_chip_ephemeral;
  bench.prove_chip(rng);
  check_refused(bench.authenticate(as_bytes("L898902C<3"), bench.evidence.compressed_reader_key), bench);
  bench.open(rng);
  bench.prove_chip(rng);
  check_refused(bench.authenticate(earlier, bench.evidence.compressed_reader_key), bench);
  // PACE's own key was replaced by chip authentication.
  bench.open(rng);
  bench.prove_chip(rng);
  check_refused(bench.authenticate(bench.opened->evidence.compressed_chip_ephemeral,
                                   bench.opened->evidence.compressed_terminal_ephemeral),
                bench);
}

TEST(TerminalAuthenticationOverPace, needs_no_chip_authentication_after_chip_authentication_mapping) {
  Bench bench{offer_of("6.2", 13), 13, mapping_case()};
  bench.open(rng);
  const auto& pace = bench.opened->evidence;
  CHECK(pace.chip_authentication.has_value());
  LONGS_EQUAL(0x6982, bench.read_dg3());
  check_accepted(bench.authenticate(pace.compressed_chip_ephemeral, pace.compressed_terminal_ephemeral), bench);
  bench.open(rng);
  check_refused(bench.authenticate(pace.compressed_chip_ephemeral, pace.compressed_chip_ephemeral), bench);
}

TEST(TerminalAuthenticationOverPace, comes_not_before_the_chip_has_proven_itself) {
  Bench bench{offer_of("2.2", 13), 13, ec_case(ossl::Curve::p256, 2)};
  bench.open(rng);
  const auto& pace = bench.opened->evidence;
  const auto done = bench.authenticate(pace.compressed_chip_ephemeral, pace.compressed_terminal_ephemeral);
  CHECK(!done.accepted());
  LONGS_EQUAL(0x6982, done.error->sw);
  LONGS_EQUAL(0x6982, bench.read_dg3());
}

TEST(TerminalAuthenticationOverPace, signs_keys_that_begin_with_zeros_as_they_travelled) {
  const auto reader_seed = seed_of_a_short_reader_key();
  ReplayRng opening{1};
  Bench bench{offer_of("1.2", 0), 0, dh_case(ossl::Modp::modp_1024_160, 2)};
  open_until_the_chips_key_is_short(bench, opening);
  ReplayRng proving{reader_seed};
  bench.prove_chip(proving);
  const auto chip_key = bench.opened->evidence.chip_ephemeral;
  const auto group = ossl::ModpGroup::create(ossl::Modp::modp_1024_160).value();
  ReplayRng same{reader_seed};
  const auto secret = group.random_exponent(same).value();
  const auto reader_key = group.power_of_generator(secret.expose()).value();
  BYTES_EQUAL(0, reader_key.front());
  // Neither is signed as long as p.
  CHECK(!equal(hash_as_long_as_p(chip_key), bench.opened->evidence.compressed_chip_ephemeral));
  CHECK(!equal(hash_as_long_as_p(reader_key), bench.evidence.compressed_reader_key));
  check_accepted(bench.authenticate(), bench);
  // A terminal that signs the reader's key as long as p signs something else.
  bench.open(rng);
  ReplayRng again{reader_seed};
  bench.prove_chip(again);
  check_refused(bench.authenticate(bench.opened->evidence.compressed_chip_ephemeral, hash_as_long_as_p(reader_key)),
                bench);
  open_until_the_chips_key_is_short(bench, opening);
  bench.prove_chip(rng);
  check_refused(bench.authenticate(hash_as_long_as_p(bench.opened->evidence.chip_ephemeral),
                                   bench.evidence.compressed_reader_key),
                bench);
}

TEST(TerminalAuthenticationOverPace, moves_the_cards_trust_to_the_next_key_of_the_cvca) {
  // VNCVCA00001 signs its successor; the verifier has a certificate from that one.
  const auto next = new_signer(kEcdsaSha256);
  const auto link = issue_cv_certificate(terms("VNCVCA00002", CvRole::cvca, true, true), next.public_key(true),
                                         vietnam().root, vietnam().cvca)
                        .value();
  const auto verifier = issue_cv_certificate(terms("VNDVDV00002", CvRole::dv_domestic, true, true),
                                             vietnam().dv.public_key(false), link, next)
                            .value();
  const auto terminal = issue_cv_certificate(terms("VNISIS00002", CvRole::terminal, true, false),
                                             vietnam().terminal.public_key(false), verifier, vietnam().dv)
                            .value();
  Bench bench{offer_of("2.2", 13), 13, ec_case(ossl::Curve::p256, 2)};
  bench.open(rng);
  bench.prove_chip(rng);
  // Without the link the card knows nobody of that name.
  const std::array new_chain = {verifier, terminal};
  auto done = bench.authenticate(new_chain, bench.opened->evidence.compressed_chip_ephemeral,
                                 bench.evidence.compressed_reader_key);
  CHECK_STRING("MSE:Set DST", to_string(done.reached));
  LONGS_EQUAL(0x6A88, done.error->sw);
  const std::array with_link = {link, verifier, terminal};
  check_accepted(bench.authenticate(with_link, bench.opened->evidence.compressed_chip_ephemeral,
                                    bench.evidence.compressed_reader_key),
                 bench);

  // From now on the new chain is enough, after a power cut too.
  bench.card->power_off();
  bench.open(rng);
  bench.prove_chip(rng);
  const auto trusted = read_trust_points(bench.opened->session).value();
  LONGS_EQUAL(2, trusted.size());
  CHECK_STRING("VNCVCA00002", trusted[0]);
  CHECK_STRING("VNCVCA00001", trusted[1]);
  check_accepted(bench.authenticate(new_chain, bench.opened->evidence.compressed_chip_ephemeral,
                                    bench.evidence.compressed_reader_key),
                 bench);

  // And the old one still is, until a third key pushes the first one out.
  bench.open(rng);
  bench.prove_chip(rng);
  check_accepted(bench.authenticate(), bench);
  const auto third = new_signer(kEcdsaSha256);
  const std::array second_link = {
      issue_cv_certificate(terms("VNCVCA00003", CvRole::cvca, true, true), third.public_key(true), link, next).value()};
  bench.open(rng);
  bench.prove_chip(rng);
  (void)bench.authenticate(second_link, bench.opened->evidence.compressed_chip_ephemeral,
                           bench.evidence.compressed_reader_key);
  bench.open(rng);
  bench.prove_chip(rng);
  CHECK_STRING("VNCVCA00003", read_trust_points(bench.opened->session).value().front());
  done = bench.authenticate();
  LONGS_EQUAL(0x6A88, done.error->sw);
  LONGS_EQUAL(0x6982, bench.read_dg3());
}
