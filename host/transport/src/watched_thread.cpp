#include "watched_thread.h"

#include <utility>

namespace cicada::host::transport {

WatchedThread::WatchedThread() : thread_(&WatchedThread::work, mailbox_) {}

WatchedThread::~WatchedThread() {
  {
    const std::scoped_lock lock{mailbox_->mutex};
    mailbox_->closed = true;
  }
  mailbox_->arrived.notify_one();
  if (abandoned_) {
    thread_.detach();  // ends by itself if its call ever comes back
  } else {
    thread_.join();
  }
}

void WatchedThread::post(std::move_only_function<void()> job) {
  {
    const std::scoped_lock lock{mailbox_->mutex};
    mailbox_->job = std::move(job);
  }
  mailbox_->arrived.notify_one();
}

void WatchedThread::work(const std::shared_ptr<Mailbox>& mailbox) {
  for (;;) {
    std::move_only_function<void()> job;
    {
      std::unique_lock lock{mailbox->mutex};
      mailbox->arrived.wait(lock, [&] { return mailbox->job || mailbox->closed; });
      if (!mailbox->job) return;
      job = std::exchange(mailbox->job, nullptr);
    }
    job();
  }
}

}  // namespace cicada::host::transport
