// RSA signatures as some documents of the field have them. The rules of the standard are in rsa.cpp.
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/crypto/openssl/rsa.h"
#include "digest.h"
#include "rsa_state.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

struct DigestOid {
  HashAlgorithm hash;
  std::array<std::uint8_t, 9> content;
  std::uint8_t size;
};

constexpr std::array kDigestOids = {
    DigestOid{HashAlgorithm::sha1, {0x2B, 0x0E, 0x03, 0x02, 0x1A}, 5},
    DigestOid{HashAlgorithm::sha224, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04}, 9},
    DigestOid{HashAlgorithm::sha256, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, 9},
    DigestOid{HashAlgorithm::sha384, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02}, 9},
    DigestOid{HashAlgorithm::sha512, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}, 9},
};

constexpr std::size_t kLeastPadding = 8;  // RFC 8017 §9.2: octets of FF

/// SEQUENCE { SEQUENCE { OID }, OCTET STRING }
Bytes digest_info(HashAlgorithm hash, ByteView digest) {
  const auto& oid = *std::ranges::find(kDigestOids, hash, &DigestOid::hash);
  const auto algorithm_size = static_cast<std::uint8_t>(oid.size + 2);
  const auto digest_size = static_cast<std::uint8_t>(digest.size());
  Bytes info{0x30,    static_cast<std::uint8_t>(2 + algorithm_size + 2 + digest_size), 0x30, algorithm_size, 0x06,
             oid.size};
  base::append(info, ByteView{oid.content}.first(oid.size));
  info.insert(info.end(), {0x04, digest_size});
  base::append(info, digest);
  return info;
}

/// EMSA-PKCS1-v1_5: 00 01 FF ... FF 00 info; empty when it does not fit.
Bytes encoded_message(std::size_t size, ByteView info) {
  if (size < info.size() + kLeastPadding + 3) return {};
  Bytes message(size - info.size(), 0xFF);
  message[0] = 0x00;
  message[1] = 0x01;
  message.back() = 0x00;
  base::append(message, info);
  return message;
}

Result<void> check(HashAlgorithm hash, ByteView digest, ByteView signature, const EVP_PKEY& key) {
  if (digest.size() != hash_size(hash)) {
    return base::fail({.fault = Fault::bad_input, .what = "the digest has not the size of its hash function"});
  }
  if (std::cmp_not_equal(signature.size(), EVP_PKEY_get_size(&key))) {
    return base::fail({.fault = Fault::security, .what = "the signature is not as long as the modulus"});
  }
  return {};
}

}  // namespace

Result<void> RsaPublicKey::verify_pkcs1_without_null(HashAlgorithm hash, ByteView digest, ByteView signature) const {
  CICADA_CHECK(check(hash, digest, signature, *state_->key));
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  Bytes recovered(signature.size());
  auto size = recovered.size();
  if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_verify_recover(context.get(), recovered.data(), &size, signature.data(), signature.size()) != 1 ||
      size != recovered.size() || recovered != encoded_message(size, digest_info(hash, digest))) {
    return refused("the signature does not verify", Fault::security);
  }
  return {};
}

Result<void> RsaPublicKey::verify_pss_any_salt(HashAlgorithm hash, HashAlgorithm mgf_hash, ByteView digest,
                                               ByteView signature) const {
  CICADA_CHECK(check(hash, digest, signature, *state_->key));
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(hash)) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), digest_of(mgf_hash)) != 1 ||
      EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_AUTO) != 1) {
    return refused("RSA-PSS is not available with these parameters");
  }
  if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) != 1) {
    return refused("the signature does not verify", Fault::security);
  }
  return {};
}

}  // namespace cicada::crypto::openssl
