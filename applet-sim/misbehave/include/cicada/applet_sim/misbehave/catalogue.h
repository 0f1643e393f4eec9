// Catalogues of faults: the built-in one, and files that somebody writes.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::applet_sim::misbehave {

/// A catalogue has at most this many faults, a fault this many actions, an action this many octets to set, a file
/// this many octets.
inline constexpr std::size_t kMaxFaults = 1000;
inline constexpr std::size_t kMaxActions = 16;
inline constexpr std::size_t kMaxActionOctets = 4096;
inline constexpr std::size_t kMaxCatalogueSize = 1024UL * 1024;

/// What is wrong with a catalogue: runtime text, because it talks about a file that somebody wrote.
struct Problem {
  std::string text;  ///< complete: "faults.toml:12:3: fault.act.do: ..."
};
template <typename T>
using Checked = std::expected<T, Problem>;

/// Reads `[[fault]]` and `[[quirk]]` tables (docs/misbehaviour.md). Refused: a key, step, verb or need that is not
/// known, one that is missing or does not belong to its verb, a value of another type or range, a name twice.
/// `file_name` is what problems call the text.
[[nodiscard]] Checked<std::vector<Fault>> parse_catalogue(std::string_view text, std::string_view file_name);

/// The catalogue that is built in, in the order of its files. Parsed at the first call.
[[nodiscard]] const std::vector<Fault>& builtin_catalogue();
/// nullptr: there is no such fault.
[[nodiscard]] const Fault* find(std::span<const Fault> catalogue, std::string_view name) noexcept;

/// What a card must have for a fault to make sense: "bac", "pace", "pace-gm", "pace-im", "pace-dh", "pace-cam", "ca",
/// "ca-3des", "aa-rsa", "aa-ecdsa", "ta", "two-pace", "cccd" (its EF.CardAccess is that of all CCCD).
[[nodiscard]] std::span<const std::string_view> known_needs() noexcept;

/// Names, for tables.
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

}  // namespace cicada::applet_sim::misbehave
