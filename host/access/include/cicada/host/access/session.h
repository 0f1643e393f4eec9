// The life of a session: plain, then secure, then dead.
//
//   PlainSession --run_bac--> SecureSession --first failure--> dead: only DeadSession is left of it
//        ^                                                         |
//        +---------------------- restart --------------------------+
//
// Each arrow takes the session by move. A DeadSession has no transmit(): sending through it does not compile.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>

#include "cicada/base/error.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/sm/codec.h"

namespace cicada::host::access {

/// Commands in plain. Move-only; a session that was moved from answers every call with Fault::conflict.
class PlainSession {
 public:
  /// Borrows the channel, which must live longer.
  explicit PlainSession(iso7816::Channel& channel) noexcept : channel_(&channel) {}
  PlainSession(const PlainSession&) = delete;
  PlainSession& operator=(const PlainSession&) = delete;
  PlainSession(PlainSession&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  PlainSession& operator=(PlainSession&& other) noexcept {
    channel_ = std::exchange(other.channel_, nullptr);
    return *this;
  }
  ~PlainSession() = default;

  /// Follows 61xx and 6Cxx (iso7816::Channel::transmit). Any status word is a success of this call.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);
  /// One command, one response: for access procedures, where a repeated command would be another one to the card.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> exchange(const iso7816::CommandApdu& command);

 private:
  friend class SecureSession;
  iso7816::Channel* channel_;
};

/// What is left of a secure session: why it died, and the way to a new one. The card has lost its keys and rights too.
class DeadSession {
 public:
  [[nodiscard]] const base::Error& cause() const noexcept { return cause_; }
  /// Back to plain commands; the application must be selected and access be won again.
  [[nodiscard]] PlainSession restart() && { return std::move(plain_); }

 private:
  friend class SecureSession;
  DeadSession(PlainSession plain, base::Error cause) noexcept : plain_(std::move(plain)), cause_(cause) {}
  PlainSession plain_;
  base::Error cause_;
};

/// Commands under secure messaging. Dead at the first failure of any kind (9303-11 §9.8.3); never a plain command.
class SecureSession {
 public:
  /// Takes the channel over from a plain session. `protocol` is a literal: "BAC", "PACE".
  SecureSession(PlainSession&& plain, sm::SecureMessaging codec, std::string_view protocol) noexcept
      : plain_(std::move(plain)), codec_(std::move(codec)), protocol_(protocol) {}

  /// Wraps, sends, unwraps. A status word inside secure messaging is a success of this call, whatever it says. Every
  /// failure (wire, form, MAC, plain answer) kills the session; later calls fail with session_dead and send nothing.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);

  [[nodiscard]] bool alive() const noexcept { return !cause_.has_value(); }
  [[nodiscard]] std::string_view protocol() const noexcept { return protocol_; }
  /// Sizes of what can be asked for: max_response_data(256).
  [[nodiscard]] const sm::SecureMessaging& codec() const noexcept { return codec_; }
  /// From the next command on `codec` protects the session: the new keys of chip authentication, whose counter starts
  /// at zero (9303-11 §6.2). The old keys are wiped. Fails with session_dead, and takes nothing, when the session has
  /// ended; with bad_input, and keeps the old keys, when `codec` itself has ended.
  [[nodiscard]] base::Result<void> replace_codec(sm::SecureMessaging codec);
  /// Ends the session: the keys are wiped now. Of a living session the cause is "ended by the reader".
  [[nodiscard]] DeadSession end() &&;

 private:
  [[nodiscard]] std::unexpected<base::Error> ended() const;
  base::Result<iso7816::ResponseApdu> try_transmit(const iso7816::CommandApdu& command);

  PlainSession plain_;
  sm::SecureMessaging codec_;
  std::string_view protocol_;
  std::optional<base::Error> cause_;
};

}  // namespace cicada::host::access
