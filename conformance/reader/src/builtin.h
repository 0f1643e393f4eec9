// The text of conformance/cases/IS_*, as the build found it.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace cicada::conformance::reader {

/// File name and text.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> builtin_cases() noexcept;

}  // namespace cicada::conformance::reader
