// What a chip does wrong, by the words of a case.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::tools::lower_tester {

/// Each word is a name of the catalogue (docs/misbehaviour.md), or one of
///   answer STEP SW        the command of this step is answered with a status word and nothing happens
///   retag STEP OBJECT TAG the object of the answer gets another tag: "retag pace-ga1 7C/80 90"
/// The error is a whole sentence about the words.
[[nodiscard]] std::expected<std::vector<applet_sim::misbehave::Fault>, std::string> faults_of(
    const std::vector<std::string>& words);

}  // namespace cicada::tools::lower_tester
