// Texts that may hold anything, made fit for a terminal and for markup.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cicada/conformance/model/case.h"

namespace cicada::conformance::report {

/// Valid UTF-8 without control characters and without those that reorder or hide text: each is shown as '?'. A line
/// feed becomes a blank.
[[nodiscard]] std::string cleaned(std::string_view text);
/// cleaned(), and & < > " ' as entities: for XML and HTML, in text and in attributes.
[[nodiscard]] std::string escaped(std::string_view text);
/// "12.345"
[[nodiscard]] std::string seconds(std::chrono::microseconds duration);
/// "BAC, CA|PACE"
[[nodiscard]] std::string to_text(const model::Needs& needs);

}  // namespace cicada::conformance::report
