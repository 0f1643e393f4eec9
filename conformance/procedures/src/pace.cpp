// Unit P: PACE.
#include "lists.h"

namespace cicada::conformance::procedures {

std::span<const NamedProcedure> pace_procedures() {
  return {};
}

}  // namespace cicada::conformance::procedures
