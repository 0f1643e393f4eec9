// Unit K: terminal authentication with one thing wrong.
#pragma once

#include "eac_run.h"
#include "pace_test_run.h"

namespace cicada::conformance::procedures {

/// After a chain that is right, one thing in "wrong" is not:
///   name             MSE:Set AT names nobody that the chip knows; it may be refused
///   name-tag         the reference comes as an object 84: MSE:Set AT is refused
///   no-name          MSE:Set AT is left out
///   verifier         the verifier's name and key
///   root             the root's name and key
///   no-challenge     GET CHALLENGE is left out; eight zeros are signed
///   first-challenge  the first of two challenges is signed; the second may be refused
///   short-challenge  GET CHALLENGE with Le 07, which may be refused
///   signature        its last octet is another
///   chip             another chip's ID_IC is signed, and then none
///   plain            EXTERNAL AUTHENTICATE without protection
///   class            EXTERNAL AUTHENTICATE with class 8C
/// EXTERNAL AUTHENTICATE is refused. With "read", that group is not readable afterwards. "way": how the session is
/// opened.
[[nodiscard]] model::Outcome terminal_refused(Scene& scene, const Arguments& arguments);

}  // namespace cicada::conformance::procedures
