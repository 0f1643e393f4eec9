// How fast a reader may guess.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

namespace cicada::host::access {

/// Waits before an attempt, the longer the more attempts have failed in a row: nothing before the first, then `first`,
/// and twice as long each time up to `most`. A CAN has a million values and no counter on the chip (9303-11 §4.4.1); a
/// person who mistypes once or twice does not notice.
class AttemptDelay {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;
  static constexpr std::chrono::milliseconds kFirst{250};
  static constexpr std::chrono::milliseconds kMost{10'000};

  /// `sleep` is what waits; a test counts instead.
  explicit AttemptDelay(Sleep sleep, std::chrono::milliseconds first = kFirst,
                        std::chrono::milliseconds most = kMost) noexcept
      : sleep_(std::move(sleep)), first_(first), most_(most) {}

  /// Before an attempt. Waits.
  void before_attempt() const;
  /// After one that the card refused, or that proved nothing.
  void failed() noexcept { ++failures_; }
  /// After one that opened a chip.
  void succeeded() noexcept { failures_ = 0; }
  /// How long before_attempt would wait now.
  [[nodiscard]] std::chrono::milliseconds delay() const noexcept;

 private:
  Sleep sleep_;
  std::chrono::milliseconds first_;
  std::chrono::milliseconds most_;
  std::size_t failures_ = 0;
};

}  // namespace cicada::host::access
