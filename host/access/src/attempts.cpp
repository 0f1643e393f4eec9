#include "cicada/host/access/attempts.h"

#include <algorithm>

namespace cicada::host::access {

std::chrono::milliseconds AttemptDelay::delay() const noexcept {
  if (failures_ == 0) return std::chrono::milliseconds{0};
  auto delay = first_;
  for (std::size_t i = 1; i < failures_ && delay < most_; ++i) delay *= 2;
  return std::min(delay, most_);
}

void AttemptDelay::before_attempt() const {
  const auto wait = delay();
  if (wait.count() > 0) sleep_(wait);
}

}  // namespace cicada::host::access
