// A secure channel to a chip, whatever protocol it speaks.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

/// Key version 0 lets the card choose (GlobalPlatform Card Specification §E.5.1.3).
inline constexpr std::uint8_t kAnyKeyVersion = 0x00;

/// Secure channel protocol, as the card numbers it in its answer to INITIALIZE UPDATE.
enum class Protocol : std::uint8_t {
  scp02 = 0x02,  ///< 3DES (Card Specification §E); deprecated, for chips that speak nothing else
  scp03 = 0x03,  ///< AES (Amendment D)
};

/// Bits of the security level, P1 of EXTERNAL AUTHENTICATE (Card Specification §E.5.2.3, Amendment D §7.1.2.1).
namespace level {
inline constexpr std::uint8_t kCMac = 0x01;
inline constexpr std::uint8_t kCEncryption = 0x02;
inline constexpr std::uint8_t kRMac = 0x10;
inline constexpr std::uint8_t kREncryption = 0x20;
}  // namespace level

/// What the card said about itself in its answer to INITIALIZE UPDATE (Amendment D §7.1.1, Card Specification §E.5.1).
/// Not authentic before the channel is open.
struct CardIdentity {
  ChipSerial serial{};                             ///< key diversification data
  std::uint8_t key_version = 0;                    ///< of the static keys that the card used
  std::uint8_t implementation = 0;                 ///< "i": options of the protocol; SCP02 does not say it: 0
  std::array<std::uint8_t, 3> sequence_counter{};  ///< grows with every session; SCP02 has two octets: the last two
  Protocol protocol = Protocol::scp03;
};

/// An open channel. It lives as long as both sides agree; the channel to the card must outlive it.
class SecureChannel {
 public:
  SecureChannel() = default;
  SecureChannel(const SecureChannel&) = delete;
  SecureChannel& operator=(const SecureChannel&) = delete;
  virtual ~SecureChannel() = default;

  /// Sends one command inside the channel. Status words of the application (6A82...) are results, not errors, and
  /// the channel goes on. Fails with bad_input when the command does not fit (the channel goes on), with security when
  /// the answer was changed on the way, with card_status when the card says that it closed the channel, with what the
  /// transport said when it broke, and after any of these with session_dead.
  [[nodiscard]] virtual base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command) = 0;
  [[nodiscard]] virtual bool alive() const noexcept = 0;
  /// Octets of data that one command can carry inside the channel at its security level.
  [[nodiscard]] virtual std::size_t max_command_data() const noexcept = 0;
  /// At which security level the channel runs.
  [[nodiscard]] virtual std::uint8_t security_level() const noexcept = 0;
  [[nodiscard]] virtual const CardIdentity& card() const noexcept = 0;

  /// Encrypts a key for PUT KEY under the data encryption key; a key that is not a whole number of blocks is filled up
  /// with zeros (its length is sent beside it). Fails with session_dead when the channel has ended.
  [[nodiscard]] virtual base::Result<base::Bytes> encrypt_key(base::ByteView key) const = 0;
  /// The same for sensitive data of STORE DATA: a whole and positive number of blocks (8 octets with SCP02, 16 with
  /// SCP03), padded by whoever knows the application's rule; else bad_input.
  [[nodiscard]] virtual base::Result<base::Bytes> encrypt_data(base::ByteView data) const = 0;

 protected:
  SecureChannel(SecureChannel&&) = default;
  SecureChannel& operator=(SecureChannel&&) = default;
};

}  // namespace cicada::host::gp
