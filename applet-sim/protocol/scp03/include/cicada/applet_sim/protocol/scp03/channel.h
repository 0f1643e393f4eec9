// GlobalPlatform secure channel protocol 03, the card's side (GPC_SPE_014, Amendment D).
#pragma once

#include <array>
#include <cstdint>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/apdu/response.h"
#include "cicada/applet_sim/protocol/scp03/static_keys.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::protocol::scp03 {

/// A000000151000000, the card manager.
[[nodiscard]] base::ByteView card_manager_aid() noexcept;

inline constexpr std::uint8_t kKeyVersion = 0x30;
inline constexpr std::uint8_t kProtocol = 0x03;
inline constexpr std::uint8_t kOptions = 0x70;
/// C-MAC, C-DECRYPTION, R-MAC and R-ENCRYPTION
inline constexpr std::uint8_t kSecurityLevel = 0x33;
inline constexpr std::uint32_t kMaxSequenceCounter = 0xFFFFFF;
inline constexpr std::size_t kChallengeSize = 8;

/// What INITIALIZE UPDATE agrees on without asking (Amendment D §5.1): the key version, and the implementation option
/// i: bit 01 S16 mode, 10 pseudo-random card challenge, 20 R-MAC, 40 (with 20) R-ENCRYPTION.
struct Terms {
  std::uint8_t key_version = kKeyVersion;
  std::uint8_t option = kOptions;

  /// An option that this card knows.
  [[nodiscard]] bool valid() const noexcept;
  /// 00, 01, 03 always; 11, 13 with R-MAC; 33 with R-ENCRYPTION.
  [[nodiscard]] bool allows(std::uint8_t level) const noexcept;
  [[nodiscard]] bool pseudo_random() const noexcept { return (option & 0x10U) != 0; }
  /// Octets of challenges, cryptograms and MACs: 8, or 16 in the S16 mode.
  [[nodiscard]] std::size_t size() const noexcept { return (option & 0x01U) != 0 ? 16 : 8; }
};

/// An open channel. After an error of unwrap_command its owner throws it away.
class Channel {
 public:
  /// The command inside a protected one (class 84); not with level 00. The C-MAC is verified before anything is
  /// decrypted. Fails with security and sw 6987 (no room for a C-MAC), 6988 (wrong C-MAC, wrong padding), 6700
  /// (extended length), or with limit (the counter is used up), crypto.
  [[nodiscard]] base::Result<apdu::CommandApdu> unwrap_command(const apdu::CommandView& command);

  /// The answer on the wire. An error goes out as two octets without protection and the channel lives on; 9000 and
  /// warnings carry R-MAC and, with data, R-ENCRYPTION where the level has them (Amendment D §6.2.5, §6.2.7). Fails
  /// with crypto.
  [[nodiscard]] base::Result<base::Bytes> wrap_response(apdu::ResponseApdu&& response) const;

  [[nodiscard]] std::uint8_t level() const noexcept { return level_; }

 private:
  friend class Handshake;
  using Block = std::array<std::uint8_t, 16>;
  Channel(crypto::mbedtls::BlockCipher s_enc, crypto::mbedtls::Cmac s_mac, crypto::mbedtls::Cmac s_rmac,
          std::size_t mac_size) noexcept
      : s_enc_(std::move(s_enc)), s_mac_(std::move(s_mac)), s_rmac_(std::move(s_rmac)), mac_size_(mac_size) {}
  [[nodiscard]] base::Result<void> verify(const apdu::CommandView& command);
  [[nodiscard]] base::Result<base::Bytes> decrypt(base::ByteView body) const;
  [[nodiscard]] base::Result<Block> icv(std::uint8_t first_octet) const;

  crypto::mbedtls::BlockCipher s_enc_;
  crypto::mbedtls::Cmac s_mac_;
  crypto::mbedtls::Cmac s_rmac_;
  std::size_t mac_size_;
  std::uint8_t level_ = kSecurityLevel;
  Block chaining_{};           // the last full C-MAC; R-MACs start from it too
  std::uint32_t counter_ = 0;  // of commands; the initial chaining vector of their encryption
};

/// Between INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
class Handshake {
 public:
  /// INITIALIZE UPDATE: session keys, card challenge and card cryptogram. All keys have 16, 24 or 32 octets, the host
  /// challenge Terms::size(). A pseudo-random card challenge is made from the counter and the AID of the application
  /// that holds the channel; the other kind is `random`, as long as the host's. Fails with bad_input, crypto.
  [[nodiscard]] static base::Result<Handshake> begin(const KeysView& keys, const Terms& terms,
                                                     std::uint32_t sequence_counter, base::ByteView aid,
                                                     base::ByteView host_challenge, base::ByteView random = {});
  /// The same with the transport keys of dialect cicada-1: AES-128, S8, i = 70.
  [[nodiscard]] static base::Result<Handshake> begin(const StaticKeys& keys, std::uint32_t sequence_counter,
                                                     base::ByteView aid, base::ByteView host_challenge) {
    return begin(keys.view(), {}, sequence_counter, aid, host_challenge);
  }

  /// Key information, card challenge, card cryptogram and, with a pseudo-random challenge, the sequence counter: all of
  /// the answer behind the key diversification data.
  [[nodiscard]] base::Bytes answer() const;

  /// EXTERNAL AUTHENTICATE: host cryptogram and C-MAC; P1 is the level, which the terms must allow. Fails with security
  /// and sw 6A86 (level), 6700 (another length), 6988 (C-MAC), 6300 (cryptogram), with crypto. The handshake is used up
  /// either way.
  [[nodiscard]] base::Result<Channel> finish(const apdu::CommandView& command) &&;

 private:
  Handshake(Channel channel, const Terms& terms, std::uint32_t sequence_counter) noexcept
      : channel_(std::move(channel)), terms_(terms), sequence_counter_(sequence_counter) {}

  Channel channel_;
  Terms terms_;
  std::uint32_t sequence_counter_;
  base::Bytes card_challenge_, card_cryptogram_, host_cryptogram_;
};

}  // namespace cicada::applet_sim::protocol::scp03
