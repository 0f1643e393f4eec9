// Every fault that is seeded, and the cards that it is seeded into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"
#include "cicada/tests/mutation/specimen.h"
#include "rule_breakers.h"

namespace cicada::tests::mutation {

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
  std::vector<applet_sim::misbehave::Fault> faults = {};
  const RuleBreaker* breaker = nullptr;  ///< of the origin `file`
};

/// All of them, by origin and then as they are listed; names are unique.
[[nodiscard]] const std::vector<Mutant>& all_mutants();
/// nullptr: there is none of this name.
[[nodiscard]] const Mutant* find_mutant(std::string_view name) noexcept;

/// The card of a configuration, or of a document ("document-passport"), without a fault.
[[nodiscard]] base::Result<Specimen> sound_specimen(std::string_view configuration, base::Rng& rng,
                                                    const base::Clock& clock);
/// Runs cases against the mutant in that card: as put().
[[nodiscard]] base::Result<Trial> put(const Mutant& mutant, const Specimen& sound, const Cases& cases, base::Rng& rng,
                                      const base::Clock& clock);

/// The configurations that have what a fault of the catalogue needs ("pace-gm", "ta").
[[nodiscard]] std::vector<std::string_view> configurations_with(const std::vector<std::string>& needs);

}  // namespace cicada::tests::mutation
