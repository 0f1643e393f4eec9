// A test card in memory that may be given a fault, and the suite put to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"
#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/model/record.h"

namespace cicada::tests::mutation {

/// One test card of a configuration, with its statement.
struct Specimen {
  std::string configuration;
  base::Bytes card;  ///< content of the card file
  conformance::model::Ics ics;
  /// The files are what it is about: it has no locks, and they come off the chip in plain. Only LDS units are run.
  bool files_only = false;
  base::Instant now{};  ///< what day it is
};

/// A new card of a new State (lower_tester::make_test_card). Fails with not_found for another name, crypto, io.
[[nodiscard]] base::Result<Specimen> make_specimen(std::string_view configuration, base::Rng& rng,
                                                   const base::Clock& clock);

/// What a card with a fault (or without one) did.
struct Trial {
  conformance::model::RunRecord record;
  bool struck = true;  ///< every action of the fault came to be

  /// Ids, in the order of the run.
  [[nodiscard]] std::vector<std::string> with(conformance::model::Verdict verdict) const;
};

/// Which cases, and in which order.
struct Cases {
  std::vector<std::string> ids = {};       ///< these; without any, all
  std::vector<std::string> units = {};     ///< of these units; without any, of all
  std::optional<std::uint64_t> seed = {};  ///< of a shuffled order
  std::size_t enough = 0;                  ///< no more after so many failures; 0: all
};

/// Runs cases against a card that does what `faults` say. The card is restored after each case that changes it. Fails
/// with bad_input for cases that there are not, and as Misbehaviour::furnish does when a fault does not fit the card.
[[nodiscard]] base::Result<Trial> put(const Specimen& specimen, const std::vector<applet_sim::misbehave::Fault>& faults,
                                      const Cases& cases, base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::tests::mutation
