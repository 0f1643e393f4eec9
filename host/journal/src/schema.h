// The tables, as an ordered list of changes: each is made once, in order, and never edited after a release.
#pragma once

#include <span>
#include <string_view>

#include "cicada/base/error.h"

namespace cicada::host::journal {

[[nodiscard]] std::span<const std::string_view> sqlite_migrations() noexcept;
[[nodiscard]] std::span<const std::string_view> postgres_migrations() noexcept;

/// Fails with conflict when the schema is newer than the program, with not_found or unsupported when it is missing or
/// old and may not be changed.
[[nodiscard]] base::Result<void> check_schema_version(std::int64_t found, std::int64_t newest, bool may_change);

/// What a change of the tables is refused with by the rows that are there.
inline constexpr base::Error kTwoGoodCards{
    .fault = base::Fault::conflict,
    .what = "the journal cannot be brought forward: it has two good cards for one job",
    .hint =
        "SELECT job FROM chip WHERE state = 1 GROUP BY job HAVING count(*) > 1 names the jobs; nothing was changed"};

}  // namespace cicada::host::journal
