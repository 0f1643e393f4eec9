#include "cicada/asn1/x509.h"

#include <array>

#include "bsi_sod.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/clock.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

Certificate parsed(ByteView der) {
  return parse_certificate(Exact{der}.view()).value();
}

/// A request configuration with every extension of 9303-12 that the command line can make.
constexpr auto kConfiguration = R"(
[req]
distinguished_name = dn
[dn]
[csca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = email:csca@example.vn, URI:https://example.vn/csca, dirName:place
issuerAltName = DNS:example.vn
crlDistributionPoints = URI:http://example.vn/a.crl, URI:ldap://example.vn/b
extendedKeyUsage = critical, 2.23.136.1.1.3
2.5.29.16 = ASN1:SEQUENCE:period
2.23.136.1.1.6.2 = ASN1:SEQUENCE:doctypes
[place]
L = VNM
[period]
begin = IMPLICIT:0, GENERALIZEDTIME:20240101000000Z
end = IMPLICIT:1, GENERALIZEDTIME:20290101000000Z
[doctypes]
version = INTEGER:0
list = SET:codes
[codes]
a = PRINTABLESTRING:I
b = PRINTABLESTRING:ID
)";

}  // namespace

TEST_GROUP(Certificate) {
  OpenSsl openssl;
};

TEST(Certificate, of_openssl_is_read_in_every_part) {
  openssl.make_rsa_key("csca");
  openssl.make_certificate("csca", "/C=VN/O=Test/CN=CSCA Vi\u1EC7t", "-set_serial 0x00F123");
  const auto der = openssl.read("csca.der");
  const auto certificate = parsed(der);
  CHECK_BYTES(der, certificate.der);
  LONGS_EQUAL(3, certificate.version);
  CHECK_BYTES("00F123"_hex, certificate.serial);
  CHECK_STRING("C=VN, O=Test, CN=CSCA Vi\u1EC7t", certificate.subject.to_string());
  CHECK(same_name(certificate.issuer, certificate.subject));
  CHECK(certificate.signature_algorithm.oid == oids::kSha256WithRsa);
  CHECK(same_algorithm(certificate.signature_algorithm, certificate.tbs_signature_algorithm));
  CHECK(certificate.validity.not_after - certificate.validity.not_before == std::chrono::days{3650});
  CHECK_FALSE(certificate.has_unique_identifiers);
  CHECK(certificate.deviations.empty());
  LONGS_EQUAL(256, certificate.signature.size());
  const auto key = parse_rsa_public_key(certificate.public_key);
  CHECK_OK(key);
  LONGS_EQUAL(256, key->modulus.size());
  CHECK_BYTES("010001"_hex, key->exponent);
  CHECK_FALSE(key->negative);
  openssl.must("x509 -in csca.crt -noout -modulus");
  CHECK_STRING("Modulus=" + to_hex(key->modulus) + "\n", openssl.text("out"));
  CHECK_FAULT(Fault::unsupported, parse_ec_public_key(certificate.public_key));
}

TEST(Certificate, keeps_the_signed_octets_as_they_stood) {
  openssl.make_rsa_key("csca");
  openssl.make_certificate("csca", "/C=VN/CN=CSCA");
  const auto certificate = parsed(openssl.read("csca.der"));
  openssl.write("tbs", certificate.tbs);
  openssl.write("signature", certificate.signature);
  openssl.must("pkey -in csca.key -pubout -out csca.pub");
  openssl.must("dgst -sha256 -verify csca.pub -signature signature tbs");
}

TEST(Certificate, has_accessors_for_the_extensions_of_the_profile) {
  openssl.write("cnf", kConfiguration);
  openssl.make_ec_key("csca", "P-256", false);
  openssl.make_certificate("csca", "/C=VN/CN=CSCA", "-config cnf -extensions csca");
  const auto certificate = parsed(openssl.read("csca.der"));
  const auto ski = certificate.subject_key_identifier().value();
  LONGS_EQUAL(20, ski.value().size());
  CHECK_BYTES(*ski, certificate.authority_key_identifier().value().value().key_identifier);
  CHECK((certificate.key_usage().value().value() == KeyUsages{KeyUsage::key_cert_sign, KeyUsage::crl_sign}));
  const auto basic = certificate.basic_constraints().value().value();
  CHECK(basic.ca);
  LONGS_EQUAL(0, basic.path_length.value());
  const auto period = certificate.private_key_usage_period().value().value();
  CHECK_STRING("2024-01-01T00:00:00Z", to_iso_instant(period.not_before.value()));
  CHECK_STRING("2029-01-01T00:00:00Z", to_iso_instant(period.not_after.value()));
  const auto san = certificate.subject_alt_name().value().value();
  LONGS_EQUAL(3, san.size());
  CHECK_STRING("csca@example.vn", san[0].text());
  CHECK_STRING("https://example.vn/csca", san[1].text());
  CHECK_STRING("L=VNM", san[2].text());
  CHECK_STRING("VNM", san[2].directory.value().find(oids::kLocalityName).value());
  CHECK_STRING("example.vn", certificate.issuer_alt_name().value().value().at(0).text());
  const auto uris = certificate.crl_distribution_points().value().value();
  LONGS_EQUAL(2, uris.size());
  CHECK_STRING("ldap://example.vn/b", uris[1]);
  CHECK(certificate.extended_key_usage().value().value().at(0) == oids::kMasterListSigningKey);
  const auto codes = certificate.document_type_list().value().value();
  LONGS_EQUAL(2, codes.size());
  CHECK_STRING("ID", codes[1]);
  CHECK(certificate.find(oids::kKeyUsage)->critical);
  CHECK_FALSE(certificate.find(oids::kSubjectKeyIdentifier)->critical);
}

TEST(Certificate, without_an_extension_says_so) {
  openssl.make_ec_key("ds", "P-256", false);
  openssl.make_certificate("ds", "/C=VN/CN=DS");
  const auto certificate = parsed(openssl.read("ds.der"));
  CHECK_FALSE(certificate.private_key_usage_period().value().has_value());
  CHECK_FALSE(certificate.document_type_list().value().has_value());
  CHECK_FALSE(certificate.extended_key_usage().value().has_value());
}

TEST(Certificate, of_the_bsi_data_set_is_read) {
  const auto certificate = parsed(octets(lds_vector("bsi2008-sod"), "ds_cert"));
  CHECK_STRING("CN=CSCA BDR TEST 19.09.07", certificate.issuer.to_string());
  CHECK_STRING("DE", certificate.subject.country().value());
  CHECK_BYTES("1267"_hex, certificate.serial);
  CHECK(certificate.signature_algorithm.oid == oids::kEcdsaWithSha1);
  CHECK_STRING("2008-01-28T23:00:00Z", to_iso_instant(certificate.validity.not_before));
  const auto period = certificate.private_key_usage_period().value().value();
  CHECK_STRING("2018-04-28T23:59:59Z", to_iso_instant(period.not_after.value()));
  CHECK_BYTES("1507BFA72B2D261B0F951836B75D83CF8D19921B"_hex,
              certificate.authority_key_identifier().value().value().key_identifier);
  CHECK_FALSE(certificate.key_usage().value().has_value());
  const auto key = parse_ec_public_key(certificate.public_key).value();
  CHECK_FALSE(key.named_curve.has_value());
  // brainpoolP224r1, RFC 5639 §3.3
  CHECK_BYTES("D7C134AA264366862A18302575D1D787B09F075797DA89F57EC8C0FF"_hex, key.parameters->p);
  CHECK_BYTES("68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43"_hex, key.parameters->a);
  CHECK_BYTES("2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B"_hex, key.parameters->b);
  CHECK_BYTES("D7C134AA264366862A18302575D0FB98D116BC4B6DDEBCA3A5A7939F"_hex, key.parameters->order);
  LONGS_EQUAL(1, key.parameters->cofactor);
  LONGS_EQUAL(57, key.parameters->generator.size());
  LONGS_EQUAL(57, key.point.size());
}

TEST(Certificate, tolerates_and_names_lengths_that_are_over_long) {
  openssl.make_ec_key("ds", "P-256", false);
  openssl.make_certificate("ds", "/C=VN/CN=DS");
  auto der = openssl.read("ds.der");
  // The last object, the signature: 03 48 -> 03 81 48, and the outer length by one more.
  const auto original = parsed(der);
  const auto at = der.size() - original.signature.size() - 2;
  der.insert(der.begin() + static_cast<std::ptrdiff_t>(at), 0x81);
  const auto outer = read_header(der).value();
  auto rewritten = encode_tlv(0x30, ByteView{der}.subspan(outer.header_size));
  const auto tolerant = parsed(rewritten);
  LONGS_EQUAL(1, tolerant.deviations.size());
  CHECK_BYTES(original.signature, tolerant.signature);
}

TEST(Certificate, with_a_negative_serial_number_is_read_and_says_so) {
  openssl.make_ec_key("ds", "P-256", false);
  openssl.make_certificate("ds", "/C=VN/CN=DS", "-set_serial -5");
  const auto certificate = parsed(openssl.read("ds.der"));
  CHECK_BYTES("FB"_hex, certificate.serial);
  LONGS_EQUAL(1, certificate.deviations.size());
}

TEST(Certificate, is_refused_when_cut_or_extended) {
  openssl.make_ec_key("ds", "P-256", true);
  openssl.make_certificate("ds", "/C=VN/CN=DS");
  auto der = openssl.read("ds.der");
  for (std::size_t size = 0; size < der.size(); ++size) {
    CHECK_FALSE(parse_certificate(Exact{ByteView{der}.first(size)}.view()).has_value());
  }
  der.push_back(0);
  CHECK_FAULT(Fault::malformed, parse_certificate(der));
}

TEST(Certificate, is_refused_with_an_extension_that_stands_twice) {
  const std::array twice{make_subject_key_identifier("01"_hex), make_subject_key_identifier("02"_hex)};
  CHECK_FAULT(Fault::malformed, parse_extensions(encode_extensions(twice)));
  CHECK_OK(parse_extensions(encode_extensions(std::span{twice}.first(1))));
}

TEST(Certificate, is_refused_when_it_is_too_large) {
  const Bytes filler(kMaxCertificateSize);
  CHECK_FAULT(Fault::limit, parse_certificate(encode_tlv(0x30, encode_octet_string(filler))));
}

TEST(Certificate, has_serial_numbers_that_compare_as_numbers) {
  CHECK(same_serial("00F1"_hex, "F1"_hex));
  CHECK(same_serial("0000F1"_hex, "00F1"_hex));
  CHECK_FALSE(same_serial("F1"_hex, "F100"_hex));
  CHECK_FALSE(same_serial("F1"_hex, "F2"_hex));
}

TEST_GROUP(CertificateEncoding) {
  OpenSsl openssl;

  /// A certificate of our encoder, signed on the command line by "csca.key".
  Bytes sign(const TbsCertificate& tbs) const {
    const auto octets = encode_tbs_certificate(tbs).value();
    openssl.write("tbs", octets);
    openssl.must("dgst -sha256 -sign csca.key -out signature tbs");
    return encode_certificate(octets, tbs.signature_algorithm, openssl.read("signature"));
  }

  static TbsCertificate ds_of(const Certificate& csca, Bytes public_key) {
    const std::array subject{NamePart{.type = oids::kCountryName, .text = "VN"},
                             NamePart{.type = oids::kCommonName, .text = "Document Signer \u0110"}};
    const std::array place{NamePart{.type = oids::kLocalityName, .text = "VNM"}};
    const std::array names{GeneralName::of(GeneralName::Kind::rfc822, "ds@example.vn"),
                           GeneralName::of_directory(encode_name(place).value()).value()};
    const std::array uris{std::string{"http://example.vn/a.crl"}, std::string{"ldap://example.vn/b"}};
    const std::array codes{std::string{"I"}, std::string{"ID"}};
    const Instant begin = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
    return {
        .serial = "F0000000000000000000000000000000000001"_hex,
        .signature_algorithm = {.oid = oids::kEcdsaWithSha256, .parameters = {}},
        .issuer = csca.subject.der,
        .validity = {.not_before = begin, .not_after = begin + std::chrono::days{3650 * 3}},
        .subject = encode_name(subject).value(),
        .public_key = std::move(public_key),
        .extensions = {
            make_authority_key_identifier(csca.subject_key_identifier().value().value()),
            make_subject_key_identifier("0102030405060708090A0B0C0D0E0F1011121314"_hex),
            make_key_usage({KeyUsage::digital_signature}),
            make_private_key_usage_period({.not_before = begin, .not_after = begin + std::chrono::days{90}}).value(),
            make_subject_alt_name(names), make_issuer_alt_name(names), make_crl_distribution_points(uris),
            make_document_type_list(codes).value()}};
  }
};

TEST(CertificateEncoding, is_accepted_and_verified_by_openssl) {
  openssl.make_ec_key("csca", "P-256", false);
  openssl.make_certificate("csca", "/C=VN/CN=CSCA");
  openssl.must("pkey -in csca.key -pubout -outform DER -out pub");
  const auto csca = parsed(openssl.read("csca.der"));
  const auto der = sign(ds_of(csca, openssl.read("pub")));
  openssl.write("ds.der", der);
  openssl.must("x509 -inform DER -in ds.der -out ds.crt");
  openssl.must("verify -no_check_time -CAfile csca.crt ds.crt");
  openssl.must("x509 -in ds.crt -noout -text -nameopt utf8");
  const auto text = openssl.text("out");
  for (const auto* part :
       {"Version: 3 (0x2)", "f0:00:00:00", "Not Before: Jan  1 00:00:00 2025 GMT", "Digital Signature",
        "email:ds@example.vn, DirName:", "URI:http://example.vn/a.crl", "URI:ldap://example.vn/b",
        "X509v3 Private Key Usage Period", "Not Before: Jan  1 00:00:00 2025 GMT, Not After: Apr  1 00:00:00 2025 GMT",
        "X509v3 Key Usage: critical", "2.23.136.1.1.6.2"}) {
    CHECK_TEXT(text.find(part) != std::string::npos, (std::string{part} + " not in\n" + text).c_str());
  }
  openssl.must("asn1parse -inform DER -in ds.der");
}

TEST(CertificateEncoding, is_read_back_as_it_was_meant) {
  openssl.make_ec_key("csca", "P-256", false);
  openssl.make_certificate("csca", "/C=VN/CN=CSCA");
  const auto csca = parsed(openssl.read("csca.der"));
  const auto tbs = ds_of(csca, csca.public_key.der);
  const auto certificate =
      parsed(encode_certificate(encode_tbs_certificate(tbs).value(), tbs.signature_algorithm, "AA"_hex));
  CHECK_BYTES("00F0000000000000000000000000000000000001"_hex, certificate.serial);
  CHECK_BYTES(csca.subject.der, certificate.issuer.der);
  CHECK_BYTES(tbs.subject, certificate.subject.der);
  CHECK_BYTES(csca.public_key.der, certificate.public_key.der);
  CHECK(certificate.validity.not_after == tbs.validity.not_after);
  CHECK((certificate.key_usage().value().value() == KeyUsages{KeyUsage::digital_signature}));
  CHECK_STRING("I", certificate.document_type_list().value().value().at(0));
  CHECK_STRING("L=VNM", certificate.subject_alt_name().value().value().at(1).text());
  LONGS_EQUAL(2, certificate.crl_distribution_points().value().value().size());
  CHECK(certificate.private_key_usage_period().value().value().not_after.value() ==
        tbs.validity.not_before + std::chrono::days{90});
  CHECK_BYTES("AA"_hex, certificate.signature);
  CHECK(certificate.deviations.empty());
  LONGS_EQUAL(tbs.extensions.size(), certificate.extensions.size());
}

TEST(CertificateEncoding, refuses_serial_numbers_and_dates_outside_the_profile) {
  openssl.make_ec_key("csca", "P-256", false);
  openssl.make_certificate("csca", "/C=VN/CN=CSCA");
  const auto csca = parsed(openssl.read("csca.der"));
  const auto with_serial = [&](Bytes serial) {
    auto tbs = ds_of(csca, csca.public_key.der);
    tbs.serial = std::move(serial);
    return encode_tbs_certificate(tbs);
  };
  CHECK_FAULT(Fault::bad_input, with_serial({}));
  CHECK_FAULT(Fault::bad_input, with_serial("0000"_hex));
  CHECK_FAULT(Fault::bad_input, with_serial(Bytes(21, 0x01)));
  CHECK_FAULT(Fault::bad_input, with_serial(Bytes(20, 0xFF)));
  CHECK_OK(with_serial(Bytes(20, 0x7F)));
  auto backwards = ds_of(csca, csca.public_key.der);
  std::swap(backwards.validity.not_before, backwards.validity.not_after);
  CHECK_FAULT(Fault::bad_input, encode_tbs_certificate(backwards));
}
