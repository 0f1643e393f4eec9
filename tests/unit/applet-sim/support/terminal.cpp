#include "terminal.h"

#include "cicada/base/cursor.h"
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

Bytes cut(ByteView from, std::size_t offset, std::size_t count) {
  return base::to_bytes(from.subspan(offset, count));
}

Bytes xored(ByteView a, ByteView b) {
  Bytes out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = static_cast<std::uint8_t>(a[i] ^ b[i]);
  return out;
}

void append_length(Bytes& to, std::size_t length, bool extended) {
  if (extended) to.push_back(0);
  base::append_unsigned(to, length, extended ? 2 : 1);
}

Bytes cmac(ByteView key, ByteView data) {
  const auto full = must(must(crypto::Cmac::create(key)).compute({data}));
  return {full.begin(), full.end()};
}

Bytes derive(ByteView key, std::uint8_t constant, std::uint8_t bits, ByteView context) {
  Bytes input(11);
  base::append(input, Bytes{constant, 0, 0, bits, 1});
  base::append(input, context);
  auto out = cmac(key, input);
  out.resize(bits / 8U);
  return out;
}

Bytes aes(ByteView key, ByteView iv, ByteView data, bool encrypting) {
  const auto cipher = must(crypto::BlockCipher::create(crypto::CipherAlgorithm::aes128, key));
  Bytes out(data.size());
  CHECK_OK(encrypting ? cipher.encrypt_cbc(iv, data, out) : cipher.decrypt_cbc(iv, data, out));
  return out;
}

Bytes counter_icv(ByteView s_enc, std::uint8_t first, unsigned counter) {
  Bytes block(12);
  block[0] = first;
  base::append_unsigned(block, counter, 4);
  return aes(s_enc, Bytes(16), block, true);
}

}  // namespace

Response split(ByteView octets) {
  CHECK(octets.size() >= 2);
  const auto n = octets.size() - 2;
  return {.data = cut(octets, 0, n), .sw = static_cast<unsigned>((octets[n] << 8U) | octets[n + 1])};
}

Bytes encode(std::uint8_t cla, const Command& command) {
  Bytes out = {cla, command.ins, command.p1, command.p2};
  const bool extended = command.extended || command.data.size() > 255 || command.le.value_or(0) > 256;
  if (!command.data.empty()) {
    append_length(out, command.data.size(), extended);
    base::append(out, command.data);
  }
  if (command.le) {
    if (extended && command.data.empty()) out.push_back(0);
    base::append_unsigned(out, *command.le, extended ? 2 : 1);
  }
  return out;
}

Bytes tlv(unsigned tag, ByteView value) {
  Bytes out;
  base::append_unsigned(out, tag, tag > 0xFF ? 2 : 1);
  if (value.size() > 0xFF) {
    out.push_back(0x82);
  } else if (value.size() > 0x7F) {
    out.push_back(0x81);
  }
  base::append_unsigned(out, value.size(), value.size() > 0xFF ? 2 : 1);
  base::append(out, value);
  return out;
}

Bytes pad(ByteView data, std::size_t block) {
  auto out = base::to_bytes(data);
  out.push_back(0x80);
  while (out.size() % block != 0) out.push_back(0);
  return out;
}

Bytes unpad(Bytes data) {
  while (!data.empty() && data.back() == 0) data.pop_back();
  CHECK(!data.empty() && data.back() == 0x80);
  data.pop_back();
  return data;
}

Bytes tdes_encrypt(ByteView key, ByteView data) {
  Bytes out(data.size());
  CHECK_OK(must(crypto::BlockCipher::create(crypto::CipherAlgorithm::tdes2, key)).encrypt_cbc(Bytes(8), data, out));
  return out;
}

Bytes tdes_decrypt(ByteView key, ByteView data) {
  Bytes out(data.size());
  CHECK_OK(must(crypto::BlockCipher::create(crypto::CipherAlgorithm::tdes2, key)).decrypt_cbc(Bytes(8), data, out));
  return out;
}

Bytes retail_mac(ByteView key, ByteView padded) {
  const auto mac = must(must(crypto::RetailMac::create(key)).compute({padded}));
  return {mac.begin(), mac.end()};
}

Bytes kdf(ByteView seed, std::uint8_t counter) {
  auto key = must(crypto::hash(crypto::HashAlgorithm::sha1, base::concat({seed, Bytes{0, 0, 0, counter}})));
  key.resize(16);
  return key;
}

std::size_t block_size(Cipher cipher) {
  return cipher == Cipher::tdes ? 8 : 16;
}

std::size_t key_size(Cipher cipher) {
  return cipher == Cipher::aes192 ? 24 : cipher == Cipher::aes256 ? 32 : 16;
}

Bytes cbc(Cipher cipher, ByteView key, ByteView iv, ByteView data, bool encrypting) {
  const auto keyed = must(crypto::BlockCipher::create(static_cast<crypto::CipherAlgorithm>(cipher), key));
  Bytes out(data.size());
  CHECK_OK(encrypting ? keyed.encrypt_cbc(iv, data, out) : keyed.decrypt_cbc(iv, data, out));
  return out;
}

Bytes mac(Cipher cipher, ByteView key, ByteView data) {
  return cipher == Cipher::tdes ? retail_mac(key, data) : cut(cmac(key, data), 0, 8);
}

Bytes Messaging::iv(ByteView ssc) const {
  const Bytes zero(block_size(cipher_));
  return cipher_ == Cipher::tdes ? zero : cbc(cipher_, ks_enc_, zero, ssc, true);
}

Bytes Messaging::next(Bytes ssc) {
  for (auto octet = ssc.rbegin(); octet != ssc.rend(); ++octet) {
    if (++*octet != 0) break;
  }
  return ssc;
}

Bytes Messaging::mac_of(ByteView head, ByteView objects) const {
  return mac(cipher_, ks_mac_, pad(base::concat({ssc_, head, objects}), block_size(cipher_)));
}

Bytes Messaging::seal(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView objects, bool extended) {
  advance();
  const auto head = pad(Bytes{0x0C, ins, p1, p2}, block_size(cipher_));
  const auto data = base::concat({objects, tlv(0x8E, mac_of(head, objects))});
  return encode(0x0C,
                {.ins = ins, .p1 = p1, .p2 = p2, .data = data, .le = extended ? 65536 : 256, .extended = extended});
}

Bytes Messaging::wrap(const Command& command) {
  Bytes objects;
  if (!command.data.empty()) {
    const bool odd = (command.ins & 1U) != 0;
    objects = odd ? tlv(0x85, encrypt(command.data)) : tlv(0x87, base::concat({"01"_hex, encrypt(command.data)}));
  }
  if (command.le) {
    Bytes le;
    base::append_unsigned(le, *command.le, *command.le > 256 ? 2 : 1);
    base::append(objects, tlv(0x97, le));
  }
  return seal(command.ins, command.p1, command.p2, objects, command.extended);
}

std::optional<Response> Messaging::unwrap(ByteView octets) {
  const auto plain = split(octets);
  if (plain.data.empty()) return std::nullopt;
  advance();
  ByteView rest = plain.data;
  Response response;
  const auto mac_at = rest.size() - 10;
  CHECK_BYTES("8E08"_hex, rest.subspan(mac_at, 2));
  CHECK_BYTES(mac_of({}, rest.first(mac_at)), rest.subspan(mac_at + 2));
  if (rest[0] == 0x87 || rest[0] == 0x85) {
    const std::size_t lengths = rest[1] == 0x82 ? 3 : rest[1] == 0x81 ? 2 : 1;
    const std::size_t start = 1 + lengths + (rest[0] == 0x87 ? 1 : 0);
    if (rest[0] == 0x87) LONGS_EQUAL(1, rest[start - 1]);
    response.data = unpad(cbc(cipher_, ks_enc_, iv(ssc_), rest.subspan(start, mac_at - 4 - start), false));
  } else {
    LONGS_EQUAL(14, rest.size());
  }
  CHECK_BYTES("9902"_hex, rest.subspan(mac_at - 4, 2));
  response.sw = split(rest.subspan(mac_at - 4, 4)).sw;
  LONGS_EQUAL(plain.sw, response.sw);
  return response;
}

Response Messaging::transmit(const Wire& wire, const Command& command) {
  const auto answer = wire(wrap(command));
  auto unwrapped = unwrap(answer);
  secured = unwrapped.has_value();
  return unwrapped ? *unwrapped : split(answer);
}

Bytes bac_token(const AccessKeys& keys, ByteView rnd_ifd, ByteView rnd_ic, ByteView k_ifd) {
  const auto e_ifd = tdes_encrypt(keys.k_enc, base::concat({rnd_ifd, rnd_ic, k_ifd}));
  return base::concat({e_ifd, retail_mac(keys.k_mac, pad(e_ifd, 8))});
}

Messaging bac(const Wire& wire, const AccessKeys& keys) {
  const auto rnd_ifd = "1122334455667788"_hex;
  const auto k_ifd = "0102030405060708090A0B0C0D0E0F10"_hex;
  const auto challenge = split(wire("0084000008"_hex));
  LONGS_EQUAL(0x9000, challenge.sw);
  LONGS_EQUAL(8, challenge.data.size());
  const auto answer =
      split(wire(encode(0, {.ins = 0x82, .data = bac_token(keys, rnd_ifd, challenge.data, k_ifd), .le = 40})));
  LONGS_EQUAL(0x9000, answer.sw);
  LONGS_EQUAL(40, answer.data.size());
  CHECK_BYTES(retail_mac(keys.k_mac, pad(cut(answer.data, 0, 32), 8)), cut(answer.data, 32, 8));
  const auto r = tdes_decrypt(keys.k_enc, cut(answer.data, 0, 32));
  CHECK_BYTES(challenge.data, cut(r, 0, 8));
  CHECK_BYTES(rnd_ifd, cut(r, 8, 8));
  const auto seed = xored(k_ifd, cut(r, 16, 16));
  return {kdf(seed, 1), kdf(seed, 2), base::concat({cut(challenge.data, 4, 4), cut(rnd_ifd, 4, 4)})};
}

Channel Channel::begin(const Wire& wire, const TransportKeys& keys, ByteView host_challenge) {
  const auto answer =
      split(wire(encode(0x80, {.ins = 0x50, .p1 = 0x30, .data = base::to_bytes(host_challenge), .le = 256})));
  LONGS_EQUAL(0x9000, answer.sw);
  LONGS_EQUAL(32, answer.data.size());
  Channel channel;
  channel.initialize_update_answer = answer.data;
  channel.card_challenge = cut(answer.data, 13, 8);
  const auto context = base::concat({host_challenge, channel.card_challenge});
  channel.s_enc_ = derive(keys.enc, 0x04, 0x80, context);
  channel.s_mac_ = derive(keys.mac, 0x06, 0x80, context);
  channel.s_rmac_ = derive(keys.mac, 0x07, 0x80, context);
  CHECK_BYTES(derive(channel.s_mac_, 0x00, 0x40, context), cut(answer.data, 21, 8));
  channel.host_cryptogram = derive(channel.s_mac_, 0x01, 0x40, context);
  return channel;
}

Bytes Channel::external_authenticate(std::uint8_t level) {
  return seal(0x82, level, 0, host_cryptogram);
}

Channel Channel::open(const Wire& wire, const TransportKeys& keys) {
  auto channel = begin(wire, keys, "0011223344556677"_hex);
  CHECK_BYTES("9000"_hex, wire(channel.external_authenticate()));
  return channel;
}

Bytes Channel::seal(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView body) {
  const auto head = Bytes{0x84, ins, p1, p2, static_cast<std::uint8_t>(body.size() + 8)};
  chaining_ = cmac(s_mac_, base::concat({chaining_, head, body}));
  return base::concat({head, body, cut(chaining_, 0, 8)});
}

Bytes Channel::encrypt(ByteView padded) const {
  return aes(s_enc_, counter_icv(s_enc_, 0x00, counter_ + 1), padded, true);
}

Bytes Channel::wrap(const Command& command) {
  const auto body = command.data.empty() ? Bytes{} : encrypt(pad(command.data, 16));
  ++counter_;
  return seal(command.ins, command.p1, command.p2, body);
}

Response Channel::unwrap(ByteView octets) {
  auto response = split(octets);
  if (response.data.empty()) return response;
  const auto body = cut(response.data, 0, response.data.size() - 8);
  const auto status = cut(octets, octets.size() - 2, 2);
  CHECK_BYTES(cut(cmac(s_rmac_, base::concat({chaining_, body, status})), 0, 8), cut(response.data, body.size(), 8));
  if (body.empty()) return {.data = {}, .sw = response.sw};
  return {.data = unpad(aes(s_enc_, counter_icv(s_enc_, 0x80, counter_), body, false)), .sw = response.sw};
}

Response Channel::transmit(const Wire& wire, const Command& command) {
  return unwrap(wire(wrap(command)));
}

}  // namespace terminal
