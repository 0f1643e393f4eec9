// Threads with a session each, and calls that none of them can hold up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "session.h"

namespace cicada::host::token {

/// What a call does in a session's thread. It owns everything that it touches: its caller may be gone.
using Work = std::function<base::Result<base::Bytes>(Session&)>;

class Pool {
 public:
  Pool(std::shared_ptr<Access> access, unsigned sessions, std::chrono::milliseconds deadline);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&&) = delete;
  Pool& operator=(Pool&&) = delete;
  /// Leaves threads behind that hang in the module; they hold what they need.
  ~Pool();

  /// Fails with transport when the deadline passes, or as the work does.
  [[nodiscard]] base::Result<base::Bytes> run(Work work);

 private:
  struct Call;
  struct Shared;
  static void serve(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::chrono::milliseconds deadline_;
};

}  // namespace cicada::host::token
