// Units J and M: what moves the day that a chip believes it is, and what must not.
#pragma once

#include "eac_run.h"
#include "pace_test_run.h"

namespace cicada::conformance::procedures {

/// The statement's root can be bent like this (terminal::issue).
[[nodiscard]] bool can_bend(EacRun& run, terminal::Bend bend);
/// MSE:Set DST for the root; "other": with another last character, which may be refused; "none": not at all.
[[nodiscard]] model::Outcome name_verifier_of(EacRun& run, std::string_view name);

/// A verifier's certificate that begins tomorrow and is bent as "bend" says (after MSE:Set DST as "name" says) is
/// refused; after a reset today's certificates are still taken.
[[nodiscard]] model::Outcome day_not_moved(Scene& scene, const Arguments& arguments);
/// A terminal abroad does not say what day it is here.
[[nodiscard]] model::Outcome day_of_foreigner(Scene& scene, const Arguments& arguments);
/// A certificate of the "by" ("verifier", "terminal") that begins tomorrow is taken; after a reset, the same kind of
/// certificate that ends today is not.
[[nodiscard]] model::Outcome day_moved(Scene& scene, const Arguments& arguments);

}  // namespace cicada::conformance::procedures
