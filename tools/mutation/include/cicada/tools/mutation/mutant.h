// Every fault that is seeded, and the cards that it is seeded into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::tools::mutation {

enum class Origin : std::uint8_t {
  chip,   ///< the catalogue of misbehaving cards
  quirk,  ///< of the same catalogue: what real chips do and readers survive
  file,   ///< a file that breaks one rule
};
/// "chip", "quirk", "file"
[[nodiscard]] std::string_view to_string(Origin origin) noexcept;

struct Mutant {
  std::string name;
  std::string title;
  Origin origin = Origin::chip;
  std::vector<std::string_view> configurations;  ///< that it makes sense in, the simplest first
  std::vector<applet_sim::misbehave::Fault> faults;
};

/// All of them, by origin and then as they are listed; names are unique.
[[nodiscard]] const std::vector<Mutant>& all_mutants();
/// nullptr: there is none of this name.
[[nodiscard]] const Mutant* find_mutant(std::string_view name) noexcept;

/// The configurations that have what a fault of the catalogue needs ("pace-gm", "ta").
[[nodiscard]] std::vector<std::string_view> configurations_with(const std::vector<std::string>& needs);

}  // namespace cicada::tools::mutation
