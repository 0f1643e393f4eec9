// Preconditions: chip authentication done.
#include "lists.h"

namespace cicada::conformance::procedures {

std::span<const NamedGiven> chip_givens() {
  return {};
}

}  // namespace cicada::conformance::procedures
