// Unit P: steps twice, something in between, and what comes after PACE.
#pragma once

#include "pace_test_run.h"

namespace cicada::conformance::procedures {

/// The nonce is asked for twice: the second request is refused, or the run goes on with the second nonce, which is
/// another one.
[[nodiscard]] model::Outcome pace_nonce_twice(Scene& scene, const Arguments& arguments);
/// The command in "command" comes before the step in "before": whatever its answer is, PACE is over.
[[nodiscard]] model::Outcome pace_interrupted(Scene& scene, const Arguments& arguments);
/// After PACE, in "then": "plain" (a plain command), "stale-ssc" (SELECT with the counter as it was) or "no-cryptogram"
/// (SELECT whose DO'87' has been taken away): refused, and the session is gone.
[[nodiscard]] model::Outcome pace_then(Scene& scene, const Arguments& arguments);

}  // namespace cicada::conformance::procedures
