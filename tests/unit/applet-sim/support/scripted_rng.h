// A source of "random" octets that a test has chosen.
#pragma once

#include "cicada/base/rng.h"

namespace terminal {

/// Hands out the given octets in order and fails when they are used up. Counts.
class ScriptedRng final : public cicada::base::Rng {
 public:
  explicit ScriptedRng(cicada::base::Bytes octets) : octets_(std::move(octets)) {}

  [[nodiscard]] cicada::base::Result<void> fill(cicada::base::MutableByteView out) override {
    if (out.size() > octets_.size() - used_) {
      return cicada::base::fail({.fault = cicada::base::Fault::crypto, .what = "no more scripted octets"});
    }
    std::copy_n(octets_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
    return {};
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  cicada::base::Bytes octets_;
  std::size_t used_ = 0;
};

}  // namespace terminal
