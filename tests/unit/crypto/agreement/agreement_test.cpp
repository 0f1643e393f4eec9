// Two libraries, one answer: on data that no vector has.
#include <array>

#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

#include "harness.h"

using namespace cicada::base;
namespace mbedtls = cicada::crypto::mbedtls;
namespace openssl = cicada::crypto::openssl;

TEST_GROUP(Agreement) {
  ReplayRng rng{20240229};

  Bytes octets(std::size_t size) {
    Bytes made(size);
    rng.fill(made).value();
    return made;
  }
};

TEST(Agreement, on_hashes_of_every_length_around_the_blocks) {
  for (int algorithm = 0; algorithm < 5; ++algorithm) {
    for (std::size_t size = 0; size < 300; ++size) {
      const auto data = octets(size);
      CHECK_BYTES(openssl::hash(static_cast<openssl::HashAlgorithm>(algorithm), data).value(),
                  mbedtls::hash(static_cast<mbedtls::HashAlgorithm>(algorithm), data).value());
    }
  }
}

TEST(Agreement, on_ciphers) {
  for (int algorithm = 0; algorithm < 4; ++algorithm) {
    const auto here = static_cast<openssl::CipherAlgorithm>(algorithm);
    const auto there = static_cast<mbedtls::CipherAlgorithm>(algorithm);
    LONGS_EQUAL(openssl::block_size(here), mbedtls::block_size(there));
    LONGS_EQUAL(openssl::key_size(here), mbedtls::key_size(there));
    for (std::size_t blocks = 0; blocks < 40; ++blocks) {
      const auto key = octets(openssl::key_size(here));
      const auto iv = octets(openssl::block_size(here));
      const auto data = octets(blocks * iv.size());
      const auto ours = openssl::BlockCipher::create(here, key).value();
      const auto theirs = mbedtls::BlockCipher::create(there, key).value();
      Bytes a(data.size()), b(data.size());
      CHECK_OK(ours.encrypt_cbc(iv, data, a));
      CHECK_OK(theirs.encrypt_cbc(iv, data, b));
      CHECK_BYTES(a, b);
      CHECK_OK(ours.decrypt_cbc(iv, data, a));
      CHECK_OK(theirs.decrypt_cbc(iv, data, b));
      CHECK_BYTES(a, b);
      Bytes c(iv.size()), d(iv.size());
      CHECK_OK(ours.encrypt_block(iv, c));
      CHECK_OK(theirs.encrypt_block(iv, d));
      CHECK_BYTES(c, d);
    }
  }
}

TEST(Agreement, on_macs_over_parts) {
  for (std::size_t blocks = 1; blocks < 40; ++blocks) {
    const auto key = octets(16);
    const auto data = octets(8 * blocks);
    const auto cut = octets(1)[0] % data.size();
    const auto first = ByteView{data}.first(cut);
    const auto second = ByteView{data}.subspan(cut);
    CHECK_BYTES(openssl::RetailMac::create(key).value().compute({first, second}).value(),
                mbedtls::RetailMac::create(key).value().compute({second.first(0), data}).value());
  }
  for (const std::size_t key_size : {16U, 24U, 32U}) {
    const auto key = octets(key_size);
    const auto ours = openssl::Cmac::create(key).value();
    const auto theirs = mbedtls::Cmac::create(key).value();
    for (std::size_t size = 0; size < 100; ++size) {
      const auto data = octets(size);
      const auto cut = octets(1)[0] % (size + 1);
      CHECK_BYTES(ours.compute({data}).value(),
                  theirs.compute({ByteView{data}.first(cut), ByteView{data}.subspan(cut)}).value());
    }
  }
}
