// The database's clock, as far as a lease can see it.
#pragma once

#include <chrono>
#include <string_view>

namespace cicada::test {

/// All leases are over: as if the database's clock had jumped ahead, or somebody had waited for it. `address` as
/// open_journal() takes it. Throws when the database does not take it.
void end_all_leases(std::string_view address);

/// All leases last so much longer: as if the database's clock had been put back.
void prolong_all_leases(std::string_view address, std::chrono::milliseconds by);

}  // namespace cicada::test
