#include "cicada/host/gp/key_check.h"

#include <algorithm>

#include "cicada/crypto/openssl/cipher.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;

namespace {

Result<CipherAlgorithm> cipher_for(KeyType type, std::size_t key_size) {
  if (type == KeyType::tdes && key_size == 16) return CipherAlgorithm::tdes2;
  if (type == KeyType::aes && key_size == 16) return CipherAlgorithm::aes128;
  if (type == KeyType::aes && key_size == 24) return CipherAlgorithm::aes192;
  if (type == KeyType::aes && key_size == 32) return CipherAlgorithm::aes256;
  return fail({.fault = Fault::bad_input,
               .what = "a key of this type does not have so many octets",
               .clause = "GP Card Specification §11.1.8",
               .at = key_size});
}

}  // namespace

Result<KeyCheckValue> key_check_value(KeyType type, ByteView key) {
  CICADA_TRY(const auto algorithm, cipher_for(type, key.size()));
  CICADA_TRY(const auto cipher, BlockCipher::create(algorithm, key));
  base::Bytes block(crypto::openssl::block_size(algorithm), type == KeyType::aes ? 0x01 : 0x00);
  CICADA_CHECK(cipher.encrypt_block(base::to_bytes(block), block));
  KeyCheckValue value{};
  std::copy_n(block.begin(), value.size(), value.begin());
  return value;
}

Result<base::Bytes> key_data_field(const SecureChannel& channel, KeyType type, ByteView key) {
  CICADA_TRY(const auto check, key_check_value(type, key));
  CICADA_TRY(const auto encrypted, channel.encrypt_key(key));
  base::Bytes field{static_cast<std::uint8_t>(type)};
  if (type == KeyType::aes) {
    field.push_back(static_cast<std::uint8_t>(encrypted.size() + 1));
    field.push_back(static_cast<std::uint8_t>(key.size()));
  } else {
    field.push_back(static_cast<std::uint8_t>(encrypted.size()));
  }
  base::append(field, encrypted);
  field.push_back(static_cast<std::uint8_t>(check.size()));
  base::append(field, check);
  return field;
}

}  // namespace cicada::host::gp
