#include "watched_thread.h"

#include <atomic>

#include "harness.h"

using namespace cicada::host::transport;
using namespace std::chrono_literals;

TEST_GROUP(WatchedThread){};

TEST(WatchedThread, gives_back_what_the_call_gives) {
  WatchedThread thread;
  for (int i = 0; i < 1000; ++i) LONGS_EQUAL(i, thread.run([i] { return i; }, 5s).value());
  CHECK(!thread.abandoned());
}

TEST(WatchedThread, leaves_a_hanging_call_behind_and_runs_nothing_more) {
  const auto release = std::make_shared<std::promise<void>>();
  const auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  {
    WatchedThread thread;
    CHECK(!thread
               .run(
                   [release, done] {
                     release->get_future().wait();
                     done->set_value();
                     return 1;
                   },
                   10ms)
               .has_value());
    CHECK(thread.abandoned());
    CHECK(!thread.run([] { return 2; }, 10ms).has_value());
  }
  // The object is gone, the call may still come to its end.
  release->set_value();
  CHECK(finished.wait_for(5s) == std::future_status::ready);
}
