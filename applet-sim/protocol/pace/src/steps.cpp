#include "cicada/applet_sim/protocol/pace/steps.h"

#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::protocol::pace {
namespace {

using agreement::Kind;
using agreement::Mapping;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::Cmac;
using crypto::mbedtls::RetailMac;

constexpr std::size_t kShortSize = 16;
constexpr std::size_t kLongSize = 32;
constexpr std::size_t kMargin = 64;  // bits of R beyond the field's
constexpr std::size_t kMaxBlock = 16;
constexpr std::array<std::uint8_t, kMaxBlock> kZeroIv{};
constexpr std::array<std::uint8_t, kMaxBlock> kPadding = {0x80};

using Constant = std::array<std::uint8_t, kLongSize>;
/// 9303-11 §4.4.3.3.2; the shorter ones are used with l = 128.
constexpr Constant kC0Short = {0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA,
                               0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04};
constexpr Constant kC1Short = {0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B,
                               0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD};
constexpr Constant kC0Long = {0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54,
                              0x98, 0x6D, 0xCA, 0x0A, 0x17, 0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA,
                              0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76};
constexpr Constant kC1Long = {0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42,
                              0x3F, 0xCF, 0x39, 0xD6, 0x9B, 0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0,
                              0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17};

bool long_key(sm::Algorithm cipher) noexcept {
  return cipher == sm::Algorithm::aes192 || cipher == sm::Algorithm::aes256;
}

std::size_t key_size(sm::Algorithm cipher) noexcept {
  return crypto::mbedtls::key_size(sm::cipher_of(cipher));
}

base::ByteView zero_iv(sm::Algorithm cipher) noexcept {
  return base::ByteView{kZeroIv}.first(crypto::mbedtls::block_size(sm::cipher_of(cipher)));
}

/// E(key, data) in CBC mode with IV 0.
base::Result<base::SecretBytes> encrypt(sm::Algorithm cipher, base::ByteView key, base::ByteView data) {
  CICADA_TRY(const auto keyed, BlockCipher::create(sm::cipher_of(cipher), key));
  base::Bytes out(data.size());
  CICADA_CHECK(keyed.encrypt_cbc(zero_iv(cipher), data, out));
  return base::SecretBytes{std::move(out)};
}

}  // namespace

std::size_t nonce_size(const Suite& suite) noexcept {
  return suite.mapping == Mapping::integrated && long_key(suite.cipher) ? kLongSize : kShortSize;
}

std::size_t terminal_nonce_size(const Suite& suite) noexcept {
  return key_size(suite.cipher);
}

base::Result<base::Bytes> encrypt_nonce(sm::Algorithm cipher, base::ByteView k_pi, base::ByteView s) {
  CICADA_TRY(const auto z, encrypt(cipher, k_pi, s));
  return base::to_bytes(z.expose());
}

base::Result<base::Bytes> map_generic(const Domain& domain, base::ByteView s, base::ByteView h) {
  CICADA_TRY(const auto product, domain.multiply(s, domain.generator()));
  return domain.combine(product, h);
}

base::Result<base::SecretBytes> pseudo_random(sm::Algorithm cipher, base::ByteView s, base::ByteView t,
                                              std::size_t field_bits) {
  const auto l = long_key(cipher) ? kLongSize : kShortSize;
  if (s.size() != l || t.size() != key_size(cipher)) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a nonce of another length"});
  }
  const auto c0 = base::ByteView{l == kLongSize ? kC0Long : kC0Short}.first(l);
  const auto c1 = base::ByteView{l == kLongSize ? kC1Long : kC1Short}.first(l);
  const auto count = (field_bits + kMargin + 8 * l - 1) / (8 * l);
  base::Bytes joined;
  joined.reserve(count * l);
  CICADA_TRY(auto k, encrypt(cipher, t, s));
  for (std::size_t i = 0; i < count; ++i) {
    // AES-192 uses the first 24 of 32 octets as its key.
    const auto key = k.expose().first(key_size(cipher));
    CICADA_TRY(const auto x, encrypt(cipher, key, c1));
    base::append(joined, x.expose());
    CICADA_TRY(k, encrypt(cipher, key, c0));
  }
  return base::SecretBytes{std::move(joined)};
}

base::Result<base::Bytes> map_integrated(const Domain& domain, sm::Algorithm cipher, base::ByteView s,
                                         base::ByteView t) {
  CICADA_TRY(const auto r, pseudo_random(cipher, s, t, domain.field_bits()));
  if (domain.kind() == Kind::dh) return domain.field()->map_to_element(r.expose());
  CICADA_TRY(const auto element, domain.curve()->reduce_to_field(r.expose()));
  return domain.curve()->map_to_point(element.expose());
}

base::Result<Token> token(const sm::SessionKeys& keys, base::ByteView public_key_object) {
  if (keys.algorithm == sm::Algorithm::tdes) {
    CICADA_TRY(const auto mac, RetailMac::create(keys.ks_mac.expose()));
    const auto padding = base::ByteView{kPadding}.first(kTokenSize - public_key_object.size() % kTokenSize);
    return mac.compute({public_key_object, padding});
  }
  CICADA_TRY(const auto mac, Cmac::create(keys.ks_mac.expose()));
  CICADA_TRY(const auto full, mac.compute({public_key_object}));
  Token cut{};
  std::copy_n(full.begin(), cut.size(), cut.begin());
  return cut;
}

base::Result<base::SecretBytes> chip_authentication_data(const Domain& domain, base::ByteView chip_key,
                                                         base::ByteView mapping_key) {
  if (domain.kind() == Kind::dh) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "chip authentication mapping is defined on curves",
                       .clause = "9303-11 §4.4.3"});
  }
  return domain.curve()->divide(mapping_key, chip_key);
}

base::Result<base::Bytes> encrypt_chip_authentication_data(const sm::SessionKeys& keys, base::ByteView data) {
  CICADA_TRY(const auto cipher, BlockCipher::create(sm::cipher_of(keys.algorithm), keys.ks_enc.expose()));
  std::array<std::uint8_t, kMaxBlock> iv{};
  iv.fill(0xFF);
  CICADA_CHECK(cipher.encrypt_block(iv, iv));
  auto padded = base::to_bytes(data);
  base::append(padded, base::ByteView{kPadding}.first(kMaxBlock - data.size() % kMaxBlock));
  const base::Wiper wiper{padded};
  base::Bytes encrypted(padded.size());
  CICADA_CHECK(cipher.encrypt_cbc(iv, padded, encrypted));
  return encrypted;
}

}  // namespace cicada::applet_sim::protocol::pace
