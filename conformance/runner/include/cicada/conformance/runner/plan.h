// Which cases, in which order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/loader.h"

namespace cicada::conformance::runner {

inline constexpr unsigned kMaxRepeat = 1000;
/// Cases times repetitions.
inline constexpr std::size_t kMaxPlanned = 100'000;

/// A case is taken when each filter that is not empty has it.
struct Selection {
  std::vector<std::string> ids = {};       ///< "ISO7816_B_1"
  std::vector<std::string> units = {};     ///< "ISO7816_B"
  std::vector<std::string> profiles = {};  ///< cases that name one of them among their needs

  /// "all", or "units ISO7816_B, ISO7816_C; profiles PACE"
  [[nodiscard]] std::string describe() const;
};

struct Order {
  unsigned repeat = 1;  ///< 1 to kMaxRepeat
  /// The same seed gives the same order, on every machine. Nothing: as listed.
  std::optional<std::uint64_t> seed = {};

  /// "as listed", "shuffled with seed 7, 3 times"
  [[nodiscard]] std::string describe() const;
};

struct PlannedCase {
  const model::Case* test = nullptr;  ///< borrowed from the units
  unsigned repetition = 0;            ///< from 0
};

/// Borrows the units that it was made of.
struct Plan {
  std::vector<PlannedCase> cases;
  std::string order;
  std::string selection;
};

/// Each repetition in an order of its own; cases that leave something in the chip's memory come after all others.
/// Refused: ids, units and profiles that nothing has, a selection that leaves no case, more than kMaxPlanned.
[[nodiscard]] model::Checked<Plan> make_plan(std::span<const model::Unit> units, const Selection& selection,
                                             const Order& order);

}  // namespace cicada::conformance::runner
