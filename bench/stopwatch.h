// Time of this thread's own work. What else runs on the machine changes it less than the time on the wall, and the
// ratio of two such times least of all.
#pragma once

#include <chrono>
#include <ctime>
#include <utility>

namespace cicada::bench {

using Seconds = std::chrono::duration<double>;

class Stopwatch {
 public:
  /// Since it was made, or asked last.
  [[nodiscard]] Seconds lap() noexcept {
    const auto now = read();
    return now - std::exchange(start_, now);
  }

 private:
  [[nodiscard]] static Seconds read() noexcept {
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
  }

  Seconds start_ = read();
};

}  // namespace cicada::bench
