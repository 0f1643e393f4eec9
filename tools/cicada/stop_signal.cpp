#include "stop_signal.h"

#include <pthread.h>

#include <csignal>

namespace cicada::tools {
namespace {

sigset_t waited_for() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR2);  // how the destructor wakes the waiter
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = waited_for();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread{[this, set] {
    int number = 0;
    if (sigwait(&set, &number) == 0 && number != SIGUSR2) source_.request_stop();
  }};
}

StopSignal::~StopSignal() {
  pthread_kill(waiter_.native_handle(), SIGUSR2);
  waiter_.join();
  const sigset_t set = waited_for();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace cicada::tools
