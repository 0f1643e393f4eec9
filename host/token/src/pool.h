// Threads with a session each, and calls that none of them can hold up.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "session.h"

namespace cicada::host::token {

/// What a session's thread does for one item of a call. It owns everything that it touches: its caller may be gone.
using Work = std::function<base::Result<base::Bytes>(Session&, std::size_t item)>;

class Pool {
 public:
  Pool(std::shared_ptr<Access> access, unsigned sessions, std::chrono::milliseconds deadline);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&&) = delete;
  Pool& operator=(Pool&&) = delete;
  /// Leaves threads behind that hang in the module; they hold what they need.
  ~Pool();

  /// One item. Fails with transport when the token does nothing for a whole deadline, or as the work does.
  [[nodiscard]] base::Result<base::Bytes> run(Work work);
  /// `items` of them, shared out among the sessions; the caller is woken once, when all are answered. After the first
  /// that fails no other is begun: those fail with it.
  [[nodiscard]] std::vector<base::Result<base::Bytes>> run_each(std::size_t items, Work work);

 private:
  struct Call;
  struct Shared;
  static void serve(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  unsigned sessions_;
  std::chrono::milliseconds deadline_;
};

}  // namespace cicada::host::token
