// The terminal as a test wants it: it says what it likes, writes down everything, and judges nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/terminal/session.h"
#include "cicada/conformance/terminal/target.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal {

class Terminal {
 public:
  /// Most exchanges of one case; more fail with limit.
  static constexpr std::size_t kMaxExchanges = 4096;

  /// Borrows both.
  Terminal(Target& target, base::Rng& rng) noexcept : target_(target), rng_(rng) {}

  [[nodiscard]] base::Rng& rng() noexcept { return rng_; }
  [[nodiscard]] Target& target() noexcept { return target_; }

  /// Note of the entry, without command and response, that a reset in the middle leaves in the log.
  static constexpr std::string_view kResetNote = "reset";

  /// Power off and on; the session is forgotten.
  [[nodiscard]] base::Result<void> reset();

  /// Octets as they stand, without protection; nothing is followed (61xx and 6Cxx come back). Fails when no answer came
  /// (transport, card_removed) or one that is no response (malformed).
  [[nodiscard]] base::Result<host::iso7816::ResponseApdu> send(base::ByteView octets, std::string_view note = {});
  [[nodiscard]] base::Result<host::iso7816::ResponseApdu> send(const host::iso7816::CommandApdu& command,
                                                               std::string_view note = {});
  /// Under the session that is open; conflict when there is none. A plain answer does not close the session here: what
  /// the chip does with a further command is what many tests ask.
  [[nodiscard]] base::Result<Observation> protect(const host::iso7816::CommandApdu& command,
                                                  std::span<const model::Tamper> tampers = {},
                                                  std::string_view note = {});
  /// protect() with a session, send() without: for commands that mean the same in both.
  [[nodiscard]] base::Result<Observation> transmit(const host::iso7816::CommandApdu& command,
                                                   std::string_view note = {});

  [[nodiscard]] bool has_session() const noexcept { return session_.has_value(); }
  [[nodiscard]] const Session& session() const { return *session_; }
  void open(Session session) { session_.emplace(std::move(session)); }
  void close() noexcept { session_.reset(); }

  /// What was exchanged since the last call.
  [[nodiscard]] std::vector<model::Exchange> take_log() { return std::exchange(log_, {}); }

 private:
  base::Result<base::Bytes> exchange(base::ByteView octets, std::string_view note);

  Target& target_;
  base::Rng& rng_;
  std::optional<Session> session_;
  std::vector<model::Exchange> log_;
};

}  // namespace cicada::conformance::terminal
