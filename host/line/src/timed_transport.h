// A stop watch beside a reader.
#pragma once

#include <chrono>

#include "cicada/host/transport/transport.h"

namespace cicada::host::line {

/// Wraps a transport: an answer that took longer than `longest` is no answer. The card's answer is then lost, which
/// recovery deals with like with any other lost answer.
class TimedTransport final : public transport::Transport {
 public:
  /// Borrows `inner`.
  TimedTransport(transport::Transport& inner, std::chrono::milliseconds longest) : inner_(inner), longest_(longest) {}

  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = inner_.transceive(command);
    ++exchanges_;
    if (answer && std::chrono::steady_clock::now() - begin > longest_) {
      return base::fail({.fault = base::Fault::transport,
                         .what = "a command took longer than a station waits",
                         .hint = "take the card and its reader out of the line and look at them"});
    }
    return answer;
  }
  [[nodiscard]] std::uint64_t exchanges() const noexcept { return exchanges_; }

 private:
  transport::Transport& inner_;
  std::chrono::milliseconds longest_;
  std::uint64_t exchanges_ = 0;
};

}  // namespace cicada::host::line
