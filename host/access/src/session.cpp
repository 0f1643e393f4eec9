#include "cicada/host/access/session.h"

namespace cicada::host::access {

using base::Fault;
using base::Result;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

std::unexpected<base::Error> moved_away() {
  return base::fail({.fault = Fault::conflict, .what = "this plain session has become another session"});
}

}  // namespace

Result<ResponseApdu> PlainSession::transmit(const CommandApdu& command) {
  if (channel_ == nullptr) return moved_away();
  return channel_->transmit(command);
}

Result<ResponseApdu> PlainSession::exchange(const CommandApdu& command) {
  if (channel_ == nullptr) return moved_away();
  return channel_->exchange(command);
}

Result<ResponseApdu> SecureSession::try_transmit(const CommandApdu& command) {
  CICADA_TRY(const auto secured, codec_.wrap_command(command));
  CICADA_TRY(const auto response, plain_.exchange(secured));
  return codec_.unwrap_response(response);
}

std::unexpected<base::Error> SecureSession::ended() const {
  return base::fail({.fault = Fault::session_dead,
                     .what = "the secure session has ended",
                     .clause = "9303-11 §9.8.3",
                     .hint = "run the access procedure again",
                     .sw = cause_->sw});
}

Result<void> SecureSession::replace_codec(sm::SecureMessaging codec) {
  if (cause_) return ended();
  if (!codec.alive()) return base::fail({.fault = Fault::bad_input, .what = "the new keys have been wiped already"});
  codec_ = std::move(codec);
  return {};
}

Result<ResponseApdu> SecureSession::transmit(const CommandApdu& command) {
  if (cause_) return ended();
  auto response = try_transmit(command);
  if (!response) {
    cause_ = response.error();
    // The codec goes with its keys, also when it was the wire that failed.
    const auto keys_end_here = std::move(codec_);
  }
  return response;
}

DeadSession SecureSession::end() && {
  const auto keys_end_here = std::move(codec_);
  return {std::move(plain_), cause_.value_or(base::Error{.fault = Fault::session_dead, .what = "ended by the reader"})};
}

}  // namespace cicada::host::access
