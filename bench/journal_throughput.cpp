// Eight stations, one writer that puts their steps into one transaction, one server.
#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "journal_scene.h"

namespace cicada::bench {
namespace {

using journal::State;

/// The group commit of a process: stations leave steps here, one thread takes all there are.
class Writer {
 public:
  explicit Writer(journal::Journal& journal) : journal_(journal), thread_([this] { work(); }) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  Writer(Writer&&) = delete;
  Writer& operator=(Writer&&) = delete;
  ~Writer() {
    {
      const std::scoped_lock lock{mutex_};
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  std::future<journal::StepResult> step(journal::Step step) {
    std::promise<journal::StepResult> promise;
    auto future = promise.get_future();
    {
      const std::scoped_lock lock{mutex_};
      steps_.push_back({std::move(step), std::move(promise)});
    }
    wake_.notify_one();
    return future;
  }
  std::future<std::vector<journal::Claim>> claim(const journal::Actor& actor, std::size_t count) {
    std::promise<std::vector<journal::Claim>> promise;
    auto future = promise.get_future();
    {
      const std::scoped_lock lock{mutex_};
      claims_.push_back({actor, count, std::move(promise)});
    }
    wake_.notify_one();
    return future;
  }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

 private:
  struct Waiting {
    journal::Step step;
    std::promise<journal::StepResult> promise;
  };
  struct Asking {
    journal::Actor actor;
    std::size_t count;
    std::promise<std::vector<journal::Claim>> promise;
  };

  void work() {
    for (;;) {
      std::deque<Waiting> steps;
      std::deque<Asking> claims;
      {
        std::unique_lock lock{mutex_};
        wake_.wait(lock, [this] { return stop_ || !steps_.empty() || !claims_.empty(); });
        if (stop_ && steps_.empty() && claims_.empty()) return;
        steps.swap(steps_);
        claims.swap(claims_);
      }
      for (auto& ask : claims) {
        ask.promise.set_value(must(journal_.claim(ask.actor, ask.count, std::chrono::minutes{10}), "claim"));
      }
      if (steps.empty()) continue;
      std::vector<journal::Step> together;
      for (auto& waiting : steps) together.push_back(std::move(waiting.step));
      const auto results = must(journal_.apply(together), "apply");
      ++groups_;
      taken_ += results.size();
      for (std::size_t i = 0; i < results.size(); ++i) steps[i].promise.set_value(results[i]);
    }
  }

  journal::Journal& journal_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> steps_;
  std::deque<Asking> claims_;
  bool stop_ = false;
  std::size_t groups_ = 0, taken_ = 0;
  std::thread thread_;
};

/// What a station asks the journal for one card. It waits where the card would be lost without the answer.
void one_card(Writer& writer, const journal::Claim& claim, const journal::Actor& actor, std::uint64_t n) {
  const auto step = [&](State to) {
    return journal::Step{.job = claim.job, .fence = claim.fence, .to = to, .actor = actor};
  };
  auto bound = step(State::bound);
  bound.chip = chip(n);
  must(writer.step(std::move(bound)).get() == journal::StepResult::applied, "bind");
  auto written = step(State::written);
  written.completion = {base::Bytes(2500, 0x5A), "01", {digest(3 * n), digest(3 * n + 1)}};
  must(writer.step(std::move(written)).get() == journal::StepResult::applied, "completion");
  auto locked = writer.step(step(State::locked));
  auto verified = step(State::verified);
  verified.evidence = digest(n);
  auto checked = writer.step(std::move(verified));
  must(writer.step(step(State::done)).get() == journal::StepResult::applied, "done");
  must(locked.get() == journal::StepResult::applied && checked.get() == journal::StepResult::applied, "locked");
}

/// Each a row changed and a record written: the least that this journal ever commits.
double commits_a_second(const std::string& address, std::size_t writers) {
  constexpr int kCommits = 400;
  std::vector<std::unique_ptr<journal::Journal>> journals;
  for (std::size_t i = 0; i < writers; ++i) {
    journals.push_back(must(journal::open_journal(address, fmt::format("limit{}", i)), "open"));
  }
  const Wall wall;
  std::vector<std::jthread> threads;
  for (auto& one : journals) {
    threads.emplace_back([&one] {
      for (int i = 0; i < kCommits; ++i) must(one->give_order(journal::Order::run, {}), "a commit");
    });
  }
  threads.clear();
  return static_cast<double>(writers) * kCommits / wall.seconds();
}

}  // namespace

void measure_throughput(const std::string& address, std::size_t stations, std::size_t cards) {
  constexpr std::size_t kClaims = 16;
  const auto own = must(journal::open_journal(address, "line"), "open");
  fill(*own, "throughput", 1, cards);
  const double alone = commits_a_second(address, 1);
  const double crowd = address.starts_with("sqlite") ? alone : commits_a_second(address, stations);
  std::size_t groups = 0;
  std::size_t steps = 0;
  const Wall wall;
  {
    Writer writer{*own};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < stations; ++i) {
      threads.emplace_back([&writer, i] {
        const journal::Actor actor{.station = fmt::format("s{}", i), .operator_id = "lan", .shift = "1"};
        for (auto claims = writer.claim(actor, kClaims).get(); !claims.empty();
             claims = writer.claim(actor, kClaims).get()) {
          for (const auto& claim : claims) one_card(writer, claim, actor, static_cast<std::uint64_t>(claim.job));
        }
      });
    }
    threads.clear();
    groups = writer.groups();
    steps = writer.taken();
  }
  const double rate = static_cast<double>(cards) / wall.seconds();
  fmt::print(
      "throughput  cards_per_s={:.0f} cards_to_commits={:.2f} commits_per_s_1={:.0f} commits_per_s_{}={:.0f} "
      "steps_a_group={:.1f} groups_per_s={:.0f}\n",
      rate, rate / alone, alone, stations, crowd, static_cast<double>(steps) / static_cast<double>(groups),
      static_cast<double>(groups) / wall.seconds());
}

}  // namespace cicada::bench
