// What the cases of PACE share: which offers they are about, steps as they should be, and what has to be true after a
// step that was wrong.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/conformance/model/expectation.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/pace.h"

namespace cicada::conformance::procedures {

using Arguments = std::map<std::string, std::string>;

/// The argument, or empty.
[[nodiscard]] std::string_view argument(const Arguments& arguments, const std::string& name);

/// Words between spaces.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// A case's run over one offer of the chip.
struct PaceTest {
  Scene& scene;
  const terminal::PaceOffer& offer;
  const terminal::PacePassword& password;
  const Arguments& arguments;
};

/// "mrz" or "can" of the statement; empty: the MRZ, or else the CAN. Inconclusive when it is not stated.
[[nodiscard]] std::expected<terminal::PacePassword, model::Outcome> password_for(const Scene& scene,
                                                                                 std::string_view kind);

/// EF.CardAccess.
[[nodiscard]] std::expected<asn1::SecurityInfos, model::Outcome> card_access(Scene& scene);

/// The offers of EF.CardAccess that the statement claims and that have all of `words`: ecdh, dh, mapping-key (generic
/// and chip authentication mapping), integrated, chip-authentication, no-chip-authentication, one-domain (the chip has
/// one set of domain parameters in all its offers). Not applicable when there is none.
[[nodiscard]] std::expected<std::vector<terminal::PaceOffer>, model::Outcome> offers_for(Scene& scene,
                                                                                         std::string_view words);

/// `test` over all offers that the argument "for" names, with the password of the argument "password"; the chip is
/// reset before each. Ends with the first that does not pass; its protocol is named.
[[nodiscard]] model::Outcome for_each_offer(Scene& scene, const Arguments& arguments,
                                            model::Outcome (*test)(const PaceTest&));

/// A step as it should be: fails when the chip does not do it.
[[nodiscard]] model::Outcome advance(terminal::Terminal& terminal, terminal::Pace& pace, terminal::PaceStep step);
/// All steps before one; inconclusive when they are not reached.
[[nodiscard]] model::Outcome reach(terminal::Terminal& terminal, terminal::Pace& pace, terminal::PaceStep step);

/// Refused, in plain, without data: 64XX to 6FXX, 63XX.
[[nodiscard]] const model::Expectation& refused_in_plain();
/// Opens the session that a run has made, and selects the application under it: fails when the chip does not follow.
[[nodiscard]] model::Outcome use_session(terminal::Terminal& terminal, const terminal::Pace& pace);
/// A run from its beginning: fails when it does not end with a session.
[[nodiscard]] model::Outcome run_afresh(const PaceTest& test);
/// After `step` went wrong: what would have been right is refused as well, keys that the chip could know open nothing,
/// and a run from the beginning succeeds.
[[nodiscard]] model::Outcome check_sequence_is_over(const PaceTest& test, terminal::Pace& pace,
                                                    terminal::PaceStep step);

}  // namespace cicada::conformance::procedures
