// The send sequence counter (9303-11 §9.8.2).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::sm {

/// Grows by one before each command and before each response. As wide as the cipher's block: 8 octets (3DES) or 16
/// (AES). Not secret.
class Ssc {
 public:
  /// Zero: where AES, PACE and chip authentication start. `size` is 8 or 16.
  explicit Ssc(std::size_t size) noexcept : size_(size == kMaxSize ? kMaxSize : kMaxSize / 2) {}
  /// Where BAC starts: RND.IC[4..7] || RND.IFD[4..7] (9303-11 §9.8.2).
  explicit Ssc(std::span<const std::uint8_t, 8> value) noexcept : size_(8) { std::ranges::copy(value, value_.begin()); }

  /// Fails with limit when the counter stands at its last value: it never wraps, a new session is needed.
  [[nodiscard]] base::Result<void> increment();
  /// The counter, big-endian.
  [[nodiscard]] base::ByteView octets() const noexcept { return base::ByteView{value_}.first(size_); }

 private:
  static constexpr std::size_t kMaxSize = 16;
  std::array<std::uint8_t, kMaxSize> value_{};
  std::size_t size_;
};

}  // namespace cicada::host::sm
