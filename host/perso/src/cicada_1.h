// The dialect of the Cicada card: docs/card-commands.md.
#pragma once

#include "cicada/host/perso/dialect.h"

namespace cicada::host::perso::cicada_1 {

[[nodiscard]] Checked<Plan> plan(const Profile& profile, const Content& content);
[[nodiscard]] Plan key_plan(const Profile& profile);
[[nodiscard]] Plan erase_plan(const Profile& profile);
[[nodiscard]] iso7816::CommandApdu public_half(const Profile& profile, std::size_t key, std::size_t offset);
[[nodiscard]] base::Result<ChipPublicKey> parse_public_half(base::ByteView octets);
[[nodiscard]] base::Literal explain(std::uint8_t ins, std::uint16_t sw);

inline constexpr Dialect kDialect{
    .name = "cicada-1",
    .max_applications = 1,  // SET STATUS names one application, and once
    .max_files = 64,
    .max_file_size = 0xFFFF,
    .max_memory = 128UL * 1024,
    .plan = plan,
    .key_plan = key_plan,
    .erase_plan = erase_plan,
    .public_half = public_half,
    .parse_public_half = parse_public_half,
    .explain = explain,
};

}  // namespace cicada::host::perso::cicada_1
