#include "pool.h"

#include <thread>

namespace cicada::host::token {

using base::Bytes;
using base::Fault;
using base::Result;

/// Belongs to its caller and to the thread that serves it.
struct Pool::Call {
  Work work;
  std::mutex mutex = {};
  std::condition_variable answered = {};
  std::optional<Result<Bytes>> answer = {};
  bool given_up = false;  ///< the caller does not wait any more
};

/// Belongs to the pool and to every one of its threads.
struct Pool::Shared {
  std::shared_ptr<Access> access;
  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::deque<std::shared_ptr<Call>> waiting = {};
  unsigned alive = 0;
  bool ends = false;
};

Pool::Pool(std::shared_ptr<Access> access, unsigned sessions, std::chrono::milliseconds deadline)
    : shared_(std::make_shared<Shared>(std::move(access))), deadline_(deadline) {
  shared_->alive = sessions;
  // Detached, because a thread that hangs in somebody else's library can never be joined.
  for (unsigned i = 0; i < sessions; ++i) std::thread{serve, shared_}.detach();
}

Pool::~Pool() {
  std::unique_lock lock{shared_->mutex};
  shared_->ends = true;
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, deadline_, [this] { return shared_->alive == 0; });
  // A thread that is still about to go holds nothing of the module any more, one that hangs holds its session's share.
  shared_->access.reset();
}

Result<Bytes> Pool::run(Work work) {
  const auto call = std::make_shared<Call>(std::move(work));
  {
    const std::scoped_lock lock{shared_->mutex};
    shared_->waiting.push_back(call);
  }
  shared_->changed.notify_one();
  std::unique_lock lock{call->mutex};
  if (call->answered.wait_for(lock, deadline_, [&] { return call->answer.has_value(); })) {
    return *std::move(call->answer);
  }
  call->given_up = true;
  return base::fail({.fault = Fault::transport,
                     .what = "the token does not answer in time",
                     .hint = "look at the token, then run the same command again"});
}

void Pool::serve(const std::shared_ptr<Shared>& shared) {
  {
    Session session{shared->access};
    while (true) {
      std::shared_ptr<Call> call;
      {
        std::unique_lock lock{shared->mutex};
        shared->changed.wait(lock, [&] { return shared->ends || !shared->waiting.empty(); });
        if (shared->ends) break;
        call = std::move(shared->waiting.front());
        shared->waiting.pop_front();
      }
      {
        const std::scoped_lock lock{call->mutex};
        if (call->given_up) continue;
      }
      const auto opened = session.open();
      auto answer = opened ? call->work(session) : Result<Bytes>{std::unexpected(opened.error())};
      if (!answer) session.note(answer.error());
      {
        const std::scoped_lock lock{call->mutex};
        call->answer = std::move(answer);
      }
      call->answered.notify_one();
    }
  }
  const std::scoped_lock lock{shared->mutex};
  --shared->alive;
  shared->changed.notify_all();
}

}  // namespace cicada::host::token
