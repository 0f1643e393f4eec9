// The card's RSA: keys, the private operation, and signatures that are right in every octet or refused.
#include "cicada/crypto/mbedtls/rsa.h"

#include "cicada/base/hex.h"
#include "cicada/base/rng.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::mbedtls;

namespace {

class Broken final : public Rng {
 public:
  Result<void> fill(MutableByteView) override { return fail({.fault = Fault::crypto, .what = "no octets"}); }
};

/// Counts what is drawn from a replayed source.
class Counting final : public Rng {
 public:
  Result<void> fill(MutableByteView out) override {
    drawn_ += out.size();
    return source_.fill(out);
  }
  [[nodiscard]] std::size_t drawn() const noexcept { return drawn_; }

 private:
  ReplayRng source_{1};
  std::size_t drawn_ = 0;
};

Bytes mgf1(HashAlgorithm algorithm, ByteView seed, std::size_t size) {
  Bytes mask;
  for (std::uint8_t i = 0; mask.size() < size; ++i) {
    append(mask, hash(algorithm, concat({seed, Bytes{0, 0, 0, i}})).value());
  }
  mask.resize(size);
  return mask;
}

struct PssMessage {
  Bytes padding;  ///< before the salt, with its 01
  Bytes salt = Bytes(32, 0x77);
  std::uint8_t trailer = 0xBC;
  std::uint8_t first_bits = 0;  ///< set in the first octet after masking
  HashAlgorithm mask = HashAlgorithm::sha256;
};

}  // namespace

TEST_GROUP(CardRsa) {
  ReplayRng rng{65537};
  // 1024 bits, for speed; from the room's own generation with this source.
  const RsaPrivateKey key = RsaPrivateKey::generate(1024, rng).value();
  const RsaPublicKey half = RsaPublicKey::create(key.modulus(), key.exponent()).value();
  const Bytes digest = Bytes(32, 0xD1);
  const Bytes algorithm = "3031300D060960864801650304020105000420"_hex;  // RFC 8017 §9.2, SHA-256

  Bytes sign(ByteView encoded) {
    LONGS_EQUAL(128, encoded.size());
    return key.apply(encoded, rng).value();
  }

  Result<void> pkcs1(std::initializer_list<ByteView> parts) {
    return half.verify_pkcs1(HashAlgorithm::sha256, digest, sign(concat(parts)));
  }

  /// EMSA-PSS-ENCODE with what the message says, for a modulus of 1024 bits.
  Bytes pss_encoding(const PssMessage& message) {
    const auto h = hash(HashAlgorithm::sha256, concat({Bytes(8), digest, message.salt})).value();
    Bytes block = concat({message.padding, message.salt});
    LONGS_EQUAL(128 - 33, block.size());
    const auto mask = mgf1(message.mask, h, block.size());
    for (std::size_t i = 0; i < block.size(); ++i) block[i] ^= mask[i];
    block[0] = static_cast<std::uint8_t>((block[0] & 0x7FU) | message.first_bits);
    return concat({block, h, Bytes{message.trailer}});
  }
  static Bytes padding(std::size_t size) {
    Bytes octets(size);
    octets.back() = 1;
    return octets;
  }
  Result<void> pss(const PssMessage& message, std::uint32_t salt_length = 32) {
    return half.verify_pss({.salt_length = salt_length}, digest, sign(pss_encoding(message)));
  }
};

TEST(CardRsa, has_keys_of_every_size_in_steps_of_256_bits) {
  for (std::size_t bits = 1024; bits <= 2048; bits += 256) {
    const auto made = RsaPrivateKey::generate(bits, rng).value();
    LONGS_EQUAL(bits / 8, made.modulus().size());
    CHECK((made.modulus()[0] & 0x80) != 0);
    CHECK_BYTES("010001"_hex, made.exponent());
    LONGS_EQUAL(bits / 16, made.prime_p().value().size());
    LONGS_EQUAL(bits / 16, made.prime_q().value().size());
    LONGS_EQUAL(bits, RsaPublicKey::create(made.modulus(), made.exponent()).value().modulus_bits());
  }
  for (const std::size_t bits :
       {std::size_t{0}, std::size_t{512}, std::size_t{768}, std::size_t{1023}, std::size_t{1025}, std::size_t{1152},
        std::size_t{4097}, std::size_t{4352}, std::size_t{1} << 40U}) {
    CHECK_FAULT(Fault::bad_input, RsaPrivateKey::generate(bits, rng));
  }
}

TEST(CardRsa, keys_come_from_the_random_source) {
  ReplayRng same{65537}, other{3};
  CHECK_BYTES(key.modulus(), RsaPrivateKey::generate(1024, same).value().modulus());
  CHECK(!equal(key.modulus(), RsaPrivateKey::generate(1024, other).value().modulus()));
  Broken broken;
  CHECK_FAULT(Fault::crypto, RsaPrivateKey::generate(1024, broken));
}

TEST(CardRsa, keys_are_made_again_from_their_primes) {
  const auto p = key.prime_p().value();
  const auto q = key.prime_q().value();
  const auto again = RsaPrivateKey::create(p.expose(), concat({Bytes(2), q.expose()}), key.exponent()).value();
  CHECK_BYTES(key.modulus(), again.modulus());
  const auto input = concat({Bytes(1), Bytes(127, 0xAB)});
  CHECK_BYTES(key.apply(input, rng).value(), again.apply(input, rng).value());
  CHECK_OK(RsaPrivateKey::create(p.expose(), q.expose(), Bytes{0, 17}));
}

TEST(CardRsa, numbers_that_make_no_key_are_refused) {
  const auto p = key.prime_p().value();
  const auto q = key.prime_q().value();
  const auto e = key.exponent();
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create({}, q.expose(), e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), {}, e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), Bytes(64), e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), p.expose(), e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), Bytes{1}, e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), Bytes{3}, e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(Bytes(400, 0xFF), Bytes(400, 0xFF), e));
  CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(Bytes(10000, 0xFF), q.expose(), e));
  for (const auto& exponent : {Bytes{}, Bytes{0}, Bytes{1}, Bytes{2}, Bytes{1, 0, 0}, Bytes(9, 0xFF)}) {
    CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(p.expose(), q.expose(), exponent));
  }
  // A stored prime with one bit turned: no prime any more.
  for (const std::size_t at : {std::size_t{1}, std::size_t{31}, std::size_t{62}}) {
    auto damaged = to_bytes(p.expose());
    damaged[at] ^= 0x10;
    CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(damaged, q.expose(), e));
    CHECK_FAULT(Fault::bad_input, RsaPrivateKey::create(q.expose(), damaged, e));
  }
}

TEST(CardRsa, private_operation_takes_numbers_below_the_modulus_only) {
  const auto n = key.modulus();
  auto below = n;
  below.back() -= 1;                                  // n is odd
  CHECK_BYTES(below, key.apply(below, rng).value());  // (-1)^d = -1
  CHECK_BYTES(Bytes(128), key.apply(Bytes(128), rng).value());
  CHECK_FAULT(Fault::bad_input, key.apply(n, rng));
  CHECK_FAULT(Fault::bad_input, key.apply(Bytes(128, 0xFF), rng));
  CHECK_FAULT(Fault::bad_input, key.apply({}, rng));
  CHECK_FAULT(Fault::bad_input, key.apply(Bytes(127, 1), rng));
  CHECK_FAULT(Fault::bad_input, key.apply(Bytes(129), rng));
}

TEST(CardRsa, private_operation_is_blinded_with_the_given_source) {
  const auto input = concat({Bytes(1), Bytes(127, 0xAB)});
  Counting counting;
  const auto output = key.apply(input, counting).value();
  CHECK(counting.drawn() >= 128);
  CHECK_BYTES(output, key.apply(input, rng).value());
  Broken broken;
  CHECK_FAULT(Fault::crypto, key.apply(input, broken));
  CHECK_BYTES(output, key.apply(input, rng).value());
}

TEST(CardRsa, public_keys_of_other_sizes_or_with_bad_exponents_are_refused) {
  const auto n = key.modulus();
  CHECK_OK(RsaPublicKey::create(concat({Bytes(3), n}), "00010001"_hex));
  CHECK_OK(RsaPublicKey::create(n, Bytes{3}));
  CHECK_OK(RsaPublicKey::create(n, Bytes(8, 0xFF)));
  for (const auto& exponent : {Bytes{}, Bytes{0}, Bytes{1}, Bytes{2}, Bytes{1, 0}, Bytes(9, 0xFF)}) {
    CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(n, exponent));
  }
  auto even = n, short_of_a_bit = n;
  even.back() ^= 1U;
  short_of_a_bit[0] &= 0x7FU;
  for (const auto& modulus : {Bytes{}, Bytes(128), even, short_of_a_bit, Bytes(127, 0xFF), Bytes(513, 0xFF)}) {
    CHECK_FAULT(Fault::bad_input, RsaPublicKey::create(modulus, Bytes{3}));
  }
  CHECK_OK(RsaPublicKey::create(Bytes(512, 0xFF), Bytes{3}));
}

TEST(CardRsa, signature_in_the_one_right_encoding_verifies) {
  const auto signature = sign(concat({"0001"_hex, Bytes(74, 0xFF), "00"_hex, algorithm, digest}));
  CHECK_OK(half.verify_pkcs1(HashAlgorithm::sha256, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, Bytes(32, 0xD2), signature));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha224, Bytes(28, 0xD1), signature));
  CHECK_FAULT(Fault::bad_input, half.verify_pkcs1(HashAlgorithm::sha1, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, {}));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, ByteView{signature}.subspan(1)));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, concat({Bytes(1), signature})));
  for (std::size_t at = 0; at < signature.size(); at += 9) {
    auto other = signature;
    other[at] ^= 1U;
    CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, other));
  }
}

TEST(CardRsa, signature_that_is_not_below_the_modulus_is_refused) {
  // s + n has the same power as s. A signature with room for it is looked for.
  const auto n = key.modulus();
  for (int i = 0; i < 64; ++i) {
    PssMessage message{.padding = padding(63), .salt = Bytes(32, static_cast<std::uint8_t>(i))};
    const auto signature = sign(pss_encoding(message));
    Bytes sum(128);
    unsigned carry = 0;
    for (std::size_t at = sum.size(); at-- > 0;) {
      carry += static_cast<unsigned>(signature[at]) + n[at];
      sum[at] = static_cast<std::uint8_t>(carry);
      carry >>= 8U;
    }
    if (carry != 0) continue;
    CHECK_OK(half.verify_pss({}, digest, signature));
    CHECK_FAULT(Fault::security, half.verify_pss({}, digest, sum));
    CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, sum));
    return;
  }
  FAIL("no signature leaves room for the modulus");
}

TEST(CardRsa, other_pkcs1_encodings_are_refused) {
  const Bytes ff(74, 0xFF);
  Bytes dented = ff;
  dented[40] = 0xFE;
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, Bytes(8, 0xFF), "00"_hex, algorithm, digest, Bytes(66)}));
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, Bytes(73, 0xFF), "00"_hex, algorithm, digest, Bytes(1)}));
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, dented, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, pkcs1({"0002"_hex, ff, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, pkcs1({"0000"_hex, ff, "00"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, ff, "01"_hex, algorithm, digest}));
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, Bytes(93, 0xFF), "00"_hex, digest}));
  // Without NULL; with a longer form of length; with something for NULL.
  CHECK_FAULT(Fault::security,
              pkcs1({"0001"_hex, Bytes(76, 0xFF), "00"_hex, "302F300B0609608648016503040201 0420"_hex, digest}));
  CHECK_FAULT(Fault::security,
              pkcs1({"0001"_hex, Bytes(73, 0xFF), "00"_hex, "308131300D060960864801650304020105000420"_hex, digest}));
  CHECK_FAULT(Fault::security, pkcs1({"0001"_hex, ff, "00"_hex, "3031300D060960864801650304020104000420"_hex, digest}));
}

TEST(CardRsa, pss_signature_verifies_with_exactly_its_parameters) {
  const PssMessage message{.padding = padding(63)};
  CHECK_OK(pss(message));
  CHECK_FAULT(Fault::security, pss(message, 31));
  CHECK_FAULT(Fault::security, pss(message, 33));
  CHECK_FAULT(Fault::security, pss(message, 0));
  CHECK_OK(pss({.padding = padding(95), .salt = {}}, 0));
  CHECK_OK(pss({.padding = padding(1), .salt = Bytes(94, 5)}, 94));
  CHECK_FAULT(Fault::bad_input, pss(message, 95));
  CHECK_FAULT(Fault::bad_input, pss(message, 0xFFFFFFFF));
  const auto signature = sign(pss_encoding(message));
  CHECK_FAULT(Fault::security, half.verify_pss({.mgf_hash = HashAlgorithm::sha1}, digest, signature));
  CHECK_FAULT(Fault::bad_input, half.verify_pss({.hash = HashAlgorithm::sha1}, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pss({}, Bytes(32, 0xD2), signature));
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, ByteView{signature}.subspan(1)));
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, concat({signature, Bytes(1)})));
  CHECK_FAULT(Fault::security, half.verify_pkcs1(HashAlgorithm::sha256, digest, signature));
}

TEST(CardRsa, pss_signature_may_have_another_hash_function_in_its_mask) {
  const PssMessage message{.padding = padding(63), .mask = HashAlgorithm::sha1};
  const auto signature = sign(pss_encoding(message));
  CHECK_OK(half.verify_pss({.mgf_hash = HashAlgorithm::sha1}, digest, signature));
  CHECK_FAULT(Fault::security, half.verify_pss({}, digest, signature));
}

TEST(CardRsa, other_pss_encodings_are_refused) {
  CHECK_FAULT(Fault::security, pss({.padding = padding(63), .trailer = 0xCC}));
  CHECK_FAULT(Fault::security, pss({.padding = padding(63), .trailer = 0x00}));
  CHECK_FAULT(Fault::security, pss({.padding = Bytes(63)}));
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{30}, std::size_t{61}, std::size_t{62}}) {
    auto dented = padding(63);
    dented[at] ^= 0x02;
    CHECK_FAULT(Fault::security, pss({.padding = dented}));
  }
  // The bit above the encoding set, in a number that is still below the modulus (one of these salts gives such).
  int tried = 0;
  for (std::uint8_t i = 0; i < 64; ++i) {
    const auto encoded = pss_encoding({.padding = padding(63), .salt = Bytes(32, i), .first_bits = 0x80});
    if (!std::ranges::lexicographical_compare(encoded, key.modulus())) continue;
    ++tried;
    CHECK_FAULT(Fault::security, half.verify_pss({}, digest, sign(encoded)));
  }
  CHECK(tried > 0);
}

TEST(CardRsa, keys_work_in_the_object_they_moved_to) {
  auto made = RsaPrivateKey::generate(1024, rng).value();
  const auto input = concat({Bytes(1), Bytes(127, 0x12)});
  const auto output = made.apply(input, rng).value();
  auto moved{std::move(made)};
  auto third = RsaPrivateKey::generate(1024, rng).value();
  third = std::move(moved);
  CHECK_BYTES(output, third.apply(input, rng).value());
}
