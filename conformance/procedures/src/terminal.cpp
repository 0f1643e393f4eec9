// Units H, K, L: terminal authentication.
#include "lists.h"

namespace cicada::conformance::procedures {

std::span<const NamedProcedure> terminal_procedures() {
  return {};
}

}  // namespace cicada::conformance::procedures
