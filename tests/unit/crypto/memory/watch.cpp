#include "watch.h"

#include <malloc.h>

#include <algorithm>
#include <cstring>

namespace {
std::span<const std::uint8_t> g_pattern;
bool g_watching = false;
std::size_t g_found = 0;
std::size_t g_most_left = 0;
std::size_t g_allocations = 0;
}  // namespace

namespace watch {

void look_for(std::span<const std::uint8_t> pattern) noexcept {
  g_pattern = pattern;
  g_found = 0;
  g_most_left = 0;
  g_watching = true;
}

void stop() noexcept {
  g_watching = false;
}

std::size_t found() noexcept {
  return g_found;
}

std::size_t most_left_behind() noexcept {
  return g_most_left;
}

std::size_t allocations() noexcept {
  return g_allocations;
}

void saw_allocation() noexcept {
  ++g_allocations;
}

void saw_free(const void* block, std::size_t size) noexcept {
  if (!g_watching || block == nullptr) return;
  const std::span octets{static_cast<const std::uint8_t*>(block), size};
  const auto holds = [&](auto first, auto last) {
    return std::search(octets.begin(), octets.end(), first, last) != octets.end();
  };
  if (holds(g_pattern.begin(), g_pattern.end()) || holds(g_pattern.rbegin(), g_pattern.rend())) ++g_found;
  if (size < 256) return;
  const auto left = std::ranges::count_if(octets, [](auto octet) { return octet != 0; });
  g_most_left = std::max(g_most_left, static_cast<std::size_t>(left));
}

}  // namespace watch

// The allocator of the whole program, the libraries included: glibc's, looked at on the way in and out.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): glibc's names for what stands behind malloc() and its kin.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void __libc_free(void* block);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) noexcept {
  watch::saw_allocation();
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  watch::saw_allocation();
  return __libc_calloc(count, size);
}

void free(void* block) noexcept {
  if (block != nullptr) watch::saw_free(block, malloc_usable_size(block));
  __libc_free(block);
}

/// Always moves, so that what stays behind in the old block is seen.
void* realloc(void* block, std::size_t size) noexcept {
  auto* moved = malloc(size);
  if (moved == nullptr || block == nullptr) return moved;
  std::memcpy(moved, block, std::min(size, malloc_usable_size(block)));
  free(block);
  return moved;
}
}
