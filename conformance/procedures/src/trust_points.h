// Units M and N: link certificates, and what a chip trusts afterwards.
#pragma once

#include "eac_run.h"
#include "pace_test_run.h"

namespace cicada::conformance::procedures {

/// After a link certificate that begins tomorrow, and a reset: EF.CVCA names the new root first and the old one second;
/// chains below both are taken; a verifier until today is not.
[[nodiscard]] model::Outcome link_kept(Scene& scene, const Arguments& arguments);
/// After two link certificates, and a reset: EF.CVCA names both new roots, and chains below the newest are taken.
[[nodiscard]] model::Outcome links_kept(Scene& scene, const Arguments& arguments);
/// A terminal directly below a new root is refused.
[[nodiscard]] model::Outcome link_then_terminal(Scene& scene, const Arguments& arguments);
/// After a link certificate, and a reset: EF.CVCA has 36 octets and two references, and there is nothing behind them.
[[nodiscard]] model::Outcome link_then_file(Scene& scene, const Arguments& arguments);
/// A link certificate for a key of another scheme is taken, and so is a chain below it.
[[nodiscard]] model::Outcome link_to_other_scheme(Scene& scene, const Arguments& arguments);

}  // namespace cicada::conformance::procedures
