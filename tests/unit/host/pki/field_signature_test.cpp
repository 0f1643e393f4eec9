// What verify_field_signature() takes beyond the letter, and what it must go on refusing.
#include "cicada/host/pki/field_signature.h"

#include <array>

#include "authority.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cicada/host/pki/deviation.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
namespace oids = asn1::oids;
namespace ossl = crypto::openssl;
using base::Bytes;

namespace {

const Bytes kMessage(50, 0x21);

/// An RSA key, with the identifier that a certificate gives it.
struct RsaSigner {
  ossl::RsaPrivateKey key = *ossl::RsaPrivateKey::generate(2048);

  [[nodiscard]] PublicKey named(const asn1::AlgorithmIdentifier& type) const {
    const auto numbers =
        asn1::encode_sequence({asn1::encode_unsigned(key.modulus()), asn1::encode_unsigned(key.exponent())});
    const auto info = asn1::encode_sequence({asn1::encode(type), asn1::encode_bit_string(numbers)});
    return *PublicKey::create(*asn1::parse_public_key_info(info));
  }
  [[nodiscard]] PublicKey plain() const {
    return named({.oid = oids::kRsaEncryption, .parameters = asn1::encode_null()});
  }
  [[nodiscard]] Bytes pss(HashAlgorithm hash, HashAlgorithm mask, std::uint32_t salt) const {
    return *key.sign_pss({.hash = hash, .mgf_hash = mask, .salt_length = salt}, *ossl::hash(hash, kMessage));
  }
};

const RsaSigner& rsa() {
  static const RsaSigner kSigner;
  return kSigner;
}

asn1::AlgorithmIdentifier pss(const asn1::Oid& hash, const asn1::Oid& mask, std::uint32_t salt) {
  return {.oid = oids::kRsassaPss,
          .parameters = asn1::encode(asn1::PssParameters{.hash = hash, .mgf_hash = mask, .salt_length = salt})};
}

base::Result<void> verify(const PublicKey& key, const asn1::AlgorithmIdentifier& algorithm, const Bytes& signature,
                          std::vector<std::string>& deviations, std::optional<HashAlgorithm> digest = {}) {
  return verify_field_signature(
      {.algorithm = algorithm, .key = key, .message = kMessage, .signature = signature, .digest = digest}, deviations);
}

}  // namespace

TEST_GROUP(FieldSignature) {
  std::vector<std::string> deviations;
};

TEST(FieldSignature, ByTheLetterHasNoDeviation) {
  CHECK_OK(verify(rsa().plain(), pss(oids::kSha256, oids::kSha256, 64),
                  rsa().pss(HashAlgorithm::sha256, HashAlgorithm::sha256, 64), deviations, HashAlgorithm::sha256));
  CHECK_OK(verify(rsa().plain(), pss(oids::kSha512, oids::kSha512, 64),
                  rsa().pss(HashAlgorithm::sha512, HashAlgorithm::sha512, 64), deviations, HashAlgorithm::sha512));
  CHECK_OK(verify(rsa().plain(), pss(oids::kSha256, oids::kSha1, 20),
                  rsa().pss(HashAlgorithm::sha256, HashAlgorithm::sha1, 20), deviations, HashAlgorithm::sha256));
  CHECK(deviations.empty());
}

TEST(FieldSignature, OfACertificateWithoutPssParametersFindsItsHash) {
  for (const auto hash : {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha512}) {
    deviations.clear();
    CHECK_OK(verify(rsa().plain(), {.oid = oids::kRsassaPss, .parameters = {}}, rsa().pss(hash, hash, 20), deviations));
    CHECK(std::ranges::find(deviations, deviation::kPssWithoutParameters) != deviations.end());
  }
}

TEST(FieldSignature, OverAnotherMessageIsRefusedInEveryForm) {
  auto other = kMessage;
  other[0] ^= 0x01;
  const auto digest = *ossl::hash(HashAlgorithm::sha256, other);
  const std::array signatures = {
      *rsa().key.sign_pkcs1(HashAlgorithm::sha256, digest),
      *rsa().key.sign_pss({.hash = HashAlgorithm::sha256, .mgf_hash = HashAlgorithm::sha256, .salt_length = 7},
                          digest)};
  const std::array algorithms = {asn1::AlgorithmIdentifier{.oid = oids::kSha256WithRsa, .parameters = {}},
                                 asn1::AlgorithmIdentifier{.oid = oids::kRsaEncryption, .parameters = {}},
                                 asn1::AlgorithmIdentifier{.oid = oids::kSha256, .parameters = {}},
                                 asn1::AlgorithmIdentifier{.oid = oids::kRsassaPss, .parameters = {}},
                                 pss(oids::kSha256, oids::kSha256, 32),
                                 pss(oids::kSha1, oids::kSha1, 20)};
  for (const auto& algorithm : algorithms) {
    for (const auto& signature : signatures) {
      CHECK(!verify(rsa().plain(), algorithm, signature, deviations));
      CHECK(!verify(rsa().plain(), algorithm, signature, deviations, HashAlgorithm::sha256));
    }
  }
  CHECK(deviations.empty());  // nothing is noted for what did not verify
}

TEST(FieldSignature, OfOneSchemeIsNotTakenForTheOther) {
  const auto pkcs1 = *rsa().key.sign_pkcs1(HashAlgorithm::sha256, *ossl::hash(HashAlgorithm::sha256, kMessage));
  const auto with_pss = rsa().pss(HashAlgorithm::sha256, HashAlgorithm::sha256, 32);
  CHECK_FAULT(base::Fault::security, verify(rsa().plain(), pss(oids::kSha256, oids::kSha256, 32), pkcs1, deviations));
  CHECK_FAULT(base::Fault::security,
              verify(rsa().plain(), {.oid = oids::kSha256WithRsa, .parameters = {}}, with_pss, deviations));
}

TEST(FieldSignature, KeepsToTheRestrictionsOfAPssKey) {
  // RFC 4055 §3.3: this key signs with SHA-512 and 64 octets of salt.
  const auto key = rsa().named(pss(oids::kSha512, oids::kSha512, 64));
  CHECK_OK(verify(key, pss(oids::kSha512, oids::kSha512, 64),
                  rsa().pss(HashAlgorithm::sha512, HashAlgorithm::sha512, 64), deviations));
  CHECK_FAULT(base::Fault::security, verify(key, pss(oids::kSha256, oids::kSha256, 32),
                                            rsa().pss(HashAlgorithm::sha256, HashAlgorithm::sha256, 32), deviations));
  CHECK_FAULT(base::Fault::security, verify(key, pss(oids::kSha512, oids::kSha512, 20),
                                            rsa().pss(HashAlgorithm::sha512, HashAlgorithm::sha512, 20), deviations));
}

TEST(FieldSignature, DoesNotReplaceAHashThatWasNamed) {
  CHECK_FAULT(base::Fault::security,
              verify(rsa().plain(), pss(oids::kSha256, oids::kSha256, 32),
                     rsa().pss(HashAlgorithm::sha512, HashAlgorithm::sha512, 32), deviations, HashAlgorithm::sha512));
}

TEST(FieldSignature, OnSmallCurvesTakesHashesThatAreLongerThanTheOrder) {
  for (const auto curve : {ossl::Curve::p224, ossl::Curve::brainpool_p224r1, ossl::Curve::p192}) {
    const auto key = *ossl::EcPrivateKey::generate(curve);
    const auto info =
        asn1::encode_ec_public_key_info(*asn1::Oid::from_dotted(ossl::curve_oid(curve)), key.public_point());
    const auto public_key = *PublicKey::create(*asn1::parse_public_key_info(info));
    for (const auto& [oid, hash] : {std::pair{oids::kEcdsaWithSha256, HashAlgorithm::sha256},
                                    std::pair{oids::kEcdsaWithSha512, HashAlgorithm::sha512}}) {
      CHECK_OK(verify(public_key, {.oid = oid, .parameters = {}}, *key.sign_der(*ossl::hash(hash, kMessage)),
                      deviations, hash));
    }
  }
  CHECK(deviations.empty());
}
