#include "cicada/host/journal/state.h"

#include <array>
#include <cstddef>
#include <numeric>

namespace cicada::host::journal {
namespace {

constexpr std::array<std::string_view, kStates> kStateNames{"accepted", "ready",  "claimed",    "bound",
                                                            "written",  "locked", "verified",   "done",
                                                            "rejected", "held",   "quarantined"};
constexpr std::array<std::string_view, 4> kChipNames{"bound", "good", "quarantined", "destroyed"};
constexpr std::array<std::string_view, 5> kDeliveryNames{"none", "packed", "sent", "returned-to-unit", "handed-over"};

template <typename Enumeration, std::size_t Size>
std::optional<Enumeration> by_name(const std::array<std::string_view, Size>& names, std::string_view name) noexcept {
  for (std::size_t i = 0; i < Size; ++i) {
    if (names[i] == name) return static_cast<Enumeration>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(State state) noexcept {
  return kStateNames[static_cast<std::size_t>(state)];
}
std::optional<State> state_by_name(std::string_view name) noexcept {
  return by_name<State>(kStateNames, name);
}
std::string_view to_string(ChipState state) noexcept {
  return kChipNames[static_cast<std::size_t>(state)];
}
std::string_view to_string(Delivery delivery) noexcept {
  return kDeliveryNames[static_cast<std::size_t>(delivery)];
}
std::optional<Delivery> delivery_by_name(std::string_view name) noexcept {
  return by_name<Delivery>(kDeliveryNames, name);
}

bool may_follow(State from, State to) noexcept {
  using enum State;
  switch (from) {
    case accepted: return to == ready || to == rejected || to == held;
    case ready: return to == claimed || to == rejected || to == held;
    case claimed: return to == claimed || to == ready || to == bound || to == rejected || to == held;
    // A chip that broke before it could be read is set aside like any other: its job waits for two operators.
    case bound: return to == written || to == locked || to == quarantined;
    case written: return to == locked || to == quarantined;
    case locked: return to == verified || to == quarantined;
    case verified: return to == done || to == quarantined;
    case done: return to == quarantined;   // a good card that came back broken
    case rejected: return to == accepted;  // a corrected dossier, or
    case held:
      return to == accepted || to == rejected;  // a person's decision
    // After the destruction of the card.
    case quarantined: return to == ready || to == accepted || to == rejected;
  }
  return false;
}

bool is_waiting(State state) noexcept {
  return state <= State::verified;
}

std::uint64_t StateCounts::in(bool (*wanted)(State) noexcept) const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    if (wanted(static_cast<State>(i))) sum += (*this)[i];
  }
  return sum;
}

std::uint64_t StateCounts::all() const noexcept {
  return std::accumulate(begin(), end(), std::uint64_t{0});
}

bool in_hand(State state) noexcept {
  return state >= State::bound && state <= State::verified;
}

}  // namespace cicada::host::journal
