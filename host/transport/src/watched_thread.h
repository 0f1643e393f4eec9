// A thread that does what might never end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace cicada::host::transport {

/// Runs one call at a time on a thread of its own and waits for it no longer than it is told to. A call that does not
/// come back in time is left behind with its thread; the object is then abandoned and runs nothing more.
///
/// Calls must own everything they touch (shared_ptr, copies): they may outlive the caller.
class WatchedThread {
 public:
  WatchedThread();
  WatchedThread(const WatchedThread&) = delete;
  WatchedThread& operator=(const WatchedThread&) = delete;
  WatchedThread(WatchedThread&&) = delete;
  WatchedThread& operator=(WatchedThread&&) = delete;
  ~WatchedThread();

  /// The result of `call`; nothing when it took too long, now or earlier.
  template <typename Call>
  [[nodiscard]] auto run(Call call, std::chrono::milliseconds timeout) -> std::optional<std::invoke_result_t<Call>> {
    using Value = std::invoke_result_t<Call>;
    if (abandoned_) return std::nullopt;
    auto promise = std::make_shared<std::promise<Value>>();
    auto result = promise->get_future();
    post([promise, call = std::move(call)]() mutable { promise->set_value(call()); });
    if (result.wait_for(timeout) != std::future_status::ready) {
      abandoned_ = true;
      return std::nullopt;
    }
    return result.get();
  }

  [[nodiscard]] bool abandoned() const noexcept { return abandoned_; }

 private:
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable arrived;
    std::move_only_function<void()> job;
    bool closed = false;
  };
  void post(std::move_only_function<void()> job);
  static void work(const std::shared_ptr<Mailbox>& mailbox);

  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::thread thread_;
  bool abandoned_ = false;
};

}  // namespace cicada::host::transport
