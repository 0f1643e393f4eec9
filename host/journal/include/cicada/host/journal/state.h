// The life of one card job, from the dossier to the citizen's hand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cicada::host::journal {

/// Where a job stands. The names are those of the command line, of the audit log and of the metrics.
enum class State : std::uint8_t {
  accepted,  ///< the dossier passed the rules and holds its number; its data is not prepared yet
  ready,     ///< prepared and sealed: any station may claim it
  claimed,   ///< a station holds it for the length of a lease; no card is touched yet
  bound,     ///< one chip is named, and from now on no other; nothing was written before this was on disk
  written,   ///< all content is on the chip and can be named again: what cannot be undone (personalized, locked) comes
             ///< only after this is on disk
  locked,    ///< the chip takes no more commands
  verified,  ///< read back through BAC or PACE, compared octet by octet, SOD and chip authentication judged
  done,      ///< one good card
  rejected,  ///< the sender must correct the dossier; it comes again under the same id with a higher version
  held,      ///< a person must decide
  quarantined,  ///< a card that is neither good nor blank: it waits for two operators
};
inline constexpr std::size_t kStates = 11;

[[nodiscard]] std::string_view to_string(State state) noexcept;
[[nodiscard]] std::optional<State> state_by_name(std::string_view name) noexcept;

/// The only steps there are. Every implementation of Journal refuses all others.
[[nodiscard]] bool may_follow(State from, State to) noexcept;
/// Counted as "waiting" by the reconciliation: accepted to verified.
[[nodiscard]] bool is_waiting(State state) noexcept;
/// A chip is named in the job and its card is in somebody's hand: bound to verified.
[[nodiscard]] bool in_hand(State state) noexcept;

/// How many jobs are in each state, by its number.
struct StateCounts : std::array<std::uint64_t, kStates> {
  [[nodiscard]] std::uint64_t in(State state) const noexcept { return (*this)[static_cast<std::size_t>(state)]; }
  /// Those of the states that `wanted` says yes to: is_waiting, in_hand.
  [[nodiscard]] std::uint64_t in(bool (*wanted)(State) noexcept) const noexcept;
  [[nodiscard]] std::uint64_t all() const noexcept;
};

/// What became of one chip.
enum class ChipState : std::uint8_t {
  bound,        ///< its card is being made
  good,         ///< delivered or to be delivered
  quarantined,  ///< set aside, not yet destroyed
  destroyed,    ///< confirmed by two operators
};
[[nodiscard]] std::string_view to_string(ChipState state) noexcept;

/// A good card on its way to its holder.
enum class Delivery : std::uint8_t { none, packed, sent, returned_to_unit, handed_over };
[[nodiscard]] std::string_view to_string(Delivery delivery) noexcept;
[[nodiscard]] std::optional<Delivery> delivery_by_name(std::string_view name) noexcept;

}  // namespace cicada::host::journal
