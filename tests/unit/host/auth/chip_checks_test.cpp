#include "cicada/host/auth/chip_checks.h"

#include "chip_with_key.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "document.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using namespace cicada::host::auth;
using namespace cicada::test;
using namespace cicada::tests;
using cicada::host::pki::TrustStore;

namespace {

asn1::SecurityInfo pace(std::uint32_t parameter, unsigned leaf = 2) {
  return asn1::make_security_info(asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.4.2." + std::to_string(leaf)).value(),
                                  asn1::PaceInfo{.parameter_id = parameter});
}

Bytes card_access_of(std::vector<asn1::SecurityInfo> entries) {
  return asn1::encode_security_infos(entries);
}

}  // namespace

/// A document with DG14 and DG15, its chip, and everything that was seen at it.
TEST_GROUP(ChipChecks) {
  Document document;
  TrustStore trust = document.authority.trust();
  EcPrivateKey aa_key = EcPrivateKey::generate(Curve::p256).value();
  ChipWithKey card{Curve::p256, 2};
  Bytes sod;
  Bytes card_access = card_access_of({pace(13)});
  std::optional<Bytes> card_security;
  SystemRng rng;
  ActiveEvidence active;
  ChipEvidence chip_evidence;
  MappingEvidence mapping_evidence;
  TerminalEvidence terminal;
  ChipInput seen;
  bool strict = false;
  const TrustStore* store = &trust;

  void setup() override {
    card.more.push_back(pace(13));
    card.more.push_back(asn1::make_security_info(
        asn1::Oid::of("2.23.136.1.1.5"),
        asn1::ActiveAuthenticationInfo{.signature_algorithm = asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.3")}));
    document.groups[14] = card.dg14();
    document.groups[15] = dg15_of(aa_key);
    sod = document.sod();
    seen.access_protocol = "PACE";
    seen.ef_card_access = card_access;
    seen.active = &active;
    seen.chip = &chip_evidence;
    run_active(aa_key);
    run_chip();
  }

  static Bytes dg15_of(const EcPrivateKey& key) {
    return host::lds::build_dg15(
               asn1::encode_ec_public_key_info(asn1::Oid::of("1.2.840.10045.3.1.7"), key.public_point()))
        .value();
  }
  void run_active(const EcPrivateKey& key) {
    active.error.reset();
    (void)rng.fill(active.rnd_ifd);
    active.response = key.sign_plain(hash(HashAlgorithm::sha256, active.rnd_ifd).value()).value();
  }
  void run_chip() {
    auto session = card.chip.session();
    chip_evidence = run_chip_authentication(session, document.groups[14], rng);
    note_exchange(chip_evidence, session.transmit({.ins = 0xB0, .ne = 2}));
  }
  PassiveInput input() const {
    auto made = document.input(sod, store);
    made.policy.strict = strict;
    return made;
  }
  Verdict verdict() {
    if (card_security) seen.ef_card_security = *card_security;
    const auto passive = input();
    auto made = judge_files(passive);
    judge_chip(made, passive, seen);
    return made;
  }
  /// EF.CardSecurity with the chip's key under this number.
  Bytes make_card_security(std::uint32_t key_id) {
    auto recipe = document.recipe();
    recipe.content_type = asn1::oids::kSecurityObject;
    recipe.attribute_content_type = asn1::oids::kSecurityObject;
    const std::array entries = {
        pace(13),
        asn1::make_security_info(
            asn1::oids::kIdPkEcdh,
            asn1::ChipAuthenticationPublicKeyInfo{
                .public_key = asn1::parse_public_key_info(key_info(card.group, card.value, card.form)).value(),
                .key_id = key_id})};
    recipe.content = asn1::encode_security_infos(entries);
    return seal_content_info(recipe);
  }
  void run_mapping() {
    const auto points = EcGroup::create(Curve::p256).value();
    const auto map = points.random_scalar(rng).value();
    mapping_evidence = {.curve = Curve::p256,
                        .pk_map_ic = points.multiply_generator(map.expose()).value(),
                        .ca_ic = to_bytes(points.divide(map.expose(), card.secret.expose()).value().expose()),
                        .parameter_id = 12};
    seen.mapping = &mapping_evidence;
    seen.chip = nullptr;
  }
};

TEST(ChipChecks, pass_for_a_chip_that_proves_the_keys_that_were_signed) {
  const auto made = verdict();
  CHECK_VERDICT(passed, "PACE opened the chip", made.checks, access);
  CHECK_VERDICT(passed, "EF.CardAccess is repeated in DG14", made.checks, card_access_match);
  CHECK_VERDICT(passed, "the chip holds the key of DG15 (EC P-256, SHA-256)", made.checks, active_authentication);
  CHECK_VERDICT(passed, "the chip holds the key of DG14 (ECDH P-256, AES-128)", made.checks, chip_authentication);
  CHECK_VERDICT(not_checked, "it was not run with the chip", made.checks, terminal_authentication);
  CHECK_STRING("passed", to_string(made.outcome()));
}

TEST(ChipChecks, are_not_made_when_nothing_vouches_for_the_keys) {
  store = nullptr;
  auto made = verdict();
  CHECK_VERDICT(not_checked, "nothing vouches for the key (ds-path: no trust material", made.checks,
                active_authentication);
  CHECK_VERDICT(not_checked, "nothing vouches for the key (ds-path: no trust material", made.checks,
                chip_authentication);
  CHECK_VERDICT(not_checked, "nothing vouches for that", made.checks, card_access_match);
  CHECK_STRING("incomplete", to_string(made.outcome()));

  const auto other = new_authority().trust();
  store = &other;
  made = verdict();
  CHECK_VERDICT(not_checked, "nothing vouches for the key (ds-path", made.checks, active_authentication);
  CHECK_VERDICT(not_checked, "nothing vouches for the key (ds-path", made.checks, chip_authentication);
  CHECK_STRING("failed", to_string(made.outcome()));
}

TEST(ChipChecks, are_not_made_under_a_signature_that_is_wrong) {
  auto recipe = document.recipe();
  recipe.sign = [this](ByteView octets) {
    auto signature = document.authority.ds_key.sign(octets).value();
    signature.back() ^= 1U;
    return signature;
  };
  sod = seal(recipe);
  const auto made = verdict();
  CHECK_VERDICT(not_checked, "sod-signature", made.checks, active_authentication);
  CHECK_VERDICT(not_checked, "sod-signature", made.checks, chip_authentication);
}

TEST(ChipChecks, fail_for_keys_that_were_put_in_the_place_of_the_signed_ones) {
  const auto stranger = EcPrivateKey::generate(Curve::p256).value();
  document.groups[15] = dg15_of(stranger);
  run_active(stranger);
  auto made = verdict();
  CHECK_VERDICT(failed, "the chip holds the key, but DG15 is not the one that was signed", made.checks,
                active_authentication);
  CHECK_VERDICT(passed, "DG14", made.checks, chip_authentication);

  card.value = EcGroup::create(Curve::p256).value().multiply_generator("02"_hex).value();
  card.secret = SecretBytes::copy_of("02"_hex);
  document.groups[14] = card.dg14();
  chip_evidence = {.reached = ChipStep::done, .what = "ECDH P-256, AES-128"};
  made = verdict();
  CHECK_VERDICT(failed, "the chip holds the key, but DG14 is not the one that was signed", made.checks,
                chip_authentication);
}

TEST(ChipChecks, fail_for_keys_that_the_document_does_not_list) {
  const auto dg15 = document.groups[15];
  document.groups.erase(15);
  sod = document.sod();
  document.groups[15] = dg15;
  CHECK_VERDICT(failed, "DG15 that EF.SOD does not list", verdict().checks, active_authentication);
}

TEST(ChipChecks, fail_for_a_clone_that_has_the_files_and_not_the_keys) {
  run_active(EcPrivateKey::generate(Curve::p256).value());
  card.secret = SecretBytes::copy_of(Bytes(32, 9));
  ChipWithKey clone{Curve::p256, 2};
  auto session = clone.chip.session();
  chip_evidence = run_chip_authentication(session, document.groups[14], rng);
  note_exchange(chip_evidence, session.transmit({.ins = 0xB0, .ne = 2}));
  const auto made = verdict();
  CHECK_VERDICT(failed, "not one over this challenge by the key of DG15", made.checks, active_authentication);
  CHECK_VERDICT(failed, "first exchange under the new keys", made.checks, chip_authentication);
}

TEST(ChipChecks, fail_when_the_chip_refuses_and_are_not_made_when_the_wire_does) {
  active.error = Error{.fault = Fault::card_status, .what = "the chip refuses active authentication", .sw = 0x6D00};
  chip_evidence = {.reached = ChipStep::set_at,
                   .error = Error{.fault = Fault::card_status, .what = "refused", .sw = 0x6A80}};
  auto made = verdict();
  CHECK_VERDICT(failed, "status word 6D00", made.checks, active_authentication);
  CHECK_VERDICT(failed, "MSE:Set AT: refused (status word 6A80", made.checks, chip_authentication);
  for (const auto fault : {Fault::transport, Fault::card_removed, Fault::limit, Fault::crypto}) {
    active.error = Error{.fault = fault, .what = "trouble"};
    chip_evidence.error = active.error;
    made = verdict();
    CHECK_VERDICT(not_checked, "trouble", made.checks, active_authentication);
    CHECK_VERDICT(not_checked, "trouble", made.checks, chip_authentication);
  }
}

TEST(ChipChecks, are_not_made_by_new_keys_that_nothing_was_exchanged_under) {
  chip_evidence.reached = ChipStep::first_exchange;
  CHECK_VERDICT(not_checked, "nothing is proven", verdict().checks, chip_authentication);
}

TEST(ChipChecks, that_were_not_run_stay_open_where_the_document_has_the_keys) {
  seen.active = nullptr;
  seen.chip = nullptr;
  auto made = verdict();
  CHECK_VERDICT(not_checked, "it was not run with the chip", made.checks, active_authentication);
  CHECK_VERDICT(not_checked, "it was not run with the chip", made.checks, chip_authentication);
  CHECK_STRING("incomplete", to_string(made.outcome()));
  // Not read, though it is signed.
  document.groups.erase(15);
  made = verdict();
  CHECK_VERDICT(not_checked, "EF.SOD lists DG15, which was not read", made.checks, active_authentication);
  CHECK(made.find(CheckName::active_authentication)->matters);
}

TEST(ChipChecks, are_not_needed_for_a_document_without_the_keys) {
  card.with_info = false;
  document.groups.erase(15);
  const std::array entries = {pace(13)};
  document.groups[14] = host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
  sod = document.sod();
  seen.active = nullptr;
  seen.chip = nullptr;
  const auto made = verdict();
  CHECK_VERDICT(not_checked, "the document has none", made.checks, active_authentication);
  CHECK_VERDICT(not_checked, "DG14 holds no key for it", made.checks, chip_authentication);
  CHECK(!made.find(CheckName::active_authentication)->matters);
  CHECK(!made.find(CheckName::chip_authentication)->matters);
  CHECK_STRING("passed", to_string(made.outcome()));
}

TEST(ChipChecks, have_their_deviations_tolerated_but_not_under_the_strict_policy) {
  active.response = aa_key.sign_der(hash(HashAlgorithm::sha256, active.rnd_ifd).value()).value();
  auto made = verdict();
  CHECK_VERDICT(passed, "", made.checks, active_authentication);
  CHECK_STRING("ecdsa-signature-in-der", made.find(CheckName::active_authentication)->deviations.at(0));
  seen.access_deviations = {"bac-although-pace-was-offered"};
  strict = true;
  made = verdict();
  CHECK_VERDICT(failed, "deviations are not tolerated: ecdsa-signature-in-der", made.checks, active_authentication);
  CHECK_VERDICT(failed, "bac-although-pace-was-offered", made.checks, access);
  CHECK_VERDICT(passed, "", made.checks, chip_authentication);
}

TEST(ChipChecks, find_an_ef_card_access_that_shows_other_protocols) {
  card_access = card_access_of({pace(13), pace(12)});
  seen.ef_card_access = card_access;
  CHECK_VERDICT(failed, "shows an entry that DG14 does not repeat", verdict().checks, card_access_match);
  card_access = card_access_of({pace(13, 1)});
  seen.ef_card_access = card_access;
  CHECK_VERDICT(failed, "does not repeat (0.4.0.127.0.7.2.2.4.2.1)", verdict().checks, card_access_match);
  card_access = "3000"_hex;
  seen.ef_card_access = card_access;
  CHECK_VERDICT(failed, "EF.CardAccess cannot be read", verdict().checks, card_access_match);
}

TEST(ChipChecks, find_an_ef_card_access_that_hides_protocols) {
  card.more.push_back(pace(13, 4));
  document.groups[14] = card.dg14();
  sod = document.sod();
  CHECK_VERDICT(failed, "DG14 offers PACE in a form that EF.CardAccess does not show", verdict().checks,
                card_access_match);
  seen.ef_card_access.reset();
  seen.access_protocol = "BAC";
  CHECK_VERDICT(failed, "DG14 offers PACE, and the chip showed no EF.CardAccess", verdict().checks, card_access_match);
  store = nullptr;
  CHECK_VERDICT(not_checked, "nothing vouches for it", verdict().checks, card_access_match);
}

TEST(ChipChecks, need_no_ef_card_access_for_a_chip_without_pace) {
  card.more.clear();
  document.groups[14] = card.dg14();
  sod = document.sod();
  seen.ef_card_access.reset();
  seen.access_protocol = "BAC";
  const auto made = verdict();
  CHECK_VERDICT(not_checked, "BAC makes no use of EF.CardAccess", made.checks, card_access_match);
  CHECK(!made.find(CheckName::card_access_match)->matters);
  seen.access_protocol = kNoAccessControl;
  CHECK_VERDICT(not_checked, "the chip has no access control", verdict().checks, access);
}

TEST(ChipChecks, leave_ef_card_access_open_when_nothing_signed_repeats_it) {
  document.groups.erase(14);
  sod = document.sod();
  seen.chip = nullptr;
  const auto made = verdict();
  CHECK_VERDICT(not_checked, "nothing that is signed repeats EF.CardAccess", made.checks, card_access_match);
  CHECK_STRING("incomplete", to_string(made.outcome()));
  card_security = make_card_security(12);
  CHECK_VERDICT(passed, "repeated in EF.CardSecurity", verdict().checks, card_access_match);
}

TEST(ChipChecks, take_the_mapping_of_pace_for_a_proof_when_ef_card_security_counts) {
  run_mapping();
  CHECK_VERDICT(not_checked, "EF.CardSecurity, which holds it, was not read", verdict().checks, chip_authentication);
  card_security = make_card_security(12);
  CHECK_VERDICT(passed, "the key of EF.CardSecurity (ECDH P-256, in PACE)", verdict().checks, chip_authentication);
  store = nullptr;
  CHECK_VERDICT(not_checked, "nothing vouches for the key (ds-path", verdict().checks, chip_authentication);
  const auto other = new_authority().trust();
  store = &other;
  CHECK_VERDICT(failed, "EF.CardSecurity does not count: ds-path", verdict().checks, chip_authentication);
}

TEST(ChipChecks, take_no_proof_by_a_key_that_the_state_has_declared_compromised) {
  const auto passive = input();
  auto made = judge_files(passive);
  auto path = *made.find(CheckName::ds_path);
  path.deviations.emplace_back("deviation-list:aa-key-compromised");
  made.set(std::move(path));
  judge_chip(made, passive, seen);
  CHECK_VERDICT(not_checked, "such keys are compromised", made.checks, active_authentication);
  CHECK_VERDICT(passed, "", made.checks, chip_authentication);
}

TEST(ChipChecks, take_no_mapping_for_a_proof_when_dg14_does_not_hold_its_key) {
  // EF.CardSecurity and the key of another chip of the same State, beside the files of this one.
  run_mapping();
  card_security = make_card_security(12);
  const ChipWithKey another{Curve::p256, 2};
  document.groups[14] = another.dg14();
  sod = document.sod();
  CHECK_VERDICT(not_checked, "that of another document", verdict().checks, chip_authentication);
  document.groups.erase(14);
  sod = document.sod();
  CHECK_VERDICT(not_checked, "no DG14 that binds it", verdict().checks, chip_authentication);
}

TEST(ChipChecks, fail_for_a_mapping_with_another_key) {
  run_mapping();
  card_security = make_card_security(12);
  mapping_evidence.ca_ic.back() ^= 1U;
  CHECK_VERDICT(failed, "the chip does not hold the key of EF.CardSecurity", verdict().checks, chip_authentication);
  mapping_evidence.ca_ic.back() ^= 1U;
  mapping_evidence.pk_map_ic = card.value;
  CHECK_VERDICT(failed, "the chip does not hold the key of EF.CardSecurity", verdict().checks, chip_authentication);
}

TEST(ChipChecks, fail_for_a_mapping_whose_key_has_another_number_or_curve) {
  run_mapping();
  card_security = make_card_security(11);
  CHECK_VERDICT(failed, "no key that fits", verdict().checks, chip_authentication);
  card_security = make_card_security(12);
  mapping_evidence.curve = Curve::brainpool_p256r1;
  CHECK_VERDICT(failed, "no key that fits", verdict().checks, chip_authentication);
}

TEST(ChipChecks, fail_when_one_of_two_proofs_fails) {
  run_mapping();
  card_security = make_card_security(12);
  seen.chip = &chip_evidence;
  CHECK_VERDICT(passed, "", verdict().checks, chip_authentication);
  chip_evidence = {.reached = ChipStep::set_at,
                   .error = Error{.fault = Fault::card_status, .what = "refused", .sw = 0x6A80}};
  CHECK_VERDICT(failed, "MSE:Set AT", verdict().checks, chip_authentication);
}

TEST(ChipChecks, say_which_certificate_the_chip_refused) {
  seen.terminal = &terminal;
  terminal = {.reached = TerminalStep::done, .holder = "VNIS00000001"};
  CHECK_VERDICT(passed, "the chip accepts the inspection system VNIS00000001", verdict().checks,
                terminal_authentication);
  terminal = {.reached = TerminalStep::verify_certificate,
              .error = Error{.fault = Fault::card_status, .what = "the chip refuses this certificate", .sw = 0x6300},
              .certificate = 1,
              .holder = "VNDV00000001"};
  CHECK_VERDICT(failed, "PSO:VERIFY CERTIFICATE, certificate 2 of the chain (VNDV00000001)", verdict().checks,
                terminal_authentication);
  terminal.error->fault = Fault::card_removed;
  CHECK_VERDICT(not_checked, "certificate 2", verdict().checks, terminal_authentication);
  terminal = {.reached = TerminalStep::prepare, .error = Error{.fault = Fault::bad_input, .what = "no chain"}};
  CHECK_VERDICT(not_checked, "no chain", verdict().checks, terminal_authentication);
  seen.terminal = nullptr;
  seen.terminal_not_run = "no certificates for it";
  CHECK_VERDICT(not_checked, "no certificates for it", verdict().checks, terminal_authentication);
}
