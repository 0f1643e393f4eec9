// Keys do not stay in memory that is given back, and work in the middle of a session allocates nothing.
#include <array>
#include <optional>

#include "provider.h"
#include "watch.h"

#include "harness.h"

using namespace cicada::base;
using provider::BlockCipher;
using provider::CipherAlgorithm;

namespace {
// Static, so that the test's own copy is never freed. No octet is zero and none repeats.
constexpr std::array<std::uint8_t, 32> kKey = {0xC3, 0x1A, 0x77, 0x5E, 0x90, 0x2B, 0xF4, 0x6D, 0x18, 0xE5, 0x3C,
                                               0xA9, 0x82, 0x4F, 0xD6, 0x0B, 0x71, 0xBE, 0x29, 0x94, 0x5D, 0xF8,
                                               0x03, 0xA6, 0x6F, 0x1C, 0xD1, 0x88, 0x35, 0xEA, 0x47, 0xBC};

ByteView key(std::size_t size) {
  return ByteView{kKey}.first(size);
}

constexpr std::array kAll = {CipherAlgorithm::tdes2, CipherAlgorithm::aes128, CipherAlgorithm::aes192,
                             CipherAlgorithm::aes256};

// What may differ from zero in a wiped object: its algorithm, an index, pointers that were freed.
constexpr std::size_t kHarmless = 24;

/// The object is used, moved and destroyed under watch.
void check_wiped(ByteView secret, auto make) {
  auto first = make();  // what the library keeps for good is made now
  {
    const auto warm_up = make();
  }
  watch::look_for(secret);
  {
    const auto moved = std::move(first);
  }
  const auto found = watch::found();
  const auto left = watch::most_left_behind();
  watch::stop();
  LONGS_EQUAL(0, found);
  CHECK(left <= kHarmless);
}

void check_no_allocation(auto work) {
  work();
  const auto before = watch::allocations();
  for (int i = 0; i < 10; ++i) work();
  LONGS_EQUAL(before, watch::allocations());
}
}  // namespace

TEST_GROUP(Memory){void teardown() override{watch::stop();
}
}
;

TEST(Memory, is_watched) {
  watch::look_for(key(16));
  {
    const Bytes copy{kKey.begin(), kKey.end()};
    const Bytes backwards{kKey.rbegin(), kKey.rend()};
    const Bytes large(300, 1);
  }
  watch::stop();
  LONGS_EQUAL(2, watch::found());
  CHECK(watch::most_left_behind() >= 300);
}

TEST(Memory, of_a_cipher_is_wiped) {
  for (const auto algorithm : kAll) {
    // The first round key of AES is the key's first block; the schedules of DES are caught by the count of octets.
    check_wiped(key(16), [&] {
      auto cipher = BlockCipher::create(algorithm, key(provider::key_size(algorithm))).value();
      Bytes block(provider::block_size(algorithm));
      const Bytes iv(block.size());
      CHECK_OK(cipher.encrypt_cbc(iv, block, block));
      CHECK_OK(cipher.decrypt_cbc(iv, block, block));
      return cipher;
    });
  }
}

TEST(Memory, of_a_retail_mac_is_wiped) {
  check_wiped(key(16), [] {
    auto mac = provider::RetailMac::create(key(16)).value();
    CHECK_OK(mac.compute({key(24)}));
    return mac;
  });
}

TEST(Memory, of_a_cmac_is_wiped) {
  for (const std::size_t size : {16U, 24U, 32U}) {
    check_wiped(key(16), [&] {
      auto mac = provider::Cmac::create(key(size)).value();
      CHECK_OK(mac.compute({Bytes(20)}));
      return mac;
    });
  }
}

TEST(Memory, of_a_hash_holds_no_part_of_what_was_hashed) {
  for (const auto algorithm :
       {provider::HashAlgorithm::sha1, provider::HashAlgorithm::sha256, provider::HashAlgorithm::sha512}) {
    check_wiped(key(32), [&] {
      auto hasher = provider::Hasher::create(algorithm).value();
      CHECK_OK(hasher.update(key(32)));
      CHECK_OK(provider::hash(algorithm, key(32)));
      return hasher;
    });
  }
}

TEST(Memory, is_not_allocated_for_encrypting) {
  for (const auto algorithm : kAll) {
    const auto cipher = BlockCipher::create(algorithm, key(provider::key_size(algorithm))).value();
    const auto block = provider::block_size(algorithm);
    const Bytes iv(block);
    Bytes data(8 * block);
    const MutableByteView all{data};
    check_no_allocation([&] {
      CHECK(cipher.encrypt_cbc(iv, data, data).has_value());
      CHECK(cipher.decrypt_cbc(iv, data, data).has_value());
      CHECK(cipher.encrypt_block(all.first(block), all.first(block)).has_value());
    });
  }
}

TEST(Memory, is_not_allocated_for_a_mac) {
  const auto retail = provider::RetailMac::create(key(16)).value();
  const auto cmac = provider::Cmac::create(key(16)).value();
  const Bytes data(40);
  check_no_allocation([&] {
    CHECK(retail.compute({data, ByteView{data}.first(8)}).has_value());
    CHECK(cmac.compute({data, ByteView{data}.first(8)}).has_value());
  });
}

TEST(Memory, is_not_allocated_for_hashing_in_pieces) {
  auto hasher = provider::Hasher::create(provider::HashAlgorithm::sha256).value();
  check_no_allocation([&] { CHECK(hasher.update(key(32)).has_value()); });
}
