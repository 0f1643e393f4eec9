// cicada pki cvc: certificates for terminals.
#pragma once

#include "app.h"

namespace cicada::tools {

void add_pki_cvc(CLI::App& pki, Outcome& outcome);

}  // namespace cicada::tools
