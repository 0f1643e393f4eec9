// What went over the wire, as text: for bug reports, for tests, for playing it again.
//
//   # cicada trace 1
//   # Everything that passed is here: ... (a warning, see Recorder)
//   > 00A4040C07A0000002471001
//   < 9000
//   > 0084000008
//   ! transport
//
// One APDU a line in hexadecimal, '>' to the card, '<' from the card; '!' stands for an exchange that failed. Empty
// lines and lines that begin with '#' are remarks.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::transport {

inline constexpr std::string_view kTraceHeader = "# cicada trace 1";

/// One command and what came back; nothing when the exchange failed.
struct Exchange {
  base::Bytes command;
  std::optional<base::Bytes> response = {};
};

/// Longer traces are refused (a long personalization has a few thousand exchanges).
inline constexpr std::size_t kMaxExchanges = 1'000'000;

/// Reads the text form. Fails with bad_input (Error::at is the line, from 1) on anything else, limit.
[[nodiscard]] base::Result<std::vector<Exchange>> parse_trace(std::string_view text);

}  // namespace cicada::host::transport
