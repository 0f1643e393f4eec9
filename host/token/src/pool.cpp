#include "pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace cicada::host::token {

using base::Bytes;
using base::Error;
using base::Fault;
using base::Result;
using Clock = std::chrono::steady_clock;

/// Belongs to its caller and to the threads that serve it. All but `work` under Shared::mutex.
struct Pool::Call {
  Call(std::size_t items, Work wanted) : work(std::move(wanted)), answers(items), left(items) {}

  [[nodiscard]] bool waits() const noexcept { return next < answers.size(); }
  void answer(std::size_t item, Result<Bytes> result) {
    const auto failure = result ? std::optional<Error>{} : std::optional{result.error()};
    answers[item] = std::move(result);
    --left;
    moved = Clock::now();
    if (failure) fail_rest(*failure);
  }
  /// Items that nobody has begun.
  void fail_rest(const Error& error) {
    for (; waits(); --left) answers[next++] = std::unexpected(error);
  }

  Work work;
  std::vector<std::optional<Result<Bytes>>> answers;
  std::size_t next = 0;                    ///< the first item that nobody has begun
  std::size_t left;                        ///< items without an answer
  Clock::time_point moved = Clock::now();  ///< when an item was last begun or answered
  std::condition_variable answered = {};
};

/// Belongs to the pool and to every one of its threads.
struct Pool::Shared {
  std::shared_ptr<Access> access;
  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::deque<std::shared_ptr<Call>> waiting = {};  ///< calls with items that nobody has begun
  Clock::time_point moved = {};                    ///< when any session last answered
  unsigned alive = 0;
  bool ends = false;
};

Pool::Pool(std::shared_ptr<Access> access, unsigned sessions, std::chrono::milliseconds deadline)
    : shared_(std::make_shared<Shared>(std::move(access))), sessions_(sessions), deadline_(deadline) {
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
  return std::move(run_each(1, std::move(work)).front());
}

std::vector<Result<Bytes>> Pool::run_each(std::size_t items, Work work) {
  if (items == 0) return {};
  const auto call = std::make_shared<Call>(items, std::move(work));
  std::unique_lock lock{shared_->mutex};
  shared_->waiting.push_back(call);
  for (std::size_t i = 0; i < std::min<std::size_t>(items, sessions_); ++i) shared_->changed.notify_one();
  auto until = call->moved + deadline_;
  while (!call->answered.wait_until(lock, until, [&] { return call->left == 0; })) {
    // Behind the calls of others it is enough that those move: its turn comes.
    const auto moved = call->waits() ? std::max(call->moved, shared_->moved) : call->moved;
    until = moved + deadline_;
    if (until <= Clock::now()) break;
  }
  std::erase(shared_->waiting, call);
  const Error late{.fault = Fault::transport,
                   .what = "the token does not answer in time",
                   .hint = "look at the token, then run the same command again"};
  std::vector<Result<Bytes>> answers;
  answers.reserve(items);
  for (auto& answer : call->answers) {
    answers.push_back(answer ? *std::move(answer) : Result<Bytes>{std::unexpected(late)});
  }
  return answers;
}

void Pool::serve(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock{shared->mutex};
  {
    Session session{shared->access};
    while (true) {
      shared->changed.wait(lock, [&] { return shared->ends || !shared->waiting.empty(); });
      if (shared->ends) break;
      const auto call = shared->waiting.front();
      const auto item = call->next++;
      if (!call->waits()) shared->waiting.pop_front();
      call->moved = Clock::now();
      lock.unlock();
      const auto opened = session.open();
      auto answer = opened ? call->work(session, item) : Result<Bytes>{std::unexpected(opened.error())};
      if (!answer) session.note(answer.error());
      lock.lock();
      shared->moved = Clock::now();
      if (!answer) std::erase(shared->waiting, call);
      call->answer(item, std::move(answer));
      if (call->left == 0) call->answered.notify_one();
    }
    lock.unlock();
  }  // the session closes without the lock: the module may hang
  lock.lock();
  --shared->alive;
  shared->changed.notify_all();
}

}  // namespace cicada::host::token
