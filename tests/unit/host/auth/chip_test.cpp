#include "cicada/host/auth/chip.h"

#include <deque>

#include "chip_with_key.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg14.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using namespace cicada::host::auth;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

constexpr std::array<Group, 14> kGroups = {Curve::p192,
                                           Curve::brainpool_p192r1,
                                           Curve::p224,
                                           Curve::brainpool_p224r1,
                                           Curve::p256,
                                           Curve::brainpool_p256r1,
                                           Curve::brainpool_p320r1,
                                           Curve::p384,
                                           Curve::brainpool_p384r1,
                                           Curve::brainpool_p512r1,
                                           Curve::p521,
                                           Modp::modp_1024_160,
                                           Modp::modp_2048_224,
                                           Modp::modp_2048_256};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Gives these octets, and no others.
class OneKeyRng final : public Rng {
 public:
  explicit OneKeyRng(Bytes key) : key_(std::move(key)) {}
  Result<void> fill(MutableByteView out) override {
    if (key_.size() != out.size()) return fail({.fault = Fault::crypto, .what = "another size was asked for"});
    std::ranges::copy(key_, out.begin());
    key_.clear();
    return {};
  }

 private:
  Bytes key_;
};

Bytes last(const Bytes& octets, std::size_t size) {
  return to_bytes(ByteView{octets}.last(size));
}

/// Runs the protocol, then reads something: the proof.
struct Outcome {
  ChipEvidence evidence;
  bool alive = false;
};
Outcome attempt(ChipWithKey& card, const Bytes& dg14) {
  SystemRng rng;
  auto session = card.chip.session();
  auto evidence = run_chip_authentication(session, dg14, rng);
  note_exchange(evidence, session.transmit({.ins = 0xB0, .ne = 2}));
  return {.evidence = std::move(evidence), .alive = session.alive()};
}

void expect_error(const ChipEvidence& evidence, ChipStep step, Fault fault, std::uint16_t sw = 0) {
  CHECK(!evidence.proven());
  CHECK_STRING(to_string(step), to_string(evidence.reached));
  CHECK(evidence.error.has_value());
  CHECK_STRING(to_string(fault), to_string(evidence.error->fault));
  LONGS_EQUAL(sw, evidence.error->sw);
}

}  // namespace

TEST_GROUP(ChipAuthentication){};

TEST(ChipAuthentication, is_done_in_every_group_with_every_cipher_and_form_of_key) {
  std::size_t runs = 0;
  for (const auto& group : kGroups) {
    const bool ec = std::holds_alternative<Curve>(group);
    for (unsigned leaf = 1; leaf <= 4; ++leaf, ++runs) {
      ChipWithKey card{group, leaf};
      static constexpr std::array kEcForms = {KeyForm::explicit_parameters, KeyForm::named, KeyForm::standardized};
      static constexpr std::array kDhForms = {KeyForm::x942, KeyForm::pkcs3, KeyForm::standardized};
      card.form = (ec ? kEcForms : kDhForms).at(leaf % 3);
      const auto done = attempt(card, card.dg14());
      if (done.evidence.error) FAIL((done.evidence.what + ": " + done.evidence.error->describe()).c_str());
      CHECK(done.evidence.proven());
      CHECK(done.alive);
      CHECK_EQUAL(card.form == KeyForm::named, has(done.evidence.deviations, "named-curve"));
      // 3DES by one MSE, AES by MSE and GENERAL AUTHENTICATE; then the exchange that proves it.
      LONGS_EQUAL(leaf == 1 ? 2 : 3, card.chip.seen().size());
    }
  }
  LONGS_EQUAL(14 * 4, runs);
}

TEST(ChipAuthentication, agrees_on_the_keys_of_the_worked_example_over_ecdh) {
  const auto data = vectors::data("tr03110_eac2_worked_examples.json", "tr03110-ca2-ecdh");
  ChipWithKey card{Curve::brainpool_p256r1, 2};
  card.value = octets(data, "picc_pub_key");
  card.chip.script = [&](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins == 0x86) {
      CHECK_BYTES(concat({"7C438041"_hex, octets(data, "pcd_pub_key")}), command.data);
      card.chip.change_keys(true, octets(data, "ca_v1_equivalent_ks_enc"), octets(data, "ca_v1_equivalent_ks_mac"));
      return Answer{.data = "7C00"_hex};
    }
    return Answer{};
  };
  OneKeyRng rng{last(octets(data, "pcd_priv_key"), 32)};
  auto session = card.chip.session();
  auto evidence = run_chip_authentication(session, card.dg14(), rng);
  CHECK(evidence.awaits_proof());
  CHECK_BYTES(octets("tr03110_eac2_worked_examples.json", "tr03110-ta2-ecdh", "comp_pk_pcd"),
              evidence.compressed_reader_key);
  note_exchange(evidence, session.transmit({.ins = 0xB0, .ne = 2}));
  CHECK(evidence.proven());
  CHECK_STRING("ECDH brainpoolP256r1, AES-128", evidence.what);
}

TEST(ChipAuthentication, agrees_on_the_keys_of_the_worked_example_over_dh) {
  // The example's chip has the exponent that fits the group; so the two change places, and the keys stay the same.
  const auto data = vectors::data("tr03110_eac2_worked_examples.json", "tr03110-ca2-dh");
  ChipWithKey card{Modp::modp_1024_160, 2};
  card.value = octets(data, "pcd_pub_key");
  card.chip.script = [&](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins == 0x86) {
      CHECK_BYTES(concat({"7C8183808180"_hex, octets(data, "picc_pub_key")}), command.data);
      card.chip.change_keys(true, octets(data, "ca_v1_equivalent_ks_enc"), octets(data, "ca_v1_equivalent_ks_mac"));
      return Answer{.data = "7C00"_hex};
    }
    return Answer{};
  };
  OneKeyRng rng{last(octets(data, "picc_priv_key"), 20)};
  auto session = card.chip.session();
  auto evidence = run_chip_authentication(session, card.dg14(), rng);
  note_exchange(evidence, session.transmit({.ins = 0xB0, .ne = 2}));
  CHECK(evidence.proven());
  const auto compressed = compress_key(Modp::modp_1024_160, octets(data, "pcd_pub_key"));
  CHECK_OK(compressed);
  CHECK_BYTES(octets("tr03110_eac2_worked_examples.json", "tr03110-ta2-dh", "comp_pk_pcd"), *compressed);
}

TEST(ChipAuthentication, sends_the_objects_of_the_protocol_in_their_order) {
  ChipWithKey card{Curve::p256, 4};
  card.info_id = card.key_id = 0x0102;
  (void)attempt(card, card.dg14());
  const auto& set_at = card.chip.seen().at(0);
  LONGS_EQUAL(0x41, set_at.p1);
  LONGS_EQUAL(0xA4, set_at.p2);
  CHECK_BYTES("800A04007F0007020203020484020102"_hex, set_at.data);
  CHECK(!set_at.ne.has_value());
  const auto& ga = card.chip.seen().at(1);
  LONGS_EQUAL(256, ga.ne.value_or(0));
  CHECK(!ga.extended);

  ChipWithKey old{Modp::modp_2048_256, 1};
  old.info_id = old.key_id = 0;
  (void)attempt(old, old.dg14());
  const auto& set_kat = old.chip.seen().at(0);
  LONGS_EQUAL(0x41, set_kat.p1);
  LONGS_EQUAL(0xA6, set_kat.p2);
  CHECK_BYTES("91820100"_hex, ByteView{set_kat.data}.first(4));
  CHECK_BYTES("840100"_hex, ByteView{set_kat.data}.last(3));
  CHECK(set_kat.extended);
}

TEST(ChipAuthentication, is_not_proven_by_a_chip_that_does_not_hold_the_key) {
  for (const unsigned leaf : {1U, 2U}) {
    ChipWithKey card{Curve::p256, leaf};
    const auto dg14 = card.dg14();
    card.secret = SecretBytes::copy_of(Bytes(32, 7));
    const auto done = attempt(card, dg14);
    expect_error(done.evidence, ChipStep::first_exchange, Fault::session_dead, 0x6988);
    CHECK(!done.alive);
  }
}

TEST(ChipAuthentication, is_not_proven_under_the_old_keys) {
  ChipWithKey card{Curve::p256, 2};
  card.changes_keys = false;
  const auto done = attempt(card, card.dg14());
  expect_error(done.evidence, ChipStep::first_exchange, Fault::session_dead, 0x6988);
}

TEST(ChipAuthentication, is_not_proven_by_a_first_answer_that_is_changed_or_plain) {
  for (const bool changed : {true, false}) {
    ChipWithKey card{Curve::p256, 2};
    card.chip.tamper = [changed](const PlainCommand& command, Bytes& response) {
      if (command.ins != 0xB0) return;
      if (changed) response.at(4) ^= 1U;
      if (!changed) response = "60009000"_hex;
    };
    const auto done = attempt(card, card.dg14());
    expect_error(done.evidence, ChipStep::first_exchange, changed ? Fault::security : Fault::malformed);
  }
}

TEST(ChipAuthentication, is_not_proven_before_the_first_exchange) {
  ChipWithKey card{Curve::p256, 2};
  SystemRng rng;
  auto session = card.chip.session();
  auto evidence = run_chip_authentication(session, card.dg14(), rng);
  CHECK(evidence.awaits_proof());
  CHECK(!evidence.proven());
  // A refusal under the new keys is a proof as well: whoever makes it has them.
  note_exchange(evidence, session.transmit({.ins = 0x88}));
  CHECK(evidence.proven());
  note_exchange(evidence, Error{.what = "later"});
  CHECK(evidence.proven());
}

TEST(ChipAuthentication, leaves_the_old_session_as_it_was_when_the_chip_refuses) {
  for (const std::uint16_t sw :
       std::initializer_list<std::uint16_t>{0x6300, 0x6A80, 0x6A88, 0x6982, 0x6985, 0x6D00, 0x6F00, 0x6400, 0x6282}) {
    ChipWithKey at{Curve::p256, 2};
    at.at = sw;
    auto done = attempt(at, at.dg14());
    expect_error(done.evidence, ChipStep::set_at, Fault::card_status, sw);
    CHECK(done.alive);
    CHECK(done.evidence.compressed_reader_key.empty());

    ChipWithKey ga{Curve::p256, 2};
    ga.ga = sw;
    done = attempt(ga, ga.dg14());
    expect_error(done.evidence, ChipStep::general_authenticate, Fault::card_status, sw);
    CHECK(done.alive);

    ChipWithKey kat{Curve::p256, 1};
    kat.kat = sw;
    kat.at = 0x6A80;
    done = attempt(kat, kat.dg14());
    expect_error(done.evidence, ChipStep::set_kat, Fault::card_status, sw);
    CHECK(done.alive);
  }
}

TEST(ChipAuthentication, does_3des_by_set_at_with_chips_that_know_no_set_kat) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6A81, 0x6A86, 0x6D00}) {
    ChipWithKey card{Curve::p224, 1};
    card.kat = sw;
    const auto done = attempt(card, card.dg14());
    CHECK(done.evidence.proven());
    CHECK(has(done.evidence.deviations, "chip-authentication-3des-by-set-at"));
  }
}

TEST(ChipAuthentication, wants_an_empty_7c_from_general_authenticate) {
  for (const auto& data : {""_hex, "7C"_hex, "7C01"_hex, "7C028200"_hex, "7D00"_hex, "7C0000"_hex}) {
    ChipWithKey card{Curve::p256, 2};
    card.ga_data = data;
    const auto done = attempt(card, card.dg14());
    expect_error(done.evidence, ChipStep::general_authenticate, Fault::malformed);
    CHECK(done.alive);  // the chip took the key: reading goes on under the new ones
  }
}

TEST(ChipAuthentication, prefers_the_longest_aes_key_and_falls_back_on_nothing) {
  for (const bool refused : {false, true}) {
    ChipWithKey card{Curve::p256, 3};
    for (const auto* const weaker : {"0.4.0.127.0.7.2.2.3.2.1", "0.4.0.127.0.7.2.2.3.2.2"}) {
      card.more.push_back(
          asn1::make_security_info(asn1::Oid::from_dotted(weaker).value(), asn1::ChipAuthenticationInfo{}));
    }
    if (refused) card.at = 0x6A80;
    const auto done = attempt(card, card.dg14());
    CHECK_STRING("ECDH P-256, AES-192", done.evidence.what);
    CHECK_EQUAL(!refused, done.evidence.proven());
    if (refused) expect_error(done.evidence, ChipStep::set_at, Fault::card_status, 0x6A80);
  }
}

TEST(ChipAuthentication, names_the_key_that_dg14_names) {
  ChipWithKey card{Curve::p256, 2};
  ChipWithKey other{Curve::p384, 2};
  card.info_id = card.key_id = 5;
  card.knows = 5;
  card.more.push_back(asn1::make_security_info(
      asn1::oids::kIdPkEcdh,
      asn1::ChipAuthenticationPublicKeyInfo{
          .public_key = asn1::parse_public_key_info(key_info(other.group, other.value, other.form)).value(),
          .key_id = 6}));
  CHECK(attempt(card, card.dg14()).evidence.proven());
  ChipWithKey again = ChipWithKey{Curve::p256, 2};
  again.info_id = again.key_id = 5;
  again.knows = 6;
  expect_error(attempt(again, again.dg14()).evidence, ChipStep::set_at, Fault::card_status, 0x6A88);
}

TEST(ChipAuthentication, takes_the_only_key_under_a_wrong_or_missing_number_and_says_so) {
  for (const auto& [info, key, sent] : {std::tuple{std::optional{1U}, std::optional{2U}, 1U},
                                        std::tuple{std::optional{1U}, std::optional<unsigned>{}, 1U},
                                        std::tuple{std::optional<unsigned>{}, std::optional{2U}, 2U}}) {
    ChipWithKey card{Curve::p256, 2};
    card.info_id = info;
    card.key_id = key;
    card.knows = sent;
    const auto done = attempt(card, card.dg14());
    CHECK(done.evidence.proven());
    CHECK(has(done.evidence.deviations, "chip-authentication-key-id-matches-no-key"));
  }
  // With two keys there is no telling which one is meant.
  ChipWithKey card{Curve::p256, 2};
  card.info_id = 1;
  card.key_id = 2;
  card.more.push_back(asn1::make_security_info(
      asn1::oids::kIdPkEcdh,
      asn1::ChipAuthenticationPublicKeyInfo{
          .public_key = asn1::parse_public_key_info(key_info(card.group, card.value, card.form)).value(),
          .key_id = 3}));
  CHECK_FAULT(Fault::unsupported, best_chip_offer(card.dg14()));
}

TEST(ChipAuthentication, takes_a_key_without_info_for_3des_and_says_so) {
  ChipWithKey card{Curve::brainpool_p224r1, 1};
  card.with_info = false;
  const auto done = attempt(card, card.dg14());
  CHECK(done.evidence.proven());
  CHECK(has(done.evidence.deviations, "chip-authentication-info-missing"));
}

TEST(ChipAuthentication, tolerates_version_2_and_no_later_one) {
  ChipWithKey card{Curve::p256, 2};
  card.version = 2;
  const auto done = attempt(card, card.dg14());
  CHECK(done.evidence.proven());
  CHECK(has(done.evidence.deviations, "chip-authentication-info-version"));
  card.version = 3;
  CHECK_FAULT(Fault::unsupported, best_chip_offer(card.dg14()));
}

TEST(ChipAuthentication, sends_nothing_for_a_key_that_is_no_member_of_its_group) {
  const auto p256 = curve_parameters(Curve::p256);
  ChipWithKey off{Curve::p256, 2};
  off.value.back() ^= 1U;
  expect_error(attempt(off, off.dg14()).evidence, ChipStep::choose_key, Fault::security);
  LONGS_EQUAL(1, off.chip.seen().size());  // the read that comes after

  for (const auto& value : {"00"_hex, concat({"04"_hex, Bytes(64, 0)}), concat({"04"_hex, p256.p, p256.p}), Bytes{}}) {
    ChipWithKey card{Curve::p256, 2};
    card.value = value;
    CHECK(!best_chip_offer(card.dg14()).has_value());
  }
  const auto modp = ModpGroup::create(Modp::modp_1024_160).value();
  auto minus_one = modp.prime();
  minus_one.back() ^= 1U;
  auto not_in_subgroup = Bytes(128, 0);
  not_in_subgroup.back() = 2;
  for (const auto& value : {"01"_hex, minus_one, modp.prime(), not_in_subgroup}) {
    ChipWithKey card{Modp::modp_1024_160, 2};
    card.value = value;
    CHECK_FAULT(Fault::security, best_chip_offer(card.dg14()));
  }
}

TEST(ChipAuthentication, computes_in_no_group_that_it_does_not_know) {
  ChipWithKey card{Curve::p256, 2};
  // Explicit parameters with another generator.
  const auto& known = curve_parameters(Curve::p256);
  const auto bent = asn1::encode_ec_public_key_info(
      {.p = known.p, .a = known.a, .b = known.b, .generator = card.value, .order = known.order, .cofactor = 1},
      card.value);
  const auto with_key = [](const asn1::Oid& pk, const Bytes& info) {
    const std::array entries = {asn1::make_security_info(
        pk,
        asn1::ChipAuthenticationPublicKeyInfo{.public_key = asn1::parse_public_key_info(info).value(), .key_id = {}})};
    return host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
  };
  CHECK_FAULT(Fault::security, best_chip_offer(with_key(asn1::oids::kIdPkEcdh, bent)));
  CHECK_FAULT(Fault::unsupported, best_chip_offer(with_key(asn1::oids::kIdPkEcdh,
                                                           asn1::encode_standardized_public_key_info(31, card.value))));
  // Diffie-Hellman modulo another number, and in another subgroup.
  const auto modp = ModpGroup::create(Modp::modp_1024_160).value();
  asn1::DhDomainParameters domain{.p = modp.prime(), .g = modp.generator(), .q = modp.order()};
  domain.p.back() ^= 2U;
  CHECK_FAULT(Fault::unsupported, best_chip_offer(with_key(asn1::oids::kIdPkDh,
                                                           asn1::encode_dh_public_key_info(domain, modp.generator()))));
  domain.p = modp.prime();
  domain.q.back() ^= 2U;
  CHECK_FAULT(Fault::unsupported, best_chip_offer(with_key(asn1::oids::kIdPkDh,
                                                           asn1::encode_dh_public_key_info(domain, modp.generator()))));
}

TEST(ChipAuthentication, says_when_dg14_offers_none) {
  const std::array entries = {
      asn1::make_security_info(asn1::Oid::of("0.4.0.127.0.7.2.2.4.2.2"), asn1::PaceInfo{.parameter_id = 13})};
  const auto dg14 = host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
  CHECK_FAULT(Fault::not_found, best_chip_offer(dg14));
  CHECK_FAULT(Fault::malformed, best_chip_offer("6E023100FF"_hex));
}

TEST(ChipAuthentication, refuses_a_chip_whose_key_is_the_readers_own) {
  ChipWithKey card{Curve::p256, 2};
  OneKeyRng rng{to_bytes(card.secret.expose())};
  auto session = card.chip.session();
  const auto evidence = run_chip_authentication(session, card.dg14(), rng);
  expect_error(evidence, ChipStep::make_key, Fault::security);
  CHECK(card.chip.seen().empty());
}

TEST(ChipAuthentication, compresses_no_stranger_of_the_group) {
  CHECK_FAULT(Fault::bad_input, compress_key(Curve::p256, "0400"_hex));
  CHECK_FAULT(Fault::bad_input, compress_key(Modp::modp_1024_160, "01"_hex));
}

TEST_GROUP(ChipMapping) {
  nlohmann::json data = vectors::data("icao9303_11_appI_pace_cam.json", "pace-ecdh-cam-aes128-mrz");
  MappingEvidence evidence{.curve = Curve::brainpool_p256r1,
                           .pk_map_ic = concat({"04"_hex, octets(data, "chip_map_pub")}),
                           .ca_ic = octets(data, "decrypted_chip_auth_data"),
                           .parameter_id = 13};
  asn1::SecurityInfos infos = infos_with(octets(data, "chip_auth_public_key_info"));

  static asn1::SecurityInfos infos_with(const Bytes& entry) {
    return asn1::parse_security_infos(asn1::encode_tlv(0x31, entry)).value();
  }
};

TEST(ChipMapping, of_appendix_I_is_proven) {
  CHECK_STRING("ECDH brainpoolP256r1", verify_mapping(evidence, infos).value());
}

TEST(ChipMapping, with_any_other_bit_is_not) {
  for (std::size_t bit = 0; bit < evidence.ca_ic.size() * 8; ++bit) {
    auto changed = evidence;
    changed.ca_ic[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FAULT(Fault::security, verify_mapping(changed, infos));
  }
  evidence.ca_ic.assign(32, 0);
  CHECK_FAULT(Fault::security, verify_mapping(evidence, infos));
  evidence.ca_ic.clear();
  CHECK_FAULT(Fault::security, verify_mapping(evidence, infos));
}

TEST(ChipMapping, is_not_proven_by_a_mapping_key_that_is_the_chips_own) {
  evidence.pk_map_ic = octets(data, "cam_pk_ic");
  CHECK_FAULT(Fault::security, verify_mapping(evidence, infos));
}

TEST(ChipMapping, wants_the_key_with_the_number_of_the_domain_parameters) {
  evidence.parameter_id = 12;
  CHECK_FAULT(Fault::not_found, verify_mapping(evidence, infos));
  evidence.parameter_id = 13;
  evidence.curve = Curve::p256;
  CHECK_FAULT(Fault::not_found, verify_mapping(evidence, infos));
  CHECK_FAULT(Fault::not_found, verify_mapping(evidence, asn1::SecurityInfos{}));
}

TEST(ChipMapping, is_taken_over_from_pace) {
  host::access::PaceEvidence pace;
  pace.offer.domain = Curve::brainpool_p256r1;
  pace.offer.parameter_id = 13;
  CHECK(!mapping_evidence(pace).has_value());
  pace.chip_authentication.emplace();
  pace.chip_authentication->mapping_key = evidence.pk_map_ic;
  pace.chip_authentication->ca_ic = SecretBytes::copy_of(evidence.ca_ic);
  CHECK_OK(verify_mapping(mapping_evidence(pace).value(), infos));
}
