// Sound cards of every kind, with their statements: what the chip's side of the suite is tested against.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/tools/lower_tester/country.h"
#include "cicada/tools/lower_tester/document.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

/// A kind of card.
struct Configuration {
  std::string_view name;   ///< "pace-gm-ecdh"
  std::string_view title;  ///< one sentence
  Plan plan;
};
[[nodiscard]] const std::vector<Configuration>& configurations();
/// What the statement of a card claims (words of conformance::model::known_profiles()).
[[nodiscard]] std::set<std::string> profiles_of(const Plan& plan);
/// nullptr: there is no such configuration.
[[nodiscard]] const Configuration* find_configuration(std::string_view name) noexcept;

struct TestCard {
  base::Bytes card;  ///< content of the card file
  std::string ics;   ///< TOML; its paths name the files that save() writes to pki/
  Document document;
  Country country;
  host::pki::TestVerifiers verifiers;
};
/// A new card of a new State. Fails with not_found for another name, crypto.
[[nodiscard]] base::Result<TestCard> make_test_card(std::string_view configuration, base::Rng& rng,
                                                    const base::Clock& clock);

/// Writes NAME.card, NAME.ics.toml and NAME.pki/ into a folder, which is made if needed. Fails with conflict when one
/// of them is there, io.
[[nodiscard]] base::Result<void> save(const TestCard& card, std::string_view name, const std::filesystem::path& folder,
                                      base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::tools::lower_tester
