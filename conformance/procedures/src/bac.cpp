// Unit C: basic access control.
#include "lists.h"

namespace cicada::conformance::procedures {

std::span<const NamedProcedure> bac_procedures() {
  return {};
}

}  // namespace cicada::conformance::procedures
