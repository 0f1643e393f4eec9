// The two sides of a session as template arguments, so that one list of primitives is measured over both crypto rooms.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::bench {

struct HostSide {
  using BlockCipher = crypto::openssl::BlockCipher;
  using CipherAlgorithm = crypto::openssl::CipherAlgorithm;
  using Cmac = crypto::openssl::Cmac;
  using Curve = crypto::openssl::Curve;
  using EcGroup = crypto::openssl::EcGroup;
  using HashAlgorithm = crypto::openssl::HashAlgorithm;
  using RetailMac = crypto::openssl::RetailMac;
  static constexpr bool kEncryptsResponses = false;
  static constexpr int kBacHashes = 5;
  static constexpr int kPaceHashes = 4;
};

struct CardSide {
  using BlockCipher = crypto::mbedtls::BlockCipher;
  using CipherAlgorithm = crypto::mbedtls::CipherAlgorithm;
  using Cmac = crypto::mbedtls::Cmac;
  using Curve = crypto::mbedtls::Curve;
  using EcGroup = crypto::mbedtls::EcGroup;
  using HashAlgorithm = crypto::mbedtls::HashAlgorithm;
  using RetailMac = crypto::mbedtls::RetailMac;
  static constexpr bool kEncryptsResponses = true;
  static constexpr int kBacHashes = 2;
  static constexpr int kPaceHashes = 3;
};

inline base::Bytes pattern(std::size_t size) {
  base::Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(0x1D * i + 3);
  return octets;
}

}  // namespace cicada::bench
