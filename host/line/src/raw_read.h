// Files that an inspection does not ask for: EF.DIR, EF.ATR/INFO, EF.CardSecurity, and what is of the issuer's own.
#pragma once

#include <optional>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/access/session.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/transport/transport.h"
#include "expected_files.h"

namespace cicada::host::line {

/// Offsets that READ BINARY with an even instruction has (ISO/IEC 7816-4 §11.2.2).
inline constexpr std::size_t kMaxRawFile = 0x7FFF;

/// Reads by file identifier, as many octets as are expected. Files behind an access procedure are read inside a session
/// of PACE in the master file, which is opened once.
class RawReader {
 public:
  /// Borrows all of them. `files` has EF.CardAccess, if the chip has one.
  RawReader(transport::Transport& card, const inspect::Files& files, const issuance::CardJob& job, base::Rng& rng)
      : channel_(card), files_(files), job_(job), rng_(rng) {}

  /// Nothing when the card refuses. Fails with transport or card_removed.
  [[nodiscard]] base::Result<std::optional<base::Bytes>> read(const ExpectedFile& file);

 private:
  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);
  [[nodiscard]] base::Result<bool> select(const ExpectedFile& file);
  /// Once: false when the chip cannot be opened.
  [[nodiscard]] bool open();

  iso7816::Channel channel_;
  const inspect::Files& files_;
  const issuance::CardJob& job_;
  base::Rng& rng_;
  std::optional<access::SecureSession> session_ = {};
};

}  // namespace cicada::host::line
