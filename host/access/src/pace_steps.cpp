#include "cicada/host/access/pace_steps.h"

#include <algorithm>

#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::host::access::pace {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::MutableByteView;
using base::Result;
using base::SecretBytes;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;

namespace {

constexpr std::array<std::uint8_t, 16> kZeros{};
constexpr std::array<std::uint8_t, 8> kPaddingBlock = {0x80};
constexpr std::size_t kShortestNonce = 8;
constexpr std::size_t kLongestNonce = 32;
constexpr asn1::Tag kPublicKey = 0x7F49;
constexpr asn1::Tag kNumber = 0x84;
constexpr asn1::Tag kPoint = 0x86;

/// The constants of the pseudo-random function (9303-11 §4.4.3.3.2), l = 128 and l = 256.
constexpr std::array<std::uint8_t, 16> kC0For128 = {0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA,
                                                    0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04};
constexpr std::array<std::uint8_t, 16> kC1For128 = {0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B,
                                                    0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD};
constexpr std::array<std::uint8_t, 32> kC0For256 = {0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54,
                                                    0x98, 0x6D, 0xCA, 0x0A, 0x17, 0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA,
                                                    0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76};
constexpr std::array<std::uint8_t, 32> kC1For256 = {0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42,
                                                    0x3F, 0xCF, 0x39, 0xD6, 0x9B, 0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0,
                                                    0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17};
/// R(s, t) is this much longer than p, so that its remainder is as good as uniform.
constexpr std::size_t kExtraBits = 64;

CipherAlgorithm algorithm_of(KeyKind cipher) noexcept {
  switch (cipher) {
    case KeyKind::tdes: return CipherAlgorithm::tdes2;
    case KeyKind::aes128: return CipherAlgorithm::aes128;
    case KeyKind::aes192: return CipherAlgorithm::aes192;
    case KeyKind::aes256: return CipherAlgorithm::aes256;
  }
  return CipherAlgorithm::aes128;
}

ByteView zero_vector(KeyKind cipher) noexcept {
  return ByteView{kZeros}.first(block_size(algorithm_of(cipher)));
}

/// E(key, data) of the pseudo-random function: CBC, IV 0. A key that is longer than needed is cut (AES-192).
Result<SecretBytes> encrypt(KeyKind cipher, ByteView key, ByteView data) {
  const auto algorithm = algorithm_of(cipher);
  CICADA_TRY(const auto keyed, BlockCipher::create(algorithm, key.first(key_size(algorithm))));
  Bytes out(data.size());
  CICADA_CHECK(keyed.encrypt_cbc(zero_vector(cipher), data, out));
  return SecretBytes{std::move(out)};
}

}  // namespace

Result<SecretBytes> password_key(const PacePassword& password, KeyKind cipher) {
  return derive_key(password.expose(), cipher, KeyUse::password);
}

std::size_t integrated_nonce_size(KeyKind cipher) noexcept {
  return cipher == KeyKind::aes192 || cipher == KeyKind::aes256 ? 32 : 16;
}

std::size_t second_nonce_size(KeyKind cipher) noexcept {
  return key_size(algorithm_of(cipher));
}

Result<SecretBytes> decrypt_nonce(ByteView k_pi, KeyKind cipher, Mapping mapping, ByteView z) {
  const auto block = block_size(algorithm_of(cipher));
  const bool right = mapping == Mapping::integrated
                         ? z.size() == integrated_nonce_size(cipher)
                         : z.size() % block == 0 && z.size() >= kShortestNonce && z.size() <= kLongestNonce;
  if (!right) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the card's nonce has a length that its mapping does not have",
                       .clause = "9303-11 §4.4.3.3",
                       .at = z.size()});
  }
  CICADA_TRY(const auto keyed, BlockCipher::create(algorithm_of(cipher), k_pi));
  Bytes s(z.size());
  CICADA_CHECK(keyed.decrypt_cbc(zero_vector(cipher), z, s));
  return SecretBytes{std::move(s)};
}

Result<Bytes> map_generic(const PaceGroup& group, ByteView nonce, ByteView h) {
  CICADA_TRY(const auto s_g, group.multiply_generator(nonce));
  return group.combine(s_g, h);
}

Result<SecretBytes> pseudo_random(KeyKind cipher, ByteView s, ByteView t, std::size_t field_bits) {
  if (s.size() != integrated_nonce_size(cipher) || t.size() != second_nonce_size(cipher)) {
    return base::fail({.fault = Fault::bad_input, .what = "a nonce of integrated mapping has another length"});
  }
  const bool wide = s.size() == kC0For256.size();
  const ByteView c0 = wide ? ByteView{kC0For256} : ByteView{kC0For128};
  const ByteView c1 = wide ? ByteView{kC1For256} : ByteView{kC1For128};
  CICADA_TRY(auto key, encrypt(cipher, t, s));
  Bytes r;
  r.reserve((field_bits + kExtraBits) / 8 + s.size());  // never moved, so no copy stays behind
  while (r.size() * 8 < field_bits + kExtraBits) {
    CICADA_TRY(const auto x, encrypt(cipher, key.expose(), c1));
    base::append(r, x.expose());
    CICADA_TRY(key, encrypt(cipher, key.expose(), c0));
  }
  return SecretBytes{std::move(r)};
}

Result<Bytes> map_integrated(const PaceGroup& group, KeyKind cipher, ByteView s, ByteView t) {
  CICADA_TRY(const auto r, pseudo_random(cipher, s, t, group.field_bits()));
  return group.map_number(r.expose());
}

Result<SessionKeys> session_keys(ByteView shared_secret, KeyKind cipher) {
  CICADA_TRY(auto enc, derive_key(shared_secret, cipher, KeyUse::encryption));
  CICADA_TRY(auto mac, derive_key(shared_secret, cipher, KeyUse::authentication));
  return SessionKeys{.enc = std::move(enc), .mac = std::move(mac)};
}

Bytes token_input(const PaceProtocol& protocol, ByteView public_key) {
  const auto tag = protocol.agreement == KeyAgreement::ecdh ? kPoint : kNumber;
  return asn1::encode_tlv(kPublicKey, {protocol.oid.der(), asn1::encode_tlv(tag, public_key)});
}

Result<Token> token(ByteView ks_mac, KeyKind cipher, ByteView input) {
  if (cipher == KeyKind::tdes) {
    CICADA_TRY(const auto mac, crypto::openssl::RetailMac::create(ks_mac));
    return mac.compute({input, ByteView{kPaddingBlock}.first(8 - input.size() % 8)});
  }
  CICADA_TRY(const auto mac, crypto::openssl::Cmac::create(ks_mac));
  CICADA_TRY(const auto full, mac.compute({input}));
  Token cut{};
  std::copy_n(full.begin(), cut.size(), cut.begin());
  return cut;
}

Result<SecretBytes> decrypt_chip_authentication_data(ByteView ks_enc, KeyKind cipher, ByteView encrypted,
                                                     std::size_t order_size) {
  const auto bad = [](base::Literal what) {
    return base::fail({.fault = Fault::malformed, .what = what, .clause = "9303-11 §4.4.3.3.3"});
  };
  constexpr std::size_t kBlock = 16;
  if (cipher == KeyKind::tdes) {
    return base::fail({.fault = Fault::bad_input, .what = "chip authentication mapping has no 3DES"});
  }
  // The padding always adds an octet at least.
  if (encrypted.size() != (order_size / kBlock + 1) * kBlock)
    return bad("the chip authentication data have a wrong length");
  CICADA_TRY(const auto keyed, BlockCipher::create(algorithm_of(cipher), ks_enc));
  std::array<std::uint8_t, kBlock> minus_one{};
  std::ranges::fill(minus_one, std::uint8_t{0xFF});
  std::array<std::uint8_t, kBlock> iv{};
  CICADA_CHECK(keyed.encrypt_block(minus_one, iv));
  Bytes plain(encrypted.size());
  CICADA_CHECK(keyed.decrypt_cbc(iv, encrypted, plain));
  bool padded = plain[order_size] == 0x80;
  for (auto at = order_size + 1; at < plain.size(); ++at) padded = padded && plain[at] == 0;
  SecretBytes data = SecretBytes::copy_of(ByteView{plain}.first(order_size));
  base::wipe(plain);
  if (!padded) return bad("the padding of the chip authentication data is not 80 00..00");
  return data;
}

Result<sm::SecureMessaging> make_codec(SessionKeys keys, KeyKind cipher) {
  sm::KsEnc enc{std::move(keys.enc)};
  sm::KsMac mac{std::move(keys.mac)};
  if (cipher == KeyKind::tdes) return sm::SecureMessaging::tdes(std::move(enc), std::move(mac), sm::Ssc{8});
  return sm::SecureMessaging::aes(std::move(enc), std::move(mac), sm::Ssc{16});
}

}  // namespace cicada::host::access::pace
