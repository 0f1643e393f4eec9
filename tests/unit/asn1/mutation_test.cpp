// Ten thousand spoilt inputs for every parser: no crash, no read outside (asan preset), no long thinking.
#include <array>
#include <functional>

#include "bsi_sod.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/crl.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"
#include "cicada/asn1/x509.h"
#include "exact.h"
#include "mutation.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

bool visit_certificate(ByteView der) {
  const auto certificate = parse_certificate(der);
  if (!certificate) return false;
  // What was kept is a piece of what was given.
  CHECK(std::ranges::search(der, certificate->tbs).begin() != der.end());
  static_cast<void>(certificate->subject.to_string() + certificate->issuer.to_string());
  static_cast<void>(same_name(certificate->subject, certificate->issuer));
  static_cast<void>(certificate->authority_key_identifier().has_value());
  static_cast<void>(certificate->subject_key_identifier().has_value());
  static_cast<void>(certificate->key_usage().has_value());
  static_cast<void>(certificate->basic_constraints().has_value());
  static_cast<void>(certificate->private_key_usage_period().has_value());
  static_cast<void>(certificate->subject_alt_name().has_value());
  static_cast<void>(certificate->issuer_alt_name().has_value());
  static_cast<void>(certificate->crl_distribution_points().has_value());
  static_cast<void>(certificate->extended_key_usage().has_value());
  static_cast<void>(certificate->document_type_list().has_value());
  static_cast<void>(parse_ec_public_key(certificate->public_key).has_value());
  static_cast<void>(parse_rsa_public_key(certificate->public_key).has_value());
  static_cast<void>(parse_pss_parameters(certificate->signature_algorithm.parameters).has_value());
  return true;
}

bool walk(ByteView octets, int depth) {
  TlvReader reader{octets};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object) return false;
    if (object->constructed() && depth < 20 && !walk(object->value, depth + 1)) return false;
  }
  return true;
}

constexpr auto kConfiguration = R"(
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = list
[list]
database = index
crlnumber = number
default_md = sha256
default_crl_days = 90
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid:always
[csca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = email:csca@example.vn, dirName:place
crlDistributionPoints = URI:http://example.vn/a.crl
2.5.29.16 = ASN1:SEQUENCE:period
2.23.136.1.1.6.2 = DER:300C020100310713014913024944
[place]
L = VNM
[period]
begin = IMPLICIT:0, GENERALIZEDTIME:20240101000000Z
end = IMPLICIT:1, GENERALIZEDTIME:20290101000000Z
)";

}  // namespace

TEST_GROUP(Mutation) {
  OpenSsl openssl;

  void make_ca() const {
    openssl.write("cnf", kConfiguration);
    openssl.make_ec_key("csca", "P-256", true);
    openssl.make_certificate("csca", "/C=VN/CN=CSCA", "-config cnf -extensions csca");
  }
};

TEST(Mutation, of_data_objects) {
  check(try_all({octets(lds_vector("bsi2008-sod"), "ef_sod"), octets(lds_vector("bsi2008-sod"), "dg14")}, 1,
                [](ByteView octets) { return walk(octets, 0); }));
}

TEST(Mutation, of_certificates) {
  make_ca();
  openssl.make_rsa_key("rsa");
  openssl.make_certificate("rsa", "/C=VN/CN=RSA", "-sigopt rsa_padding_mode:pss");
  check(try_all({openssl.read("csca.der"), openssl.read("rsa.der"), octets(lds_vector("bsi2008-sod"), "ds_cert")}, 2,
                visit_certificate));
}

TEST(Mutation, of_revocation_lists) {
  make_ca();
  openssl.write("index", "R\t351231235959Z\t240101000000Z,keyCompromise\t00F1\tunknown\t/CN=a\n");
  openssl.write("number", "01\n");
  openssl.must("ca -config cnf -gencrl -cert csca.crt -keyfile csca.key -out crl.pem");
  openssl.must("crl -in crl.pem -outform DER -out crl.der");
  check(try_all({openssl.read("crl.der")}, 3, [](ByteView der) {
    const auto list = parse_certificate_list(der);
    if (!list) return false;
    CHECK(std::ranges::search(der, list->tbs).begin() != der.end());
    static_cast<void>(list->authority_key_identifier().has_value());
    static_cast<void>(list->crl_number().has_value());
    static_cast<void>(list->revokes("F1"_hex));
    return true;
  }));
}

TEST(Mutation, of_messages) {
  make_ca();
  openssl.write("content", Bytes(3000, 0x5A));
  openssl.must("cms -sign -binary -nodetach -signer csca.crt -inkey csca.key -in content -outform DER -out der");
  openssl.must(
      "cms -sign -binary -nodetach -stream -keyid -signer csca.crt -inkey csca.key -in content -outform DER -out ber");
  check(try_all({bsi_content_info(), openssl.read("der"), openssl.read("ber")}, 4, [](ByteView octets) {
    const auto message = parse_signed_data(octets);
    if (!message) return false;
    for (const auto& signer : message->signer_infos) static_cast<void>(signer.signed_attributes_to_hash());
    for (const auto& certificate : message->certificates) visit_certificate(certificate);
    return true;
  }));
}

TEST(Mutation, of_lds_security_objects) {
  LdsSecurityObject one;
  one.version = 1;
  one.hash_algorithm.oid = oids::kSha256;
  one.hash_algorithm.parameters = "0500"_hex;
  for (const std::uint8_t number : std::array<std::uint8_t, 3>{1, 2, 13})
    one.data_groups.push_back({.number = number, .hash = Bytes(32, number)});
  one.version_info = {.lds_version = "0108", .unicode_version = "040000"};
  check(try_all({encode(one).value(), octets(lds_vector("bsi2008-sod"), "lds_security_object")}, 5, [](ByteView der) {
    const auto object = parse_lds_security_object(der);
    if (!object) return false;
    // Whatever is accepted keeps the rules: only version information may be where it does not belong.
    auto again = *object;
    again.version_info.reset();
    again.version = 0;
    CHECK_OK(encode(again));
    return true;
  }));
}

TEST(Mutation, of_names_extensions_and_keys) {
  make_ca();
  const auto csca = parse_certificate(openssl.read("csca.der")).value();
  check(try_all({csca.subject.der}, 6, [](ByteView der) {
    const auto name = parse_name(der);
    if (name) static_cast<void>(name->to_string());
    return name.has_value();
  }));
  check(
      try_all({encode_extensions(csca.extensions)}, 7, [](ByteView der) { return parse_extensions(der).has_value(); }));
  check(try_all({csca.public_key.der}, 8, [](ByteView der) {
    const auto info = parse_public_key_info(der);
    return info && parse_ec_public_key(*info).has_value();
  }));
}

TEST(Mutation, of_pem_texts) {
  check(try_all({to_bytes(as_bytes(encode_pem("CERTIFICATE", Bytes(500, 0xA5))))}, 9,
                [](ByteView text) { return parse_pem(text).has_value(); }));
}

TEST_GROUP(HostileSize){};

namespace {

std::chrono::microseconds time_of_parsing(const Bytes& octets) {
  const Exact exact{octets};
  const auto begin = processor_time();
  static_cast<void>(parse_certificate(exact.view()).has_value());
  static_cast<void>(parse_certificate_list(exact.view()).has_value());
  static_cast<void>(parse_signed_data(exact.view()).has_value());
  static_cast<void>(parse_lds_security_object(exact.view()).has_value());
  static_cast<void>(parse_name(exact.view()).has_value());
  static_cast<void>(parse_extensions(exact.view()).has_value());
  static_cast<void>(parse_public_key_info(exact.view()).has_value());
  return processor_time() - begin;
}

/// A certificate whose subject has many parts.
Bytes with_many_names(std::size_t size) {
  const auto part = encode_tlv(tags::kSet, encode_sequence({oids::kCommonName.der(), "130141"_hex}));
  Bytes names;
  while (names.size() < size) append(names, part);
  const auto algorithm = encode({.oid = oids::kEcdsaWithSha256, .parameters = {}});
  const auto time = "170D 3234303130313030303030305A"_hex;
  const auto tbs =
      encode_sequence({encode_integer(1), algorithm, "3000"_hex, encode_sequence({time, time}),
                       encode_tlv(tags::kSequence, names), encode_sequence({algorithm, encode_bit_string("04"_hex)})});
  return encode_sequence({tbs, algorithm, encode_bit_string("00"_hex)});
}

/// A message with many empty digest algorithms.
Bytes with_many_digests(std::size_t size) {
  const auto digest = encode({.oid = oids::kSha256, .parameters = {}});
  Bytes digests;
  while (digests.size() < size) append(digests, digest);
  const auto content = encode_sequence({oids::kData.der()});
  const auto data = encode_sequence({encode_integer(3), encode_tlv(tags::kSet, digests), content, "3100"_hex});
  return encode_sequence({oids::kSignedData.der(), encode_tlv(tags::kContext0, data)});
}

}  // namespace

TEST(HostileSize, costs_no_more_than_its_share) {
  // CVE-2024-12133: libtasn1 could take quadratic time for many elements.
  const std::vector<std::function<Bytes(std::size_t)>> shapes{
      with_many_names,
      with_many_digests,
      [](std::size_t size) {
        Bytes deep;
        while (deep.size() < size) append(deep, "3080"_hex);
        return deep;
      },
      [](std::size_t size) {
        Bytes flat;
        while (flat.size() < size) append(flat, "0500"_hex);
        return encode_tlv(tags::kSequence, flat);
      },
      [](std::size_t size) {
        Bytes flat;
        while (flat.size() < size) append(flat, "3000"_hex);
        return encode_tlv(tags::kSequence, flat);
      },
  };
  for (const auto& shape : shapes) {
    for (const std::size_t size : {1'000UL, 10'000UL, 100'000UL, 1'000'000UL}) {
      const auto took = time_of_parsing(shape(size));
      // Linear: a fixed share for each kilobyte, generous enough for sanitizers.
      CHECK(took < std::chrono::milliseconds{50} + std::chrono::microseconds{500} * (size / 1000));
    }
  }
}
