// GlobalPlatform secure channel protocol 02, the card's side (GPC_SPE_034 2.3, Appendix E).
#pragma once

#include <array>
#include <cstdint>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::protocol::scp02 {

inline constexpr std::uint8_t kProtocol = 0x02;
/// Implementation option i (§E.1.1): three keys, C-MAC over the modified command from an encrypted chaining vector,
/// explicit initiation; the card challenge is random, or (55) made from the AID.
inline constexpr std::uint8_t kRandomChallenge = 0x15;
inline constexpr std::uint8_t kPseudoRandomChallenge = 0x55;
inline constexpr std::uint16_t kMaxSequenceCounter = 0xFFFF;
inline constexpr std::size_t kKeySize = 16;
inline constexpr std::size_t kHostChallengeSize = 8;
inline constexpr std::size_t kCardChallengeSize = 6;

/// Static keys that somebody else holds, 16 octets each.
struct KeysView {
  base::ByteView enc, mac, dek;
};

using Block = std::array<std::uint8_t, 8>;

/// An open channel. After an error of unwrap_command its owner throws it away.
class Channel {
 public:
  /// The command inside a protected one (class 84); not with level 00. The C-MAC covers the data before it was
  /// encrypted (§E.4.4), so whatever is wrong with padding or MAC is the same error. Fails with security and sw 6987
  /// (no room for a C-MAC), 6988, 6700 (extended length), with crypto.
  [[nodiscard]] base::Result<apdu::CommandApdu> unwrap_command(const apdu::CommandView& command);

  /// ECB with the session key for sensitive data (§E.4.7). `secret` is a whole number of blocks; else bad_input.
  [[nodiscard]] base::Result<base::SecretBytes> decrypt_secret(base::ByteView secret) const;

  /// 00, 01 or 03.
  [[nodiscard]] std::uint8_t level() const noexcept { return level_; }

 private:
  friend class Handshake;
  Channel(crypto::mbedtls::BlockCipher s_enc, crypto::mbedtls::RetailMac s_mac, crypto::mbedtls::BlockCipher icv_cipher,
          crypto::mbedtls::BlockCipher dek) noexcept
      : s_enc_(std::move(s_enc)), s_mac_(std::move(s_mac)), icv_cipher_(std::move(icv_cipher)), dek_(std::move(dek)) {}
  /// The C-MAC of a command with this data field and MAC.
  [[nodiscard]] base::Result<void> verify(const apdu::CommandView& command, base::ByteView data, base::ByteView mac);
  [[nodiscard]] base::Result<base::Bytes> decrypt(base::ByteView body) const;

  crypto::mbedtls::BlockCipher s_enc_;
  crypto::mbedtls::RetailMac s_mac_;
  crypto::mbedtls::BlockCipher icv_cipher_;  // single DES with the left half of the C-MAC key
  crypto::mbedtls::BlockCipher dek_;
  std::uint8_t level_ = 0;
  Block icv_{};
};

/// Between INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
class Handshake {
 public:
  /// INITIALIZE UPDATE: session keys, card challenge and card cryptogram. `random` is the card challenge, 6 octets;
  /// when it is empty, the challenge is made from `aid` (i = 55, §E.4.2.3). Fails with bad_input, crypto.
  [[nodiscard]] static base::Result<Handshake> begin(const KeysView& keys, std::uint8_t key_version,
                                                     std::uint16_t sequence_counter, base::ByteView aid,
                                                     base::ByteView host_challenge, base::ByteView random);

  /// Key information, sequence counter, card challenge and card cryptogram: all of the answer behind the key
  /// diversification data.
  [[nodiscard]] base::Bytes answer() const;

  /// EXTERNAL AUTHENTICATE: host cryptogram and C-MAC, 16 octets; P1 is the level. Fails with security and sw 6A86
  /// (level), 6700 (another length), 6988 (C-MAC), 6300 (cryptogram), with crypto. The handshake is used up either way.
  [[nodiscard]] base::Result<Channel> finish(const apdu::CommandView& command) &&;

 private:
  Handshake(Channel channel, std::uint8_t key_version, std::uint16_t sequence_counter) noexcept
      : channel_(std::move(channel)), key_version_(key_version), sequence_counter_(sequence_counter) {}

  Channel channel_;
  std::uint8_t key_version_;
  std::uint16_t sequence_counter_;
  base::Bytes card_challenge_;
  Block card_cryptogram_{}, host_cryptogram_{};
};

}  // namespace cicada::applet_sim::protocol::scp02
