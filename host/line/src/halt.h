// Why the work on a card ended before the card was good, and what follows.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/line/station.h"

namespace cicada::host::line {

struct Halt {
  enum class Then : std::uint8_t {
    quarantine,          ///< the card is neither blank nor good
    again,               ///< the card is asked once more what it is
    again_with_journal,  ///< the same, when the journal is back
    stop,                ///< the station stops; the card stays in the slot
  };
  Then then = Then::stop;
  std::string reason = {};  ///< of a quarantine: "C04", "C06", ... and a word; goes into the journal
  base::Error error = {.fault = base::Fault::malformed, .what = ""};
  std::string detail = {};  ///< the step, for people
  StationEnd end = StationEnd::trouble;
};

template <typename T>
using Outcome = std::expected<T, Halt>;

/// What an error means that came while the card was spoken to. `reason` is for the journal if the card is to blame.
[[nodiscard]] Halt from_card(const base::Error& error, std::string reason, std::string detail);
[[nodiscard]] Halt quarantine(std::string reason, base::Literal what, std::string detail = {});
/// This machine's or this program's trouble.
[[nodiscard]] Halt stop(StationEnd end, const base::Error& error, std::string detail = {});
/// A journal that is away is waited for; any other error of it ends the station.
[[nodiscard]] Halt from_journal(const base::Error& error, std::string detail);
/// A vault that is away was asked often enough.
[[nodiscard]] Halt from_vault(const base::Error& error, std::string detail);

}  // namespace cicada::host::line
