#include "cicada/host/pki/public_key.h"

#include "authority.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/deviation.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::pki;
using cicada::tests::new_signer;
namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {
const base::Bytes kMessage = {'s', 'i', 'g', 'n', ' ', 'm', 'e'};

asn1::SubjectPublicKeyInfo info_of(const Signer& signer, EcParameterForm form = EcParameterForm::explicit_parameters) {
  return *asn1::parse_public_key_info(*signer.public_key_info(form));
}

/// One RSA key for all tests: making one takes a while.
const ossl::RsaPrivateKey& rsa_key() {
  static const auto key = *ossl::RsaPrivateKey::generate(2048);
  return key;
}

asn1::SubjectPublicKeyInfo rsa_info(const asn1::AlgorithmIdentifier& algorithm = {.oid = oids::kRsaEncryption,
                                                                                  .parameters = asn1::encode_null()}) {
  auto info = *asn1::parse_public_key_info(asn1::encode_rsa_public_key_info(rsa_key().modulus(), rsa_key().exponent()));
  info.algorithm = algorithm;
  return info;
}

base::Bytes pss_parameters(HashAlgorithm hash, HashAlgorithm mgf_hash, std::uint32_t salt) {
  return asn1::encode(
      asn1::PssParameters{.hash = oid_of(hash), .mgf_hash = oid_of(mgf_hash), .salt_length = salt, .trailer_field = 1});
}

base::Bytes pss_signature(HashAlgorithm hash, HashAlgorithm mgf_hash, std::uint32_t salt) {
  return *rsa_key().sign_pss({.hash = hash, .mgf_hash = mgf_hash, .salt_length = salt}, *ossl::hash(hash, kMessage));
}

base::Bytes der_signature(base::ByteView r, base::ByteView s) {
  return asn1::encode_sequence({asn1::encode_tlv(0x02, r), asn1::encode_tlv(0x02, s)});
}

/// The explicit parameters of a P-256 key, open for change.
asn1::EcPublicKeyNumbers p256_numbers(const Signer& signer) {
  return *asn1::parse_ec_public_key(info_of(signer));
}

base::Result<PublicKey> create_from(const asn1::EcPublicKeyNumbers& numbers) {
  return PublicKey::create(
      *asn1::parse_public_key_info(asn1::encode_ec_public_key_info(*numbers.parameters, numbers.point)));
}
}  // namespace

TEST_GROUP(PublicKey){};

TEST(PublicKey, VerifiesWhatItsSignerSigned) {
  for (const auto algorithm : {KeyAlgorithm::ecdsa_p256, KeyAlgorithm::ecdsa_p384, KeyAlgorithm::ecdsa_brainpool_p256r1,
                               KeyAlgorithm::ecdsa_brainpool_p384r1}) {
    const auto signer = new_signer(algorithm);
    const auto signature = *signer.sign(kMessage);
    for (const auto form : {EcParameterForm::explicit_parameters, EcParameterForm::named_curve}) {
      CHECK_OK(verify_signature(signer.signature_algorithm(), info_of(signer, form), kMessage, signature));
    }
    auto other = kMessage;
    other[0] ^= 1;
    CHECK_FAULT(base::Fault::security,
                verify_signature(signer.signature_algorithm(), info_of(signer), other, signature));
  }
}

TEST(PublicKey, VerifiesEcdsaWithEveryHashItKnows) {
  const auto key = *ossl::EcPrivateKey::generate(ossl::Curve::p256);
  const auto numbers =
      asn1::encode_ec_public_key_info(*asn1::Oid::from_dotted(ossl::curve_oid(ossl::Curve::p256)), key.public_point());
  const auto info = *asn1::parse_public_key_info(numbers);
  const std::array cases = {std::pair{oids::kEcdsaWithSha1, HashAlgorithm::sha1},
                            std::pair{oids::kEcdsaWithSha224, HashAlgorithm::sha224},
                            std::pair{oids::kEcdsaWithSha256, HashAlgorithm::sha256},
                            std::pair{oids::kEcdsaWithSha384, HashAlgorithm::sha384},
                            std::pair{oids::kEcdsaWithSha512, HashAlgorithm::sha512}};
  for (const auto& [oid, hash] : cases) {
    const auto signature = *key.sign_der(*ossl::hash(hash, kMessage));
    CHECK_OK(verify_signature({.oid = oid, .parameters = {}}, info, kMessage, signature));
    for (const auto& [other, ignored] : cases) {
      if (other == oid) continue;
      CHECK_FAULT(base::Fault::security, verify_signature({.oid = other, .parameters = {}}, info, kMessage, signature));
    }
  }
}

TEST(PublicKey, VerifiesRsaPkcs1WithEveryHashItKnows) {
  const std::array cases = {
      std::pair{oids::kSha1WithRsa, HashAlgorithm::sha1}, std::pair{oids::kSha224WithRsa, HashAlgorithm::sha224},
      std::pair{oids::kSha256WithRsa, HashAlgorithm::sha256}, std::pair{oids::kSha384WithRsa, HashAlgorithm::sha384},
      std::pair{oids::kSha512WithRsa, HashAlgorithm::sha512}};
  for (const auto& [oid, hash] : cases) {
    const auto signature = *rsa_key().sign_pkcs1(hash, *ossl::hash(hash, kMessage));
    CHECK_OK(verify_signature({.oid = oid, .parameters = asn1::encode_null()}, rsa_info(), kMessage, signature));
    CHECK_OK(verify_signature({.oid = oid, .parameters = {}}, rsa_info(), kMessage, signature));
    auto wrong = signature;
    wrong[100] ^= 1;
    CHECK_FAULT(base::Fault::security,
                verify_signature({.oid = oid, .parameters = asn1::encode_null()}, rsa_info(), kMessage, wrong));
  }
}

TEST(PublicKey, HonoursThePssParameters) {
  const auto signature = pss_signature(HashAlgorithm::sha256, HashAlgorithm::sha256, 32);
  const auto with = [](HashAlgorithm hash, HashAlgorithm mgf, std::uint32_t salt) {
    return asn1::AlgorithmIdentifier{.oid = oids::kRsassaPss, .parameters = pss_parameters(hash, mgf, salt)};
  };
  const auto sha256 = HashAlgorithm::sha256;
  CHECK_OK(verify_signature(with(sha256, sha256, 32), rsa_info(), kMessage, signature));
  CHECK_FAULT(base::Fault::security, verify_signature(with(sha256, sha256, 20), rsa_info(), kMessage, signature));
  CHECK_FAULT(base::Fault::security,
              verify_signature(with(sha256, HashAlgorithm::sha1, 32), rsa_info(), kMessage, signature));
  CHECK_FAULT(base::Fault::security,
              verify_signature(with(HashAlgorithm::sha512, sha256, 32), rsa_info(), kMessage, signature));
}

TEST(PublicKey, TakesAPssSaltThatIsLongerThanTheHash) {
  // Field: documents with a salt of 64 octets under SHA-256.
  const auto signature = pss_signature(HashAlgorithm::sha256, HashAlgorithm::sha256, 64);
  CHECK_OK(verify_signature(
      {.oid = oids::kRsassaPss, .parameters = pss_parameters(HashAlgorithm::sha256, HashAlgorithm::sha256, 64)},
      rsa_info(), kMessage, signature));
}

TEST(PublicKey, WithoutPssParametersNeedsTheDigestFromElsewhere) {
  const auto signature = pss_signature(HashAlgorithm::sha512, HashAlgorithm::sha512, 64);
  const asn1::AlgorithmIdentifier bare{.oid = oids::kRsassaPss, .parameters = {}};
  CHECK_FAULT(base::Fault::bad_input, verify_signature(bare, rsa_info(), kMessage, signature));
  const auto key = PublicKey::create(rsa_info());
  CHECK_OK(key->verify_digest(*signature_scheme(bare), HashAlgorithm::sha512,
                              *ossl::hash(HashAlgorithm::sha512, kMessage), signature));
}

TEST(PublicKey, OfAPssOnlyKeyTakesNothingElse) {
  const auto parameters = pss_parameters(HashAlgorithm::sha256, HashAlgorithm::sha256, 32);
  const auto info = rsa_info({.oid = oids::kRsassaPss, .parameters = parameters});
  const auto pkcs1 = *rsa_key().sign_pkcs1(HashAlgorithm::sha256, *ossl::hash(HashAlgorithm::sha256, kMessage));
  CHECK_FAULT(base::Fault::security,
              verify_signature({.oid = oids::kSha256WithRsa, .parameters = {}}, info, kMessage, pkcs1));
  CHECK_OK(verify_signature({.oid = oids::kRsassaPss, .parameters = parameters}, info, kMessage,
                            pss_signature(HashAlgorithm::sha256, HashAlgorithm::sha256, 32)));
  // Another hash than the key allows, and a shorter salt (RFC 4055 §3.3).
  CHECK_FAULT(base::Fault::security,
              verify_signature({.oid = oids::kRsassaPss,
                                .parameters = pss_parameters(HashAlgorithm::sha512, HashAlgorithm::sha512, 64)},
                               info, kMessage, pss_signature(HashAlgorithm::sha512, HashAlgorithm::sha512, 64)));
  CHECK_FAULT(base::Fault::security,
              verify_signature({.oid = oids::kRsassaPss,
                                .parameters = pss_parameters(HashAlgorithm::sha256, HashAlgorithm::sha256, 20)},
                               info, kMessage, pss_signature(HashAlgorithm::sha256, HashAlgorithm::sha256, 20)));
}

TEST(PublicKey, RefusesTheAlgorithmOfAnotherKindOfKey) {
  const auto ec = new_signer();
  const auto signature = *ec.sign(kMessage);
  CHECK_FAULT(base::Fault::security,
              verify_signature({.oid = oids::kSha256WithRsa, .parameters = {}}, info_of(ec), kMessage, signature));
  const auto rsa = *rsa_key().sign_pkcs1(HashAlgorithm::sha256, *ossl::hash(HashAlgorithm::sha256, kMessage));
  CHECK_FAULT(base::Fault::security,
              verify_signature({.oid = oids::kEcdsaWithSha256, .parameters = {}}, rsa_info(), kMessage, rsa));
}

TEST(PublicKey, RefusesAnotherDigestThanTheAlgorithmNames) {
  const auto signer = new_signer();
  const auto key = PublicKey::create(info_of(signer));
  const auto digest = *ossl::hash(HashAlgorithm::sha512, kMessage);
  const auto scheme = *signature_scheme(signer.signature_algorithm());
  const auto result = key->verify_digest(scheme, HashAlgorithm::sha512, digest, *signer.sign(kMessage));
  CHECK_FAULT(base::Fault::security, result);
  CHECK_STRING("the signature algorithm names another hash than the digest algorithm", result.error().what.view());
}

TEST(PublicKey, RefusesAlgorithmsItDoesNotKnow) {
  CHECK_FAULT(base::Fault::unsupported, signature_scheme({.oid = oids::kMd5WithRsa, .parameters = {}}));
  CHECK_FAULT(base::Fault::unsupported, signature_scheme({.oid = asn1::Oid::of("1.3.101.112"), .parameters = {}}));
  CHECK_FAULT(base::Fault::unsupported, signature_scheme({.oid = {}, .parameters = {}}));
}

TEST(PublicKey, TakesNothingFromParametersWhereNoneBelong) {
  const auto stray = asn1::encode_integer(5);
  for (const auto& oid : {oids::kEcdsaWithSha256, oids::kSha256WithRsa}) {
    const auto scheme = signature_scheme({.oid = oid, .parameters = stray});
    CHECK_OK(scheme);
    CHECK(scheme->hash == HashAlgorithm::sha256);
    LONGS_EQUAL(1, scheme->deviations.size());
    CHECK_STRING(deviation::kSignatureAlgorithmParameters, scheme->deviations.front());
  }
  CHECK(!signature_scheme({.oid = oids::kRsassaPss, .parameters = stray}));
}

TEST(PublicKey, RefusesSignaturesWithNumbersOutOfRange) {
  // CVE-2022-21449 took r = s = 0 for a signature of anything.
  const auto signer = new_signer();
  const auto& order = ossl::curve_parameters(ossl::Curve::p256).order;
  const auto n = base::concat({base::Bytes{0}, order});
  const base::Bytes zero = {0};
  const base::Bytes one = {1};
  const base::Bytes minus_one = {0xFF};
  const std::array bad = {der_signature(zero, zero),     der_signature(zero, one),     der_signature(one, zero),
                          der_signature(n, one),         der_signature(one, n),        der_signature(n, n),
                          der_signature(minus_one, one), der_signature(one, minus_one)};
  for (const auto& signature : bad) {
    CHECK(!verify_signature(signer.signature_algorithm(), info_of(signer), kMessage, signature));
  }
}

TEST(PublicKey, RefusesASignatureThatIsNotInDer) {
  const auto signer = new_signer();
  const auto good = *signer.sign(kMessage);
  const auto rest = base::ByteView{good};
  const std::array<std::uint8_t, 2> indefinite_length = {0x30, 0x80};
  const std::array<std::uint8_t, 2> end = {0, 0};
  const std::array<std::uint8_t, 3> overlong_length = {0x30, 0x81, good[1]};
  const std::array<std::uint8_t, 5> padded_r = {0x30, static_cast<std::uint8_t>(good[1] + 1), 0x02,
                                                static_cast<std::uint8_t>(good[3] + 1), 0x00};
  const auto indefinite = base::concat({indefinite_length, rest.subspan(2), end});
  const auto overlong = base::concat({overlong_length, rest.subspan(2)});
  const auto padded = base::concat({padded_r, rest.subspan(4)});
  const auto trailing = base::concat({rest, std::array<std::uint8_t, 1>{0}});
  CHECK_OK(verify_signature(signer.signature_algorithm(), info_of(signer), kMessage, good));
  for (const auto& bad : {indefinite, overlong, trailing, padded, base::Bytes{}, base::Bytes(64, 1)}) {
    CHECK(!verify_signature(signer.signature_algorithm(), info_of(signer), kMessage, bad));
  }
}

TEST_GROUP(PublicKeyParameters){};

TEST(PublicKeyParameters, OfEveryCurveAreRecognizedWhenExplicit) {
  for (const auto curve : {ossl::Curve::p224, ossl::Curve::brainpool_p224r1, ossl::Curve::p256,
                           ossl::Curve::brainpool_p256r1, ossl::Curve::brainpool_p320r1, ossl::Curve::p384,
                           ossl::Curve::brainpool_p384r1, ossl::Curve::brainpool_p512r1, ossl::Curve::p521}) {
    const Signer signer{ossl::PrivateKey{*ossl::EcPrivateKey::generate(curve)}};
    const auto key = PublicKey::create(info_of(signer));
    CHECK_OK(key);
    CHECK(key->ec()->curve() == curve);
    CHECK(!key->names_its_curve());
    CHECK(!key->is_weak());
    CHECK_OK(key->verify(*signature_scheme(signer.signature_algorithm()), kMessage, *signer.sign(kMessage)));
  }
}

TEST(PublicKeyParameters, MayLeaveTheCofactorOutAndCompressTheGenerator) {
  const auto signer = new_signer();
  auto numbers = p256_numbers(signer);
  numbers.parameters->cofactor = 0;
  CHECK_OK(create_from(numbers));
  auto& generator = numbers.parameters->generator;
  const auto parity = static_cast<std::uint8_t>(0x02U | (generator.back() & 1U));
  generator.resize(33);
  generator[0] = parity;
  CHECK_OK(create_from(numbers));
  generator[0] ^= 1U;  // the other point with this x
  CHECK_FAULT(base::Fault::security, create_from(numbers));
}

TEST(PublicKeyParameters, ChangedInAnySinglePlaceAreRefused) {
  const auto signer = new_signer();
  const auto good = p256_numbers(signer);
  const auto refused = [&](auto change) {
    auto numbers = good;
    change(*numbers.parameters);
    const auto result = create_from(numbers);
    CHECK(!result);
    CHECK_STRING("the explicit curve parameters are not those of a known curve", result.error().what.view());
  };
  refused([](auto& p) { p.p.back() ^= 2; });
  refused([](auto& p) { p.a.back() ^= 1; });
  refused([](auto& p) { p.b.back() ^= 1; });
  refused([](auto& p) { p.order.back() ^= 2; });
  refused([](auto& p) { p.generator.back() ^= 1; });
  refused([](auto& p) { p.cofactor = 2; });
  // CVE-2020-0601: the attacker's own generator on the right curve, so that the public key has a known private half.
  refused([&](auto& p) { p.generator = good.point; });
}

TEST(PublicKeyParameters, OfTheCurveTwistedWithAPrimeThatIsNoneAreNotComputedWith) {
  // CVE-2022-0778: a modulus for which a square root never ends.
  auto numbers = p256_numbers(new_signer());
  numbers.parameters->p = "02CA"_hex;
  numbers.parameters->a = "0001"_hex;
  numbers.parameters->b = "0001"_hex;
  numbers.parameters->generator = "02011F"_hex;
  numbers.point = "02011F"_hex;
  CHECK(!create_from(numbers));
}

TEST(PublicKeyParameters, NamedButUnknownAreNotSupported) {
  const auto info = asn1::encode_ec_public_key_info(asn1::Oid::of("1.3.132.0.10"), base::Bytes(65, 4));  // secp256k1
  CHECK_FAULT(base::Fault::unsupported, PublicKey::create(*asn1::parse_public_key_info(info)));
}

TEST(PublicKeyParameters, WithAPointOffTheCurveAreRefused) {
  auto numbers = p256_numbers(new_signer());
  numbers.point.back() ^= 1;
  CHECK(!create_from(numbers));
  numbers.point = {0};  // infinity
  CHECK(!create_from(numbers));
}

TEST(PublicKeyParameters, OfOtherAlgorithmsAreNotSupported) {
  auto info = rsa_info({.oid = asn1::Oid::of("1.3.101.112"), .parameters = {}});
  CHECK_FAULT(base::Fault::unsupported, PublicKey::create(info));
}

TEST(PublicKeyParameters, OfRsaMustMakeAKey) {
  const auto create = [](base::ByteView modulus, base::ByteView exponent) {
    return PublicKey::create(*asn1::parse_public_key_info(asn1::encode_rsa_public_key_info(modulus, exponent)));
  };
  const auto modulus = rsa_key().modulus();
  CHECK(create(modulus, rsa_key().exponent()).has_value());
  CHECK(!create(modulus, base::Bytes{1}));
  CHECK(!create(modulus, base::Bytes{2}));
  CHECK(!create(base::ByteView{modulus}.first(32), rsa_key().exponent()));
  auto even = modulus;
  even.back() &= 0xFEU;
  CHECK(!create(even, rsa_key().exponent()));
}

TEST(PublicKeyParameters, TellAWeakKey) {
  const auto create = [](base::ByteView modulus) {
    return PublicKey::create(
        *asn1::parse_public_key_info(asn1::encode_rsa_public_key_info(modulus, base::Bytes{1, 0, 1})));
  };
  CHECK(!create(rsa_key().modulus())->is_weak());
  auto short_modulus = base::to_bytes(base::ByteView{rsa_key().modulus()}.first(192));
  short_modulus.back() |= 1U;
  const auto short_key = create(short_modulus);
  CHECK_OK(short_key);
  CHECK(short_key->is_weak());
  CHECK_STRING("RSA 1536 bit", short_key->describe());
  const Signer small{ossl::PrivateKey{*ossl::EcPrivateKey::generate(ossl::Curve::p192)}};
  CHECK(PublicKey::create(info_of(small))->is_weak());
}

TEST(PublicKeyParameters, DescribeTheKey) {
  CHECK_STRING("RSA 2048 bit", PublicKey::create(rsa_info())->describe());
  CHECK_STRING("EC brainpoolP256r1",
               PublicKey::create(info_of(new_signer(KeyAlgorithm::ecdsa_brainpool_p256r1)))->describe());
}
