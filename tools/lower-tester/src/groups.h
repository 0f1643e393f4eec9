// What the data groups of test documents hold. All people are invented.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

[[nodiscard]] host::lds::Mrz holder_of(Holder holder);

/// A whole file: any of DG1 to DG13, DG16, EF.DIR and EF.ATR/INFO. Throws misissue::Failure.
[[nodiscard]] base::Bytes content_of(host::lds::Ef ef, const Plan& plan);

}  // namespace cicada::tools::lower_tester
