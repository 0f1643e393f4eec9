// What is tested: a chip that can be reset.
#pragma once

#include <string>

#include "cicada/base/error.h"
#include "cicada/host/transport/transport.h"

namespace cicada::conformance::terminal {

class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  Target(Target&&) = delete;
  Target& operator=(Target&&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual host::transport::Transport& transport() = 0;
  /// Power off and on, or the reader's reset: sessions and selections are gone. Fails with transport, card_removed.
  [[nodiscard]] virtual base::Result<void> reset() = 0;
  /// True when restore() can undo what a case wrote into the chip's memory.
  [[nodiscard]] virtual bool can_restore() const noexcept = 0;
  /// Puts the memory back to what it was when the run began, and resets. Fails with unsupported, io.
  [[nodiscard]] virtual base::Result<void> restore() = 0;
  /// For reports: "card file NAME", "reader NAME".
  [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace cicada::conformance::terminal
