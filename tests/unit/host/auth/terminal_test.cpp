#include "cicada/host/auth/terminal.h"

#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/pem.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/pki/cv_chain.h"
#include "cicada/host/pki/cv_issue.h"
#include "fake_chip.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using namespace cicada::host::auth;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using asn1::CvCertificate;
using asn1::CvRole;
using host::pki::CvKey;
using host::pki::CvSigner;
using std::chrono::year;
using vectors::octets;

namespace {

constexpr Date kFirst = year{2026} / 1 / 1;
constexpr Date kLast = year{2026} / 12 / 31;
const Bytes kIdIc = to_bytes(as_bytes("L898902C<3"));
const Bytes kReaderKey(32, 0x77);

CvSigner new_signer(bool rsa, const char* algorithm) {
  auto key = rsa ? PrivateKey{RsaPrivateKey::generate(2048).value()}
                 : PrivateKey{EcPrivateKey::generate(Curve::brainpool_p256r1).value()};
  return CvSigner::create(std::move(key), asn1::Oid::from_dotted(algorithm).value()).value();
}

host::pki::CvTerms terms(const std::string& holder, CvRole role) {
  return {.holder_reference = holder,
          .authorization = asn1::inspection_system(role, true, true),
          .effective = kFirst,
          .expiration = kLast};
}

/// A link, a DV and a terminal under a CVCA, all with keys of one algorithm.
struct Country {
  explicit Country(const char* algorithm, bool rsa = false)
      : old_cvca_key(new_signer(rsa, algorithm)),
        cvca_key(new_signer(rsa, algorithm)),
        dv_key(new_signer(rsa, algorithm)),
        is_key(new_signer(rsa, algorithm)),
        old_cvca(issue_self_signed(terms("VNCVCA00001", CvRole::cvca), old_cvca_key).value()) {
    const auto link =
        issue_cv_certificate(terms("VNCVCA00002", CvRole::cvca), cvca_key.public_key(true), old_cvca, old_cvca_key)
            .value();
    const auto dv =
        issue_cv_certificate(terms("VNDV00001", CvRole::dv_domestic), dv_key.public_key(false), link, cvca_key).value();
    chain = {link, dv,
             issue_cv_certificate(terms("VNIS00001", CvRole::terminal), is_key.public_key(false), dv, dv_key).value()};
  }
  CvSigner old_cvca_key, cvca_key, dv_key, is_key;
  CvCertificate old_cvca;
  std::vector<CvCertificate> chain;
};

/// The chip's side of the protocol, which checks what it is given.
struct TerminalChip {
  std::map<std::string, CvKey> keys;
  std::string current;
  Bytes challenge = "0123456789ABCDEF"_hex;
  bool rights = false;
  std::map<std::size_t, std::uint16_t> refuse;  ///< n-th command, counted from 1
  FakeChip chip;

  explicit TerminalChip(const CvCertificate& trust_point) {
    keys.emplace(trust_point.holder_reference, CvKey::create(trust_point.public_key).value());
    chip.script = [this](const PlainCommand& command) { return answer(command); };
  }
  std::optional<Answer> answer(const PlainCommand& command) {
    if (const auto refusal = refuse.find(chip.seen().size()); refusal != refuse.end())
      return Answer{.sw = refusal->second};
    switch (command.ins) {
      case 0x22: return set(command);
      case 0x2A: return verify(command);
      case 0x84: return Answer{.data = challenge};
      case 0x82: {
        rights = keys.at(current).verify(concat({kIdIc, challenge, kReaderKey}), command.data).has_value();
        return Answer{.sw = static_cast<std::uint16_t>(rights ? 0x9000 : 0x6300)};
      }
      default: return std::nullopt;
    }
  }
  Answer set(const PlainCommand& command) {
    const auto reference = asn1::read_only(command.data, 0x83);
    if (!reference || command.p1 != 0x81) return {.sw = 0x6A80};
    current = std::string{as_text(reference->value)};
    return {.sw = static_cast<std::uint16_t>(keys.contains(current) ? 0x9000 : 0x6A88)};
  }
  Answer verify(const PlainCommand& command) {
    if (command.p1 != 0 || command.p2 != 0xBE) return {.sw = 0x6A86};
    const auto certificate = asn1::parse_cv_certificate(asn1::encode_tlv(0x7F21, command.data));
    if (!certificate || !keys.at(current).verify(certificate->body, certificate->signature)) return {.sw = 0x6300};
    keys.insert_or_assign(certificate->holder_reference,
                          CvKey::create(certificate->public_key, keys.at(current).curve()).value());
    return {};
  }
};

void expect_error(const TerminalEvidence& evidence, TerminalStep step, Fault fault, std::size_t certificate,
                  std::uint16_t sw = 0) {
  CHECK(!evidence.accepted());
  CHECK_STRING(to_string(step), to_string(evidence.reached));
  CHECK(evidence.error.has_value());
  CHECK_STRING(to_string(fault), to_string(evidence.error->fault));
  LONGS_EQUAL(certificate, evidence.certificate);
  LONGS_EQUAL(sw, evidence.error->sw);
}

/// Remembers what it is asked to sign.
class Recorder final : public TerminalSigner {
 public:
  Result<Bytes> sign(ByteView message) override {
    signed_message = to_bytes(message);
    if (broken) return fail({.fault = Fault::io, .what = "the token is gone"});
    return Bytes(64, 1);
  }
  Bytes signed_message;
  bool broken = false;
};

Bytes file_of(const std::vector<std::string>& references) {
  return asn1::encode_ef_cvca(references).value();
}

}  // namespace

TEST_GROUP(TerminalAuthentication) {
  Country country{"0.4.0.127.0.7.2.2.2.2.3"};
  TerminalChip card{country.old_cvca};
  host::access::SecureSession session = card.chip.session();
  CvTerminalSigner signer{country.is_key};

  TerminalEvidence authenticate(TerminalSigner* with = nullptr) {
    return run_terminal_authentication(session, {.chain = country.chain,
                                                 .signer = with != nullptr ? with : &signer,
                                                 .id_ic = kIdIc,
                                                 .compressed_reader_key = kReaderKey});
  }
};

TEST(TerminalAuthentication, gains_the_rights_through_a_link_a_dv_and_a_terminal) {
  const auto evidence = authenticate();
  if (evidence.error) FAIL(evidence.error->describe().c_str());
  CHECK(evidence.accepted());
  CHECK(card.rights);
  CHECK_STRING("VNIS00001", evidence.holder);
  const auto& seen = card.chip.seen();
  LONGS_EQUAL(2 * 3 + 3, seen.size());
  LONGS_EQUAL(0xB6, seen.at(0).p2);
  CHECK_BYTES(concat({"830B"_hex, as_bytes("VNCVCA00001")}), seen.at(0).data);
  CHECK_BYTES(country.chain.at(0).verify_data(), seen.at(1).data);
  LONGS_EQUAL(0xA4, seen.at(6).p2);
  CHECK_BYTES(concat({"8309"_hex, as_bytes("VNIS00001")}), seen.at(6).data);
  LONGS_EQUAL(8, seen.at(7).ne.value_or(0));
  LONGS_EQUAL(64, seen.at(8).data.size());
}

TEST(TerminalAuthentication, sends_long_certificates_with_extended_length) {
  CHECK(authenticate().accepted());
  const auto& seen = card.chip.seen();
  CHECK(seen.at(1).extended);   // a link carries its domain
  CHECK(!seen.at(3).extended);  // a DV does not
}

TEST(TerminalAuthentication, signs_as_the_terminals_certificate_says) {
  for (const auto* const algorithm :
       {"0.4.0.127.0.7.2.2.2.1.2", "0.4.0.127.0.7.2.2.2.1.4", "0.4.0.127.0.7.2.2.2.1.6"}) {
    const Country one{algorithm, true};
    TerminalChip rsa_card{one.old_cvca};
    auto rsa_session = rsa_card.chip.session();
    CvTerminalSigner rsa_signer{one.is_key};
    const auto evidence = run_terminal_authentication(
        rsa_session, {.chain = one.chain, .signer = &rsa_signer, .id_ic = kIdIc, .compressed_reader_key = kReaderKey});
    if (evidence.error) FAIL(evidence.error->describe().c_str());
    CHECK(rsa_card.rights);
    LONGS_EQUAL(256, rsa_card.chip.seen().back().data.size());
  }
}

TEST(TerminalAuthentication, signs_the_message_of_the_worked_examples) {
  for (const auto* const id : {"tr03110-ta2-ecdh", "tr03110-ta2-dh"}) {
    const auto data = vectors::data("tr03110_eac2_worked_examples.json", id);
    const std::array chain = {asn1::parse_cv_certificate(octets(data, "dv_cert")).value(),
                              asn1::parse_cv_certificate(octets(data, "terminal_cert")).value()};
    TerminalChip example{asn1::parse_cv_certificate(octets(data, "cvca_cert")).value()};
    example.challenge = octets(data, "r_picc");
    auto example_session = example.chip.session();
    Recorder recorder;
    const auto id_ic = octets(data, "id_picc");
    const auto key = octets(data, "comp_pk_pcd");
    const auto evidence = run_terminal_authentication(
        example_session, {.chain = chain, .signer = &recorder, .id_ic = id_ic, .compressed_reader_key = key});
    CHECK_BYTES(octets(data, "signed_message"), recorder.signed_message);
    expect_error(evidence, TerminalStep::external_authenticate, Fault::card_status, 1, 0x6300);
  }
}

TEST(TerminalAuthentication, makes_the_signature_of_the_worked_example) {
  const auto data = vectors::data("tr03110_eac2_worked_examples.json", "tr03110-ta2-dh");
  const auto certificate = asn1::parse_cv_certificate(octets(data, "terminal_cert")).value();
  const auto pem = asn1::encode_pem("PRIVATE KEY", octets(data, "terminal_private_key_der"));
  const auto key = CvSigner::create(PrivateKey::from_pem(as_bytes(pem)).value(), certificate.public_key.algorithm);
  CHECK_OK(key);
  CvTerminalSigner example{*key};
  CHECK_BYTES(octets(data, "signature"), example.sign(octets(data, "signed_message")).value());
}

TEST(TerminalAuthentication, says_which_step_and_certificate_the_chip_refused) {
  struct Place {
    std::size_t command;
    TerminalStep step;
    std::size_t certificate;
  };
  constexpr std::array kPlaces = {Place{1, TerminalStep::set_dst, 0},
                                  Place{2, TerminalStep::verify_certificate, 0},
                                  Place{3, TerminalStep::set_dst, 1},
                                  Place{4, TerminalStep::verify_certificate, 1},
                                  Place{5, TerminalStep::set_dst, 2},
                                  Place{6, TerminalStep::verify_certificate, 2},
                                  Place{7, TerminalStep::set_at, 2},
                                  Place{8, TerminalStep::get_challenge, 2},
                                  Place{9, TerminalStep::external_authenticate, 2}};
  for (const auto& place : kPlaces) {
    for (const std::uint16_t sw :
         std::initializer_list<std::uint16_t>{0x6300, 0x6982, 0x6985, 0x6A80, 0x6A88, 0x6F00, 0x6282}) {
      TerminalChip refusing{country.old_cvca};
      refusing.refuse[place.command] = sw;
      auto other = refusing.chip.session();
      const auto evidence = run_terminal_authentication(
          other, {.chain = country.chain, .signer = &signer, .id_ic = kIdIc, .compressed_reader_key = kReaderKey});
      expect_error(evidence, place.step, Fault::card_status, place.certificate, sw);
      CHECK_STRING(country.chain.at(place.certificate).holder_reference, evidence.holder);
      LONGS_EQUAL(place.command, refusing.chip.seen().size());
      CHECK(other.alive());
      CHECK(!refusing.rights);
    }
  }
}

TEST(TerminalAuthentication, finds_that_a_certificate_was_changed_at_each_link) {
  for (std::size_t i = 0; i < 3; ++i) {
    TerminalChip checking{country.old_cvca};
    auto chain = country.chain;
    auto der = chain.at(i).der;
    der.back() ^= 1U;
    chain.at(i) = asn1::parse_cv_certificate(der).value();
    auto other = checking.chip.session();
    const auto evidence = run_terminal_authentication(
        other, {.chain = chain, .signer = &signer, .id_ic = kIdIc, .compressed_reader_key = kReaderKey});
    expect_error(evidence, TerminalStep::verify_certificate, Fault::card_status, i, 0x6300);
  }
}

TEST(TerminalAuthentication, stops_at_a_trust_point_that_the_chip_does_not_know) {
  const Country stranger{"0.4.0.127.0.7.2.2.2.2.3"};
  TerminalChip other{stranger.chain.at(0)};
  auto other_session = other.chip.session();
  const auto evidence = run_terminal_authentication(
      other_session, {.chain = country.chain, .signer = &signer, .id_ic = kIdIc, .compressed_reader_key = kReaderKey});
  expect_error(evidence, TerminalStep::set_dst, Fault::card_status, 0, 0x6A88);
}

TEST(TerminalAuthentication, wants_a_challenge_of_eight_octets) {
  for (const std::size_t size : {0U, 7U, 9U, 16U}) {
    TerminalChip other{country.old_cvca};
    other.challenge.assign(size, 1);
    auto other_session = other.chip.session();
    Recorder recorder;
    const auto evidence = run_terminal_authentication(
        other_session,
        {.chain = country.chain, .signer = &recorder, .id_ic = kIdIc, .compressed_reader_key = kReaderKey});
    expect_error(evidence, TerminalStep::get_challenge, Fault::malformed, 2);
    CHECK(recorder.signed_message.empty());
  }
}

TEST(TerminalAuthentication, gains_no_rights_with_another_key_identity_or_ephemeral_key) {
  CvTerminalSigner other_key{country.dv_key};
  expect_error(authenticate(&other_key), TerminalStep::external_authenticate, Fault::card_status, 2, 0x6300);
  const auto wrong = to_bytes(as_bytes("L898902C<4"));
  for (const bool identity : {true, false}) {
    TerminalChip checking{country.old_cvca};
    auto other = checking.chip.session();
    const auto evidence = run_terminal_authentication(other, {.chain = country.chain,
                                                              .signer = &signer,
                                                              .id_ic = identity ? wrong : kIdIc,
                                                              .compressed_reader_key = identity ? kReaderKey : wrong});
    expect_error(evidence, TerminalStep::external_authenticate, Fault::card_status, 2, 0x6300);
    CHECK(!checking.rights);
  }
}

TEST(TerminalAuthentication, sends_nothing_for_a_chain_that_is_none) {
  std::swap(country.chain.at(1), country.chain.at(2));
  expect_error(authenticate(), TerminalStep::prepare, Fault::bad_input, 1);
  country.chain.clear();
  expect_error(authenticate(), TerminalStep::prepare, Fault::bad_input, 0);
  country.chain.assign(17, country.old_cvca);
  expect_error(authenticate(), TerminalStep::prepare, Fault::bad_input, 0);
  CHECK(card.chip.seen().empty());
}

TEST(TerminalAuthentication, tells_the_trouble_of_the_signer_and_of_the_wire_apart_from_the_chips) {
  Recorder recorder;
  recorder.broken = true;
  expect_error(authenticate(&recorder), TerminalStep::sign, Fault::io, 2);
  CHECK(session.alive());
  card.chip.tamper = [](const PlainCommand& command, Bytes& response) {
    if (command.ins == 0x2A) response.at(6) ^= 1U;
  };
  expect_error(authenticate(), TerminalStep::verify_certificate, Fault::security, 0);
  CHECK(!session.alive());
}

TEST_GROUP(TrustPoints) {
  FakeChip chip;
  Bytes file = file_of({"VNCVCA00002", "VNCVCA00001"});
  std::uint16_t select = 0x9000;
  std::uint16_t read = 0x9000;
  host::access::SecureSession session = chip.session();

  void setup() override {
    chip.script = [this](const PlainCommand& command) -> std::optional<Answer> {
      if (command.ins == 0xA4) return Answer{.sw = select};
      return Answer{.data = read == 0x9000 ? file : Bytes{}, .sw = read};
    };
  }
};

TEST(TrustPoints, are_read_the_newest_first) {
  const auto references = read_trust_points(session);
  CHECK_OK(references);
  LONGS_EQUAL(2, references->size());
  CHECK_STRING("VNCVCA00002", references->front());
  CHECK_BYTES("011C"_hex, chip.seen().at(0).data);
  LONGS_EQUAL(36, chip.seen().at(1).ne.value_or(0));
}

TEST(TrustPoints, are_read_from_where_dg14_says) {
  CHECK_OK(read_trust_points(session, asn1::CvcaFile{.file_id = 0x0142, .short_file_id = std::nullopt}));
  CHECK_BYTES("0142"_hex, chip.seen().at(0).data);
}

TEST(TrustPoints, are_read_by_the_short_identifier_that_dg14_gives) {
  CHECK_OK(read_trust_points(session, asn1::CvcaFile{.file_id = 0x0142, .short_file_id = 0x02}));
  LONGS_EQUAL(1, chip.seen().size());
  LONGS_EQUAL(0xB0, chip.seen().at(0).ins);
  LONGS_EQUAL(0x82, chip.seen().at(0).p1);
  LONGS_EQUAL(36, chip.seen().at(0).ne.value_or(0));
}

TEST(TrustPoints, are_not_taken_from_a_file_of_another_size_or_form) {
  for (const std::size_t size : {0U, 13U, 35U, 37U}) {
    auto other = file;
    other.resize(size);
    std::swap(file, other);
    CHECK_FAULT(Fault::malformed, read_trust_points(session));
    std::swap(file, other);
  }
  file.front() = 0x43;
  CHECK_FAULT(Fault::malformed, read_trust_points(session));
  select = 0x6A82;
  CHECK_FAULT(Fault::card_status, read_trust_points(session));
  select = 0x9000;
  read = 0x6982;
  CHECK_FAULT(Fault::card_status, read_trust_points(session));
}

TEST(TrustPoints, go_with_the_document_number_of_the_mrz_after_bac) {
  CHECK_BYTES(as_bytes("L898902C<3"), id_ic_of_bac("L898902C<369080619406236").value());
  CHECK_BYTES(as_bytes("D231458907347"), id_ic_of_bac("D23145890734734071279507122").value());
  CHECK_FAULT(Fault::bad_input, id_ic_of_bac("L898902C<36908061940623"));
}
