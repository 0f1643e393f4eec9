// What a command is about.
#pragma once

#include "cicada/applet_sim/applet/applet.h"
#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::applet_sim::misbehave {

/// Of one command. Step::any: none that has a name.
struct Moment {
  Step step = Step::any;
  std::optional<FileName> file = {};
};

/// By the header of a command, and in plain by its data; `here.secured` says whether there is a session.
[[nodiscard]] Moment moment_of(const applet::Context& here, const apdu::CommandView& command);

}  // namespace cicada::applet_sim::misbehave
