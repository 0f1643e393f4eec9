// The text of conformance/cases, as the build found it.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace cicada::conformance::model {

/// File name and text, of the chip's side.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> builtin_cases() noexcept;

}  // namespace cicada::conformance::model
