// The checks of each kind of file; checks.cpp joins them.
#pragma once

#include <span>

#include "judge.h"

namespace cicada::conformance::lds {

[[nodiscard]] std::span<const Entry> com_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg1_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg2_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg3_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg4_checks() noexcept;
[[nodiscard]] std::span<const Entry> sod_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg14_checks() noexcept;
[[nodiscard]] std::span<const Entry> cvca_checks() noexcept;
[[nodiscard]] std::span<const Entry> card_access_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg15_checks() noexcept;
[[nodiscard]] std::span<const Entry> card_security_checks() noexcept;
[[nodiscard]] std::span<const Entry> atr_info_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg11_checks() noexcept;
[[nodiscard]] std::span<const Entry> dg12_checks() noexcept;

}  // namespace cicada::conformance::lds
