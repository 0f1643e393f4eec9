#include "cicada/conformance/terminal/terminal.h"

#include <fmt/format.h>

#include "cicada/base/cursor.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using host::iso7816::CommandApdu;
using host::iso7816::ResponseApdu;

namespace {

/// "SELECT EF.COM, tampered: flip-mac"
std::string note_of(std::string_view note, std::span<const model::Tamper> tampers) {
  std::string text{note};
  std::string_view join = tampers.empty() || text.empty() ? "" : ", ";
  for (const auto tamper : tampers) {
    text += fmt::format("{}{}{}", join, join == " " ? "" : "tampered: ", model::to_string(tamper));
    join = " ";
  }
  return text;
}

Bytes with_status(ByteView data, std::uint16_t sw) {
  auto octets = base::to_bytes(data);
  base::append_unsigned(octets, sw, 2);
  return octets;
}

}  // namespace

Result<void> Terminal::reset() {
  close();
  if (!log_.empty()) log_.emplace_back().note = kResetNote;
  return target_.reset();
}

Result<Bytes> Terminal::exchange(ByteView octets, std::string_view note) {
  if (log_.size() >= kMaxExchanges) {
    return base::fail({.fault = Fault::limit, .what = "more exchanges than one case may have", .at = log_.size()});
  }
  auto& entry = log_.emplace_back();
  entry.command = base::to_bytes(octets);
  entry.note = note;
  CICADA_TRY(auto response, target_.transport().transceive(octets));
  entry.response = response;
  return response;
}

Result<ResponseApdu> Terminal::send(ByteView octets, std::string_view note) {
  CICADA_TRY(auto response, exchange(octets, note));
  return ResponseApdu::parse(std::move(response));
}

Result<ResponseApdu> Terminal::send(const CommandApdu& command, std::string_view note) {
  CICADA_TRY(const auto octets, command.encode());
  return send(octets, note);
}

Result<Observation> Terminal::protect(const CommandApdu& command, std::span<const model::Tamper> tampers,
                                      std::string_view note) {
  if (!session_) return base::fail({.fault = Fault::conflict, .what = "no secure session is open"});
  CICADA_TRY(const auto octets, session_->wrap(command, tampers));
  CICADA_TRY(auto plain, command.encode());
  CICADA_TRY(const auto response, exchange(octets, note_of(note, tampers)));
  auto observed = session_->unwrap(response, command.ins % 2 != 0);
  auto& entry = log_.back();
  entry.plain_command = std::move(plain);
  if (observed.sound()) entry.plain_response = with_status(observed.data, observed.sw);
  if (!observed.wrong.empty())
    entry.note += fmt::format("{}answer: {}", entry.note.empty() ? "" : ", ", observed.wrong);
  return observed;
}

Result<Observation> Terminal::transmit(const CommandApdu& command, std::string_view note) {
  if (session_) return protect(command, {}, note);
  CICADA_TRY(auto response, send(command, note));
  return Observation{.sw = response.sw, .data = std::move(response.data)};
}

}  // namespace cicada::conformance::terminal
