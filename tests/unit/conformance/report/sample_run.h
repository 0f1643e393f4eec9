// A run with every verdict in it, and texts that want to break out.
#pragma once

#include "cicada/conformance/model/record.h"

namespace cicada::tests {

/// Closes every element, starts a script, hides, reorders, and is no UTF-8.
inline constexpr std::string_view kHostile =
    "\"'></details><script>alert(1)</script><img src=x onerror=alert(2)>]]>&amp;\x1B[31m\x80\xC0\xAF\xED\xA0\x80"
    "\xE2\x80\xAE\xEF\xBF\xBF\nafter";

/// One case each that passed, failed, was inconclusive and not applicable, in two units; in this order.
[[nodiscard]] conformance::model::RunRecord sample_run();
/// The same, and every text that a chip or a file can reach is `kHostile`.
[[nodiscard]] conformance::model::RunRecord hostile_run();

}  // namespace cicada::tests
