// What the cases of chip authentication share: which keys they are about, and what has to be true afterwards.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "cicada/conformance/terminal/chip_authentication.h"
#include "pace_test_run.h"

namespace cicada::conformance::procedures {

/// The keys of DG14 with the protocols that the statement claims and that have all of `words`: template (MSE:Set KAT,
/// which is for 3DES), general (GENERAL AUTHENTICATE), ecdh, dh, key-id (DG14 names the key). Not applicable when there
/// is none. DG14 may be read for it: then the case's precondition is reached again.
[[nodiscard]] std::expected<std::vector<terminal::ChipKey>, model::Outcome> chip_keys_for(Scene& scene,
                                                                                          std::string_view words);

/// A case's run over one key of the chip.
struct ChipTest {
  Scene& scene;
  const terminal::ChipKey& key;
  const Arguments& arguments;

  [[nodiscard]] bool by_template() const;
};
/// `test` over all keys that the argument "for" names; before each but the first the chip is reset and the precondition
/// reached again. Ends with the first that does not pass; its protocol is named.
[[nodiscard]] model::Outcome for_each_key(Scene& scene, const Arguments& arguments,
                                          model::Outcome (*test)(const ChipTest&));

/// One of the commands under the session that is open: 9000 and the data that it has.
[[nodiscard]] model::Outcome expect_done(terminal::Terminal& terminal, const terminal::ObjectCommand& command,
                                         std::string_view what);
/// All commands as they should be; the session stays the old one.
[[nodiscard]] model::Outcome authenticate_chip(const ChipTest& test, const terminal::ChipAuthentication& run);

/// SELECT of EF.COM under the session that is open succeeds.
[[nodiscard]] model::Outcome check_alive(terminal::Terminal& terminal, std::string_view what);
/// The same under `session` is refused in plain. No session is open afterwards.
[[nodiscard]] model::Outcome check_dead(terminal::Terminal& terminal, terminal::Session session, std::string_view what);

}  // namespace cicada::conformance::procedures
