// Many writers on one journal, at the same time.
#include <fmt/format.h>

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <thread>

#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using journal::IntakeResult;

namespace {

/// Runs `work(journal, number)` in threads with a journal of its own each, all at once. Threads cannot fail a test:
/// what they find goes into what they are given.
void with_writers(const Desk& desk, std::size_t count,
                  const std::function<void(journal::Journal&, std::size_t)>& work) {
  std::vector<std::unique_ptr<journal::Journal>> journals;
  for (std::size_t i = 0; i < count; ++i) journals.push_back(desk.open(fmt::format("thread{}", i)));
  std::latch start{static_cast<std::ptrdiff_t>(count)};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(*journals[i], i);
    });
  }
}

}  // namespace

TEST_GROUP(ManyWriters) {
  Desk desk{20'000};
};

TEST(ManyWriters, never_claim_one_job_twice) {
  const auto scale = desk.place().scale();
  for (std::size_t done = 0; done < scale.jobs; done += 500) {
    desk.ready(std::min<std::size_t>(500, scale.jobs - done), done + 1);
  }
  std::mutex mutex;
  std::map<journal::JobId, int> times;
  std::map<journal::Fence, int> fences;
  std::atomic<int> failures{0};
  with_writers(desk, scale.writers, [&](journal::Journal& journal, std::size_t i) {
    for (;;) {
      const auto claims = journal.claim({.station = fmt::format("s{}", i)}, 10, std::chrono::hours{1}, {});
      if (!claims) ++failures;
      if (!claims || claims->empty()) return;
      const std::scoped_lock lock{mutex};
      for (const auto& claim : *claims) {
        ++times[claim.job];
        ++fences[claim.fence];
      }
    }
  });
  LONGS_EQUAL(0, failures.load());
  LONGS_EQUAL(scale.jobs, times.size());
  LONGS_EQUAL(scale.jobs, fences.size());
  for (const auto& [job, count] : times) LONGS_EQUAL(1, count);
}

/// What fits a line lies in three batches, of the same priority and not: whoever finds the next ones taken gets others.
TEST(ManyWriters, share_the_jobs_of_all_recipes_that_fit_and_none_of_the_others) {
  constexpr std::size_t kWriters = 4;
  constexpr std::size_t kEach = 300;
  constexpr std::size_t kTogether = 10;
  const journal::Recipe ours{.profile = "cccd-2021", .dialect = "cicada-1", .content = digest(1), .csca = digest(2)};
  auto by_name = ours;
  by_name.content.reset();
  auto passports = ours;
  passports.profile = "passport";
  desk.prepare({.id = "cards", .announced = kEach, .priority = 1, .recipe = ours}, 1000);
  desk.prepare({.id = "old", .announced = kEach, .recipe = by_name}, 2000);
  desk.prepare({.id = "passports", .announced = kEach, .priority = 2, .recipe = passports}, 3000);
  desk.ready(kEach);
  std::mutex mutex;
  std::map<std::string, int> times;
  std::size_t too_few = 0;
  std::atomic<int> failures{0};
  with_writers(desk, kWriters, [&](journal::Journal& journal, std::size_t i) {
    for (;;) {
      const auto claims = journal.claim({.station = fmt::format("s{}", i)}, kTogether, std::chrono::hours{1}, ours);
      if (!claims) ++failures;
      if (!claims || claims->empty()) return;
      const std::scoped_lock lock{mutex};
      // The others hold no more than one claim each that is not counted yet.
      const bool enough = 3 * kEach - times.size() >= kWriters * kTogether;
      if (claims->size() < kTogether && enough) ++too_few;
      for (const auto& claim : *claims) ++times[claim.dossier];
    }
  });
  LONGS_EQUAL(0, failures.load());
  LONGS_EQUAL(0, too_few);
  LONGS_EQUAL(3 * kEach, times.size());
  for (const auto& [id, count] : times) LONGS_EQUAL(1, count);
  CHECK_TRUE(desk.state(3000) == State::ready);
}

TEST(ManyWriters, bind_one_chip_to_one_job) {
  constexpr std::size_t kWriters = 4;
  constexpr std::size_t kChips = 20;
  desk.ready(kWriters * kChips);
  std::array<std::atomic<int>, kChips> bound{};
  std::atomic<int> seen{0};
  with_writers(desk, kWriters, [&](journal::Journal& journal, std::size_t i) {
    const journal::Actor actor{.station = fmt::format("s{}", i)};
    const auto claims = journal.claim(actor, kChips, std::chrono::hours{1}, {});
    for (std::size_t n = 0; claims && n < claims->size(); ++n) {
      const journal::Step step{
          .job = (*claims)[n].job, .fence = (*claims)[n].fence, .to = State::bound, .actor = actor, .chip = chip(n)};
      const auto result = journal.apply(std::span{&step, 1});
      if (result && result->front() == StepResult::applied) ++bound.at(n);
      if (result && result->front() == StepResult::chip_seen) ++seen;
    }
  });
  for (const auto& count : bound) LONGS_EQUAL(1, count.load());
  LONGS_EQUAL((kWriters - 1) * kChips, seen.load());
}

TEST(ManyWriters, take_in_one_number_once) {
  constexpr std::size_t kWriters = 4;
  constexpr std::size_t kNumbers = 50;
  std::atomic<int> added{0};
  std::atomic<int> taken{0};
  with_writers(desk, kWriters, [&](journal::Journal& journal, std::size_t i) {
    std::vector<journal::Intake> intakes;
    for (std::size_t n = 0; n < kNumbers; ++n) {
      auto intake = dossier(n);
      intake.dossier = fmt::format("T{}-{}", i, n);
      intake.portrait = digest(1000 * i + n);
      intakes.push_back(intake);
    }
    if (i % 2 == 1) std::ranges::reverse(intakes);
    const auto outcomes = journal.take_in("b1", intakes, {.station = fmt::format("s{}", i)});
    if (!outcomes) return;
    for (const auto& outcome : *outcomes) {
      if (outcome.result == IntakeResult::added) ++added;
      if (outcome.result == IntakeResult::number_taken) ++taken;
    }
  });
  LONGS_EQUAL(kNumbers, added.load());
  LONGS_EQUAL((kWriters - 1) * kNumbers, taken.load());
}

TEST(ManyWriters, may_add_batches_of_one_new_partition_at_the_same_moment) {
  std::atomic<int> added{0};
  with_writers(desk, 4, [&](journal::Journal& journal, std::size_t i) {
    for (std::size_t n = 0; n < 20; ++n) {
      if (journal.add_batch({.id = fmt::format("x{}-{}", i, n)}, kActor)) ++added;
    }
  });
  LONGS_EQUAL(80, added.load());
}

TEST(ManyWriters, find_a_schema_that_is_newer_than_they_are) {
  desk.place().make_schema_newer();
  CHECK_FAULT(base::Fault::conflict, journal::open_journal(desk.place().address(), "w9"));
  CHECK_FAULT(base::Fault::conflict, journal::open_journal(desk.place().address(), ""));
}

TEST(ManyWriters, may_open_a_new_journal_at_the_same_moment) {
  const auto place = new_place();
  CHECK_FAULT(base::Fault::not_found, journal::open_journal(place->address(), ""));
  std::atomic<int> opened{0};
  {
    std::latch start{4};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        if (journal::open_journal(place->address(), fmt::format("w{}", i))) ++opened;
      });
    }
  }
  LONGS_EQUAL(4, opened.load());
}
