#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "curves.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
namespace vectors = cicada::tests::vectors;

namespace {
HashAlgorithm hash_named(const std::string& name) {
  static const std::map<std::string, HashAlgorithm> kNames = {{"sha1", HashAlgorithm::sha1},
                                                              {"sha224", HashAlgorithm::sha224},
                                                              {"sha256", HashAlgorithm::sha256},
                                                              {"sha384", HashAlgorithm::sha384},
                                                              {"sha512", HashAlgorithm::sha512}};
  return kNames.at(name);
}
}  // namespace

TEST_GROUP(Ecdsa){};

TEST(Ecdsa, verifies_published_signatures_and_no_neighbour_of_them) {
  for (const auto& vector : vectors::beginning_with("primitives_published.json", "ecdsa-")) {
    const auto curve = curve_named(vectors::text(vector, "curve"));
    const auto key = EcPrivateKey::create(curve, vectors::octets(vector, "private_key"));
    CHECK_OK(key);
    const auto half = public_half(*key);
    auto digest = digest_of_text(vectors::text(vector, "text"), hash_named(vectors::text(vector, "hash")));
    auto signature = vectors::octets(vector, "signature");
    CHECK_OK(half.verify_plain(digest, signature));
    digest[0] ^= 1;
    CHECK_FAULT(Fault::security, half.verify_plain(digest, signature));
    digest[0] ^= 1;
    signature.back() ^= 1;
    CHECK_FAULT(Fault::security, half.verify_plain(digest, signature));
  }
}

TEST(Ecdsa, verifies_what_it_signed_on_every_curve_with_every_hash) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    const auto half = public_half(*key);
    for (const auto algorithm : {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256,
                                 HashAlgorithm::sha384, HashAlgorithm::sha512}) {
      const auto digest = digest_of_text("a document", algorithm);
      const auto der = key->sign_der(digest);
      CHECK_OK(der);
      CHECK_OK(half.verify_der(digest, *der));
      const auto plain = key->sign_plain(digest);
      CHECK_OK(plain);
      LONGS_EQUAL(2 * order_size(curve), plain->size());
      CHECK_OK(half.verify_plain(digest, *plain));
    }
  }
}

TEST(Ecdsa, refuses_every_flipped_bit_of_signature_and_digest) {
  for (const auto curve : {Curve::p256, Curve::brainpool_p256r1}) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    const auto half = public_half(*key);
    auto digest = digest_of_text("a document");
    auto der = key->sign_der(digest).value();
    auto plain = key->sign_plain(digest).value();
    for (std::size_t bit = 0; bit < 8 * der.size(); ++bit) {
      der[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      CHECK(!half.verify_der(digest, der));
      der[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    }
    for (std::size_t octet = 0; octet < plain.size(); ++octet) {
      plain[octet] ^= 0x08;
      CHECK_FAULT(Fault::security, half.verify_plain(digest, plain));
      plain[octet] ^= 0x08;
    }
    for (auto& octet : digest) {
      octet ^= 0x80;
      CHECK_FAULT(Fault::security, half.verify_der(digest, der));
      octet ^= 0x80;
    }
    CHECK_OK(half.verify_der(digest, der));
    CHECK_OK(half.verify_plain(digest, plain));
  }
}

TEST(Ecdsa, refuses_the_signature_of_another_key) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    const auto other = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    CHECK_OK(other);
    const auto digest = digest_of_text("a document");
    CHECK_FAULT(Fault::security, public_half(*other).verify_der(digest, key->sign_der(digest).value()));
  }
}

TEST(Ecdsa, refuses_r_or_s_outside_of_1_to_order_minus_1) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    const auto half = public_half(*key);
    const auto digest = digest_of_text("a document");
    const auto good = key->sign_plain(digest).value();
    const auto width = order_size(curve);
    const Bytes r(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(width));
    const Bytes s(good.begin() + static_cast<std::ptrdiff_t>(width), good.end());
    const auto& order = curve_parameters(curve).order;
    for (const auto& bad : {Bytes(width), order, plus(order, 1), Bytes(width, 0xFF)}) {
      CHECK_FAULT(Fault::security, half.verify_plain(digest, concat({bad, s})));
      CHECK_FAULT(Fault::security, half.verify_plain(digest, concat({r, bad})));
    }
    // In range and yet wrong: the range check alone does not decide.
    CHECK_FAULT(Fault::security, half.verify_plain(digest, concat({minus_one(order), s})));
  }
}

TEST(Ecdsa, does_not_take_r_plus_the_order_for_r) {
  // A forged-looking twin: (r + n) has the same remainder, so only the range check refuses it. It needs an r so small
  // that r + n still fits, which the P-521 order with its seven spare bits always allows.
  const auto key = EcPrivateKey::generate(Curve::p521);
  CHECK_OK(key);
  const auto digest = digest_of_text("a document");
  auto twin = key->sign_plain(digest).value();
  const auto& order = curve_parameters(Curve::p521).order;
  unsigned carry = 0;
  for (std::size_t i = order.size(); i-- > 0;) {
    carry += static_cast<unsigned>(twin[i]) + order[i];
    twin[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  LONGS_EQUAL(0, carry);
  CHECK_FAULT(Fault::security, public_half(*key).verify_plain(digest, twin));
}

TEST(Ecdsa, refuses_every_other_size_of_the_plain_format) {
  const auto key = EcPrivateKey::generate(Curve::p256);
  CHECK_OK(key);
  const auto digest = digest_of_text("a document");
  const auto good = key->sign_plain(digest).value();
  for (std::size_t size = 0; size <= 140; ++size) {
    Bytes other = good;
    other.resize(size);
    if (size != good.size()) CHECK_FAULT(Fault::malformed, public_half(*key).verify_plain(digest, other));
  }
}

TEST(Ecdsa, takes_hash_values_only) {
  const auto key = EcPrivateKey::generate(Curve::p256);
  CHECK_OK(key);
  const auto signature = key->sign_der(digest_of_text("a document")).value();
  for (const std::size_t size : {0U, 1U, 19U, 65U, 1000U}) {
    CHECK_FAULT(Fault::bad_input, key->sign_der(Bytes(size)));
    CHECK_FAULT(Fault::bad_input, key->sign_plain(Bytes(size)));
    CHECK_FAULT(Fault::bad_input, public_half(*key).verify_der(Bytes(size), signature));
  }
}

TEST(Ecdsa, never_signs_twice_with_one_nonce) {
  const auto key = EcPrivateKey::generate(Curve::p256);
  CHECK_OK(key);
  const auto first = key->sign_plain(digest_of_text("one")).value();
  const auto second = key->sign_plain(digest_of_text("two")).value();
  CHECK(!equal(ByteView{first}.first(32), ByteView{second}.first(32)));
}

TEST(Ecdsa, signs_and_verifies_from_many_threads_with_one_key) {
  const auto key = EcPrivateKey::generate(Curve::p256);
  CHECK_OK(key);
  const auto half = public_half(*key);
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const auto digest = digest_of_text(std::to_string(100 * t + i));
          const auto signature = key->sign_der(digest);
          if (signature && half.verify_der(digest, *signature)) ++good;
        }
      });
    }
  }
  LONGS_EQUAL(200, good);
}

TEST_GROUP(EcdsaDer) {
  const EcPrivateKey key = EcPrivateKey::generate(Curve::p256).value();
  const EcPublicKey half = public_half(key);
  const Bytes digest = digest_of_text("a document");
  Bytes r, s;

  /// A signature whose r and s have no high bit and no leading zero, so that each is 32 octets in DER.
  void setup() override {
    do {
      const auto plain = key.sign_plain(digest).value();
      r.assign(plain.begin(), plain.begin() + 32);
      s.assign(plain.begin() + 32, plain.end());
    } while (r[0] == 0 || r[0] >= 0x80 || s[0] == 0 || s[0] >= 0x80);
  }

  Result<void> verify(std::initializer_list<ByteView> parts) const {
    return half.verify_der(digest, concat(parts));
  }
};

TEST(EcdsaDer, is_accepted_in_its_one_right_form) {
  CHECK_OK(verify({"3044 0220"_hex, r, "0220"_hex, s}));
}

TEST(EcdsaDer, is_refused_in_any_form_that_only_BER_allows) {
  CHECK_FAULT(Fault::malformed, verify({"308144 0220"_hex, r, "0220"_hex, s}));            // long form of 44
  CHECK_FAULT(Fault::malformed, verify({"30820044 0220"_hex, r, "0220"_hex, s}));          // longer still
  CHECK_FAULT(Fault::malformed, verify({"3045 028120"_hex, r, "0220"_hex, s}));            // long form of 20
  CHECK_FAULT(Fault::malformed, verify({"3080 0220"_hex, r, "0220"_hex, s, "0000"_hex}));  // indefinite
  CHECK_FAULT(Fault::malformed, verify({"3045 022100"_hex, r, "0220"_hex, s}));            // padded r
  CHECK_FAULT(Fault::malformed, verify({"3045 0220"_hex, r, "022100"_hex, s}));            // padded s
}

TEST(EcdsaDer, is_refused_with_octets_before_between_or_behind) {
  CHECK_FAULT(Fault::malformed, verify({"3044 0220"_hex, r, "0220"_hex, s, "00"_hex}));
  CHECK_FAULT(Fault::malformed, verify({"3046 0220"_hex, r, "0220"_hex, s, "0500"_hex}));
  CHECK_FAULT(Fault::malformed, verify({"3046 0500 0220"_hex, r, "0220"_hex, s}));
  CHECK_FAULT(Fault::malformed, verify({"00 3044 0220"_hex, r, "0220"_hex, s}));
}

TEST(EcdsaDer, is_refused_with_other_tags) {
  CHECK_FAULT(Fault::malformed, verify({"3144 0220"_hex, r, "0220"_hex, s}));
  CHECK_FAULT(Fault::malformed, verify({"3044 0420"_hex, r, "0220"_hex, s}));
  CHECK_FAULT(Fault::malformed, verify({"3044 0220"_hex, r, "0420"_hex, s}));
}

TEST(EcdsaDer, is_refused_with_empty_negative_or_missing_integers) {
  CHECK_FAULT(Fault::malformed, verify({"3024 0200 0220"_hex, s}));
  CHECK_FAULT(Fault::malformed, verify({"3024 0220"_hex, r, "0200"_hex}));
  CHECK_FAULT(Fault::malformed, verify({"3022 0220"_hex, r}));
  CHECK_FAULT(Fault::malformed, verify({"3000"_hex}));
  Bytes negative = r;
  negative[0] |= 0x80;
  CHECK_FAULT(Fault::malformed, verify({"3044 0220"_hex, negative, "0220"_hex, s}));
}

TEST(EcdsaDer, is_refused_with_zero_or_oversized_integers) {
  CHECK_FAULT(Fault::security, verify({"3025 020100 0220"_hex, s}));
  CHECK_FAULT(Fault::security, verify({"3025 0220"_hex, r, "020100"_hex}));
  CHECK_FAULT(Fault::security, verify({"3006 020100 020100"_hex}));
  CHECK_FAULT(Fault::security, verify({"3045 022101"_hex, r, "0220"_hex, s}));
  const auto& order = curve_parameters(Curve::p256).order;
  CHECK_FAULT(Fault::security, verify({"3045 022100"_hex, order, "0220"_hex, s}));
}

TEST(EcdsaDer, is_refused_when_it_ends_at_any_earlier_octet) {
  const auto whole = concat({"3044 0220"_hex, r, "0220"_hex, s});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FAULT(Fault::malformed, verify({ByteView{whole}.first(size)}));
  }
}

TEST(EcdsaDer, has_the_long_form_where_the_content_is_long) {
  const auto wide = EcPrivateKey::generate(Curve::p521);
  CHECK_OK(wide);
  const auto signature = wide->sign_der(digest).value();
  BYTES_EQUAL(0x81, signature[1]);
  CHECK_OK(public_half(*wide).verify_der(digest, signature));
}
