// The room's keys and signatures against the `openssl` command: written by others, and reached through files only.
#include "cicada/crypto/openssl/private_key.h"
#include "curves.h"
#include "workshop.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;

namespace {

Bytes document_digest(HashAlgorithm algorithm = HashAlgorithm::sha256) {
  return digest_of_text(Workshop::kDocument, algorithm);
}

Result<PrivateKey> key_in(const Workshop& workshop, const std::string& name) {
  return PrivateKey::from_pem(workshop.get(name));
}

void put_key(const Workshop& workshop, const PrivateKey& key) {
  workshop.put("key.pem", key.to_pem().value().expose());
}

RsaPublicKey public_half(const RsaPrivateKey& key) {
  return RsaPublicKey::create(key.modulus(), key.exponent()).value();
}

std::string tool_name(Curve curve) {
  switch (curve) {
    case Curve::p192: return "prime192v1";
    case Curve::p224: return "secp224r1";
    case Curve::p256: return "prime256v1";
    case Curve::p384: return "secp384r1";
    case Curve::p521: return "secp521r1";
    default: return std::string{curve_name(curve)};
  }
}

constexpr const char* kPssOptions =
    " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256 ";

}  // namespace

TEST_GROUP(OpensslTool) {
  const Workshop workshop;
};

TEST(OpensslTool, verifies_our_ecdsa_signatures_and_refuses_them_for_another_document) {
  for (const auto curve : kAllCurves) {
    const PrivateKey key{EcPrivateKey::generate(curve).value()};
    put_key(workshop, key);
    workshop.put("signature", key.ec()->sign_der(document_digest()).value());
    CHECK(workshop.openssl("pkey -in key.pem -check -pubout -out public.pem"));
    CHECK(workshop.openssl("dgst -sha256 -verify public.pem -signature signature document"));
    CHECK(!workshop.openssl("dgst -sha384 -verify public.pem -signature signature document"));
    CHECK(!workshop.openssl("dgst -sha256 -verify public.pem -signature signature key.pem"));
  }
}

TEST(OpensslTool, makes_ec_keys_and_signatures_that_we_accept) {
  for (const auto curve : kAllCurves) {
    for (const std::string encoding : {"named_curve", "explicit"}) {
      CHECK(workshop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + tool_name(curve) +
                             " -pkeyopt ec_param_enc:" + encoding + " -out key.pem"));
      const auto key = key_in(workshop, "key.pem");
      CHECK_OK(key);
      CHECK(key->ec() != nullptr && key->ec()->curve() == curve);
      CHECK(workshop.openssl("dgst -sha384 -sign key.pem -out signature document"));
      const auto signature = workshop.get("signature");
      CHECK_OK(public_half(*key->ec()).verify_der(document_digest(HashAlgorithm::sha384), signature));
      CHECK_FAULT(Fault::security, public_half(*key->ec()).verify_der(document_digest(), signature));
    }
  }
}

TEST(OpensslTool, agrees_on_the_same_secret) {
  for (const auto curve : {Curve::p256, Curve::brainpool_p256r1, Curve::p521}) {
    const PrivateKey ours{EcPrivateKey::generate(curve).value()};
    put_key(workshop, ours);
    CHECK(workshop.openssl("pkey -in key.pem -pubout -out ours.pem"));
    CHECK(
        workshop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + tool_name(curve) + " -out theirs.pem"));
    CHECK(workshop.openssl("pkeyutl -derive -inkey theirs.pem -peerkey ours.pem -out secret"));
    const auto theirs = key_in(workshop, "theirs.pem");
    CHECK_OK(theirs);
    CHECK_BYTES(workshop.get("secret"), ours.ec()->agree(public_half(*theirs->ec())).value().expose());
  }
}

TEST(OpensslTool, verifies_our_rsa_signatures) {
  const PrivateKey key{RsaPrivateKey::generate(2048).value()};
  put_key(workshop, key);
  CHECK(workshop.openssl("pkey -in key.pem -check -pubout -out public.pem"));
  workshop.put("pkcs1", key.rsa()->sign_pkcs1(HashAlgorithm::sha256, document_digest()).value());
  workshop.put("pss", key.rsa()->sign_pss({}, document_digest()).value());
  workshop.put("digest", document_digest());
  CHECK(workshop.openssl("dgst -sha256 -verify public.pem -signature pkcs1 document"));
  CHECK(!workshop.openssl("dgst -sha256 -verify public.pem -signature pss document"));
  CHECK(workshop.openssl(std::string{"dgst -sha256 -verify public.pem"} + kPssOptions + "-signature pss document"));
  CHECK(!workshop.openssl(std::string{"dgst -sha256 -verify public.pem"} + kPssOptions + "-signature pkcs1 document"));
  CHECK(workshop.openssl("pkeyutl -verify -pubin -inkey public.pem -sigfile pkcs1 -in digest -pkeyopt digest:sha256"));
  CHECK(!workshop.openssl("pkeyutl -verify -pubin -inkey public.pem -sigfile pkcs1 -in document"));
}

TEST(OpensslTool, makes_rsa_keys_and_signatures_that_we_accept) {
  CHECK(workshop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem"));
  const auto key = key_in(workshop, "key.pem");
  CHECK_OK(key);
  CHECK(key->rsa() != nullptr);
  const auto half = public_half(*key->rsa());
  CHECK(workshop.openssl("dgst -sha256 -sign key.pem -out signature document"));
  CHECK_OK(half.verify_pkcs1(HashAlgorithm::sha256, document_digest(), workshop.get("signature")));
  CHECK_FAULT(Fault::security, half.verify_pss({}, document_digest(), workshop.get("signature")));
  CHECK(workshop.openssl(std::string{"dgst -sha256 -sign key.pem"} + kPssOptions + "-out signature document"));
  CHECK_OK(half.verify_pss({}, document_digest(), workshop.get("signature")));
  CHECK_FAULT(Fault::security, half.verify_pss({.salt_length = 20}, document_digest(), workshop.get("signature")));
  CHECK_FAULT(Fault::security,
              half.verify_pss({.mgf_hash = HashAlgorithm::sha1}, document_digest(), workshop.get("signature")));
  CHECK(
      workshop.openssl("dgst -sha1 -sign key.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 "
                       "-sigopt rsa_mgf1_md:sha256 -out signature document"));
  CHECK_OK(half.verify_pss({.hash = HashAlgorithm::sha1, .mgf_hash = HashAlgorithm::sha256, .salt_length = 20},
                           document_digest(HashAlgorithm::sha1), workshop.get("signature")));
}

TEST_GROUP(RsaEncoding) {
  const Workshop workshop;
  const Bytes digest = document_digest();
  const Bytes algorithm = "3031300D060960864801650304020105000420"_hex;  // RFC 8017 §9.2, SHA-256

  void setup() override {
    CHECK(workshop.openssl("genpkey -algorithm RSA -out key.pem"));
  }

  /// Lets the tool sign a whole encoded message as it stands (raw decryption is the same operation), and us verify it.
  Result<void> verify(std::initializer_list<ByteView> parts) const {
    const auto encoded = concat(parts);
    LONGS_EQUAL(256, encoded.size());
    workshop.put("encoded", encoded);
    CHECK(
        workshop.openssl("pkeyutl -decrypt -inkey key.pem -pkeyopt rsa_padding_mode:none -in encoded -out signature"));
    const auto key = key_in(workshop, "key.pem");
    return public_half(*key.value().rsa()).verify_pkcs1(HashAlgorithm::sha256, digest, workshop.get("signature"));
  }
};

TEST(RsaEncoding, is_accepted_in_its_one_right_form) {
  CHECK_OK(verify({"0001"_hex, Bytes(202, 0xFF), "00"_hex, algorithm, digest}));
}

TEST(RsaEncoding, with_octets_behind_the_digest_is_refused) {
  // Bleichenbacher 2006: short padding, the right structure, then whatever makes a cube.
  CHECK_FAULT(Fault::security, verify({"0001"_hex, Bytes(8, 0xFF), "00"_hex, algorithm, digest, Bytes(194)}));
  CHECK_FAULT(Fault::security, verify({"0001"_hex, Bytes(201, 0xFF), "00"_hex, algorithm, digest, Bytes(1)}));
}

TEST(RsaEncoding, with_other_padding_is_refused) {
  const Bytes ff(202, 0xFF);
  Bytes dented = ff;
  dented[100] = 0xFE;
  CHECK_FAULT(Fault::security, verify({"0001"_hex, dented, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, verify({"0002"_hex, ff, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, verify({"0000"_hex, ff, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, verify({"0001"_hex, ff, "01"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, verify({"0001"_hex, Bytes(202), "00"_hex, algorithm, digest}));
  dented = ff;
  dented[1] = 0x00;
  CHECK_FAULT(Fault::security, verify({"0001"_hex, dented, "00"_hex, algorithm, digest}));
}

TEST(RsaEncoding, with_another_structure_around_the_digest_is_refused) {
  // No NULL; a longer form of length; rubbish for NULL; the digest alone.
  CHECK_FAULT(Fault::security,
              verify({"0001"_hex, Bytes(204, 0xFF), "00"_hex, "302F300B0609608648016503040201 0420"_hex, digest}));
  CHECK_FAULT(Fault::security,
              verify({"0001"_hex, Bytes(201, 0xFF), "00"_hex, "308131300D060960864801650304020105000420"_hex, digest}));
  CHECK_FAULT(Fault::security,
              verify({"0001"_hex, Bytes(202, 0xFF), "00"_hex, "3031300D060960864801650304020104000420"_hex, digest}));
  CHECK_FAULT(Fault::security, verify({"0001"_hex, Bytes(221, 0xFF), "00"_hex, digest}));
  CHECK_FAULT(Fault::security,
              verify({"0001"_hex, Bytes(202, 0xFF), "00"_hex, "3031300D060960864801650304020205000420"_hex, digest}));
}

TEST_GROUP(ForeignKeyFile) {
  const Workshop workshop;

  Result<PrivateKey> made_by(const std::string& arguments) const {
    CHECK(workshop.openssl(arguments));
    return key_in(workshop, "key.pem");
  }
};

TEST(ForeignKeyFile, with_a_kind_of_key_that_we_do_not_use_is_refused) {
  CHECK_FAULT(Fault::unsupported, made_by("genpkey -algorithm ED25519 -out key.pem"));
  CHECK_FAULT(Fault::unsupported, made_by("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key.pem"));
}

TEST(ForeignKeyFile, with_a_curve_that_9303_does_not_know_is_refused) {
  for (const std::string curve : {"secp256k1", "brainpoolP256t1", "sect283r1"}) {
    CHECK_FAULT(Fault::unsupported,
                made_by("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + curve + " -out key.pem"));
  }
}

TEST(ForeignKeyFile, that_is_encrypted_or_not_pkcs8_is_refused) {
  CHECK_OK(made_by("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"));
  CHECK_FAULT(Fault::malformed, made_by("ecparam -name prime256v1 -genkey -out key.pem"));
  CHECK_FAULT(Fault::malformed,
              made_by("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-128-cbc -pass pass:x -out key.pem"));
}

TEST(ForeignKeyFile, with_an_rsa_key_that_is_too_short_is_refused) {
  CHECK_FAULT(Fault::bad_input, made_by("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:768 -out key.pem"));
}
