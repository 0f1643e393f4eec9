#include "cicada/host/line/journal_queue.h"

#include <thread>

#include "../../../integration/line/memory_journal.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using base::Fault;
using host::journal::State;
using host::journal::Step;
using host::line::Commit;
using host::line::JournalQueue;
using host::line::WhenAway;

namespace {

constexpr base::Error kAway{.fault = Fault::transport, .what = "the database is away"};
const host::line::QueueOptions kAtOnce{.gather = std::chrono::milliseconds{1},
                                       .try_again = std::chrono::milliseconds{0}};

std::string chip_of(host::journal::JobId job) {
  return "C" + std::to_string(job);
}

}  // namespace

TEST_GROUP(JournalQueue) {
  test::MemoryJournal journal;
  tests::Folder folder;

  std::unique_ptr<host::line::Spool> spool() {
    return host::line::Spool::open(folder / "spool").value();
  }
  /// Claimed jobs.
  std::vector<host::journal::Claim> claims(int count) {
    for (int i = 0; i < count; ++i) journal.add("D" + std::to_string(i), {});
    return journal.claim({.station = "s"}, static_cast<std::size_t>(count), std::chrono::seconds{60}, {}).value();
  }
  static Step step(const host::journal::Claim& claim, State to) {
    return {.job = claim.job, .fence = claim.fence, .to = to, .actor = {.station = "s"}};
  }
  static void expect(Commit wanted, const base::Result<Commit>& got) {
    CHECK_OK(got);
    CHECK_STRING(to_string(wanted), to_string(*got));
  }
};

TEST(JournalQueue, keeps_the_order_of_a_job_whether_somebody_waits_or_not) {
  const auto jobs = claims(1);
  {
    JournalQueue queue{journal, nullptr, kAtOnce};
    expect(Commit::applied, queue.commit(step(jobs[0], State::bound), chip_of(1)));
    queue.submit(step(jobs[0], State::written), chip_of(1));
    queue.submit(step(jobs[0], State::locked), chip_of(1));
    queue.submit(step(jobs[0], State::verified), chip_of(1));
    expect(Commit::applied, queue.commit(step(jobs[0], State::done), chip_of(1)));
    LONGS_EQUAL(5, queue.counts().steps);
  }
  CHECK(journal.job(1).claim.state == State::done);
}

TEST(JournalQueue, writes_what_was_handed_in_before_it_ends) {
  const auto jobs = claims(1);
  {
    JournalQueue queue{journal, nullptr, {.gather = std::chrono::hours{1}}};
    queue.submit(step(jobs[0], State::bound), chip_of(1));
  }
  CHECK(journal.job(1).claim.state == State::bound);
}

TEST(JournalQueue, puts_the_steps_of_many_stations_into_few_transactions) {
  constexpr int kStations = 16;
  const auto jobs = claims(kStations);
  JournalQueue queue{journal, nullptr, {.gather = std::chrono::seconds{10}}};
  for (int i = 0; i < kStations; ++i)
    queue.submit(step(jobs.at(static_cast<std::size_t>(i)), State::bound), chip_of(i));
  // One that waits takes all the others along.
  expect(Commit::applied, queue.commit(step(jobs[0], State::written), chip_of(0)));
  LONGS_EQUAL(1, queue.counts().transactions);
  LONGS_EQUAL(kStations + 1, queue.counts().steps);
}

TEST(JournalQueue, asks_for_a_fence_after_the_steps_of_its_job_and_before_those_of_others) {
  const auto jobs = claims(2);
  JournalQueue queue{journal, nullptr, {.gather = std::chrono::seconds{10}}};
  queue.submit(step(jobs[0], State::bound), chip_of(1));
  CHECK_TRUE(queue.holds(jobs[1].job, jobs[1].fence).value());
  LONGS_EQUAL(0, queue.counts().steps);
  CHECK_TRUE(queue.holds(jobs[0].job, jobs[0].fence).value());
  LONGS_EQUAL(1, queue.counts().steps);
  journal.steal(1);
  CHECK_FALSE(queue.holds(jobs[0].job, jobs[0].fence).value());
}

TEST(JournalQueue, waits_for_the_company_it_had_no_longer_than_a_transaction_takes) {
  constexpr int kStations = 4;
  const auto jobs = claims(kStations);
  JournalQueue queue{journal, nullptr, {.gather = std::chrono::hours{1}}};
  const auto bind = [&](int i) {
    auto one = step(jobs.at(static_cast<std::size_t>(i)), State::bound);
    one.actor.station = "s" + std::to_string(i);
    return queue.commit(one, chip_of(i));
  };
  {
    std::vector<std::jthread> stations;
    for (int i = 0; i < kStations; ++i) stations.emplace_back([&, i] { expect(Commit::applied, bind(i)); });
  }
  // Of four that came before only one comes again, and is answered all the same.
  expect(Commit::applied, queue.commit(step(jobs[0], State::written), chip_of(0)));
  LONGS_EQUAL(kStations + 1, queue.counts().steps);
}

TEST(JournalQueue, tells_each_station_what_became_of_its_own_step) {
  const auto jobs = claims(3);
  JournalQueue queue{journal, nullptr, kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  expect(Commit::chip_seen, queue.commit(step(jobs[1], State::bound), "AA"));
  expect(Commit::refused, queue.commit(step(jobs[2], State::done), "BB"));
  journal.steal(2);
  expect(Commit::fenced, queue.commit(step(jobs[1], State::bound), "CC"));
}

TEST(JournalQueue, fails_what_may_not_be_spooled_when_the_journal_is_away) {
  const auto jobs = claims(1);
  JournalQueue queue{journal, spool(), kAtOnce};
  journal.away = kAway;
  CHECK_FAULT(Fault::transport, queue.commit(step(jobs[0], State::bound), "AA", WhenAway::fail));
  CHECK_FAULT(Fault::transport, queue.holds(1, jobs[0].fence));
  LONGS_EQUAL(0, queue.counts().waiting);
  journal.away.reset();
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA", WhenAway::fail));
}

TEST(JournalQueue, keeps_steps_in_the_spool_and_commits_them_before_anything_else) {
  const auto jobs = claims(1);
  JournalQueue queue{journal, spool(), kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  journal.away = kAway;
  expect(Commit::spooled, queue.commit(step(jobs[0], State::written), "AA"));
  queue.submit(step(jobs[0], State::locked), "AA");
  expect(Commit::spooled, queue.commit(step(jobs[0], State::verified), "AA"));
  LONGS_EQUAL(3, queue.counts().waiting);
  journal.away.reset();
  CHECK_OK(queue.ask([](host::journal::Journal& asked) { return asked.order(); }));
  CHECK(journal.job(1).claim.state == State::verified);
  LONGS_EQUAL(0, queue.counts().waiting);
  LONGS_EQUAL(3, queue.counts().replayed);
  expect(Commit::applied, queue.commit(step(jobs[0], State::done), "AA"));
}

TEST(JournalQueue, commits_the_spool_of_a_process_that_died) {
  const auto jobs = claims(1);
  {
    JournalQueue queue{journal, spool(), kAtOnce};
    expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
    journal.away = kAway;
    expect(Commit::spooled, queue.commit(step(jobs[0], State::written), "AA"));
  }
  journal.away.reset();
  JournalQueue queue{journal, spool(), kAtOnce};
  LONGS_EQUAL(1, queue.counts().waiting);
  CHECK_OK(queue.holds(1, jobs[0].fence));
  CHECK(journal.job(1).claim.state == State::written);
}

TEST(JournalQueue, takes_a_step_that_was_committed_but_not_acknowledged_for_done) {
  const auto jobs = claims(1);
  JournalQueue queue{journal, spool(), kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  journal.lose_answer = [] { return true; };
  expect(Commit::spooled, queue.commit(step(jobs[0], State::written), "AA"));
  CHECK(journal.job(1).claim.state == State::written);  // it was
  journal.lose_answer = {};
  CHECK_OK(queue.holds(1, jobs[0].fence));
  LONGS_EQUAL(1, queue.counts().replayed);
  LONGS_EQUAL(0, queue.counts().lost);
}

TEST(JournalQueue, says_that_a_spooled_step_was_refused_for_good) {
  const auto jobs = claims(1);
  JournalQueue queue{journal, spool(), kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  journal.away = kAway;
  expect(Commit::spooled, queue.commit(step(jobs[0], State::written), "AA"));
  journal.away.reset();
  journal.steal(1);
  CHECK_OK(queue.holds(1, jobs[0].fence));
  LONGS_EQUAL(1, queue.counts().lost);
  LONGS_EQUAL(0, queue.counts().replayed);
}

TEST(JournalQueue, says_that_a_card_is_none_whose_job_got_another_one_while_its_steps_waited) {
  const auto jobs = claims(1);
  JournalQueue queue{journal, spool(), kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  expect(Commit::applied, queue.commit(step(jobs[0], State::written), "AA"));
  journal.away = kAway;
  queue.submit(step(jobs[0], State::locked), "AA");
  queue.submit(step(jobs[0], State::verified), "AA");
  expect(Commit::spooled, queue.commit(step(jobs[0], State::done), "AA"));
  journal.away.reset();
  journal.remake(1);
  const auto again = journal.claim({.station = "t"}, 1, std::chrono::seconds{60}, {}).value();
  auto bound = step(again[0], State::bound);
  bound.chip = "BB";
  CHECK(journal.apply({&bound, 1})->front() == host::journal::StepResult::applied);
  for (const State to : {State::written, State::locked, State::verified, State::done}) {
    const auto next = step(again[0], to);
    CHECK(journal.apply({&next, 1})->front() == host::journal::StepResult::applied);
  }
  CHECK_FALSE(queue.holds(1, jobs[0].fence).value());
  LONGS_EQUAL(3, queue.counts().lost);
  LONGS_EQUAL(0, queue.counts().replayed);
  LONGS_EQUAL(1, queue.refused_cards().size());
  CHECK_STRING("AA", queue.refused_cards().front().chip);
  CHECK_STRING("D0", queue.refused_cards().front().dossier);
}

TEST(JournalQueue, takes_no_later_step_when_one_is_neither_in_the_journal_nor_in_the_spool) {
  const auto jobs = claims(2);
  JournalQueue queue{journal, nullptr, kAtOnce};
  expect(Commit::applied, queue.commit(step(jobs[0], State::bound), "AA"));
  journal.away = kAway;
  queue.submit(step(jobs[0], State::written), "AA");
  CHECK_FAULT(Fault::transport, queue.commit(step(jobs[0], State::locked), "AA"));
  journal.away.reset();
  CHECK_FAULT(Fault::transport, queue.commit(step(jobs[1], State::bound), "BB"));
  CHECK(journal.job(1).claim.state == State::bound);
}
