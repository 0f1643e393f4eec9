// One secure channel, whichever protocol the card speaks.
#pragma once

#include <optional>
#include <variant>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/apdu/response.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/applet_sim/protocol/scp02/channel.h"
#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::manager {

/// An open channel to the issuer security domain. After an error of unwrap its owner throws it away.
class SecureChannel {
 public:
  SecureChannel(protocol::scp02::Channel channel, std::uint8_t key_version) noexcept
      : channel_(std::move(channel)), key_version_(key_version) {}
  SecureChannel(protocol::scp03::Channel channel, std::uint8_t key_version, base::SecretBytes dek) noexcept
      : channel_(std::move(channel)), key_version_(key_version), dek_(std::move(dek)) {}

  /// The command inside. Fails with security and sw 6982 (less or other protection than the level demands), 6987, 6988,
  /// 6700, with limit or crypto.
  [[nodiscard]] base::Result<apdu::CommandApdu> unwrap(const apdu::CommandView& command);
  [[nodiscard]] base::Result<base::Bytes> wrap(apdu::ResponseApdu&& response) const;

  /// What the host encrypted with the DEK, a whole number of blocks. Fails with bad_input, crypto.
  [[nodiscard]] base::Result<base::SecretBytes> decrypt_secret(base::ByteView secret) const;
  /// Octets of a block of the DEK's cipher.
  [[nodiscard]] std::size_t secret_block() const noexcept;
  [[nodiscard]] std::uint8_t level() const noexcept;
  [[nodiscard]] std::uint8_t key_version() const noexcept { return key_version_; }

 private:
  std::variant<protocol::scp02::Channel, protocol::scp03::Channel> channel_;
  std::uint8_t key_version_;
  base::SecretBytes dek_;  ///< of SCP03
};

/// Between INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
class Handshake {
 public:
  /// `counter`: the sequence counter of this session. Fails with bad_input (a challenge of another size), crypto.
  [[nodiscard]] static base::Result<Handshake> begin(const State& state, const KeySet& keys, std::uint32_t counter,
                                                     base::ByteView host_challenge, base::Rng& rng);
  /// All of the answer behind the key diversification data.
  [[nodiscard]] base::Bytes answer() const;
  /// Fails as the protocols do; the handshake is used up either way.
  [[nodiscard]] base::Result<SecureChannel> finish(const apdu::CommandView& command) &&;
  [[nodiscard]] std::uint8_t key_version() const noexcept { return key_version_; }

 private:
  using Half = std::variant<protocol::scp02::Handshake, protocol::scp03::Handshake>;
  Handshake(Half half, const KeySet& keys)
      : half_(std::move(half)), key_version_(keys.version), dek_(keys.dek.clone()) {}

  Half half_;
  std::uint8_t key_version_;
  base::SecretBytes dek_;
};

/// Octets of the host challenge.
[[nodiscard]] std::size_t challenge_size(const State& state) noexcept;
[[nodiscard]] std::uint32_t last_counter(const State& state) noexcept;

}  // namespace cicada::applet_sim::manager
