// How much of a file to ask for at once: the most that fits, and less when the card does not like it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace cicada::host::inspect {

/// Learns while a chip is read; the sizes only ever fall, so trying ends.
class BlockSize {
 public:
  /// Enough for the tag and the length of any file that is not refused for its size.
  static constexpr std::size_t kProbe = 6;

  /// `short_most` is what a short response carries (231 with 3DES), `most` what is asked for in the beginning.
  BlockSize(std::size_t short_most, std::size_t most) noexcept : short_most_(short_most), next_(most) {}

  /// New session keys leave less room (3DES carries 231 octets, AES 223); what the chip taught us stays.
  void fit(std::size_t short_most, std::size_t most) noexcept {
    const bool was_extended = next_ > short_most_;
    short_most_ = std::min(short_most_, short_most);
    next_ = std::min(next_, was_extended ? std::max(short_most_, most) : short_most_);
  }

  /// For the first read of a file, whose length is not known yet.
  [[nodiscard]] std::size_t first() const noexcept { return probing_ ? kProbe : next_; }
  /// For every further read.
  [[nodiscard]] std::size_t next() const noexcept { return next_; }
  /// Does a response of this many octets need extended length?
  [[nodiscard]] bool extended(std::size_t size) const noexcept { return size > short_most_; }

  /// The card refused a first read. Either it wants no Le past the end of the file, or it knows no Le so large: look at
  /// tag and length first, then we shall see.
  void probe_first() noexcept { probing_ = true; }
  /// It was the size.
  void stop_probing() noexcept { probing_ = false; }

  /// Goes down below `size`; false, and nothing changes, when that is not possible.
  bool shrink_below(std::size_t size) noexcept {
    if (size > short_most_ && next_ > short_most_) {
      next_ = short_most_;
      return true;
    }
    const auto* const lower = std::ranges::find_if(kSteps, [size](std::size_t step) { return step < size; });
    if (lower == kSteps.end()) return false;
    next_ = std::min(next_, *lower);
    return true;
  }

  /// The card gave `size` octets of a full block and has more: ask for no more than that from now on. One that gives
  /// less than the lowest step does not change what is asked for.
  void settle_at(std::size_t size) noexcept { next_ = std::clamp(size, kSteps.back(), std::max(next_, kSteps.back())); }

 private:
  /// What chips of the field are content with.
  static constexpr std::array<std::size_t, 8> kSteps = {224, 192, 160, 128, 96, 64, 32, 16};

  std::size_t short_most_;
  std::size_t next_;
  bool probing_ = false;
};

}  // namespace cicada::host::inspect
