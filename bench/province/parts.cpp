#include "parts.h"

#include <sys/mman.h>

#include <ctime>
#include <functional>
#include <stdexcept>
#include <utility>

#include "line/feeder_proxy.h"
#include "line/journal_proxy.h"
#include "line/vault_proxy.h"

namespace cicada::bench {

using base::Result;
using host::transport::Transport;

namespace {

std::uint64_t cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  constexpr std::uint64_t kNanoseconds = 1'000'000'000;
  return static_cast<std::uint64_t>(now.tv_sec) * kNanoseconds + static_cast<std::uint64_t>(now.tv_nsec);
}

/// The card in the hand of this thread's station is one of those that are measured.
thread_local bool measuring = false;

class Timer {
 public:
  explicit Timer(std::atomic<std::uint64_t>& sum) : sum_(sum), begin_(measuring ? cpu_time() : 0) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  Timer(Timer&&) = delete;
  Timer& operator=(Timer&&) = delete;
  ~Timer() {
    if (measuring) sum_ += cpu_time() - begin_;
  }

 private:
  std::atomic<std::uint64_t>& sum_;
  std::uint64_t begin_;
};

/// A transport of which `exchange` makes what it wants.
class Tapped final : public Transport {
 public:
  using Exchange = std::function<Result<base::Bytes>(Transport& card, base::ByteView command)>;
  explicit Tapped(Exchange exchange) : exchange_(std::move(exchange)) {}
  Transport* around(Transport* card) {
    card_ = card;
    return card == nullptr ? nullptr : this;
  }
  Result<base::Bytes> transceive(base::ByteView command) override { return exchange_(*card_, command); }

 private:
  Exchange exchange_;
  Transport* card_ = nullptr;
};

class TappedFeeder final : public test::FeederProxy {
 public:
  TappedFeeder(host::line::Feeder& inner, Parts* parts, Tapped::Exchange exchange)
      : FeederProxy(inner), parts_(parts), tapped_(std::move(exchange)) {}
  Result<Transport*> next() override {
    if (parts_ != nullptr) begin_life();
    const Timer timer{sum()};
    CICADA_TRY(auto* card, FeederProxy::next());
    return tapped_.around(card);
  }
  Result<Transport*> reset() override {
    const Timer timer{sum()};
    CICADA_TRY(auto* card, FeederProxy::reset());
    return tapped_.around(card);
  }
  Result<void> put(host::line::Tray tray) override {
    const Timer timer{sum()};
    return FeederProxy::put(tray);
  }

 private:
  void begin_life() {
    measuring = parts_->lives++ % Parts::kOneIn == 0;
    if (measuring) ++parts_->measured;
  }
  std::atomic<std::uint64_t>& sum() { return parts_ == nullptr ? ignored_ : parts_->feeder; }

  Parts* parts_;
  std::atomic<std::uint64_t> ignored_{0};
  Tapped tapped_;
};

class TimedJournal final : public test::JournalProxy {
 public:
  TimedJournal(host::journal::Journal& inner, Parts& parts) : JournalProxy(inner), parts_(parts) {}
  Result<void> before(std::string_view, std::span<const host::journal::Step>) override {
    begin_ = cpu_time();
    return {};
  }
  void after(std::string_view, std::span<const host::journal::Step>) override { parts_.journal += cpu_time() - begin_; }

 private:
  Parts& parts_;
  std::uint64_t begin_ = 0;  // one thread uses a journal
};

class TimedVault final : public test::VaultProxy {
 public:
  TimedVault(host::vault::Vault& inner, Parts& parts) : VaultProxy(inner), parts_(parts) {}
  Result<void> before(std::string_view /*call*/) override {
    if (measuring) begin_ = cpu_time();
    return {};
  }
  void after(std::string_view /*call*/) override {
    if (measuring) parts_.vault += cpu_time() - begin_;
  }

 private:
  static thread_local std::uint64_t begin_;
  Parts& parts_;
};

thread_local std::uint64_t TimedVault::begin_ = 0;

}  // namespace

Parts& Parts::shared() {
  static Parts* parts = [] {
    void* memory = ::mmap(nullptr, sizeof(Parts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    return new (memory) Parts;
  }();
  return *parts;
}

double Parts::of_all(const std::atomic<std::uint64_t>& part) const {
  if (measured == 0) return 0;
  return static_cast<double>(part) * static_cast<double>(lives) / static_cast<double>(measured);
}

std::unique_ptr<host::line::Feeder> timed(host::line::Feeder& inner, Parts& parts) {
  return std::make_unique<TappedFeeder>(inner, &parts, [&parts](Transport& card, base::ByteView command) {
    const Timer timer{parts.card};
    return card.transceive(command);
  });
}

std::unique_ptr<host::journal::Journal> timed(host::journal::Journal& inner, Parts& parts) {
  return std::make_unique<TimedJournal>(inner, parts);
}

std::unique_ptr<host::vault::Vault> timed(host::vault::Vault& inner, Parts& parts) {
  return std::make_unique<TimedVault>(inner, parts);
}

std::unique_ptr<host::line::Feeder> listening(host::line::Feeder& inner, std::vector<Wire>& life) {
  return std::make_unique<TappedFeeder>(inner, nullptr, [&life](Transport& card, base::ByteView command) {
    auto answer = card.transceive(command);
    if (answer) life.push_back({.command = base::to_bytes(command), .answer = answer->size()});
    return answer;
  });
}

}  // namespace cicada::bench
