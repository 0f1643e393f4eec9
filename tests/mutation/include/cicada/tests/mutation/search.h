// Every fault against every case: how the document comes to be.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cicada/tests/mutation/coverage.h"

namespace cicada::tests::mutation {

struct SearchOptions {
  unsigned jobs = 2;
  std::vector<std::string> units = {};   ///< only cases of these
  std::vector<std::string> faults = {};  ///< only these
  bool only_new = false;                 ///< only faults that `known` does not have
  std::size_t most_cards = 3;            ///< configurations that a fault is seeded into
  std::vector<std::string> cards = {};   ///< these, when a fault makes sense in them
  bool near = false;                     ///< a fault that names its case is put to that case's unit only
  unsigned minutes = 0;                  ///< nothing is begun after them (0: no limit); `only_new` goes on later
  std::size_t enough = 0;                ///< a fault is not put to more cases after so many failures; 0: to all
};

/// Told after each fault in each card.
using Listener = std::function<void(const std::string& line)>;

/// Findings for what the options name; all others are taken from `known`. Fails with crypto, io.
[[nodiscard]] base::Result<Coverage> search(const Coverage& known, const SearchOptions& options,
                                            const Listener& listener);

/// Ids of all cases that a chip can be asked, natural order.
[[nodiscard]] std::vector<std::string> runnable_cases();
/// The configurations that a mutant is seeded into.
[[nodiscard]] std::vector<std::string_view> cards_for(const std::vector<std::string_view>& configurations,
                                                      std::size_t most);

}  // namespace cicada::tests::mutation
