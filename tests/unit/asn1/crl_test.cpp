#include "cicada/asn1/crl.h"

#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/x509.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

constexpr auto kConfiguration = R"(
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
)";

}  // namespace

TEST_GROUP(CertificateList) {
  OpenSsl openssl;

  void setup() override {
    openssl.make_ec_key("csca", "P-256", false);
    openssl.make_certificate("csca", "/C=VN/CN=CSCA");
  }

  /// A list made by `openssl ca`.
  Bytes list_of_openssl(const char* index) const {
    openssl.write("cnf", kConfiguration);
    openssl.write("index", index);
    openssl.write("number", "0F01\n");
    openssl.must("ca -config cnf -gencrl -cert csca.crt -keyfile csca.key -out crl.pem");
    openssl.must("crl -in crl.pem -outform DER -out crl.der");
    return openssl.read("crl.der");
  }

  TbsCertificateList list(std::vector<RevokedCertificate> revoked) const {
    const auto csca = parse_certificate(openssl.read("csca.der")).value();
    const Instant begin = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
    return {.signature_algorithm = {.oid = oids::kEcdsaWithSha256, .parameters = {}},
            .issuer = csca.subject.der,
            .this_update = begin,
            .next_update = begin + std::chrono::days{36500},
            .revoked = std::move(revoked),
            .extensions = {make_authority_key_identifier(csca.subject_key_identifier().value().value()),
                           make_crl_number("1234"_hex)}};
  }
};

TEST(CertificateList, of_openssl_is_read_in_every_part) {
  const auto der = list_of_openssl(
      "R\t351231235959Z\t240101000000Z\t00F1\tunknown\t/CN=a\n"
      "R\t351231235959Z\t240203040506Z,keyCompromise\t0267\tunknown\t/CN=b\n");
  const auto list = parse_certificate_list(Exact{der}.view());
  CHECK_OK(list);
  LONGS_EQUAL(2, list->version);
  CHECK_STRING("C=VN, CN=CSCA", list->issuer.to_string());
  CHECK(list->next_update.value() - list->this_update == std::chrono::days{90});
  LONGS_EQUAL(2, list->revoked.size());
  CHECK_STRING("2024-02-03T04:05:06Z", to_iso_instant(list->revoked[1].revoked_at));
  CHECK(list->revokes("0267"_hex));
  CHECK(list->revokes("00F1"_hex));
  CHECK(list->revokes("F1"_hex));
  CHECK_FALSE(list->revokes("02"_hex));
  CHECK_FALSE(list->revokes("026700"_hex));
  CHECK_BYTES("0F01"_hex, list->crl_number().value().value());
  const auto csca = parse_certificate(openssl.read("csca.der")).value();
  CHECK_BYTES(csca.subject_key_identifier().value().value(),
              list->authority_key_identifier().value().value().key_identifier);
  CHECK(list->signature_algorithm.oid == oids::kEcdsaWithSha256);
}

TEST(CertificateList, without_entries_is_read) {
  const auto list = parse_certificate_list(list_of_openssl(""));
  CHECK_OK(list);
  CHECK(list->revoked.empty());
  LONGS_EQUAL(2, list->extensions.size());
}

TEST(CertificateList, of_ours_is_verified_by_openssl) {
  for (const bool empty : {true, false}) {
    const Instant date = std::chrono::sys_days{std::chrono::year{2024} / 5 / 6};
    const auto tbs = list(empty ? std::vector<RevokedCertificate>{}
                                : std::vector<RevokedCertificate>{{.serial = "F1"_hex, .revoked_at = date},
                                                                  {.serial = "0267"_hex, .revoked_at = date}});
    const auto octets = encode_tbs_certificate_list(tbs).value();
    openssl.write("tbs", octets);
    openssl.must("dgst -sha256 -sign csca.key -out signature tbs");
    const auto der = encode_certificate_list(octets, tbs.signature_algorithm, openssl.read("signature"));
    openssl.write("crl.der", der);
    openssl.must("crl -inform DER -in crl.der -CAfile csca.crt -noout -text");
    const auto text = openssl.text("out");
    CHECK_TEXT(text.find("Version 2") != std::string::npos, text.c_str());
    CHECK_TEXT(text.find("4660") != std::string::npos, text.c_str());
    CHECK_TEXT((text.find("No Revoked Certificates") != std::string::npos) == empty, text.c_str());
    CHECK_TEXT((text.find("Serial Number: F1") != std::string::npos) != empty, text.c_str());
    CHECK_TEXT(openssl.text("err").find("verify OK") != std::string::npos, openssl.text("err").c_str());
    const auto read = parse_certificate_list(Exact{der}.view());
    CHECK_OK(read);
    CHECK_BYTES(octets, read->tbs);
    LONGS_EQUAL(empty ? 0 : 2, read->revoked.size());
    CHECK(read->revokes("F1"_hex) != empty);
  }
}

TEST(CertificateList, is_refused_when_cut_or_extended) {
  auto der = list_of_openssl("R\t351231235959Z\t240101000000Z\t00F1\tunknown\t/CN=a\n");
  for (std::size_t size = 0; size < der.size(); ++size) {
    CHECK_FALSE(parse_certificate_list(Exact{ByteView{der}.first(size)}.view()).has_value());
  }
  der.push_back(0);
  CHECK_FAULT(Fault::malformed, parse_certificate_list(der));
}

TEST(CertificateList, with_broken_entries_is_refused) {
  const auto with_entry = [&](const Bytes& entry) {
    auto tbs = list({});
    const auto good = encode_tbs_certificate_list(tbs).value();
    // Before the extensions [0], which are the last object.
    const auto content = read_only(good).value().value;
    const auto objects = read_all(content).value();
    Bytes changed;
    for (const auto& object : objects) {
      if (object.tag == tags::kContext0) append(changed, encode_tlv(tags::kSequence, entry));
      append(changed, object.whole);
    }
    return parse_certificate_list(
        encode_certificate_list(encode_tlv(tags::kSequence, changed), tbs.signature_algorithm, "00"_hex));
  };
  CHECK_OK(with_entry("3010 020101 170B 323430313031303030305A"_hex));
  CHECK_FAULT(Fault::malformed, with_entry("3003 020101"_hex));
  CHECK_FAULT(Fault::malformed, with_entry("3005 020101 1700"_hex));
  CHECK_FAULT(Fault::malformed, with_entry("020101"_hex));
  CHECK_FAULT(Fault::malformed, with_entry("3012 020101 170B 323430313031303030305A 0500"_hex));
}

TEST(CertificateList, with_another_object_in_place_of_entries_is_refused) {
  const auto tbs = list({});
  const auto good = encode_tbs_certificate_list(tbs).value();
  const auto objects = read_all(read_only(good).value().value).value();
  for (const auto& odd : {"0500"_hex, "3100"_hex, "A100"_hex, "A000"_hex, "040100"_hex}) {
    for (const bool extensions : {true, false}) {
      Bytes changed;
      for (const auto& object : objects) {
        if (object.tag == tags::kContext0) append(changed, odd);
        if (object.tag != tags::kContext0 || extensions) append(changed, object.whole);
      }
      CHECK_FAULT(Fault::malformed, parse_certificate_list(encode_certificate_list(encode_tlv(tags::kSequence, changed),
                                                                                   tbs.signature_algorithm, "00"_hex)));
    }
  }
}

TEST(CertificateList, without_extensions_is_read) {
  auto tbs = list({{.serial = "F1"_hex, .revoked_at = Instant{}}});
  tbs.extensions.clear();
  const auto read = parse_certificate_list(
      encode_certificate_list(encode_tbs_certificate_list(tbs).value(), tbs.signature_algorithm, "00"_hex));
  CHECK_OK(read);
  CHECK(read->revokes("F1"_hex));
  CHECK(read->extensions.empty());
  tbs.revoked.clear();
  const auto bare = parse_certificate_list(
      encode_certificate_list(encode_tbs_certificate_list(tbs).value(), tbs.signature_algorithm, "00"_hex));
  CHECK_OK(bare);
  CHECK_FALSE(bare->crl_number().value().has_value());
}

TEST(CertificateList, with_too_many_entries_is_refused) {
  Bytes entries;
  for (std::size_t i = 0; i <= kMaxRevoked; ++i) {
    append(entries, "3010 020101 170B 323430313031303030305A"_hex);
  }
  const auto tbs = list({});
  const auto good = encode_tbs_certificate_list(tbs).value();
  const auto objects = read_all(read_only(good).value().value).value();
  const auto build = [&](ByteView list_content) {
    Bytes changed;
    for (const auto& object : objects) {
      if (object.tag == tags::kContext0) append(changed, encode_tlv(tags::kSequence, list_content));
      append(changed, object.whole);
    }
    return encode_certificate_list(encode_tlv(tags::kSequence, changed), tbs.signature_algorithm, "00"_hex);
  };
  CHECK_FAULT(Fault::limit, parse_certificate_list(build(entries)));
  CHECK_OK(parse_certificate_list(build(ByteView{entries}.first(entries.size() / (kMaxRevoked + 1) * kMaxRevoked))));
}

TEST(CertificateList, refuses_to_be_written_backwards) {
  auto tbs = list({});
  std::swap(tbs.this_update, tbs.next_update);
  CHECK_FAULT(Fault::bad_input, encode_tbs_certificate_list(tbs));
}
