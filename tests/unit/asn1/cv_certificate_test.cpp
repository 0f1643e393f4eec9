#include "cicada/asn1/cv_certificate.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "eac_vectors.h"
#include "exact.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

Result<CvCertificate> parse(const Bytes& octets) {
  return parse_cv_certificate(Exact{octets}.view());
}

CvEcKey some_ec_key(bool with_domain) {
  CvEcKey key{.domain = std::nullopt, .point = concat({"04"_hex, Bytes(64, 0x21)})};
  if (with_domain) {
    key.domain = EcDomainParameters{.p = Bytes(32, 0xE1),
                                    .a = concat({"0000"_hex, Bytes(30, 0xA1)}),
                                    .b = Bytes(32, 0xB1),
                                    .generator = concat({"04"_hex, Bytes(64, 0x71)}),
                                    .order = Bytes(32, 0xC1),
                                    .cofactor = 1};
  }
  return key;
}

CvBody some_body() {
  using namespace std::chrono;
  return {.authority_reference = "VNCVCA00001",
          .public_key = {.algorithm = oids::kTaEcdsaSha256, .key = some_ec_key(true)},
          .holder_reference = "VNDVTEST00001",
          .authorization = inspection_system(CvRole::dv_domestic, true, true),
          .effective = 2026y / March / 1,
          .expiration = 2026y / May / 31,
          .extensions = {}};
}

Bytes certificate_of(const CvBody& body) {
  return encode_cv_certificate(encode_cv_body(body).value(), Bytes(64, 0x5A));
}

/// `octets` with one piece replaced; lengths stay as they are.
Bytes with(Bytes octets, const Bytes& piece, const Bytes& other) {
  const auto found = std::ranges::search(octets, piece);
  CHECK(!found.empty());
  std::ranges::copy(other, found.begin());
  return octets;
}

/// 7F21 around a body made of these data objects.
Bytes frame(std::initializer_list<ByteView> objects) {
  return encode_cv_certificate(encode_tlv(0x7F4E, objects), Bytes(64, 0x5A));
}

Bytes key_object(std::initializer_list<ByteView> parts) {
  return encode_tlv(0x7F49, parts);
}

struct Sample {
  const char* file;
  const char* id;
  const char* field;
  const char* authority;
  const char* holder;
  const char* effective;
  const char* expiration;
  CvRole role;
};

constexpr std::array kSamples{
    Sample{kCvVectors, "eac1-chain-jmrtd-orig", "cvca", "NLCVCAA00001", "NLCVCAA00001", "2008-05-19", "2011-05-19",
           CvRole::cvca},
    Sample{kCvVectors, "eac1-chain-jmrtd-orig", "dv", "NLCVCAA00001", "NLDVAAANL001", "2009-05-18", "2009-11-18",
           CvRole::dv_domestic},
    Sample{kCvVectors, "eac1-chain-jmrtd-orig", "is", "NLDVAAANL001", "NLIS7202000NL001", "2009-05-18", "2009-11-18",
           CvRole::terminal},
    Sample{kCvVectors, "eac1-chain-jmrtd-new", "cvca", "NLCVCAA00001", "NLCVCAA00002", "2008-11-22", "2011-11-22",
           CvRole::cvca},
    Sample{kCvVectors, "cvc-DECVCAEPASS00102", "cert", "DECVCAEPASS00102", "DECVCAEPASS00102", "2010-10-18",
           "2013-10-18", CvRole::cvca},
    Sample{kEacVectors, "tr03110-ta2-ecdh", "cvca_cert", "DECVCAAT00001", "DECVCAAT00001", "2010-09-30", "2011-09-25",
           CvRole::cvca},
    Sample{kEacVectors, "tr03110-ta2-ecdh", "dv_cert", "DECVCAAT00001", "DETESTDVDE019", "2010-09-30", "2010-10-30",
           CvRole::dv_domestic},
    Sample{kEacVectors, "tr03110-ta2-dh", "terminal_cert", "DETESTDVDE019", "DETESTATDE019", "2010-03-24", "2010-04-24",
           CvRole::terminal},
};

}  // namespace

TEST_GROUP(CvCertificate){};

TEST(CvCertificate, of_others_is_read_in_every_part_and_built_again) {
  for (const auto& sample : kSamples) {
    const auto der = cicada::tests::vectors::octets(sample.file, sample.id, sample.field);
    const auto certificate = parse(der);
    CHECK_OK(certificate);
    CHECK_STRING(sample.authority, certificate->authority_reference);
    CHECK_STRING(sample.holder, certificate->holder_reference);
    CHECK_STRING(sample.effective, to_iso_date(certificate->effective));
    CHECK_STRING(sample.expiration, to_iso_date(certificate->expiration));
    CHECK(certificate->authorization.role() == sample.role);
    const auto body = encode_cv_body(*certificate);
    CHECK_OK(body);
    CHECK_BYTES(certificate->body, *body);
    CHECK_BYTES(der, encode_cv_certificate(*body, certificate->signature));
    CHECK_BYTES(ByteView{der}.subspan(der.size() - certificate->verify_data().size()), certificate->verify_data());
    LONGS_EQUAL(0x7F, certificate->verify_data()[0]);
    LONGS_EQUAL(0x4E, certificate->verify_data()[1]);
  }
}

TEST(CvCertificate, of_a_cvca_carries_its_domain_and_those_below_inherit_it) {
  const auto cvca = parse(cv_octets("eac1-chain-jmrtd-orig", "cvca"));
  CHECK(cvca->public_key.algorithm == oids::kTaEcdsaSha224);
  const auto& domain = cvca->public_key.ec()->domain;
  CHECK(domain.has_value());
  LONGS_EQUAL(28, domain->p.size());
  LONGS_EQUAL(57, domain->generator.size());
  LONGS_EQUAL(1, domain->cofactor);
  const auto is = parse(cv_octets("eac1-chain-jmrtd-orig", "is"));
  CHECK_FALSE(is->public_key.ec()->domain.has_value());
  LONGS_EQUAL(57, is->public_key.ec()->point.size());
  CHECK(is->authorization.allows(kRightDg3));
  CHECK_FALSE(is->authorization.allows(kRightDg4));
}

TEST(CvCertificate, with_an_rsa_key_or_the_authorization_of_another_terminal_is_read) {
  const auto rsa = parse(eac_octets("tr03110-ta2-dh", "cvca_cert"));
  CHECK_OK(rsa);
  CHECK(rsa->public_key.algorithm == oids::kTaRsaV15Sha1);
  LONGS_EQUAL(128, rsa->public_key.rsa()->modulus.size());
  const auto terminal = parse(eac_octets("tr03110-ta2-dh", "terminal_cert"));
  CHECK_OK(terminal);
  CHECK(terminal->authorization.terminal_type == oids::kRoleAuthenticationTerminal);
  CHECK_BYTES("0000000110"_hex, terminal->authorization.bits);
  CHECK(terminal->authorization.allows(4));
  CHECK(terminal->authorization.allows(8));
  CHECK_FALSE(terminal->authorization.allows(5));
  // Beyond the last right are the bits of the role, which are none.
  const CvAuthorization no_rights{.terminal_type = oids::kRoleInspectionSystem, .bits = "C0"_hex};
  CHECK_FALSE(no_rights.allows(6));
  CHECK_FALSE(no_rights.allows(600));
}

TEST(CvCertificate, with_extensions_is_read_as_it_was_written) {
  auto body = some_body();
  body.extensions = {{.type = oids::kLds2TravelRecordsAccess, .data = "530103"_hex},
                     {.type = Oid::of("1.2.3"), .data = "8001AA8101BB"_hex}};
  const auto certificate = parse(certificate_of(body));
  CHECK_OK(certificate);
  CHECK((certificate->extensions == body.extensions));
  CHECK(certificate->authorization == body.authorization);
  CHECK_BYTES(body.public_key.ec()->domain->a, certificate->public_key.ec()->domain->a);
}

TEST(CvCertificate, whose_fields_do_not_stand_in_their_order_is_refused) {
  const auto profile = "5F290100"_hex;
  const auto authority = encode_tlv(0x42, as_bytes("VNCVCA00001"));
  const auto key = encode_cv_public_key(some_body().public_key).value();
  const auto holder = encode_tlv(0x5F20, as_bytes("VNDVTEST00001"));
  const auto chat = "7F4C0E060904007F0007030102015301C3"_hex;
  const auto from = "5F2506020600030001"_hex;
  const auto to = "5F2406020600050301"_hex;
  CHECK_OK(parse(frame({profile, authority, key, holder, chat, from, to})));
  const std::vector<Bytes> wrong{
      frame({authority, profile, key, holder, chat, from, to}),
      frame({profile, key, authority, holder, chat, from, to}),
      frame({profile, authority, holder, key, chat, from, to}),
      frame({profile, authority, key, holder, from, chat, to}),
      frame({profile, authority, key, holder, chat, to, from}),
      frame({authority, key, holder, chat, from, to}),
      frame({profile, key, holder, chat, from, to}),
      frame({profile, authority, key, holder, chat, from}),
      frame({profile, authority, authority, key, holder, chat, from, to}),
      frame({profile, authority, key, holder, chat, from, to, "5F2500"_hex}),
      frame({profile, authority, key, holder, chat, from, to, "65020500"_hex}),
      frame({profile, authority, key, holder, chat, from, to, "6500"_hex, "6500"_hex}),
      frame({}),
  };
  for (const auto& octets : wrong) CHECK_FAULT(Fault::malformed, parse(octets));
  CHECK_FAULT(Fault::unsupported, parse(frame({"5F290101"_hex, authority, key, holder, chat, from, to})));
  CHECK_FAULT(Fault::unsupported, parse(frame({"5F2900"_hex, authority, key, holder, chat, from, to})));
}

TEST(CvCertificate, with_a_field_that_is_not_of_its_form_is_refused) {
  const auto good = certificate_of(some_body());
  CHECK_OK(parse(good));
  const auto reference = encode_tlv(0x42, as_bytes("VNCVCA00001"));
  CHECK_FAULT(Fault::malformed, parse(with(good, reference, encode_tlv(0x42, as_bytes("VNCVCA0000\x01")))));
  CHECK_FAULT(Fault::malformed, parse(with(good, "5F2506020600030001"_hex, "5F250602060003000A"_hex)));
  CHECK_FAULT(Fault::malformed, parse(with(good, "5F2506020600030001"_hex, "5F2506020601030001"_hex)));  // month 13
  CHECK_FAULT(Fault::malformed, parse(with(good, "5F2506020600030001"_hex, "5F2506020600020300"_hex)));  // 30 February
  CHECK_FAULT(Fault::malformed, parse(with(good, "53 01 83"_hex, "54 01 83"_hex)));
  CHECK_FAULT(Fault::malformed, parse(with(good, "060904007F000703010201"_hex, "060904007F000703010202"_hex)));
  CHECK_FAULT(Fault::malformed, parse(with(good, "8641 04"_hex, "8641 02"_hex)));  // a compressed point
  CHECK_FAULT(Fault::malformed, parse(with(good, "8120E1"_hex, "812000"_hex)));    // a leading zero
  CHECK_FAULT(Fault::unsupported, parse(with(good, oids::kTaEcdsaSha256.der(), oids::kCaEcdhAes128.der())));
  CHECK_FAULT(Fault::malformed, parse(with(good, oids::kTaEcdsaSha256.der(), oids::kTaRsaPssSha256.der())));
}

TEST(CvCertificate, with_numbers_or_points_of_another_length_is_refused) {
  const auto oid = oids::kTaEcdsaSha256.der();
  const auto point = encode_tlv(0x86, concat({"04"_hex, Bytes(64, 0x21)}));
  const auto key = [](const Bytes& object) { return parse_cv_public_key(Exact{object}.view()); };
  CHECK_OK(key(key_object({oid, point})));
  CHECK_FAULT(Fault::malformed, key(key_object({oid, encode_tlv(0x86, concat({"04"_hex, Bytes(63, 0x21)}))})));
  CHECK_FAULT(Fault::malformed, key(key_object({oid, encode_tlv(0x86, "04"_hex)})));
  CHECK_FAULT(Fault::malformed, key(key_object({oid, encode_tlv(0x86, concat({"04"_hex, Bytes(134, 0x21)}))})));
  CHECK_FAULT(Fault::malformed, key(key_object({oid, point, "870101"_hex})));  // a cofactor without a domain
  CHECK_FAULT(Fault::malformed, key(key_object({oid, "8101F1"_hex, point})));
  CHECK_FAULT(Fault::malformed, key(key_object({point})));
  CHECK_FAULT(Fault::malformed, key(key_object({})));
  const auto rsa = oids::kTaRsaPssSha256.der();
  const auto modulus = encode_tlv(0x81, Bytes(256, 0xF1));
  CHECK_OK(key(key_object({rsa, modulus, "8203010001"_hex})));
  CHECK_FAULT(Fault::malformed, key(key_object({rsa, modulus})));
  CHECK_FAULT(Fault::malformed, key(key_object({rsa, modulus, "820400010001"_hex})));
  CHECK_FAULT(Fault::malformed, key(key_object({rsa, modulus, "8200"_hex})));
  CHECK_FAULT(Fault::malformed, key(key_object({rsa, "8203010001"_hex, modulus})));
  CHECK_FAULT(Fault::limit, key(key_object({rsa, encode_tlv(0x81, Bytes(1025, 0xF1)), "8203010001"_hex})));
  CHECK_FAULT(Fault::limit, key(Bytes(kMaxCvCertificateSize + 1)));
}

TEST(CvCertificate, with_a_length_that_is_not_the_shortest_is_refused) {
  const auto good = cv_octets("eac1-chain-jmrtd-orig", "is");
  // 7F21 81 D1 ... becomes 7F21 82 00 D1 ...
  auto over_long = good;
  over_long[2] = 0x82;
  over_long.insert(over_long.begin() + 3, 0x00);
  CHECK_FAULT(Fault::malformed, parse(over_long));
  auto indefinite = good;
  indefinite[2] = 0x80;
  indefinite.erase(indefinite.begin() + 3);
  append(indefinite, "0000"_hex);
  CHECK_FAULT(Fault::malformed, parse(indefinite));
}

TEST(CvCertificate, cut_or_extended_is_refused) {
  const auto good = cv_octets("eac1-chain-jmrtd-orig", "dv");
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(parse(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))).has_value());
  }
  CHECK_FAULT(Fault::malformed, parse(concat({good, "00"_hex})));
  CHECK_FAULT(Fault::limit, parse(Bytes(kMaxCvCertificateSize + 1)));
  CHECK_FAULT(Fault::malformed, parse(encode_cv_certificate(encode_cv_body(some_body()).value(), {})));
}

TEST(CvCertificate, is_not_written_against_the_rules) {
  using namespace std::chrono;
  const auto refused = [](const auto& change) {
    auto body = some_body();
    change(body);
    return encode_cv_body(body);
  };
  CHECK_OK(refused([](CvBody&) {}));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.authority_reference.clear(); }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.holder_reference = "VNDVTESTTEST00001"; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.holder_reference = "VN\n"; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.authorization.bits = "C3C3"_hex; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.authorization.bits.clear(); }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.effective = 1999y / March / 1; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.expiration = 2100y / March / 1; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.expiration = 2026y / February / 1; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.expiration = 2027y / February / 30; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.public_key.algorithm = oids::kTaRsaPssSha256; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.public_key.key = CvRsaKey{}; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { std::get<CvEcKey>(body.public_key.key).point.clear(); }));
  CHECK_FAULT(Fault::bad_input,
              refused([](CvBody& body) { std::get<CvEcKey>(body.public_key.key).domain->order.clear(); }));
  CHECK_FAULT(Fault::bad_input,
              refused([](CvBody& body) { body.extensions = {{.type = Oid::of("1.2"), .data = "FF"_hex}}; }));
  CHECK_FAULT(Fault::bad_input, refused([](CvBody& body) { body.extensions.resize(kMaxCvExtensions + 1); }));
}

TEST(CvCertificate, may_have_as_many_extensions_as_there_are_uses_and_no_more) {
  auto body = some_body();
  for (std::size_t i = 0; i < kMaxCvExtensions; ++i) body.extensions.push_back({.type = Oid::of("1.2"), .data = {}});
  const auto good = certificate_of(body);
  LONGS_EQUAL(kMaxCvExtensions, parse(good)->extensions.size());
  auto parts = encode_cv_body(body).value();
  const auto inner = read_only(parts, 0x7F4E).value().value;
  const auto list = read_all(inner).value().back();
  const auto longer = concat({inner.first(inner.size() - list.whole.size()),
                              encode_tlv(0x65, {list.value, encode_tlv(0x73, Oid::of("1.2").der())})});
  CHECK_FAULT(Fault::limit, parse(encode_cv_certificate(encode_tlv(0x7F4E, longer), "AA"_hex)));
}

TEST_GROUP(CvRequest){};

TEST(CvRequest, is_read_as_it_was_written_with_and_without_the_expected_signer) {
  for (const auto& authority : {std::optional<std::string>{}, std::optional<std::string>{"VNCVCA00001"}}) {
    const CvRequestBody body{.authority_reference = authority,
                             .public_key = some_body().public_key,
                             .holder_reference = "VNDVTEST00002",
                             .extensions = {}};
    const auto encoded = encode_cv_request_body(body);
    CHECK_OK(encoded);
    const auto der = encode_cv_certificate(*encoded, Bytes(64, 1));
    const auto request = parse_cv_request(Exact{der}.view());
    CHECK_OK(request);
    CHECK((request->authority_reference == authority));
    CHECK_STRING("VNDVTEST00002", request->holder_reference);
    CHECK_BYTES(*encoded, request->body);
    CHECK(request->public_key.ec()->domain.has_value());
    // It is no certificate, and a certificate is no request.
    CHECK_FAULT(Fault::malformed, parse_cv_certificate(der));
  }
  CHECK_FAULT(Fault::malformed, parse_cv_request(certificate_of(some_body())));
}

TEST(CvRequest, without_the_domain_of_its_key_is_not_written) {
  const CvRequestBody body{.authority_reference = std::nullopt,
                           .public_key = {.algorithm = oids::kTaEcdsaSha256, .key = some_ec_key(false)},
                           .holder_reference = "VNDVTEST00002",
                           .extensions = {}};
  CHECK_FAULT(Fault::bad_input, encode_cv_request_body(body));
}

TEST(CvRequest, that_another_key_vouches_for_is_read_with_what_that_key_signed) {
  const CvRequestBody body{.authority_reference = std::nullopt,
                           .public_key = some_body().public_key,
                           .holder_reference = "VNDVTEST00002",
                           .extensions = {}};
  const auto request = encode_cv_certificate(encode_cv_request_body(body).value(), Bytes(64, 1));
  const auto covered = encode_outer_signed_octets(request, "VNDVTEST00001");
  CHECK_OK(covered);
  const auto der = encode_authenticated_cv_request(*covered, Bytes(64, 2));
  const auto outer = parse_authenticated_cv_request(Exact{der}.view());
  CHECK_OK(outer);
  CHECK_BYTES(request, outer->request.der);
  CHECK_BYTES(*covered, outer->signed_octets);
  CHECK_STRING("VNDVTEST00001", outer->authority_reference);
  CHECK_BYTES(Bytes(64, 2), outer->signature);
  CHECK_BYTES(Bytes(64, 1), outer->request.signature);
  CHECK_FAULT(Fault::malformed, parse_authenticated_cv_request(request));
  CHECK_FAULT(Fault::malformed, parse_authenticated_cv_request(encode_tlv(0x67, request)));
  CHECK_FAULT(Fault::malformed, parse_authenticated_cv_request(encode_authenticated_cv_request(*covered, {})));
  CHECK_FAULT(Fault::bad_input, encode_outer_signed_octets(request, ""));
}

TEST_GROUP(EfCvca){};

TEST(EfCvca, holds_one_or_two_references_the_newest_first) {
  const auto two = encode_ef_cvca({"VNCVCA00002", "VNCVCA00001"});
  CHECK_OK(two);
  LONGS_EQUAL(36, two->size());
  CHECK_BYTES(concat({"420B"_hex, as_bytes("VNCVCA00002"), "420B"_hex, as_bytes("VNCVCA00001"), Bytes(10)}), *two);
  const auto read = parse_ef_cvca(*two);
  CHECK_OK(read);
  LONGS_EQUAL(2, read->size());
  CHECK_STRING("VNCVCA00002", read->at(0));
  CHECK_STRING("VNCVCA00001", read->at(1));
  const auto longest = encode_ef_cvca({"VNCVCATESTT00002", "VNCVCATESTT00001"});
  CHECK_OK(longest);
  LONGS_EQUAL(2, parse_ef_cvca(*longest)->size());
  LONGS_EQUAL(1, parse_ef_cvca(encode_ef_cvca({"VNCVCA00002"}).value())->size());
}

TEST(EfCvca, of_another_length_or_with_something_else_is_malformed) {
  const auto good = encode_ef_cvca({"VNCVCA00002"}).value();
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(ByteView{good}.first(35)));
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(concat({good, "00"_hex})));
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(Bytes(36)));
  auto trailing = good;
  trailing.back() = 1;
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(trailing));
  auto three = concat({"4201414201424201 43"_hex, Bytes(27)});
  three.resize(36);
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(three));
  auto empty = good;
  empty[1] = 0;
  CHECK_FAULT(Fault::malformed, parse_ef_cvca(empty));
  CHECK_FAULT(Fault::bad_input, encode_ef_cvca({}));
  CHECK_FAULT(Fault::bad_input, encode_ef_cvca({"A", "B", "C"}));
  CHECK_FAULT(Fault::bad_input, encode_ef_cvca({""}));
}
