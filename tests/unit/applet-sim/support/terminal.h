// The other side of the wire, written for the tests of the card alone: a third opinion, on OpenSSL, that can also be
// wrong on purpose.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "cicada/base/bytes.h"

namespace terminal {

using cicada::base::Bytes;
using cicada::base::ByteView;

/// Sends octets to the card under test.
using Wire = std::function<Bytes(ByteView)>;

struct Response {
  Bytes data;
  unsigned sw = 0;
};
[[nodiscard]] Response split(ByteView octets);

/// A command before it is encoded or protected. `le` as Ne: 256 is coded 00, 65536 as 0000.
struct Command {
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  Bytes data = {};
  std::optional<unsigned> le = {};
  bool extended = false;
};
[[nodiscard]] Bytes encode(std::uint8_t cla, const Command& command);

[[nodiscard]] Bytes tlv(unsigned tag, ByteView value);
[[nodiscard]] Bytes pad(ByteView data, std::size_t block);
/// Without padding method 2; fails the test when there is none.
[[nodiscard]] Bytes unpad(Bytes data);
[[nodiscard]] Bytes tdes_encrypt(ByteView key, ByteView data);
[[nodiscard]] Bytes tdes_decrypt(ByteView key, ByteView data);
[[nodiscard]] Bytes retail_mac(ByteView key, ByteView padded);
/// SHA-1 of seed and counter, first 16 octets.
[[nodiscard]] Bytes kdf(ByteView seed, std::uint8_t counter);

/// What secure messaging computes with.
enum class Cipher : std::uint8_t { tdes, aes128, aes192, aes256 };
[[nodiscard]] std::size_t block_size(Cipher cipher);
[[nodiscard]] std::size_t key_size(Cipher cipher);
[[nodiscard]] Bytes cbc(Cipher cipher, ByteView key, ByteView iv, ByteView data, bool encrypting);
/// Eight octets: retail MAC over padded data, or a cut CMAC over any.
[[nodiscard]] Bytes mac(Cipher cipher, ByteView key, ByteView data);

/// Secure messaging.
class Messaging {
 public:
  Messaging(Bytes ks_enc, Bytes ks_mac, Bytes ssc)
      : Messaging(Cipher::tdes, std::move(ks_enc), std::move(ks_mac), std::move(ssc)) {}
  Messaging(Cipher cipher, Bytes ks_enc, Bytes ks_mac, Bytes ssc)
      : cipher_(cipher), ks_enc_(std::move(ks_enc)), ks_mac_(std::move(ks_mac)), ssc_(std::move(ssc)) {}

  /// A command as 9303-11 §9.8 wants it.
  [[nodiscard]] Bytes wrap(const Command& command);
  /// Any objects, with a DO'8E' that is right for them.
  [[nodiscard]] Bytes seal(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView objects, bool extended = false);
  [[nodiscard]] Bytes encrypt(ByteView data) const { return encrypt_unpadded(pad(data, block_size(cipher_))); }
  [[nodiscard]] Bytes encrypt_unpadded(ByteView data) const {
    return cbc(cipher_, ks_enc_, iv(next(ssc_)), data, true);
  }
  /// Verifies and decrypts; no value when the response is not protected. Fails the test on a wrong MAC.
  [[nodiscard]] std::optional<Response> unwrap(ByteView octets);
  /// Sends and unwraps; a response without protection comes back as it is, with `secured` false.
  Response transmit(const Wire& wire, const Command& command);

  [[nodiscard]] const Bytes& ssc() const { return ssc_; }
  bool secured = false;

 private:
  [[nodiscard]] static Bytes next(Bytes ssc);
  void advance() { ssc_ = next(ssc_); }
  [[nodiscard]] Bytes iv(ByteView ssc) const;
  [[nodiscard]] Bytes mac_of(ByteView head, ByteView objects) const;
  Cipher cipher_;
  Bytes ks_enc_, ks_mac_, ssc_;
};

struct AccessKeys {
  Bytes k_enc, k_mac;
};
/// E_IFD || M_IFD for a challenge.
[[nodiscard]] Bytes bac_token(const AccessKeys& keys, ByteView rnd_ifd, ByteView rnd_ic, ByteView k_ifd);
/// GET CHALLENGE and EXTERNAL AUTHENTICATE; the application must be selected. Fails the test when the card refuses.
[[nodiscard]] Messaging bac(const Wire& wire, const AccessKeys& keys);

struct TransportKeys {
  Bytes enc, mac;
};

/// SCP03 with AES-128, S8, i = 70, security level 33.
class Channel {
 public:
  /// INITIALIZE UPDATE; fails the test when the card's cryptogram is wrong.
  [[nodiscard]] static Channel begin(const Wire& wire, const TransportKeys& keys, ByteView host_challenge);
  /// INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
  [[nodiscard]] static Channel open(const Wire& wire, const TransportKeys& keys);

  [[nodiscard]] Bytes external_authenticate(std::uint8_t level = 0x33);
  [[nodiscard]] Bytes wrap(const Command& command);
  /// Data that is not padded, or not encrypted, under a right C-MAC.
  [[nodiscard]] Bytes seal(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView body);
  [[nodiscard]] Bytes encrypt(ByteView padded) const;
  [[nodiscard]] Response unwrap(ByteView octets);
  /// Sends and unwraps.
  Response transmit(const Wire& wire, const Command& command);

  Bytes host_cryptogram, card_challenge, initialize_update_answer;

 private:
  Bytes s_enc_, s_mac_, s_rmac_, chaining_ = Bytes(16);
  unsigned counter_ = 0;
};

}  // namespace terminal
