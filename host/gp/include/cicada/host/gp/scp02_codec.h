// SCP02 without a card: what goes on the wire (GlobalPlatform Card Specification §E).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/gp/initialize_update.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

inline constexpr std::size_t kDesBlock = 8;

/// "i" of SCP02 (Card Specification §E.1.1, table E-1). Both have three static keys, explicit initiation, a C-MAC over
/// the modified APDU that starts from zeros, and ICV encryption.
enum class Scp02Option : std::uint8_t {
  i15 = 0x15,  ///< the card challenge is random
  i55 = 0x55,  ///< the card challenge is made from the sequence counter and the application's AID: it can be checked
};

/// 01 or 03: C-MAC, without or with C-DECRYPTION. R-MAC is not asked for.
[[nodiscard]] bool is_scp02_level(std::uint8_t level) noexcept;

/// One secure channel's session keys and MAC chaining value. Pure: no I/O. Responses have no protection.
class Scp02Codec {
 public:
  /// Derives the session keys for the sequence counter (§E.4.1) and both cryptograms (§E.4.2). Fails with bad_input
  /// when a static key has not 16 octets, the answer is not one of SCP02, or the level is neither 01 nor 03.
  [[nodiscard]] static base::Result<Scp02Codec> create(const StaticKeys& keys, const UpdateAnswer& answer,
                                                       std::uint8_t level = 0x03);

  /// Compares in constant time. Fails with security when the card does not know the keys; the codec is then dead.
  [[nodiscard]] base::Result<void> check_card_cryptogram(base::ByteView received);
  /// i = 55: the card challenge is the first 6 octets of the C-MAC over the selected application's AID, from zeros
  /// (§E.4.2.3). Fails with security when the card drew another one; the codec is then dead.
  [[nodiscard]] base::Result<void> check_card_challenge(base::ByteView aid, base::ByteView received);
  /// EXTERNAL AUTHENTICATE at the security level, with its C-MAC (§E.5.2); starts the MAC chain.
  [[nodiscard]] base::Result<iso7816::CommandApdu> external_authenticate();

  /// MACs (§E.4.4), then encrypts at level 03 (§E.4.6), a short command. CLA 00, 80 or 84; data up to
  /// max_command_data(); Le is kept as it is. Fails with bad_input for any other command, and the channel goes on.
  [[nodiscard]] base::Result<iso7816::CommandApdu> wrap_command(const iso7816::CommandApdu& command);
  /// Hands on what came: neither level protects responses.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> unwrap_response(const iso7816::ResponseApdu& response) const;

  /// 3DES-ECB under the session's data encryption key (§E.4.7): whole blocks only.
  [[nodiscard]] base::Result<base::Bytes> encrypt_sensitive(base::ByteView blocks) const;

  [[nodiscard]] bool alive() const noexcept { return keys_ != nullptr; }
  [[nodiscard]] std::uint8_t security_level() const noexcept { return level_; }
  [[nodiscard]] std::size_t max_command_data() const noexcept;
  /// Wipes the session keys.
  void end() noexcept { keys_.reset(); }

 private:
  using Block = std::array<std::uint8_t, kDesBlock>;

  struct SessionKeys {
    crypto::openssl::BlockCipher s_enc;
    crypto::openssl::BlockCipher dek;
    crypto::openssl::RetailMac c_mac;
    crypto::openssl::BlockCipher icv;  ///< single DES under the first half of the C-MAC key
    Block card_cryptogram{};
    Block host_cryptogram{};
  };

  Scp02Codec(std::unique_ptr<SessionKeys> keys, std::uint8_t level) : keys_(std::move(keys)), level_(level) {}

  [[nodiscard]] base::Result<void> require_alive() const;
  [[nodiscard]] base::Result<Block> mac(base::ByteView message) const;
  [[nodiscard]] base::Result<void> append_mac(iso7816::CommandApdu& command);

  std::unique_ptr<SessionKeys> keys_;
  std::uint8_t level_;
  std::optional<Block> last_mac_;  ///< none before EXTERNAL AUTHENTICATE
};

}  // namespace cicada::host::gp
