// Octet strings: owned, borrowed, joined.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

/// The octets of a text, unchanged.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Octets seen as text, unchanged. The view lives as long as `bytes`.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes to_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

inline void append(Bytes& to, ByteView more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// Joins octet strings, left to right; one allocation.
[[nodiscard]] inline Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  Bytes joined;
  joined.reserve(size);
  for (const auto part : parts) append(joined, part);
  return joined;
}

/// Plain comparison, for values that are not secret. For secrets see constant_time_equal (secret.h).
[[nodiscard]] inline bool equal(ByteView a, ByteView b) noexcept {
  return std::ranges::equal(a, b);
}

}  // namespace cicada::base
