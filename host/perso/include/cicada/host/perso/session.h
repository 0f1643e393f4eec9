// A blank card that takes commands, however its kind protects them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/perso/dialect.h"

namespace cicada::host::perso {

/// Commands go through the card's secure channel, or, with a dialect that has none, as they are. What was given to it
/// by reference must outlive it.
class Session {
 public:
  /// Commands as they are.
  explicit Session(iso7816::Channel& card) : plain_(&card) {}
  /// Commands through a channel that somebody else owns.
  explicit Session(gp::SecureChannel& channel) : secure_(&channel) {}
  explicit Session(std::unique_ptr<gp::SecureChannel> channel) : owned_(std::move(channel)), secure_(owned_.get()) {}

  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);
  /// A step with its encrypted values as they are sent: padded (80 00 ...), under the data encryption key, their
  /// lengths set anew. Fails with unsupported without a secure channel, crypto.
  [[nodiscard]] base::Result<iso7816::CommandApdu> sealed(const Step& step) const;

  /// Octets of data that one command carries; kAnyCommandData without a channel.
  [[nodiscard]] std::size_t max_command_data() const noexcept {
    return secure_ != nullptr ? secure_->max_command_data() : kAnyCommandData;
  }
  /// nullptr with a dialect that has none.
  [[nodiscard]] gp::SecureChannel* channel() const noexcept { return secure_; }
  /// The chip's number, as it said it before anything else; empty when the kind of card has none.
  [[nodiscard]] const base::Bytes& chip_id() const noexcept { return chip_id_; }
  void set_chip_id(base::Bytes id) { chip_id_ = std::move(id); }

 private:
  std::unique_ptr<gp::SecureChannel> owned_ = {};
  iso7816::Channel* plain_ = nullptr;
  gp::SecureChannel* secure_ = nullptr;
  base::Bytes chip_id_ = {};
};

/// Asks a card for its number and opens what the dialect says has to be open. Tries once; SCP03 once more in S16 mode
/// when the card does not take the length of S8's challenge. Fails with conflict when the card is locked, with security
/// when it does not know the keys (it costs a real card nothing but a number of its counter), with unsupported when it
/// speaks another secure channel protocol than the dialect, card_status, malformed.
[[nodiscard]] base::Result<Session> open_session(const Dialect& dialect, iso7816::Channel& card,
                                                 const gp::KeySource& keys, base::Rng& rng);

/// What a card that takes commands says of its lock.
enum class Lock : std::uint8_t {
  open,     ///< it is not locked
  locked,   ///< for good
  unknown,  ///< this kind of card does not say
};

/// Asks it. A card with a secure channel whose dialect has no such question is open, because its channel would not open
/// otherwise. Fails with card_status when it does not answer, and as Session::transmit.
[[nodiscard]] base::Result<Lock> lock_of(const Dialect& dialect, Session& session);

/// Whether the application was personalized and takes nothing any more. Nothing: this kind of card does not say. Fails
/// as lock_of.
[[nodiscard]] base::Result<std::optional<bool>> is_personalized(const Dialect& dialect, Session& session);

}  // namespace cicada::host::perso
