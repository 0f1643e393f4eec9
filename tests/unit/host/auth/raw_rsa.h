// The bare RSA operation with a private key, which no room of the host offers: what a chip does in active
// authentication, whatever it was given to sign.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <map>
#include <memory>
#include <stdexcept>

#include "cicada/base/bytes.h"

namespace cicada::test {

class RawRsa {
 public:
  /// A key of this size, made once in the program's life.
  static const RawRsa& of(unsigned bits, unsigned number = 0) {
    static std::map<std::pair<unsigned, unsigned>, RawRsa> keys;
    return keys.try_emplace({bits, number}, bits).first->second;
  }

  explicit RawRsa(unsigned bits) : key_(EVP_RSA_gen(bits), &EVP_PKEY_free) {
    if (key_ == nullptr) throw std::runtime_error("no RSA key");
  }
  [[nodiscard]] base::Bytes modulus() const { return number(OSSL_PKEY_PARAM_RSA_N); }
  [[nodiscard]] base::Bytes exponent() const { return number(OSSL_PKEY_PARAM_RSA_E); }
  /// A prime factor: 1 or 2.
  [[nodiscard]] base::Bytes factor(unsigned which) const {
    return number(which == 1 ? OSSL_PKEY_PARAM_RSA_FACTOR1 : OSSL_PKEY_PARAM_RSA_FACTOR2);
  }
  /// x^d mod n, as long as n.
  [[nodiscard]] base::Bytes power(base::ByteView x) const {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{EVP_PKEY_CTX_new(key_.get(), nullptr),
                                                                              &EVP_PKEY_CTX_free};
    base::Bytes out(x.size());
    std::size_t size = out.size();
    if (EVP_PKEY_decrypt_init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
        EVP_PKEY_decrypt(context.get(), out.data(), &size, x.data(), x.size()) != 1 || size != x.size()) {
      throw std::runtime_error("no RSA operation");
    }
    return out;
  }

 private:
  [[nodiscard]] base::Bytes number(const char* name) const {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) throw std::runtime_error("no RSA number");
    base::Bytes octets(static_cast<std::size_t>(BN_num_bytes(value)));
    BN_bn2bin(value, octets.data());
    BN_free(value);
    return octets;
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace cicada::test
