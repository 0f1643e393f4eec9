// In which shared libraries a program spends its time: a sampler to be loaded before it.
//
//   LD_PRELOAD=build/bench/library_share.so build/bin/cicada conform --card x.card --ics x.ics.toml >/dev/null
//
// Every millisecond of processor time (or as often as the kernel's clock ticks) the place in the program is noted; at
// the end each place is given to the library that it lies in, and the shares go to standard error. The two crypto
// libraries are linked dynamically, so their share is the crypto's; what a library calls in libc counts as libc.
#include <dlfcn.h>
#include <sys/time.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kMaxSamples = 1U << 20U;  // seventeen minutes
constexpr suseconds_t kPeriod = 1000;           // microseconds

std::array<std::atomic<std::uintptr_t>, kMaxSamples> samples;
std::atomic<std::size_t> count{0};

/// Only what may be done in a signal handler: one store.
void note(int, siginfo_t*, void* context) {
  const auto* state = static_cast<const ucontext_t*>(context);
  const std::size_t at = count.fetch_add(1, std::memory_order_relaxed);
  if (at >= kMaxSamples) return;
#if defined(__x86_64__)
  samples[at] = static_cast<std::uintptr_t>(state->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  samples[at] = static_cast<std::uintptr_t>(state->uc_mcontext.pc);
#else
#error "say here where the program counter is"
#endif
}

std::string library_of(std::uintptr_t place) {
  Dl_info info{};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it was a pointer to code.
  if (dladdr(reinterpret_cast<const void*>(place), &info) == 0 || info.dli_fname == nullptr) return "elsewhere";
  const std::string path = info.dli_fname;
  return path.substr(path.rfind('/') + 1);
}

__attribute__((constructor)) void begin() {
  struct sigaction action{};
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  const itimerval every{.it_interval = {0, kPeriod}, .it_value = {0, kPeriod}};
  setitimer(ITIMER_PROF, &every, nullptr);
}

__attribute__((destructor)) void end() {
  const itimerval never{};
  setitimer(ITIMER_PROF, &never, nullptr);
  const auto taken = std::min(count.load(), kMaxSamples);
  std::map<std::string, std::size_t> shares;
  for (std::size_t i = 0; i < taken; ++i) ++shares[library_of(samples[i])];
  std::vector<std::pair<std::size_t, std::string>> sorted;
  sorted.reserve(shares.size());
  for (const auto& [name, samples_of] : shares) sorted.emplace_back(samples_of, name);
  std::ranges::sort(sorted, std::greater<>{});
  std::fprintf(stderr, "%zu samples\n", taken);
  for (const auto& [samples_of, name] : sorted)
    std::fprintf(stderr, "%5.1f %%  %s\n", 100.0 * static_cast<double>(samples_of) / static_cast<double>(taken),
                 name.c_str());
}

}  // namespace
