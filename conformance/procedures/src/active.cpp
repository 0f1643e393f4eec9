// Unit R: active authentication.
#include "lists.h"

namespace cicada::conformance::procedures {

std::span<const NamedProcedure> active_procedures() {
  return {};
}

}  // namespace cicada::conformance::procedures
