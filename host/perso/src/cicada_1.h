// The dialect of the Cicada card: docs/card-commands.md.
#pragma once

#include "cicada/host/perso/dialect.h"

namespace cicada::host::perso::cicada_1 {

[[nodiscard]] Checked<Plan> plan(const Profile& profile, const Content& content);
[[nodiscard]] base::Literal explain(std::uint8_t ins, std::uint16_t sw);

inline constexpr Dialect kDialect{
    .name = "cicada-1",
    .max_applications = 1,  // SET STATUS names one application, and once
    .max_files = 64,
    .max_file_size = 0xFFFF,
    .max_memory = 128UL * 1024,
    .needs_bac_keys = true,
    .plan = plan,
    .explain = explain,
};

}  // namespace cicada::host::perso::cicada_1
