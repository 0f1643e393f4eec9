// What was made lately of octets that come again and again: one signer signs the documents of months.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace cicada::host::pki {

/// The last `Size` values, the one that was used last first. Threads may use it at the same time.
template <typename Value, std::size_t Size>
class Recent {
 public:
  using Shared = std::shared_ptr<const Value>;

  /// Null when there is none that `is_it` knows again.
  template <typename IsIt>
  [[nodiscard]] Shared find(const IsIt& is_it) {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find_if(values_, [&](const Shared& value) { return value && is_it(*value); });
    if (found == values_.end()) return nullptr;
    std::rotate(values_.begin(), found, std::next(found));
    return values_.front();
  }
  /// The one that was not used for the longest time is forgotten.
  void keep(Shared value) {
    const std::lock_guard lock{mutex_};
    std::ranges::rotate(values_, std::prev(values_.end()));
    values_.front() = std::move(value);
  }

 private:
  std::mutex mutex_;
  std::array<Shared, Size> values_{};
};

}  // namespace cicada::host::pki
