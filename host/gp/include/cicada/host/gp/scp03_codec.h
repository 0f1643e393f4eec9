// SCP03 without a card: what goes on the wire and what came back (GlobalPlatform Amendment D).
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/gp/initialize_update.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

/// S8 mode: octets of a challenge, of a cryptogram and of a MAC on the wire (Amendment D §5.1).
inline constexpr std::size_t kChallengeSize = 8;
inline constexpr std::size_t kCryptogramSize = 8;
inline constexpr std::size_t kMacSize = 8;
inline constexpr std::size_t kAesBlock = 16;
/// C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION (Amendment D §7.1.2.1): the level of personalization.
inline constexpr std::uint8_t kSecurityLevel = 0x33;
/// Most octets that one short command carries in S8 mode with C-DECRYPTION: Lc 255 holds the MAC and 15 whole blocks,
/// and the padding takes at least one octet. 239 octets make Lc 248, and 5 + 248 octets fill a frame of 256 exactly.
/// SCP02 comes to the same number.
inline constexpr std::size_t kMaxCommandData = (iso7816::kMaxShortNc - kMacSize) / kAesBlock * kAesBlock - 1;
static_assert(kMaxCommandData == 239);

/// 01, 03, 11, 13 or 33: Amendment D §7.1.2.1, table 7-3 without 00.
[[nodiscard]] bool is_scp03_level(std::uint8_t level) noexcept;

/// One secure channel's session keys, encryption counter and MAC chaining value. Pure: no I/O.
///
/// Commands and responses alternate: wrap_command, unwrap_response, wrap_command... The first failure of a check
/// ends it: the keys are wiped and every later call fails with session_dead.
class Scp03Codec {
 public:
  /// Derives S-ENC, S-MAC and S-RMAC, as long as the static keys (Amendment D §6.2.1), and both cryptograms (§6.2.2).
  /// The mode follows from the challenges. Fails with bad_input when the challenges are not both 8 or both 16 octets,
  /// the static keys not of one size, or the level none of SCP03.
  [[nodiscard]] static base::Result<Scp03Codec> create(const StaticKeys& keys, base::ByteView host_challenge,
                                                       base::ByteView card_challenge,
                                                       std::uint8_t level = kSecurityLevel);

  /// Compares in constant time. Fails with security when the card does not know the keys; the codec is then dead.
  [[nodiscard]] base::Result<void> check_card_cryptogram(base::ByteView received);
  /// EXTERNAL AUTHENTICATE at the security level, with its C-MAC (Amendment D §7.1.2); starts the MAC chain.
  /// Its answer comes without protection.
  [[nodiscard]] base::Result<iso7816::CommandApdu> external_authenticate();

  /// Encrypts (C-DECRYPTION) and MACs a short command (Amendment D §6.2.4, §6.2.6). CLA 00, 80 or 84; data up to
  /// max_command_data(); Le is kept as it is. Fails with bad_input for any other command, and the channel goes on.
  [[nodiscard]] base::Result<iso7816::CommandApdu> wrap_command(const iso7816::CommandApdu& command);
  /// Checks the R-MAC, then decrypts, as the level says (Amendment D §6.2.5, §6.2.7). A status word other than 9000,
  /// 62xx and 63xx is an error, has no protection and no data, and is handed on as it is; without R-MAC everything is.
  /// Fails with security when anything is wrong.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> unwrap_response(const iso7816::ResponseApdu& response);

  /// AES-CBC under K-DEK with an initialization vector of zeros (Amendment D §6.2.8): whole blocks only.
  [[nodiscard]] base::Result<base::Bytes> encrypt_sensitive(base::ByteView blocks) const;

  [[nodiscard]] bool alive() const noexcept { return keys_ != nullptr; }
  [[nodiscard]] std::uint8_t security_level() const noexcept { return level_; }
  [[nodiscard]] std::size_t max_command_data() const noexcept;
  /// Wipes the session keys.
  void end() noexcept { keys_.reset(); }

 private:
  using Block = std::array<std::uint8_t, kAesBlock>;

  struct SessionKeys {
    crypto::openssl::BlockCipher s_enc;
    crypto::openssl::BlockCipher k_dek;
    crypto::openssl::Cmac s_mac;
    crypto::openssl::Cmac s_rmac;
    Block card_cryptogram{};
    Block host_cryptogram{};
  };

  Scp03Codec(std::unique_ptr<SessionKeys> keys, std::size_t mac_size, std::uint8_t level)
      : keys_(std::move(keys)), mac_size_(mac_size), level_(level) {}

  [[nodiscard]] bool has(std::uint8_t bit) const noexcept { return (level_ & bit) != 0; }
  [[nodiscard]] base::Result<void> require_alive() const;
  [[nodiscard]] base::Result<Block> initial_vector(bool response) const;
  [[nodiscard]] base::Result<base::Bytes> encrypt(base::ByteView plain) const;
  [[nodiscard]] base::Result<base::Bytes> decrypt(base::ByteView cipher) const;
  [[nodiscard]] base::Result<void> append_mac(iso7816::CommandApdu& command);
  [[nodiscard]] base::Result<iso7816::ResponseApdu> open_response(const iso7816::ResponseApdu& response) const;

  std::unique_ptr<SessionKeys> keys_;
  std::size_t mac_size_;
  std::uint8_t level_;
  Block chaining_value_{};
  std::uint64_t counter_ = 0;  ///< of commands since EXTERNAL AUTHENTICATE; 2^64 is out of reach
};

}  // namespace cicada::host::gp
