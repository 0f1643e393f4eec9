#include "fake_card.h"

#include <algorithm>
#include <utility>

#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::test {

using namespace cicada::crypto::openssl;

namespace {

const Bytes kZero(16, 0);

std::uint32_t number(ByteView octets) {
  std::uint32_t value = 0;
  for (const auto octet : octets) value = (value << 8U) | octet;
  return value;
}

Bytes object(std::uint8_t tag, ByteView value) {
  Bytes out{tag};
  if (value.size() > 0xFF) {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(value.size() >> 8U));
  } else if (value.size() > 0x7F) {
    out.push_back(0x81);
  }
  out.push_back(static_cast<std::uint8_t>(value.size()));
  base::append(out, value);
  return out;
}

Bytes octets_of(std::uint16_t sw) {
  return {static_cast<std::uint8_t>(sw >> 8U), static_cast<std::uint8_t>(sw)};
}

CipherAlgorithm algorithm(bool aes, std::size_t key) {
  if (!aes) return CipherAlgorithm::tdes2;
  if (key == 16) return CipherAlgorithm::aes128;
  return key == 24 ? CipherAlgorithm::aes192 : CipherAlgorithm::aes256;
}

Bytes tdes(ByteView key, ByteView data, bool encrypt) {
  const auto cipher = BlockCipher::create(CipherAlgorithm::tdes2, key).value();
  Bytes out(data.size());
  const auto iv = ByteView{kZero}.first(8);
  (encrypt ? cipher.encrypt_cbc(iv, data, out) : cipher.decrypt_cbc(iv, data, out)).value();
  return out;
}

Bytes retail_mac(ByteView key, Bytes data) {
  data.push_back(0x80);
  while (data.size() % 8 != 0) data.push_back(0);
  const auto mac = RetailMac::create(key).value().compute({data}).value();
  return {mac.begin(), mac.end()};
}

Bytes session_key(Bytes seed, std::uint8_t counter) {
  base::append(seed, Bytes{0, 0, 0, counter});
  auto key = hash(HashAlgorithm::sha1, seed).value();
  key.resize(16);
  return key;
}

}  // namespace

PlainCommand parse_command(ByteView c) {
  PlainCommand out{.cla = c[0], .ins = c[1], .p1 = c[2], .p2 = c[3]};
  auto rest = c.subspan(4);
  if (rest.empty()) return out;
  out.extended = rest[0] == 0 && rest.size() > 1;
  if (out.extended) rest = rest.subspan(1);
  const std::size_t width = out.extended ? 2 : 1;
  if (rest.size() > width) {
    const auto nc = number(rest.first(width));
    out.data = base::to_bytes(rest.subspan(width, nc));
    rest = rest.subspan(width + nc);
  }
  if (!rest.empty()) {
    const auto le = number(rest);
    out.ne = le == 0 ? (out.extended ? 65536U : 256U) : le;
  }
  return out;
}

Bytes plain(const Answer& answer) {
  return base::concat({answer.data, octets_of(answer.sw)});
}

CardSm::CardSm(bool aes, Bytes ks_enc, Bytes ks_mac, Bytes ssc)
    : aes_(aes), block_(aes ? 16 : 8), ks_enc_(std::move(ks_enc)), ks_mac_(std::move(ks_mac)), ssc_(std::move(ssc)) {}

void CardSm::count() {
  for (std::size_t i = ssc_.size(); i-- > 0;) {
    if (++ssc_[i] != 0) return;
  }
}

Bytes CardSm::pad(ByteView data) const {
  auto out = base::to_bytes(data);
  out.push_back(0x80);
  while (out.size() % block_ != 0) out.push_back(0);
  return out;
}

Bytes CardSm::iv() const {
  if (!aes_) return {kZero.begin(), kZero.begin() + 8};
  Bytes out(16);
  BlockCipher::create(algorithm(true, ks_enc_.size()), ks_enc_).value().encrypt_block(ssc_, out).value();
  return out;
}

Bytes CardSm::mac(ByteView header, ByteView objects) const {
  auto text = ssc_;
  if (!header.empty()) base::append(text, pad(header));
  if (!objects.empty()) base::append(text, pad(objects));
  if (!aes_) {
    const auto mac = RetailMac::create(ks_mac_).value().compute({text}).value();
    return {mac.begin(), mac.end()};
  }
  const auto mac = Cmac::create(ks_mac_).value().compute({text}).value();
  return {mac.begin(), mac.begin() + 8};
}

std::optional<PlainCommand> CardSm::unwrap(const PlainCommand& secured) {
  count();
  PlainCommand out{.cla = static_cast<std::uint8_t>(secured.cla & ~0x0CU),
                   .ins = secured.ins,
                   .p1 = secured.p1,
                   .p2 = secured.p2,
                   .extended = secured.extended};
  const ByteView body{secured.data};
  if (body.size() < 10 || body[body.size() - 10] != 0x8E) return std::nullopt;
  const auto objects = body.first(body.size() - 10);
  const Bytes header{secured.cla, secured.ins, secured.p1, secured.p2};
  if (!base::equal(mac(header, objects), body.last(8))) return std::nullopt;
  for (std::size_t at = 0; at < objects.size();) {
    const auto tag = objects[at++];
    std::size_t size = objects[at++];
    if (size > 0x80) {
      const auto width = size - 0x80;
      size = number(objects.subspan(at, width));
      at += width;
    }
    auto value = objects.subspan(at, size);
    at += size;
    if (tag == 0x97) {
      out.ne = number(value);
      if (*out.ne == 0) out.ne = value.size() == 2 ? 65536 : 256;
    } else if (tag == (secured.ins % 2 == 1 ? 0x85 : 0x87)) {
      if (tag == 0x87) value = value.subspan(1);
      out.data.resize(value.size());
      const auto cipher = BlockCipher::create(algorithm(aes_, ks_enc_.size()), ks_enc_).value();
      cipher.decrypt_cbc(iv(), value, out.data).value();
      while (out.data.back() == 0) out.data.pop_back();
      out.data.pop_back();
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Bytes CardSm::cryptogram(ByteView padded, bool odd_ins) {
  Bytes out(padded.size());
  BlockCipher::create(algorithm(aes_, ks_enc_.size()), ks_enc_).value().encrypt_cbc(iv(), padded, out).value();
  if (odd_ins) return object(0x85, out);
  out.insert(out.begin(), 0x01);
  return object(0x87, out);
}

Bytes CardSm::seal(Bytes objects, std::uint16_t sw) {
  const auto checksum = mac({}, objects);
  return base::concat({objects, object(0x8E, checksum), octets_of(sw)});
}

Bytes CardSm::wrap(const Answer& answer, bool odd_ins) {
  count();
  Bytes objects;
  if (!answer.data.empty()) objects = cryptogram(pad(answer.data), odd_ins);
  base::append(objects, object(0x99, octets_of(answer.sw)));
  return seal(std::move(objects), answer.sw);
}

Bytes FakeCard::process(ByteView octets) {
  ++commands_;
  const auto command = parse_command(octets);
  PlainCommand seen = command;
  Bytes response;
  if ((command.cla & 0x0CU) == 0x0CU) {
    response = secured(command);
  } else {
    sm_.reset();
    response = plain(open(command));
    if (next_sm_) sm_ = std::exchange(next_sm_, std::nullopt);
  }
  if (tamper) tamper(commands_, seen, response);
  return response;
}

Bytes FakeCard::secured(const PlainCommand& command) {
  if (!sm_) return plain({.sw = 0x6988});
  const auto inner = sm_->unwrap(command);
  if (!inner) {
    sm_.reset();
    return plain({.sw = 0x6988});
  }
  const auto answer = inside(*inner);
  if ((answer.sw & 0xFF00U) == 0x6C00U) {
    sm_.reset();
    return plain(answer);
  }
  return sm_->wrap(answer, inner->ins % 2 == 1);
}

Answer FakeCard::open(const PlainCommand& command) {
  if (command.ins == 0xA4 && command.p1 == 0x04) {
    selected_ = true;
    return {};
  }
  if (pace != nullptr && (command.ins == 0x22 || command.ins == 0x86)) {
    auto answer = pace->process(command);
    next_sm_ = pace->take_session();
    if (next_sm_) {
      selected_ = false;
      ++sessions_;
    }
    return answer;
  }
  if (command.ins == 0xA4 && command.p1 == 0x00 && select_mf_sw == 0x9000) selected_ = false;
  if (!selected_ && (command.ins == 0xA4 || command.ins == 0xB0)) return open_master_file(command);
  if (open_to_all) return inside(command);
  if (has_bac && command.ins == 0x84) {
    challenge_.assign(8, static_cast<std::uint8_t>(0x40 + sessions_ + commands_));
    return {.data = challenge_};
  }
  if (has_bac && command.ins == 0x82) return mutual_authenticate(command);
  if (command.ins == 0x84 || command.ins == 0x82) return {.sw = 0x6D00};
  return {.sw = 0x6982};
}

Answer FakeCard::open_master_file(const PlainCommand& command) {
  if (command.ins == 0xB0) return read_master_file(command, false);
  if (command.p1 == 0x00) return {.sw = select_mf_sw};
  const auto sfi = static_cast<std::uint8_t>(command.data.size() == 2 ? command.data[1] : 0);
  if (!mf_files.contains(sfi)) return {.sw = 0x6A82};
  current_in_mf_ = sfi;
  return {};
}

Answer FakeCard::read_master_file(const PlainCommand& command, bool secured) {
  std::size_t offset = static_cast<std::size_t>((command.p1 << 8U) | command.p2);
  auto sfi = current_in_mf_;
  if ((command.p1 & 0x80U) != 0) {
    if (mf_sfi_sw != 0) return {.sw = mf_sfi_sw};
    sfi = static_cast<std::uint8_t>(command.p1 & 0x1FU);
    offset = command.p2;
  } else if (mf_read_sw != 0) {
    return {.sw = mf_read_sw};
  }
  if (!mf_files.contains(sfi)) return {.sw = 0x6A82};
  if (sfi != 0x1C && !secured) return {.sw = 0x6982};
  current_in_mf_ = sfi;
  const ByteView file{mf_files.at(sfi)};
  if (offset >= file.size()) return {.sw = 0x6B00};
  const auto wanted = std::min<std::size_t>(command.ne.value_or(0), most_given);
  return {.data = base::to_bytes(file.subspan(offset, std::min(wanted, file.size() - offset)))};
}

Answer FakeCard::mutual_authenticate(const PlainCommand& command) {
  const Bytes challenge = std::exchange(challenge_, Bytes{});
  if (wanted_le && command.ne != wanted_le) return {.sw = 0x6700};
  if (!selected_ || challenge.empty()) return {.sw = 0x6985};
  if (command.data.size() != 40) return {.sw = 0x6700};
  const auto e_ifd = ByteView{command.data}.first(32);
  if (!base::equal(retail_mac(k_mac, base::to_bytes(e_ifd)), ByteView{command.data}.last(8))) return {.sw = 0x6300};
  const auto s = tdes(k_enc, e_ifd, false);
  const auto rnd_ifd = ByteView{s}.first(8);
  if (!base::equal(ByteView{s}.subspan(8, 8), challenge)) return {.sw = 0x6300};
  const Bytes k_ic(16, 0x5A);
  const auto e_ic = tdes(k_enc, base::concat({challenge, rnd_ifd, k_ic}), true);
  Bytes seed(16);
  for (std::size_t i = 0; i < 16; ++i) seed[i] = static_cast<std::uint8_t>(s[16 + i] ^ k_ic[i]);
  const auto ssc = base::concat({ByteView{challenge}.last(4), rnd_ifd.last(4)});
  next_sm_.emplace(false, session_key(seed, 1), session_key(seed, 2), ssc);
  ++sessions_;
  return {.data = base::concat({e_ic, retail_mac(k_mac, e_ic)})};
}

Answer FakeCard::inside(const PlainCommand& command) {
  if (instead) {
    if (auto answer = instead(command)) return *answer;
  }
  if (command.ins == 0xA4 && command.p1 == 0x04) {
    selected_ = true;
    return {};
  }
  if (!selected_ && command.ins == 0xB0) return read_master_file(command, true);
  if (command.ins == 0xA4) return select_file(command);
  if (command.ins == 0xB0 || command.ins == 0xB1) return read(command);
  return {.sw = 0x6D00};
}

Answer FakeCard::select_file(const PlainCommand& command) {
  if (command.data.size() != 2) return {.sw = 0x6A82};
  const auto fid = number(command.data);
  const auto sfi = static_cast<std::uint8_t>(fid & 0xFFU);
  if (!files.contains(sfi)) return {.sw = 0x6A82};
  current_ = sfi;
  return {};
}

Answer FakeCard::read(const PlainCommand& command) {
  std::size_t offset = 0;
  auto wanted = command.ne.value_or(0);
  if (command.ins == 0xB1) {
    if (!knows_odd) return {.sw = 0x6D00};
    offset = number(ByteView{command.data}.subspan(2));
  } else if ((command.p1 & 0x80U) != 0) {
    if (!knows_sfi) return {.sw = 0x6A86};
    const auto sfi = static_cast<std::uint8_t>(command.p1 & 0x1FU);
    if (closed.contains(sfi)) return {.sw = closed.at(sfi)};
    if (!files.contains(sfi)) return {.sw = 0x6A82};
    current_ = sfi;
    offset = command.p2;
  } else {
    offset = static_cast<std::size_t>((command.p1 << 8U) | command.p2);
  }
  if (!files.contains(current_)) return {.sw = 0x6986};
  if (closed.contains(current_)) return {.sw = closed.at(current_)};
  if (wanted > max_le) return {.sw = too_long};
  const ByteView file{files.at(current_)};
  if (offset >= file.size()) return {.sw = 0x6B00};
  const auto rest = file.size() - offset;
  std::size_t header = 0;
  if (command.ins == 0xB1) header = wanted > 257 ? 4 : (wanted > 129 ? 3 : 2);
  const auto count = std::min({rest, wanted - header, most_given});
  if (wanted - header > rest && refuses_beyond_end) return {.sw = 0x6B00};
  auto data = base::to_bytes(file.subspan(offset, count));
  if (command.ins == 0xB1) data = object(0x53, data);
  const bool short_of = wanted - header > rest && reports_end_of_file;
  return {.data = std::move(data), .sw = static_cast<std::uint16_t>(short_of ? 0x6282 : 0x9000)};
}

}  // namespace cicada::test
