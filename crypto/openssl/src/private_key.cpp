#include "cicada/crypto/openssl/private_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "curve.h"
#include "ec_state.h"
#include "rsa_state.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;

// A key file has one key and perhaps its certificates; more blocks than this are not a key file.
constexpr int kMaxPemBlocks = 32;
constexpr std::size_t kMaxPemSize = 1024UL * 1024;

/// What PEM_read_bio_ex() allocates: three pieces, the last one secret.
struct PemBlock {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* content = nullptr;
  long size = 0;

  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  PemBlock(PemBlock&&) = delete;
  PemBlock& operator=(PemBlock&&) = delete;
  ~PemBlock() {
    OPENSSL_secure_free(name);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(content, static_cast<std::size_t>(size));
  }
};

Result<Pkey> decode(const PemBlock& block) {
  const auto* next = static_cast<const unsigned char*>(block.content);
  const Pkcs8 info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &next, block.size)};
  if (!info || next != block.content + block.size) return refused("not a PKCS#8 private key", Fault::malformed);
  Pkey key{EVP_PKCS82PKEY(info.get())};
  if (!key) return refused("not a private key that can be used", Fault::malformed);
  return key;
}

Result<Pkey> read_pem(ByteView pem) {
  if (pem.size() > kMaxPemSize) return base::fail({.fault = Fault::limit, .what = "more than 1 MiB of PEM"});
  if (pem.empty()) return refused("the key file is empty", Fault::malformed);
  const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) return refused("out of memory");
  for (int i = 0; i < kMaxPemBlocks; ++i) {
    PemBlock block;
    if (PEM_read_bio_ex(bio.get(), &block.name, &block.header, &block.content, &block.size, PEM_FLAG_SECURE) != 1) {
      break;
    }
    if (std::string_view{block.name} == PEM_STRING_PKCS8INF) return decode(block);
  }
  return refused("no \"BEGIN PRIVATE KEY\" block", Fault::malformed);
}

Result<Curve> curve_of(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &size) == 1) {
    if (const auto curve = curve_by_library_name({name.data(), size})) return *curve;
  }
  return refused("the key is on a curve that is not supported", Fault::unsupported);
}

/// The point that the file gives must be the one that belongs to the private number.
Result<void> check_point(const EVP_PKEY& key, const EcPrivateKey& rebuilt) {
  Bytes given(rebuilt.public_point().size());
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(&key, OSSL_PKEY_PARAM_PUB_KEY, given.data(), given.size(), &size) != 1) {
    return refused("the key has no public point", Fault::malformed);
  }
  CICADA_TRY(const auto point, EcPublicKey::create(rebuilt.curve(), ByteView{given}.first(size)));
  if (point.point() != rebuilt.public_point()) {
    return base::fail({.fault = Fault::malformed, .what = "the public point does not belong to the private key"});
  }
  return {};
}

/// The same for RSA: what the private half signs, the public half accepts.
Result<void> check_pair(const RsaPrivateKey& key) {
  CICADA_TRY(const auto half, RsaPublicKey::create(key.modulus(), key.exponent()));
  const Bytes digest(hash_size(HashAlgorithm::sha256));
  const auto signature = key.sign_pkcs1(HashAlgorithm::sha256, digest);
  if (!signature || !half.verify_pkcs1(HashAlgorithm::sha256, digest, *signature)) {
    return base::fail({.fault = Fault::malformed, .what = "the numbers of the RSA key do not belong together"});
  }
  return {};
}

}  // namespace

Result<PrivateKey> PrivateKey::from_pem(ByteView pem) {
  CICADA_TRY(auto key, read_pem(pem));
  if (EVP_PKEY_is_a(key.get(), "EC") == 1) {
    CICADA_TRY(const auto curve, curve_of(*key));
    CICADA_TRY(const auto scalar, private_scalar(*key, curve));
    CICADA_TRY(auto ec, EcPrivateKey::create(curve, scalar.expose()));
    CICADA_CHECK(check_point(*key, ec));
    return PrivateKey{std::move(ec)};
  }
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    CICADA_TRY(auto rsa,
               RsaPrivateKey::adopt(std::make_unique<RsaPrivateKey::State>(Bytes{}, Bytes{}, std::move(key))));
    CICADA_CHECK(check_pair(rsa));
    return PrivateKey{std::move(rsa)};
  }
  return base::fail({.fault = Fault::unsupported, .what = "neither an EC nor an RSA key"});
}

Result<SecretBytes> PrivateKey::to_pem() const {
  const auto* key = ec() != nullptr ? ec()->state_->key.get() : rsa()->state_->key.get();
  // A memory BIO wipes its buffer when it grows and when it goes.
  const Bio bio{BIO_new(BIO_s_mem())};
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return refused("the key cannot be written");
  }
  Bytes text(BIO_ctrl_pending(bio.get()));
  std::size_t read = 0;
  if (BIO_read_ex(bio.get(), text.data(), text.size(), &read) != 1 || read != text.size()) {
    return refused("the key cannot be written");
  }
  return SecretBytes{std::move(text)};
}

}  // namespace cicada::crypto::openssl
