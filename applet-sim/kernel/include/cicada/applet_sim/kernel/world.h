// All that a card may ask of its world.
#pragma once

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::kernel {

/// Injected, so that the same seed, the same time and the same commands give the same answers, octet for octet.
struct World {
  base::Rng& rng;
  const base::Clock& clock;
};

}  // namespace cicada::applet_sim::kernel
