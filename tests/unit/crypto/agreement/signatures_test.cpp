// What one library signs, the other verifies.
#include <array>

#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/rsa.h"

#include "harness.h"

using namespace cicada::base;
namespace mbedtls = cicada::crypto::mbedtls;
namespace openssl = cicada::crypto::openssl;

TEST_GROUP(SignatureAgreement) {
  ReplayRng rng{20250630};

  Bytes octets(std::size_t size) {
    Bytes made(size);
    rng.fill(made).value();
    return made;
  }
};

TEST(SignatureAgreement, on_ecdsa_of_the_card) {
  for (int i = 0; i < 11; ++i) {
    const auto key = mbedtls::EcPrivateKey::generate(static_cast<mbedtls::Curve>(i), rng).value();
    const auto half = openssl::EcPublicKey::create(static_cast<openssl::Curve>(i), key.public_point()).value();
    for (const std::size_t size : {20U, 28U, 32U, 48U, 64U}) {
      const auto digest = octets(size);
      CHECK_OK(half.verify_plain(digest, key.sign_plain(digest, rng).value()));
      CHECK_FAULT(Fault::security, half.verify_plain(octets(size), key.sign_plain(digest, rng).value()));
    }
  }
}

TEST(SignatureAgreement, on_ecdsa_of_the_host) {
  for (int i = 0; i < 11; ++i) {
    const auto key = openssl::EcPrivateKey::generate(static_cast<openssl::Curve>(i)).value();
    const auto half = mbedtls::EcPublicKey::create(static_cast<mbedtls::Curve>(i), key.public_point()).value();
    for (const std::size_t size : {20U, 28U, 32U, 48U, 64U}) {
      const auto digest = octets(size);
      CHECK_OK(half.verify_plain(digest, key.sign_plain(digest).value()));
      CHECK_FAULT(Fault::security, half.verify_plain(octets(size), key.sign_plain(digest).value()));
    }
  }
}

TEST(SignatureAgreement, on_the_key_that_a_private_number_makes) {
  for (int i = 0; i < 11; ++i) {
    const auto card = mbedtls::EcPrivateKey::generate(static_cast<mbedtls::Curve>(i), rng).value();
    const auto host = openssl::EcPrivateKey::create(static_cast<openssl::Curve>(i), card.scalar().expose()).value();
    CHECK_BYTES(card.public_point(), host.public_point());
  }
}

TEST(SignatureAgreement, on_rsa_signatures_of_the_host) {
  constexpr std::array kHashes = {20U, 28U, 32U, 48U, 64U};
  const auto key = openssl::RsaPrivateKey::generate(2048).value();
  const auto half = mbedtls::RsaPublicKey::create(key.modulus(), key.exponent()).value();
  for (std::size_t i = 0; i < kHashes.size(); ++i) {
    const auto digest = octets(kHashes.at(i));
    const auto hash = static_cast<openssl::HashAlgorithm>(i);
    const auto card_hash = static_cast<mbedtls::HashAlgorithm>(i);
    CHECK_OK(half.verify_pkcs1(card_hash, digest, key.sign_pkcs1(hash, digest).value()));
    CHECK_FAULT(Fault::security,
                half.verify_pkcs1(card_hash, octets(digest.size()), key.sign_pkcs1(hash, digest).value()));
    for (std::size_t mask = 0; mask < kHashes.size(); ++mask) {
      for (const std::uint32_t salt : {0U, 1U, 20U, 64U, 150U}) {
        const auto signature = key.sign_pss({hash, static_cast<openssl::HashAlgorithm>(mask), salt}, digest).value();
        const mbedtls::PssParameters right{card_hash, static_cast<mbedtls::HashAlgorithm>(mask), salt};
        CHECK_OK(half.verify_pss(right, digest, signature));
        auto wrong = right;
        ++wrong.salt_length;
        CHECK_FAULT(Fault::security, half.verify_pss(wrong, digest, signature));
        wrong = right;
        wrong.mgf_hash = static_cast<mbedtls::HashAlgorithm>((mask + 1) % kHashes.size());
        CHECK_FAULT(Fault::security, half.verify_pss(wrong, digest, signature));
        CHECK_FAULT(Fault::security, half.verify_pss(right, octets(digest.size()), signature));
      }
    }
  }
}

TEST(SignatureAgreement, on_the_rsa_operation_of_the_card) {
  for (std::size_t bits = 1024; bits <= 2560; bits += 512) {
    const auto key = mbedtls::RsaPrivateKey::generate(bits, rng).value();
    const auto half = openssl::RsaPublicKey::create(key.modulus(), key.exponent()).value();
    LONGS_EQUAL(bits, half.modulus_bits());
    auto message = octets(bits / 8);
    message[0] = 0;
    CHECK_BYTES(message, half.recover(key.apply(message, rng).value()).value());
    // And the card signs what the host verifies as a signature.
    const auto digest = octets(32);
    const auto prefix = from_hex("3031300D060960864801650304020105000420").value();
    const auto encoded =
        concat({Bytes{0, 1}, Bytes(bits / 8 - 3 - prefix.size() - 32, 0xFF), Bytes{0}, prefix, digest});
    CHECK_OK(half.verify_pkcs1(openssl::HashAlgorithm::sha256, digest, key.apply(encoded, rng).value()));
  }
}
