#include "fake_pace.h"

#include <algorithm>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::test {

using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using host::access::KeyAgreement;
using host::access::KeyKind;
using host::access::Mapping;

namespace {

CipherAlgorithm algorithm(KeyKind kind) {
  switch (kind) {
    case KeyKind::tdes: return CipherAlgorithm::tdes2;
    case KeyKind::aes128: return CipherAlgorithm::aes128;
    case KeyKind::aes192: return CipherAlgorithm::aes192;
    case KeyKind::aes256: return CipherAlgorithm::aes256;
  }
  return CipherAlgorithm::aes128;
}

bool is_long(KeyKind kind) {
  return kind == KeyKind::aes192 || kind == KeyKind::aes256;
}

Answer wrapped(std::uint8_t tag, ByteView value) {
  return {.data = asn1::encode_tlv(0x7C, asn1::encode_tlv(tag, value))};
}

}  // namespace

FakePace::FakePace(host::access::PaceOffer chosen, Bytes password_octets, std::uint64_t seed)
    : offer(std::move(chosen)),
      secret(std::move(password_octets)),
      group_(host::access::PaceGroup::create(offer.domain).value()),
      rng_(seed) {}

Bytes FakePace::key_for(std::uint8_t counter, ByteView from) const {
  auto input = base::to_bytes(from);
  base::append(input, Bytes{0, 0, 0, counter});
  const auto kind = offer.protocol.cipher;
  auto key = hash(is_long(kind) ? HashAlgorithm::sha256 : HashAlgorithm::sha1, input).value();
  key.resize(key_size(algorithm(kind)));
  return key;
}

Bytes FakePace::mac(ByteView key, Bytes input) const {
  if (offer.protocol.cipher == KeyKind::tdes) {
    input.push_back(0x80);
    while (input.size() % 8 != 0) input.push_back(0);
    const auto tag = RetailMac::create(key).value().compute({input}).value();
    return {tag.begin(), tag.end()};
  }
  const auto tag = Cmac::create(key).value().compute({input}).value();
  return {tag.begin(), tag.begin() + 8};
}

Bytes FakePace::encrypt(ByteView key, ByteView data) const {
  const auto kind = algorithm(offer.protocol.cipher);
  Bytes out(data.size());
  BlockCipher::create(kind, key.first(key_size(kind))).value().encrypt_cbc(Bytes(block_size(kind)), data, out).value();
  return out;
}

Bytes FakePace::static_public_key() const {
  return group_.multiply_generator(static_key).value();
}

Bytes FakePace::card_access() const {
  const auto info =
      asn1::encode_tlv(0x30, {offer.protocol.oid.der(), "020102"_hex,
                              asn1::encode_tlv(0x02, Bytes{static_cast<std::uint8_t>(offer.parameter_id)})});
  return asn1::encode_tlv(0x31, info);
}

Answer FakePace::process(const PlainCommand& command) {
  if (command.ins == 0x22) return set_template(command);
  const auto data = asn1::read_only(command.data, 0x7C);
  if (!data) return {.sw = 0x6A80};
  // The last command of the chain says that it is the last.
  if ((command.cla == 0x10) != (stage_ < 3) || stage_ < 0) return {.sw = 0x6985};
  if (stage_ == 0) return data->value.empty() ? give_nonce() : Answer{.sw = 0x6A80};
  constexpr std::array<std::uint8_t, 4> kTags = {0, 0x81, 0x83, 0x85};
  const auto object = asn1::read_only(data->value, kTags.at(static_cast<std::size_t>(stage_)));
  if (!object) return {.sw = 0x6A80};
  switch (stage_) {
    case 1: return map(object->value);
    case 2: return agree(object->value);
    default: return authenticate(object->value);
  }
}

Answer FakePace::set_template(const PlainCommand& command) {
  stage_ = -1;
  const auto wanted = base::concat({asn1::encode_tlv(0x80, offer.protocol.oid.content()), Bytes{0x83, 0x01, password},
                                    Bytes{0x84, 0x01, static_cast<std::uint8_t>(offer.parameter_id)}});
  if (command.p1 != 0xC1 || command.p2 != 0xA4 || command.data != wanted) return {.sw = 0x6A80};
  stage_ = 0;
  ++runs_;
  return {.sw = template_sw};
}

Answer FakePace::give_nonce() {
  const auto kind = offer.protocol.cipher;
  auto size = nonce_size;
  if (size == 0) size = offer.protocol.mapping == Mapping::integrated && is_long(kind) ? 32 : 16;
  nonce_.assign(size, 0);
  rng_.fill(nonce_).value();
  stage_ = 1;
  const auto k_pi = key_for(3, secret);
  const auto block = block_size(algorithm(kind));
  if (size % block != 0) return wrapped(0x80, nonce_);
  return wrapped(0x80, encrypt(k_pi, nonce_));
}

/// R(s, t): blocks E(k_i, c1) with k_0 = E(t, s) and k_i+1 = E(k_i, c0).
Bytes FakePace::prf(ByteView t) const {
  const bool wide = is_long(offer.protocol.cipher);
  const auto c0 = wide ? "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676"_hex
                       : "A668892A7C41E3CA739F40B057D85904"_hex;
  const auto c1 = wide ? "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517"_hex
                       : "A4E136AC725F738B01C1F60217C188AD"_hex;
  Bytes out;
  for (auto key = encrypt(t, nonce_); out.size() * 8 < group_.field_bits() + 64; key = encrypt(key, c0)) {
    base::append(out, encrypt(key, c1));
  }
  return out;
}

Bytes FakePace::shown(std::size_t n, ByteView own, ByteView readers) const {
  if (instead_of_key) {
    if (auto other = instead_of_key(n, readers)) return *other;
  }
  return base::to_bytes(own);
}

Answer FakePace::map(ByteView value) {
  stage_ = 2;
  if (offer.protocol.mapping == Mapping::integrated) {
    generator_ = group_.map_number(prf(value)).value();
    return answers_second_nonce_with_nothing ? Answer{.data = "7C00"_hex} : wrapped(0x82, {});
  }
  if (!group_.check(value)) return {.sw = 0x6A80};
  mapping_secret_ = base::to_bytes(group_.random_scalar(rng_).value().expose());
  const auto h = group_.multiply(mapping_secret_, value).value();
  generator_ = group_.combine(group_.multiply_generator(nonce_).value(), h).value();
  return wrapped(0x82, shown(1, group_.multiply_generator(mapping_secret_).value(), value));
}

Answer FakePace::agree(ByteView value) {
  stage_ = 3;
  if (!group_.check(value)) return {.sw = 0x6A80};
  const auto key = group_.random_scalar(rng_).value();
  readers_key_ = base::to_bytes(value);
  own_key_ = group_.multiply(key.expose(), generator_).value();
  const auto shared = group_.agree(key.expose(), value).value();
  ks_enc_ = key_for(1, shared.expose());
  ks_mac_ = key_for(2, shared.expose());
  return wrapped(0x84, shown(2, own_key_, value));
}

Bytes FakePace::token_over(ByteView key) const {
  const std::uint8_t tag = offer.protocol.agreement == KeyAgreement::ecdh ? 0x86 : 0x84;
  return mac(ks_mac_, asn1::encode_tlv(0x7F49, {offer.protocol.oid.der(), asn1::encode_tlv(tag, key)}));
}

Bytes FakePace::chip_data() const {
  const auto group = EcGroup::create(std::get<Curve>(offer.domain)).value();
  const auto ratio = group.divide(mapping_secret_, static_key).value();
  auto data = base::to_bytes(ratio.expose());
  data.push_back(0x80);
  while (data.size() % 16 != 0) data.push_back(0);
  const auto cipher = BlockCipher::create(algorithm(offer.protocol.cipher), ks_enc_).value();
  Bytes iv(16);
  cipher.encrypt_block(Bytes(16, 0xFF), iv).value();
  cipher.encrypt_cbc(iv, data, data).value();
  return data;
}

Answer FakePace::authenticate(ByteView token) {
  stage_ = -1;
  if (!base::equal(token, token_over(own_key_))) return {.sw = wrong_token_sw};
  auto objects = asn1::encode_tlv(0x86, token_over(readers_key_));
  Bytes behind;
  if (!car.empty()) asn1::append_tlv(behind, 0x87, car);
  if (!previous_car.empty()) asn1::append_tlv(behind, 0x88, previous_car);
  if (offer.protocol.mapping == Mapping::chip_authentication) asn1::append_tlv(behind, 0x8A, chip_data());
  objects = token_comes_last ? base::concat({behind, objects}) : base::concat({objects, behind});
  const bool aes = offer.protocol.cipher != KeyKind::tdes;
  session_.emplace(aes, ks_enc_, ks_mac_, Bytes(aes ? 16 : 8));
  return {.data = asn1::encode_tlv(0x7C, objects)};
}

}  // namespace cicada::test
