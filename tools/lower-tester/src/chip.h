// The chip's own keys and protocols, and what its files say about them.
#pragma once

#include <vector>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/rng.h"
#include "cicada/tools/lower_tester/document.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

// Each gives the chip what the plan wants and writes down what is to be said about it. All throw misissue::Failure.
void add_pace(const Plan& plan, applet_sim::kernel::CardContent& chip, Infos& infos);
void add_chip_keys(const Plan& plan, applet_sim::kernel::CardContent& chip, Infos& infos, base::Rng& rng);
void add_terminal_info(const Plan& plan, Infos& infos);
/// The content of DG15; empty without active authentication.
[[nodiscard]] base::Bytes add_active_key(const Plan& plan, applet_sim::kernel::CardContent& chip, Infos& infos,
                                         base::Rng& rng);

/// Explicit parameters of a curve.
[[nodiscard]] asn1::EcDomainParameters parameters_of(crypto::mbedtls::Curve curve);

}  // namespace cicada::tools::lower_tester
