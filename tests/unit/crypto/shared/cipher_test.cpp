#include <array>
#include <map>
#include <optional>

#include "provider.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace vectors = cicada::tests::vectors;
using provider::BlockCipher;
using provider::CipherAlgorithm;

namespace {
constexpr std::array kAll = {CipherAlgorithm::tdes2, CipherAlgorithm::aes128, CipherAlgorithm::aes192,
                             CipherAlgorithm::aes256};

CipherAlgorithm algorithm_of(const vectors::json& vector) {
  static const std::map<std::string, CipherAlgorithm> kNames = {{"tdes2", CipherAlgorithm::tdes2},
                                                                {"aes128", CipherAlgorithm::aes128},
                                                                {"aes192", CipherAlgorithm::aes192},
                                                                {"aes256", CipherAlgorithm::aes256}};
  return kNames.at(vectors::text(vector, "algorithm"));
}

BlockCipher make(CipherAlgorithm algorithm) {
  Bytes key(provider::key_size(algorithm));
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(0x31 * i + 5);
  return BlockCipher::create(algorithm, key).value();
}

/// A vector with an initialization vector is CBC, one without is a single block.
void check_published(const std::string& prefix) {
  for (const auto& vector : vectors::beginning_with("primitives_published.json", prefix)) {
    const auto algorithm = algorithm_of(vector);
    auto cipher = BlockCipher::create(algorithm, vectors::octets(vector, "key"));
    CHECK_OK(cipher);
    const auto plain = vectors::octets(vector, "plain");
    const auto expected = vectors::octets(vector, "cipher");
    const bool cbc = vector.contains("iv");
    const auto iv = cbc ? vectors::octets(vector, "iv") : Bytes(provider::block_size(algorithm));
    Bytes out(plain.size());
    if (cbc) {
      CHECK_OK(cipher->encrypt_cbc(iv, plain, out));
    } else {
      CHECK_OK(cipher->encrypt_block(plain, out));
    }
    CHECK_BYTES(expected, out);
    CHECK_OK(cipher->decrypt_cbc(iv, expected, out));
    CHECK_BYTES(plain, out);
  }
}
}  // namespace

TEST_GROUP(Cipher){};

TEST(Cipher, single_des_tables_come_out_of_3des_with_equal_halves) {
  check_published("des-");
}
TEST(Cipher, two_key_3des_equals_published_values) {
  check_published("tdes2-");
}
TEST(Cipher, aes128_equals_published_values) {
  check_published("aes128-");
}
TEST(Cipher, aes192_equals_published_values) {
  check_published("aes192-");
}
TEST(Cipher, aes256_equals_published_values) {
  check_published("aes256-");
}

TEST(Cipher, decrypts_what_it_encrypted_at_every_number_of_blocks) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block, 0x5A);
    for (std::size_t blocks = 0; blocks <= 33; ++blocks) {
      Bytes plain(blocks * block), out(plain.size()), back(plain.size());
      for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::uint8_t>(i * i + blocks);
      CHECK_OK(cipher.encrypt_cbc(iv, plain, out));
      CHECK(blocks == 0 || !equal(plain, out));
      CHECK_OK(cipher.decrypt_cbc(iv, out, back));
      CHECK_BYTES(plain, back);
    }
  }
}

TEST(Cipher, works_in_place) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block, 0x11), plain(4 * block, 0x22);
    Bytes apart(plain.size());
    CHECK_OK(cipher.encrypt_cbc(iv, plain, apart));
    Bytes here = plain;
    CHECK_OK(cipher.encrypt_cbc(iv, here, here));
    CHECK_BYTES(apart, here);
    CHECK_OK(cipher.decrypt_cbc(iv, here, here));
    CHECK_BYTES(plain, here);
    Bytes one(block, 0x33), same = one;
    CHECK_OK(cipher.encrypt_block(one, one));
    Bytes zero(block), by_cbc(block);
    CHECK_OK(cipher.encrypt_cbc(zero, same, by_cbc));
    CHECK_BYTES(by_cbc, one);
  }
}

TEST(Cipher, takes_its_vector_from_the_memory_that_it_overwrites) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes plain(3 * block, 0x44);
    Bytes expected(plain.size());
    CHECK_OK(cipher.encrypt_cbc(ByteView{plain}.first(block), plain, expected));
    Bytes here = plain;
    CHECK_OK(cipher.encrypt_cbc(ByteView{here}.first(block), here, here));
    CHECK_BYTES(expected, here);
  }
}

TEST(Cipher, refuses_output_that_partly_overlaps_the_input) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block);
    Bytes memory(4 * block);
    const MutableByteView all{memory};
    for (const std::size_t shift : {std::size_t{1}, block, 2 * block - 1}) {
      const auto low = all.first(2 * block);
      const auto high = all.subspan(shift, 2 * block);
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(iv, low, high));
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(iv, high, low));
      CHECK_FAULT(Fault::bad_input, cipher.decrypt_cbc(iv, low, high));
      CHECK_FAULT(Fault::bad_input, cipher.decrypt_cbc(iv, high, low));
    }
    CHECK_OK(cipher.encrypt_cbc(iv, all.first(2 * block), all.last(2 * block)));
    CHECK_OK(cipher.encrypt_cbc(iv, all.last(2 * block), all.first(2 * block)));
    CHECK_FAULT(Fault::bad_input, cipher.encrypt_block(all.first(block), all.subspan(1, block)));
  }
}

TEST(Cipher, refuses_every_key_of_another_size) {
  for (const auto algorithm : kAll) {
    for (std::size_t size = 0; size <= 40; ++size) {
      const auto cipher = BlockCipher::create(algorithm, Bytes(size));
      if (size == provider::key_size(algorithm)) {
        CHECK_OK(cipher);
      } else {
        CHECK_FAULT(Fault::bad_input, cipher);
      }
    }
  }
}

TEST(Cipher, refuses_wrong_sizes_of_data_vector_and_output) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block), in(2 * block);
    Bytes out(2 * block);
    for (const std::size_t size : {std::size_t{0}, block - 1, block + 1, 2 * block}) {
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(Bytes(size), in, out));
      CHECK_FAULT(Fault::bad_input, cipher.decrypt_cbc(Bytes(size), in, out));
    }
    for (const std::size_t size : {std::size_t{1}, block - 1, block + 1, 2 * block - 1}) {
      Bytes as_long(size);
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(iv, Bytes(size), as_long));
      CHECK_FAULT(Fault::bad_input, cipher.decrypt_cbc(iv, Bytes(size), as_long));
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_block(Bytes(size), as_long));
    }
    for (const std::size_t size : {std::size_t{0}, block, 2 * block - 1, 3 * block}) {
      Bytes other(size);
      CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(iv, in, other));
      CHECK_FAULT(Fault::bad_input, cipher.decrypt_cbc(iv, in, other));
    }
    CHECK_FAULT(Fault::bad_input, cipher.encrypt_block({}, {}));
    CHECK_FAULT(Fault::bad_input, cipher.encrypt_block(in, out));
    CHECK_FAULT(Fault::bad_input, cipher.encrypt_block(ByteView{in}.first(block), out));
  }
}

TEST(Cipher, does_what_it_did_before_after_a_refused_call) {
  for (const auto algorithm : kAll) {
    const auto cipher = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block, 1), in(2 * block, 2);
    Bytes before(in.size()), after(in.size()), shorter(block);
    CHECK_OK(cipher.encrypt_cbc(iv, in, before));
    CHECK_FAULT(Fault::bad_input, cipher.encrypt_cbc(iv, in, shorter));
    CHECK_OK(cipher.encrypt_cbc(iv, in, after));
    CHECK_BYTES(before, after);
  }
}

TEST(Cipher, ignores_the_parity_of_3des_keys) {
  Bytes key = "0123456789ABCDEFFEDCBA9876543210"_hex;
  const auto first = BlockCipher::create(CipherAlgorithm::tdes2, key);
  for (auto& octet : key) octet ^= 1U;
  const auto second = BlockCipher::create(CipherAlgorithm::tdes2, key);
  CHECK_OK(first);
  CHECK_OK(second);
  Bytes a(8), b(8);
  CHECK_OK(first->encrypt_block(Bytes(8), a));
  CHECK_OK(second->encrypt_block(Bytes(8), b));
  CHECK_BYTES(a, b);
}

TEST(Cipher, works_in_the_object_it_moved_to) {
  for (const auto algorithm : kAll) {
    auto first = make(algorithm);
    const auto block = provider::block_size(algorithm);
    const Bytes in(block, 9);
    Bytes before(block), after(block);
    CHECK_OK(first.encrypt_block(in, before));
    std::optional<BlockCipher> second{std::move(first)};
    auto third = make(CipherAlgorithm::aes128);
    third = std::move(*second);
    second.reset();
    CHECK_OK(third.encrypt_block(in, after));
    CHECK_BYTES(before, after);
  }
}
