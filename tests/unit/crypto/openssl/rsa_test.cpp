#include <optional>

#include "cicada/crypto/openssl/private_key.h"
#include "curves.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;

namespace {
constexpr std::array kHashes = {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256,
                                HashAlgorithm::sha384, HashAlgorithm::sha512};

/// Made once: a 2048-bit key takes a good part of a second.
const RsaPrivateKey& key() {
  static const RsaPrivateKey kKey = RsaPrivateKey::generate(2048).value();
  return kKey;
}

RsaPublicKey public_half(const RsaPrivateKey& of) {
  return RsaPublicKey::create(of.modulus(), of.exponent()).value();
}
}  // namespace

TEST_GROUP(Rsa){};

TEST(Rsa, verifies_what_it_signed_with_pkcs1_and_every_hash) {
  const auto half = public_half(key());
  LONGS_EQUAL(2048, half.modulus_bits());
  CHECK_BYTES("010001"_hex, key().exponent());
  for (const auto algorithm : kHashes) {
    const auto digest = digest_of_text("a document", algorithm);
    const auto signature = key().sign_pkcs1(algorithm, digest);
    CHECK_OK(signature);
    LONGS_EQUAL(256, signature->size());
    CHECK_OK(half.verify_pkcs1(algorithm, digest, *signature));
  }
}

TEST(Rsa, refuses_a_pkcs1_signature_that_names_another_hash_function) {
  const auto half = public_half(key());
  const Bytes digest(32, 7);
  const auto signature = key().sign_pkcs1(HashAlgorithm::sha256, digest).value();
  CHECK_FAULT(Fault::bad_input, half.verify_pkcs1(HashAlgorithm::sha1, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha1, Bytes(20, 7), signature));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha512, Bytes(64, 7), signature));
}

TEST(Rsa, refuses_flipped_bits_and_other_lengths) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  auto pkcs1 = key().sign_pkcs1(HashAlgorithm::sha256, digest).value();
  auto pss = key().sign_pss({}, digest).value();
  for (std::size_t bit = 0; bit < 8 * pkcs1.size(); bit += 5) {
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    pkcs1[bit / 8] ^= mask;
    CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, pkcs1));
    pkcs1[bit / 8] ^= mask;
    pss[bit / 8] ^= mask;
    CHECK_FAULT(Fault::security, half.verify_pss({}, digest, pss));
    pss[bit / 8] ^= mask;
  }
  for (const std::size_t size : {0U, 1U, 255U, 257U, 512U}) {
    Bytes other = pkcs1;
    other.resize(size);
    CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, other));
    CHECK_FAULT(Fault::security, half.verify_pss({}, digest, other));
  }
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, concat({"00"_hex, pkcs1})));
  CHECK_OK(half.verify_pkcs1(HashAlgorithm::sha256, digest, pkcs1));
  CHECK_OK(half.verify_pss({}, digest, pss));
}

TEST(Rsa, refuses_numbers_that_are_no_signature) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  Bytes one(256), less_one = key().modulus();
  one.back() = 1;
  --less_one.back();
  for (const auto& number : {Bytes(256), one, less_one, key().modulus(), Bytes(256, 0xFF)}) {
    CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, number));
    CHECK_FAULT(Fault::security, half.verify_pss({}, digest, number));
  }
}

TEST(Rsa, verifies_what_it_signed_with_pss_in_every_combination) {
  const auto half = public_half(key());
  for (const auto hash : kHashes) {
    for (const auto mgf_hash : kHashes) {
      for (const std::uint32_t salt : {0U, 20U, 32U, 64U}) {
        const PssParameters parameters{.hash = hash, .mgf_hash = mgf_hash, .salt_length = salt};
        const auto digest = digest_of_text("a document", hash);
        const auto signature = key().sign_pss(parameters, digest);
        CHECK_OK(signature);
        CHECK_OK(half.verify_pss(parameters, digest, *signature));
      }
    }
  }
}

TEST(Rsa, honours_salt_length_hash_and_mask_hash_of_pss_exactly) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  const auto signature = key().sign_pss({}, digest).value();
  for (const std::uint32_t salt : {0U, 20U, 31U, 33U, 64U, 222U}) {
    CHECK_FAULT(Fault::security, half.verify_pss({.salt_length = salt}, digest, signature));
  }
  CHECK_FAULT(Fault::security, half.verify_pss({.mgf_hash = HashAlgorithm::sha1}, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pss({.hash = HashAlgorithm::sha1},
                                               digest_of_text("a document", HashAlgorithm::sha1), signature));
  CHECK_FAULT(Fault::bad_input, half.verify_pss({.hash = HashAlgorithm::sha1}, digest, signature));
  const auto unsalted = key().sign_pss({.salt_length = 0}, digest).value();
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, unsalted));
}

TEST(Rsa, does_not_take_one_scheme_for_the_other) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, key().sign_pkcs1(HashAlgorithm::sha256, digest).value()));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, key().sign_pss({}, digest).value()));
}

TEST(Rsa, takes_the_longest_salt_that_fits_and_no_longer_one) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  const PssParameters longest{.salt_length = 256 - 32 - 2};
  const auto signature = key().sign_pss(longest, digest);
  CHECK_OK(signature);
  CHECK_OK(half.verify_pss(longest, digest, *signature));
  for (const std::uint32_t salt : {223U, 256U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFEU, 0xFFFFFFFFU}) {
    CHECK_FAULT(Fault::bad_input, key().sign_pss({.salt_length = salt}, digest));
    CHECK_FAULT(Fault::bad_input, half.verify_pss({.salt_length = salt}, digest, *signature));
  }
}

TEST(Rsa, takes_digests_of_the_size_of_their_hash_only) {
  const auto half = public_half(key());
  const auto signature = key().sign_pkcs1(HashAlgorithm::sha256, Bytes(32)).value();
  for (const std::size_t size : {0U, 20U, 31U, 33U, 64U}) {
    CHECK_FAULT(Fault::bad_input, key().sign_pkcs1(HashAlgorithm::sha256, Bytes(size)));
    CHECK_FAULT(Fault::bad_input, key().sign_pss({}, Bytes(size)));
    CHECK_FAULT(Fault::bad_input, half.verify_pkcs1(HashAlgorithm::sha256, Bytes(size), signature));
    CHECK_FAULT(Fault::bad_input, half.verify_pss({}, Bytes(size), signature));
  }
}

TEST(Rsa, refuses_moduli_that_are_even_too_short_or_too_long) {
  const auto e = "010001"_hex;
  const auto n = key().modulus();
  CHECK_OK(RsaPublicKey::create(n, e));
  CHECK_OK(RsaPublicKey::create(concat({"0000"_hex, n}), concat({"00"_hex, e})));
  Bytes even = n;
  even.back() &= 0xFE;
  CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(even, e));
  CHECK_FAULT(Fault::bad_input, RsaPublicKey::create({}, e));
  CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(Bytes(256), e));
  Bytes short_one(128, 0xFF);
  CHECK_OK(RsaPublicKey::create(short_one, e));
  short_one[0] = 0x7F;  // 1023 bits
  CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(short_one, e));
  CHECK_OK(RsaPublicKey::create(Bytes(1024, 0xFF), e));
  CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(concat({"01"_hex, Bytes(1024, 0xFF)}), e));
}

TEST(Rsa, refuses_exponents_that_are_even_1_or_too_long) {
  const auto n = key().modulus();
  for (const auto& bad : {""_hex, "00"_hex, "01"_hex, "0001"_hex, "02"_hex, "010000"_hex, "010000000000000001"_hex}) {
    CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(n, bad));
  }
  for (const auto& good : {"03"_hex, "010001"_hex, "0000000003"_hex, "8000000000000001"_hex}) {
    CHECK_OK(RsaPublicKey::create(n, good));
  }
}

TEST(Rsa, makes_keys_of_three_sizes_only) {
  for (const std::size_t bits : {0U, 512U, 1024U, 2047U, 2049U, 8192U}) {
    CHECK_FAULT(Fault::bad_input, RsaPrivateKey::generate(bits));
  }
  const auto other = RsaPrivateKey::generate(3072);
  CHECK_OK(other);
  LONGS_EQUAL(384, other->modulus().size());
  const auto digest = digest_of_text("a document");
  CHECK_OK(public_half(*other).verify_pss({}, digest, other->sign_pss({}, digest).value()));
  CHECK_FAULT(Fault::security,
              public_half(*other).verify_pkcs1(HashAlgorithm::sha256, digest,
                                               key().sign_pkcs1(HashAlgorithm::sha256, digest).value()));
}

TEST(Rsa, works_in_the_object_it_moved_to) {
  auto first = RsaPrivateKey::generate(2048);
  CHECK_OK(first);
  const auto digest = digest_of_text("a document");
  auto half = public_half(*first);
  std::optional<RsaPrivateKey> second{std::move(*first)};
  const RsaPublicKey moved{std::move(half)};
  CHECK_OK(moved.verify_pss({}, digest, second->sign_pss({}, digest).value()));
}

TEST(Rsa, recovers_the_whole_encoded_message) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document");
  const auto signature = key().sign_pkcs1(HashAlgorithm::sha256, digest).value();
  CHECK_BYTES(concat({"0001"_hex, Bytes(202, 0xFF), "00"_hex, "3031300D060960864801650304020105000420"_hex, digest}),
              half.recover(signature).value());
  // Numbers whose power is known; their leading zeros stay.
  CHECK_BYTES(Bytes(256), half.recover(Bytes(256)).value());
  const auto one = concat({Bytes(255), Bytes{1}});
  CHECK_BYTES(one, half.recover(one).value());
  auto last = key().modulus();
  last.back() ^= 1U;
  CHECK_BYTES(last, half.recover(last).value());  // (-1)^e = -1
}

TEST(Rsa, recovers_nothing_from_numbers_of_another_length_or_not_below_the_modulus) {
  const auto half = public_half(key());
  for (const std::size_t size : {0U, 1U, 255U, 257U, 512U}) CHECK_FAULT(Fault::malformed, half.recover(Bytes(size)));
  CHECK_FAULT(Fault::security, half.recover(key().modulus()));
  CHECK_FAULT(Fault::security, half.recover(Bytes(256, 0xFF)));
}

TEST(Rsa, takes_a_pss_salt_of_any_length_when_asked_to) {
  const auto half = public_half(key());
  const auto digest = digest_of_text("a document", HashAlgorithm::sha256);
  for (const std::uint32_t salt : {0U, 1U, 20U, 32U, 64U, 222U}) {
    const auto signature =
        key().sign_pss({.hash = HashAlgorithm::sha256, .mgf_hash = HashAlgorithm::sha256, .salt_length = salt}, digest);
    CHECK_OK(signature);
    CHECK_OK(half.verify_pss_any_salt(HashAlgorithm::sha256, HashAlgorithm::sha256, digest, *signature));
    CHECK_FAULT(Fault::security,
                half.verify_pss_any_salt(HashAlgorithm::sha256, HashAlgorithm::sha1, digest, *signature));
    auto other = digest;
    other[0] ^= 0x01;
    CHECK_FAULT(Fault::security,
                half.verify_pss_any_salt(HashAlgorithm::sha256, HashAlgorithm::sha256, other, *signature));
  }
  const Bytes digest_of_another_hash(64, 0x01);
  CHECK_FAULT(Fault::bad_input, half.verify_pss_any_salt(HashAlgorithm::sha256, HashAlgorithm::sha256,
                                                         digest_of_another_hash, Bytes(256)));
  CHECK_FAULT(Fault::security,
              half.verify_pss_any_salt(HashAlgorithm::sha256, HashAlgorithm::sha256, digest, Bytes(255)));
}

TEST(Rsa, takes_no_ordinary_signature_for_one_without_null) {
  const auto half = public_half(key());
  for (const auto algorithm : kHashes) {
    const auto digest = digest_of_text("a document", algorithm);
    const auto signature = *key().sign_pkcs1(algorithm, digest);
    CHECK_FAULT(Fault::security, half.verify_pkcs1_without_null(algorithm, digest, signature));
    CHECK_FAULT(Fault::security, half.verify_pkcs1_without_null(algorithm, digest, Bytes(256, 0x01)));
    CHECK_FAULT(Fault::security, half.verify_pkcs1_without_null(algorithm, digest, Bytes(256, 0xFF)));
    CHECK_FAULT(Fault::security, half.verify_pkcs1_without_null(algorithm, digest, {}));
  }
}
