#include "cicada/asn1/pem.h"

#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

Result<std::vector<PemBlock>> parse(std::string_view text) {
  return parse_pem(Exact{as_bytes(text)}.view());
}

}  // namespace

TEST_GROUP(Pem){};

TEST(Pem, is_what_openssl_writes_and_reads) {
  const OpenSsl openssl;
  openssl.make_ec_key("a", "P-256", false);
  openssl.make_certificate("a", "/CN=A");
  const auto der = openssl.read("a.der");
  CHECK_STRING(openssl.text("a.crt"), encode_pem("CERTIFICATE", der));
  const auto blocks = parse("some text\n" + openssl.text("a.crt") + openssl.text("a.key") + openssl.text("a.crt"));
  CHECK_OK(blocks);
  LONGS_EQUAL(2, blocks->size());
  CHECK_STRING("CERTIFICATE", blocks->at(1).label);
  CHECK_BYTES(der, blocks->at(1).der);
}

TEST(Pem, comes_back_from_every_length) {
  for (std::size_t size = 0; size < 200; ++size) {
    Bytes octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 37 + size);
    const auto blocks = parse(encode_pem("X509 CRL", octets));
    CHECK_OK(blocks);
    LONGS_EQUAL(1, blocks->size());
    CHECK_BYTES(octets, blocks->at(0).der);
  }
}

TEST(Pem, of_private_keys_is_left_out) {
  const auto blocks = parse(
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
  CHECK_OK(blocks);
  LONGS_EQUAL(0, blocks->size());
}

TEST(Pem, that_is_broken_is_refused) {
  for (const auto* text :
       {"-----BEGIN X", "-----BEGIN X-----", "-----BEGIN X-----\nAAAA\n", "-----BEGIN X-----\nAAAA\n-----END X",
        "-----BEGIN X-----\nAAAA\n-----END Y-----", "-----BEGIN X-----\nAAA\n-----END X-----",
        "-----BEGIN X-----\nA===\n-----END X-----", "-----BEGIN X-----\nAA=A\n-----END X-----",
        "-----BEGIN X-----\nAA*A\n-----END X-----", "-----BEGIN X-----\nAAAA====\n-----END X-----",
        "-----BEGIN X\n-----\nAAAA\n-----END X\n-----"}) {
    CHECK_FAULT(Fault::malformed, parse(text));
  }
}

TEST(Pem, is_told_from_der) {
  CHECK(looks_like_pem(as_bytes("# comment\n-----BEGIN CERTIFICATE-----\n")));
  CHECK_FALSE(looks_like_pem("30820102"_hex));
  CHECK_FALSE(looks_like_pem({}));
  LONGS_EQUAL(0, parse("no block here")->size());
}
