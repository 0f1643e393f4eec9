#include "cicada/crypto/openssl/private_key.h"

#include "curves.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::openssl;

namespace {
std::string pem_of(const PrivateKey& key) {
  return std::string{as_text(key.to_pem().value().expose())};
}

PrivateKey ec_key(Curve curve = Curve::p256) {
  return PrivateKey{EcPrivateKey::generate(curve).value()};
}

Result<PrivateKey> read(std::string_view pem) {
  return PrivateKey::from_pem(as_bytes(pem));
}

const std::string kBegin = "-----BEGIN PRIVATE KEY-----\n";
}  // namespace

TEST_GROUP(PrivateKey){};

TEST(PrivateKey, of_every_curve_comes_back_from_its_pem) {
  for (const auto curve : kAllCurves) {
    const auto key = ec_key(curve);
    const auto pem = pem_of(key);
    CHECK(pem.starts_with(kBegin));
    CHECK(pem.ends_with("-----END PRIVATE KEY-----\n"));
    const auto back = read(pem);
    CHECK_OK(back);
    CHECK(back->ec() != nullptr);
    CHECK(back->rsa() == nullptr);
    CHECK(back->ec()->curve() == curve);
    CHECK_BYTES(key.ec()->public_point(), back->ec()->public_point());
    CHECK_BYTES(key.ec()->scalar().value().expose(), back->ec()->scalar().value().expose());
  }
}

TEST(PrivateKey, of_rsa_comes_back_from_its_pem_and_signs) {
  const PrivateKey key{RsaPrivateKey::generate(2048).value()};
  const auto back = read(pem_of(key));
  CHECK_OK(back);
  CHECK(back->rsa() != nullptr);
  CHECK(back->ec() == nullptr);
  CHECK_BYTES(key.rsa()->modulus(), back->rsa()->modulus());
  const auto digest = digest_of_text("a document");
  const auto half = RsaPublicKey::create(key.rsa()->modulus(), key.rsa()->exponent());
  CHECK_OK(half);
  CHECK_OK(half->verify_pkcs1(HashAlgorithm::sha256, digest,
                              back->rsa()->sign_pkcs1(HashAlgorithm::sha256, digest).value()));
}

TEST(PrivateKey, is_found_behind_text_and_other_blocks) {
  const auto key = ec_key();
  const auto pem = pem_of(key);
  const auto found =
      read("TEST KEY: protects nothing\n\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + pem +
           "trailing text\n" + pem_of(ec_key()));
  CHECK_OK(found);
  CHECK_BYTES(key.ec()->public_point(), found->ec()->public_point());
}

TEST(PrivateKey, is_not_found_where_none_is) {
  CHECK_FAULT(Fault::malformed, read(""));
  CHECK_FAULT(Fault::malformed, read("no key here"));
  CHECK_FAULT(Fault::malformed, read(kBegin));
  CHECK_FAULT(Fault::malformed, read(kBegin + "-----END PRIVATE KEY-----\n"));
  CHECK_FAULT(Fault::malformed, read(kBegin + "AAAA\n-----END PRIVATE KEY-----\n"));
  CHECK_FAULT(Fault::malformed, read("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"));
}

TEST(PrivateKey, that_is_encrypted_is_refused_without_asking_for_a_password) {
  CHECK_FAULT(Fault::malformed,
              read("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"));
}

TEST(PrivateKey, that_is_cut_anywhere_is_refused) {
  const auto pem = pem_of(ec_key());
  for (std::size_t size = 0; size + 1 < pem.size(); ++size) {
    CHECK_FAULT(Fault::malformed, read(std::string_view{pem}.substr(0, size)));
  }
}

TEST(PrivateKey, in_a_file_of_endless_blocks_is_not_looked_for) {
  std::string blocks;
  for (int i = 0; i < 40; ++i) blocks += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK_FAULT(Fault::malformed, read(blocks + pem_of(ec_key())));
  CHECK_FAULT(Fault::limit, read(std::string(2UL * 1024 * 1024, ' ')));
}

TEST(PrivateKey, whose_public_point_belongs_to_another_key_is_refused) {
  // The DER has 138 octets and ends with the point. Octets 72 to 137 (the "00" before the point, and the point) are 22
  // whole groups of base64, so the text from its 96th character on (one line break before it) can be exchanged.
  const auto first = pem_of(ec_key());
  const auto second = pem_of(ec_key());
  const auto cut = kBegin.size() + 96 + 1;
  const auto mixed = read(first.substr(0, cut) + second.substr(cut));
  CHECK_FAULT(Fault::malformed, mixed);
  CHECK_STRING("the public point does not belong to the private key", mixed.error().what.view());
}

TEST(PrivateKey, of_rsa_that_was_tampered_with_is_refused_or_still_signs) {
  const auto pem = pem_of(PrivateKey{RsaPrivateKey::generate(2048).value()});
  const auto digest = digest_of_text("a document");
  int refused = 0;
  for (std::size_t i = kBegin.size(); i < pem.size() - 40; i += 17) {
    auto tampered = pem;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    const auto key = read(tampered);
    if (!key) {
      ++refused;
      continue;
    }
    const auto half = RsaPublicKey::create(key->rsa()->modulus(), key->rsa()->exponent());
    CHECK_OK(half);
    CHECK_OK(half->verify_pss({}, digest, key->rsa()->sign_pss({}, digest).value()));
  }
  CHECK(refused > 10);  // the modulus is a fifth of the text
}
