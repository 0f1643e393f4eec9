// Looks at memory when it is freed, and counts allocations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace watch {

/// From now on freed memory is searched for these octets and for the same octets backwards (a little-endian number).
/// The pattern must outlive the watch and stand in memory that is not freed meanwhile.
void look_for(std::span<const std::uint8_t> pattern) noexcept;
void stop() noexcept;

/// Since look_for(): how often the pattern was found in memory at the moment it was freed.
std::size_t found() noexcept;
/// Since look_for(): the most octets other than zero in a freed block of 256 octets or more.
std::size_t most_left_behind() noexcept;
/// Allocations since the program started.
std::size_t allocations() noexcept;

void saw_allocation() noexcept;
void saw_free(const void* block, std::size_t size) noexcept;

}  // namespace watch
