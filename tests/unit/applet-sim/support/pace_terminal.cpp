#include "pace_terminal.h"

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

#include "harness.h"

namespace terminal {
namespace {

namespace crypto = cicada::crypto::openssl;
namespace base = cicada::base;
using namespace cicada::base::literals;

template <typename T>
T must(cicada::base::Result<T> result) {
  CHECK_OK(result);
  return std::move(*result);
}

Bytes exposed(const base::SecretBytes& secret) {
  return base::to_bytes(secret.expose());
}

Cipher cipher_of(unsigned arc) {
  return static_cast<Cipher>(arc - 1);
}

/// The value of the one object; fails the test when it is another.
Bytes value_of(ByteView octets, unsigned tag) {
  CHECK(octets.size() >= 2);
  LONGS_EQUAL(tag, octets[0]);
  std::size_t at = 2;
  std::size_t length = octets[1];
  if (octets[1] == 0x81) {
    length = octets[2];
    at = 3;
  } else if (octets[1] == 0x82) {
    length = static_cast<std::size_t>((octets[2] << 8U) | octets[3]);
    at = 4;
  }
  LONGS_EQUAL(octets.size(), at + length);
  return base::to_bytes(octets.subspan(at));
}

Bytes dynamic(unsigned tag, ByteView value) {
  return tlv(0x7C, tlv(tag, value));
}

}  // namespace

Bytes pace_oid(unsigned family, unsigned cipher) {
  return base::concat(
      {"04007F0007020204"_hex, Bytes{static_cast<std::uint8_t>(family), static_cast<std::uint8_t>(cipher)}});
}

Bytes ca_oid(unsigned family, unsigned cipher) {
  return base::concat(
      {"04007F0007020203"_hex, Bytes{static_cast<std::uint8_t>(family), static_cast<std::uint8_t>(cipher)}});
}

namespace {
std::variant<crypto::EcGroup, crypto::ModpGroup> make_group(unsigned domain) {
  if (domain < 3) return must(crypto::ModpGroup::create(static_cast<crypto::Modp>(domain)));
  return must(crypto::EcGroup::create(static_cast<crypto::Curve>(domain - 8)));
}
}  // namespace

Group::Group(unsigned domain) : group_(make_group(domain)) {}

Bytes Group::generator() const {
  return std::visit([](const auto& group) { return group.generator(); }, group_);
}

Bytes Group::random_key(base::Rng& rng) const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) return exposed(must(curve->random_scalar(rng)));
  return exposed(must(std::get<crypto::ModpGroup>(group_).random_exponent(rng)));
}

Bytes Group::multiply(ByteView scalar, ByteView element) const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) return must(curve->multiply(scalar, element));
  return must(std::get<crypto::ModpGroup>(group_).power(element, scalar));
}

Bytes Group::combine(ByteView a, ByteView b) const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) return must(curve->add(a, b));
  return must(std::get<crypto::ModpGroup>(group_).multiply(a, b));
}

Bytes Group::agree(ByteView scalar, ByteView element) const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) return exposed(must(curve->agree(scalar, element)));
  return exposed(must(std::get<crypto::ModpGroup>(group_).agree(scalar, element)));
}

Bytes Group::map(ByteView r) const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) {
    return must(curve->map_to_point(must(curve->reduce_to_field(r)).expose()));
  }
  return must(std::get<crypto::ModpGroup>(group_).map_to_element(r));
}

std::size_t Group::field_bits() const {
  if (const auto* curve = std::get_if<crypto::EcGroup>(&group_)) {
    return curve->curve() == crypto::Curve::p521 ? 521 : 8 * crypto::field_size(curve->curve());
  }
  return 8 * std::get<crypto::ModpGroup>(group_).size();
}

Bytes derive_key(Cipher cipher, ByteView secret, std::uint8_t counter) {
  const bool long_key = cipher == Cipher::aes192 || cipher == Cipher::aes256;
  auto key = must(crypto::hash(long_key ? crypto::HashAlgorithm::sha256 : crypto::HashAlgorithm::sha1,
                               base::concat({secret, Bytes{0, 0, 0, counter}})));
  key.resize(key_size(cipher));
  return key;
}

Messaging open_messaging(Cipher cipher, ByteView shared_secret) {
  return Messaging{cipher, derive_key(cipher, shared_secret, 1), derive_key(cipher, shared_secret, 2),
                   Bytes(block_size(cipher))};
}

Pace::Pace(Bytes oid, unsigned domain, ByteView password, std::uint64_t seed)
    : oid_(std::move(oid)), domain_(domain), cipher_(cipher_of(oid_[9])), group_(domain) {
  base::ReplayRng rng{seed};
  k_pi_ = derive_key(cipher_, password, 3);
  map_key = group_.random_key(rng);
  eph_key = group_.random_key(rng);
  t_.resize(key_size(cipher_));
  CHECK_OK(rng.fill(t_));
}

Bytes Pace::mse(unsigned reference, bool with_domain) const {
  auto data = base::concat({tlv(0x80, oid_), tlv(0x83, Bytes{static_cast<std::uint8_t>(reference)})});
  if (with_domain) base::append(data, tlv(0x84, Bytes{static_cast<std::uint8_t>(domain_)}));
  return data;
}

void Pace::take_nonce(ByteView answer) {
  const auto z = value_of(value_of(answer, 0x7C), 0x80);
  s_ = cbc(cipher_, k_pi_, Bytes(block_size(cipher_)), z, false);
}

Bytes Pace::map_request() const {
  return dynamic(0x81, integrated() ? t_ : group_.multiply(map_key, group_.generator()));
}

void Pace::take_map(ByteView answer) {
  const auto data = value_of(value_of(answer, 0x7C), 0x82);
  if (!integrated()) {
    chip_map_public_ = data;
    generator_ = group_.combine(group_.multiply(s_, group_.generator()), group_.multiply(map_key, data));
    return;
  }
  LONGS_EQUAL(0, data.size());
  const bool wide = key_size(cipher_) > 16;
  const auto c0 = wide ? "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676"_hex
                       : "A668892A7C41E3CA739F40B057D85904"_hex;
  const auto c1 = wide ? "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517"_hex
                       : "A4E136AC725F738B01C1F60217C188AD"_hex;
  const Bytes zero(block_size(cipher_));
  Bytes r;
  auto k = cbc(cipher_, t_, zero, s_, true);
  while (8 * r.size() < group_.field_bits() + 64) {
    k.resize(key_size(cipher_));
    base::append(r, cbc(cipher_, k, zero, c1, true));
    k = cbc(cipher_, k, zero, c0, true);
  }
  generator_ = group_.map(r);
}

Bytes Pace::agree_request() const {
  return dynamic(0x83, group_.multiply(eph_key, generator_));
}

void Pace::take_agree(ByteView answer) {
  chip_public = value_of(value_of(answer, 0x7C), 0x84);
  terminal_public = group_.multiply(eph_key, generator_);
  shared_ = group_.agree(eph_key, chip_public);
}

Bytes Pace::token(ByteView public_key) const {
  const auto object = tlv(0x7F49, base::concat({tlv(0x06, oid_), tlv(group_.is_curve() ? 0x86U : 0x84U, public_key)}));
  return mac(cipher_, derive_key(cipher_, shared_, 2), cipher_ == Cipher::tdes ? pad(object, 8) : object);
}

Bytes Pace::token_request() const {
  return dynamic(0x85, token(chip_public));
}

void Pace::take_token(ByteView answer) {
  const auto objects = value_of(answer, 0x7C);
  CHECK(objects.size() >= 10);
  CHECK_BYTES(tlv(0x86, token(terminal_public)), ByteView{objects}.first(10));
  rest = base::to_bytes(ByteView{objects}.subspan(10));
}

Messaging Pace::run(const Wire& wire, const Bytes& oid, unsigned domain, ByteView password, unsigned reference,
                    std::uint64_t seed) {
  Pace pace{oid, domain, password, seed};
  LONGS_EQUAL(0x9000, split(wire(encode(0x00, {.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = pace.mse(reference)}))).sw);
  const auto step = [&](std::uint8_t cla, const Bytes& data) {
    const auto answer = split(wire(encode(cla, {.ins = 0x86, .data = data, .le = 256})));
    LONGS_EQUAL(0x9000, answer.sw);
    return answer.data;
  };
  pace.take_nonce(step(0x10, nonce_request()));
  pace.take_map(step(0x10, pace.map_request()));
  pace.take_agree(step(0x10, pace.agree_request()));
  pace.take_token(step(0x00, pace.token_request()));
  return pace.messaging();
}

bool Pace::chip_proves(ByteView chip_public_key) const {
  const auto k_enc = derive_key(cipher_, shared_, 1);
  const auto iv = cbc(cipher_, k_enc, Bytes(16), Bytes(16, 0xFF), true);
  const auto data = unpad(cbc(cipher_, k_enc, iv, value_of(rest, 0x8A), false));
  return base::equal(chip_map_public_, group_.multiply(data, chip_public_key));
}

}  // namespace terminal
