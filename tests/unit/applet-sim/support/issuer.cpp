#include "issuer.h"

#include "cards.h"

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"

#include "harness.h"

namespace issuer {
namespace {

namespace base = cicada::base;
namespace crypto = cicada::crypto::openssl;
using namespace cicada::base::literals;
using crypto::CipherAlgorithm;
using terminal::pad;

const Bytes kDomain = "A000000151000000"_hex;

template <typename T>
T must(base::Result<T> result) {
  CHECK_OK(result);
  return std::move(*result);
}

Bytes cut(ByteView from, std::size_t offset, std::size_t count) {
  return base::to_bytes(from.subspan(offset, count));
}

Bytes crypt(CipherAlgorithm algorithm, ByteView key, ByteView iv, ByteView data, bool encrypting) {
  const auto cipher = must(crypto::BlockCipher::create(algorithm, key));
  Bytes out(data.size());
  CHECK_OK(encrypting ? cipher.encrypt_cbc(iv, data, out) : cipher.decrypt_cbc(iv, data, out));
  return out;
}

CipherAlgorithm aes(ByteView key) {
  return key.size() == 32   ? CipherAlgorithm::aes256
         : key.size() == 24 ? CipherAlgorithm::aes192
                            : CipherAlgorithm::aes128;
}

Bytes cmac(ByteView key, ByteView data) {
  const auto full = must(must(crypto::Cmac::create(key)).compute({data}));
  return {full.begin(), full.end()};
}

/// Amendment D §4.1.5.
Bytes kdf(ByteView key, std::uint8_t constant, std::size_t size, ByteView context) {
  Bytes out;
  for (std::uint8_t i = 1; out.size() < size; ++i) {
    Bytes input(11);
    base::append(input, Bytes{constant, 0});
    base::append_unsigned(input, size * 8, 2);
    input.push_back(i);
    base::append(input, context);
    base::append(out, cmac(key, input));
  }
  out.resize(size);
  return out;
}

Bytes des(ByteView key, ByteView data) {
  return crypt(CipherAlgorithm::tdes2, key, Bytes(8), data, true);
}

/// Single DES is 3DES with one key.
Bytes single(ByteView key, ByteView block) {
  return des(base::concat({key.first(8), key.first(8)}), block);
}

Bytes scp02_mac(ByteView key, ByteView icv, Bytes data) {
  data = pad(data, 8);
  for (std::size_t i = 0; i < 8; ++i) data[i] = static_cast<std::uint8_t>(data[i] ^ icv[i]);
  return terminal::retail_mac(key, data);
}

}  // namespace

Keys keys(std::size_t size, std::uint8_t version) {
  Keys made{.enc = Bytes(size), .mac = Bytes(size), .dek = Bytes(size), .version = version};
  for (std::size_t i = 0; i < size; ++i) {
    made.enc[i] = static_cast<std::uint8_t>(3 * i + version);
    made.mac[i] = static_cast<std::uint8_t>(5 * i + version + 1U);
    made.dek[i] = static_cast<std::uint8_t>(7 * i + version + 2U);
  }
  return made;
}

sim::kernel::BlankCard blank(Application application, Protocol protocol, std::uint8_t option, const Keys& with) {
  using base::SecretBytes;
  auto state = sim::manager::delivered(application, protocol, option,
                                       {.version = with.version,
                                        .enc = SecretBytes::copy_of(with.enc),
                                        .mac = SecretBytes::copy_of(with.mac),
                                        .dek = SecretBytes::copy_of(with.dek)});
  CHECK_OK(state);
  return {.serial = {0xC1, 0xCA, 0xDA, 1, 2, 3, 4, 5, 6, 0x07}, .transport_keys = {}, .manager = std::move(*state)};
}

void Channel::derive(const Keys& keys, ByteView host_challenge) {
  const auto& answer = initialize_update_answer;
  scp02_ = answer[11] == 2;
  if (scp02_) {
    LONGS_EQUAL(28, answer.size());
    const auto card = cut(answer, 12, 8);  // counter and challenge
    const auto session = [&](ByteView key, const Bytes& constant) {
      return des(key, base::concat({constant, cut(answer, 12, 2), Bytes(12)}));
    };
    s_enc_ = session(keys.enc, "0182"_hex);
    s_mac_ = session(keys.mac, "0101"_hex);
    dek_ = session(keys.dek, "0181"_hex);
    const auto cryptogram = [&](const Bytes& data) { return cut(des(s_enc_, pad(data, 8)), 16, 8); };
    card_cryptogram_ = cryptogram(base::concat({host_challenge, card}));
    host_cryptogram = cryptogram(base::concat({card, host_challenge}));
    chaining_ = Bytes(8);
    CHECK_BYTES(card_cryptogram_, cut(answer, 20, 8));
    return;
  }
  size_ = (answer[12] & 1U) != 0 ? 16 : 8;
  const bool counted = (answer[12] & 0x10U) != 0;
  LONGS_EQUAL(13 + 2 * size_ + (counted ? 3 : 0), answer.size());
  const auto challenge = cut(answer, 13, size_);
  if (counted) {
    CHECK_BYTES(kdf(keys.enc, 0x02, size_, base::concat({cut(answer, 13 + 2 * size_, 3), kDomain})), challenge);
  }
  const auto context = base::concat({host_challenge, challenge});
  s_enc_ = kdf(keys.enc, 0x04, keys.enc.size(), context);
  s_mac_ = kdf(keys.mac, 0x06, keys.mac.size(), context);
  s_rmac_ = kdf(keys.mac, 0x07, keys.mac.size(), context);
  dek_ = keys.dek;
  chaining_ = Bytes(16);
  host_cryptogram = kdf(s_mac_, 0x01, size_, context);
  CHECK_BYTES(kdf(s_mac_, 0x00, size_, context), cut(answer, 13 + size_, size_));
}

Channel Channel::taken(const Keys& keys, ByteView host_challenge, ByteView answer) {
  const auto response = terminal::split(answer);
  LONGS_EQUAL(0x9000, response.sw);
  Channel channel;
  channel.initialize_update_answer = response.data;
  LONGS_EQUAL(keys.version, response.data[10]);
  channel.derive(keys, host_challenge);
  return channel;
}

Channel Channel::begin(const terminal::Wire& wire, const Keys& keys, std::size_t size, std::uint8_t version) {
  Bytes challenge(size);
  for (std::size_t i = 0; i < size; ++i) challenge[i] = static_cast<std::uint8_t>(0x40 + i);
  return taken(keys, challenge,
               wire(terminal::encode(0x80, {.ins = 0x50, .p1 = version, .data = challenge, .le = 256})));
}

Bytes Channel::external_authenticate(std::uint8_t level) {
  level_ = level;
  return seal(Bytes{0x84, 0x82, level, 0}, host_cryptogram, host_cryptogram);
}

Channel Channel::open(const terminal::Wire& wire, const Keys& keys, std::uint8_t level, std::size_t size,
                      std::uint8_t version) {
  auto channel = begin(wire, keys, size, version);
  CHECK_BYTES("9000"_hex, wire(channel.external_authenticate(level)));
  return channel;
}

Bytes Channel::seal(ByteView head, ByteView body, ByteView covered) {
  auto octets = base::to_bytes(head);
  if (scp02_) {
    octets.push_back(static_cast<std::uint8_t>(covered.size() + 8));
    const auto icv = first_ ? chaining_ : single(s_mac_, chaining_);
    first_ = false;
    chaining_ = scp02_mac(s_mac_, icv, base::concat({octets, covered}));
    octets.back() = static_cast<std::uint8_t>(body.size() + 8);
    return base::concat({octets, body, chaining_});
  }
  octets.push_back(static_cast<std::uint8_t>(body.size() + size_));
  base::append(octets, body);
  chaining_ = cmac(s_mac_, base::concat({chaining_, octets}));
  return base::concat({octets, ByteView{chaining_}.first(size_)});
}

Bytes Channel::vector(std::uint8_t first) const {
  Bytes block(12);
  block[0] = first;
  base::append_unsigned(block, counter_, 4);
  return crypt(aes(s_enc_), s_enc_, Bytes(16), block, true);
}

Bytes Channel::wrap(const terminal::Command& command) {
  if (level_ == 0) return terminal::encode(0x80, command);
  ++counter_;
  auto body = command.data;
  if ((level_ & 0x02U) != 0 && !body.empty()) {
    body = scp02_ ? crypt(CipherAlgorithm::tdes2, s_enc_, Bytes(8), pad(body, 8), true)
                  : crypt(aes(s_enc_), s_enc_, vector(0), pad(body, 16), true);
  }
  auto octets = seal(Bytes{0x84, command.ins, command.p1, command.p2}, body, command.data);
  if (command.le) octets.push_back(static_cast<std::uint8_t>(*command.le));
  return octets;
}

terminal::Response Channel::unwrap(ByteView octets) {
  auto response = terminal::split(octets);
  const bool warning = response.sw == 0x9000 || response.sw >> 8U == 0x62 || response.sw >> 8U == 0x63;
  if ((level_ & 0x10U) == 0 || !warning) return response;
  CHECK(response.data.size() >= size_);
  auto body = cut(response.data, 0, response.data.size() - size_);
  const auto status = cut(octets, octets.size() - 2, 2);
  const auto mac = cmac(s_rmac_, base::concat({chaining_, body, status}));
  CHECK_BYTES(cut(mac, 0, size_), cut(response.data, body.size(), size_));
  if ((level_ & 0x20U) != 0 && !body.empty()) {
    body = terminal::unpad(crypt(aes(s_enc_), s_enc_, vector(0x80), body, false));
  }
  return {.data = body, .sw = response.sw};
}

terminal::Response Channel::transmit(const terminal::Wire& wire, const terminal::Command& command) {
  return unwrap(wire(wrap(command)));
}

Bytes Channel::encrypt_secret(ByteView secret) const {
  if (!scp02_) return crypt(aes(dek_), dek_, Bytes(16), secret, true);
  Bytes out;
  for (std::size_t at = 0; at < secret.size(); at += 8) base::append(out, des(dek_, secret.subspan(at, 8)));
  return out;
}

void Groupings::begin() {
  LONGS_EQUAL(0x9000, channel_.transmit(wire_, install_for_personalization()).sw);
  next = 0;
}

Bytes Groupings::encode(unsigned number, ByteView value) {
  Bytes out;
  base::append_unsigned(out, number, 2);
  if (value.size() >= 0xFF) out.push_back(0xFF);
  base::append_unsigned(out, value.size(), value.size() >= 0xFF ? 2 : 1);
  base::append(out, value);
  return out;
}

Bytes Groupings::encode_secret(unsigned number, ByteView value) const {
  return encode(number, channel_.encrypt_secret(pad(value, channel_.secret_block())));
}

terminal::Response Groupings::send(unsigned number, ByteView value, std::uint8_t bits) {
  return send_octets(encode(number, value), static_cast<std::uint8_t>(0x08 | bits));
}

terminal::Response Groupings::send_secret(unsigned number, ByteView value, std::uint8_t bits) {
  return send_octets(encode_secret(number, value), static_cast<std::uint8_t>(0x68 | bits));
}

terminal::Response Groupings::send_octets(ByteView octets, std::uint8_t p1) {
  terminal::Response answer;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    const auto part = octets.subspan(at, std::min(piece, octets.size() - at));
    const bool last = at + piece >= octets.size();
    answer = channel_.transmit(wire_, {.ins = 0xE2,
                                       .p1 = static_cast<std::uint8_t>(last ? p1 : p1 & 0x68U),
                                       .p2 = static_cast<std::uint8_t>(next),
                                       .data = base::to_bytes(part)});
    if (answer.sw != 0x9000) return answer;
    ++next;
  }
  return answer;
}

std::vector<Datum> document() {
  const auto content = [](unsigned fid, const Bytes& data) {
    Bytes value;
    base::append_unsigned(value, fid, 2);
    base::append_unsigned(value, 0, 2);
    base::append(value, data);
    return value;
  };
  const auto keys = cards::access_keys();
  return {
      {0x0162, cards::fcp_ef(0x011C, 20, 0x1C, 0x00)},
      {0x01D6, content(0x011C, cards::pattern(20, 1))},
      {0x0062, cards::fcp_ef(0x011E, 22, 0x1E, 0x40)},
      {0x00D6, content(0x011E, "60145F0104303130365F36063034303030305C026175"_hex)},
      {0x0062, cards::fcp_ef(0x0101, 93, 0x01, 0x40)},
      {0x00D6, content(0x0101, cards::pattern(93, 4))},
      {0x0062, cards::fcp_ef(0x0102, 600, 0x02, 0x40)},
      {0x00D6, content(0x0102, cards::pattern(600, 5))},
      {0x0062, cards::fcp_ef(0x011C, 36, 0x1C, 0x40)},
      {0x8062, base::concat({"8010"_hex, keys.k_enc, "8110"_hex, keys.k_mac}), true},
      {0x8063, base::concat({"830102 8006"_hex, cards::password(2)}), true},
      {0x8063, base::concat({"830103 8004"_hex, cards::password(3), "810103"_hex}), true},
      {0x0064, "800A04007F00070202040202 84010C"_hex},
      {0x0065, "8302011C 5F2506020600010001"_hex},
      {0x8047, base::concat({"B628 820103 81010C 8620"_hex, Bytes(32, 0x2B)}), true},
      {0x8047, base::concat({"A634 81010D 84010D 060A04007F00070202030202 8620"_hex, cards::ec_chip_key()}), true},
  };
}

std::vector<terminal::Command> open_document() {
  std::vector<terminal::Command> commands;
  const auto file = [&](unsigned fid, const Bytes& content) {
    Bytes data = "6304"_hex;
    base::append_unsigned(data, content.size(), 2);
    base::append_unsigned(data, fid, 2);
    commands.push_back({.ins = 0xE0, .data = data});
    for (std::size_t at = 0; at < content.size(); at += 200) {
      const auto part = ByteView{content}.subspan(at, std::min<std::size_t>(200, content.size() - at));
      commands.push_back({.ins = 0xD6,
                          .p1 = static_cast<std::uint8_t>(at >> 8U),
                          .p2 = static_cast<std::uint8_t>(at),
                          .data = base::to_bytes(part)});
    }
  };
  const auto put = [&](std::uint8_t what, Bytes data) {
    commands.push_back({.ins = 0xDA, .p2 = what, .data = std::move(data)});
  };
  commands.push_back({.ins = 0xA4, .p2 = 0x0C});
  file(0x011C, cards::pattern(20, 1));
  commands.push_back({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex});
  file(0x011E, "60145F0104303130365F36063034303030305C026175"_hex);
  file(0x0101, cards::pattern(93, 4));
  file(0x0102, cards::pattern(600, 5));
  file(0x0103, cards::pattern(50, 6));
  // The document of 9303-11 Appendix D: L898902C<, 690806, 940623.
  put(0x62, base::concat({"621A 0408"_hex, base::as_bytes("L898902C"), "0406"_hex, base::as_bytes("690806"), "0406"_hex,
                          base::as_bytes("940623")}));
  put(0x65, base::concat({"6510 6607 02"_hex, cards::password(2), "6605 03"_hex, cards::password(3)}));
  put(0x67, "020600010001"_hex);
  return commands;
}

terminal::Command install_for_personalization() {
  return {.ins = 0xE6, .p1 = 0x20, .data = "0000 07A0000002471001 000000"_hex};
}

terminal::Command delete_passport() {
  return {.ins = 0xE4, .data = "4F07A0000002471001"_hex};
}

terminal::Command install_passport(Application application) {
  const auto names = application == Application::jmrtd ? "06A00000024710 07A0000002471001"_hex
                                                       : "08F043494341444101 09F04349434144410101"_hex;
  return {.ins = 0xE6, .p1 = 0x0C, .data = base::concat({names, "07A0000002471001 0100 02C900 00"_hex})};
}

}  // namespace issuer
