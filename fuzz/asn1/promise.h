// What a fuzz target does when a promise is broken.
#pragma once

#include <cstdlib>

namespace cicada::fuzz {

inline void promise(bool kept) {
  if (!kept) std::abort();
}

}  // namespace cicada::fuzz
