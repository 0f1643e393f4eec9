// A protected command as a chip would see it, in code of the tests: nothing of it is the terminal's.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::test {

struct Decoded {
  struct Object {
    std::uint8_t tag;
    base::Bytes value;
  };
  base::Bytes header;  ///< CLA INS P1 P2
  bool extended = false;
  std::size_t lc = 0;  ///< as the command says
  std::vector<Object> objects;
  base::Bytes le;  ///< the octets behind the data field as it really is

  [[nodiscard]] base::Bytes tags() const {
    base::Bytes all;
    for (const auto& object : objects) all.push_back(object.tag);
    return all;
  }
  [[nodiscard]] const Object* find(std::uint8_t tag) const {
    const auto at = std::ranges::find(objects, tag, &Object::tag);
    return at == objects.end() ? nullptr : &*at;
  }
};

/// `le` octets are known to stand at the end: the data field is all between, whatever Lc says.
inline Decoded decode(const base::Bytes& apdu, std::size_t le) {
  Decoded out{.header = {apdu.begin(), apdu.begin() + 4}, .objects = {}, .le = {}};
  std::size_t at = 4;
  out.extended = apdu.size() > 5 && apdu[4] == 0;
  if (out.extended) {
    out.lc = static_cast<std::size_t>((apdu[5] << 8U) | apdu[6]);
    at = 7;
  } else {
    out.lc = apdu[4];
    at = 5;
  }
  const auto end = apdu.size() - le;
  while (at < end) {
    const auto tag = apdu[at++];
    std::size_t size = apdu[at++];
    if (size == 0x81) size = apdu[at++];
    if (size == 0x82) {
      size = static_cast<std::size_t>((apdu[at] << 8U) | apdu[at + 1]);
      at += 2;
    }
    const auto from = apdu.begin() + static_cast<std::ptrdiff_t>(at);
    out.objects.push_back({tag, {from, from + static_cast<std::ptrdiff_t>(size)}});
    at += size;
  }
  out.le = {apdu.begin() + static_cast<std::ptrdiff_t>(end), apdu.end()};
  return out;
}

inline base::Bytes pad(base::Bytes data, std::size_t block) {
  data.push_back(0x80);
  while (data.size() % block != 0) data.push_back(0);
  return data;
}

/// The chip's keys and the counter that it expects.
struct ChipSide {
  bool aes = false;
  base::Bytes enc;
  base::Bytes mac;
  base::Bytes ssc;

  [[nodiscard]] std::size_t block() const { return ssc.size(); }
  void count(int times = 1) {
    while (times-- > 0) {
      for (auto i = ssc.size(); i-- > 0;) {
        if (++ssc[i] != 0) break;
      }
    }
  }
  /// Over the header and the objects before DO'8E' as they came.
  [[nodiscard]] base::Bytes mac_of(const base::Bytes& header, const std::vector<Decoded::Object>& objects) const {
    base::Bytes body;
    for (const auto& object : objects) {
      if (object.tag == 0x8E) continue;
      body.push_back(object.tag);
      if (object.value.size() > 0xFF) {
        base::append(body, base::Bytes{0x82, static_cast<std::uint8_t>(object.value.size() >> 8U)});
      } else if (object.value.size() > 0x7F) {
        body.push_back(0x81);
      }
      body.push_back(static_cast<std::uint8_t>(object.value.size()));
      base::append(body, object.value);
    }
    auto text = ssc;
    if (!header.empty()) base::append(text, pad(header, block()));
    if (!body.empty()) base::append(text, pad(body, block()));
    if (!aes) {
      const auto value = crypto::openssl::RetailMac::create(mac).value().compute({text}).value();
      return {value.begin(), value.end()};
    }
    const auto value = crypto::openssl::Cmac::create(mac).value().compute({text}).value();
    return {value.begin(), value.begin() + 8};
  }
  /// The MAC that came is right for this header and these objects.
  [[nodiscard]] bool accepts(const Decoded& command) const {
    const auto* const checksum = command.find(0x8E);
    return checksum != nullptr && checksum->value == mac_of(command.header, command.objects);
  }
  [[nodiscard]] crypto::openssl::BlockCipher cipher() const {
    using enum crypto::openssl::CipherAlgorithm;
    const auto kind = !aes ? tdes2 : enc.size() == 16 ? aes128 : enc.size() == 24 ? aes192 : aes256;
    return crypto::openssl::BlockCipher::create(kind, enc).value();
  }
  [[nodiscard]] base::Bytes iv() const {
    base::Bytes vector(block());
    if (aes) cipher().encrypt_block(ssc, vector).value();
    return vector;
  }
  [[nodiscard]] base::Bytes decrypt(base::ByteView blocks) const {
    base::Bytes out(blocks.size());
    cipher().decrypt_cbc(iv(), blocks, out).value();
    return out;
  }
};

}  // namespace cicada::test
