// Locked cards that open with the keys of a job: its good card, or another card of the same person.
#include <memory>
#include <string>
#include <utility>

#include "bench.h"

#include "harness.h"

using namespace cicada;
using base::Bytes;
using host::journal::State;
using test::Break;

namespace {

/// A card of the first person, made and locked by another country: the access keys are the same, nothing else is.
const test::BenchCard& twin() {
  static const auto kCard = [] {
    test::Bench elsewhere{1};
    test::MemoryJournal journal;
    elsewhere.add_jobs(journal);
    test::BenchFeeder feeder;
    feeder.blanks.push_back(elsewhere.blank());
    static_cast<void>(test::run_line(elsewhere, journal, {&feeder}));
    return feeder.good.at(0);
  }();
  return kCard;
}

test::BenchCard copy_of(const test::BenchCard& card) {
  return {.serial = card.serial, .memory = std::make_shared<Bytes>(*card.memory)};
}

}  // namespace

TEST_GROUP(LockedCard) {
  test::Bench bench{1};
  test::MemoryJournal journal;
  test::BenchFeeder first, second{"other reader"};
  std::string detail;
  host::journal::Fence fence = 0;

  /// The first station breaks off while its locked card is read back.
  void setup() override {
    bench.add_jobs(journal);
    first.blanks.push_back(bench.blank());
    first.trouble = [this](std::uint64_t) {
      return journal.in_state(State::locked) == 1 ? Break::before : Break::none;
    };
    static_cast<void>(test::run_line(bench, journal, {&first}));
    first.trouble = {};
    CHECK_STRING("locked", to_string(journal.job(1).claim.state));
    fence = journal.job(1).claim.fence;
  }
  host::line::StationReport work(test::BenchFeeder & reader) {
    auto config = bench.config();
    config.on_card = [this](const host::line::CardEvent& event) { detail = event.detail; };
    return test::run_line(bench, journal, {&reader}, {}, &config).stations.at(0);
  }
};

TEST(LockedCard, that_only_opens_takes_no_job_from_another_station) {
  second.slot = copy_of(twin());
  auto report = work(second);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(0, report.quarantined + report.recovered);
  LONGS_EQUAL(1, second.quarantine.size());
  STRCMP_CONTAINS("not its good card", detail.c_str());
  CHECK_STRING("locked", to_string(journal.job(1).claim.state));
  CHECK_STRING("bench/reader", journal.job(1).station);
  LONGS_EQUAL(fence, journal.job(1).claim.fence);
  // Its own station finishes it.
  report = work(first);
  LONGS_EQUAL(1, report.recovered);
  CHECK(bench.is_good_card_of(first.good.at(0), 0, journal));
}

TEST(LockedCard, that_reads_back_takes_the_job_over) {
  second.slot = std::exchange(first.slot, std::nullopt);
  LONGS_EQUAL(1, work(second).recovered);
  CHECK(journal.job(1).claim.fence > fence);
  CHECK_STRING("done", to_string(journal.job(1).claim.state));
  CHECK(bench.is_good_card_of(second.good.at(0), 0, journal));
}

TEST(LockedCard, of_the_own_hand_that_reads_otherwise_ends_its_job_under_the_fence_that_it_has) {
  first.slot = copy_of(twin());
  const auto report = work(first);
  LONGS_EQUAL(1, report.quarantined);
  LONGS_EQUAL(fence, journal.job(1).claim.fence);
  CHECK_STRING("quarantined", to_string(journal.job(1).claim.state));
  CHECK_STRING("C04 read-back", journal.job(1).reason);
}

TEST(LockedCard, whose_job_was_taken_meanwhile_goes_without_it) {
  first.slot = copy_of(twin());
  first.trouble = [this, from = first.exchanges](std::uint64_t exchange) {
    if (exchange == from + 10) journal.steal(1);
    return Break::none;
  };
  const auto report = work(first);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(0, report.quarantined);
  LONGS_EQUAL(1, first.quarantine.size());
  CHECK_STRING("locked", to_string(journal.job(1).claim.state));
  STRCMP_CONTAINS("fenced", detail.c_str());
}

TEST(LockedCard, that_reads_otherwise_does_not_pass_for_the_good_card_of_a_job_that_is_done) {
  LONGS_EQUAL(1, work(first).recovered);
  first.slot = copy_of(twin());
  const auto report = work(first);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(0, report.counted_before);
  LONGS_EQUAL(1, first.quarantine.size());
  CHECK_STRING("done", to_string(journal.job(1).claim.state));
}

/// Cards that say themselves that they are locked: those of the dialect gp-dgi.
TEST_GROUP(SecuredCard) {
  test::Bench bench{2, "gp-dgi-cccd.toml", tools::magazine::blank_kind_named("gp-dgi").value()};
  test::MemoryJournal journal;
  test::BenchFeeder feeder;

  /// One card is good; the other job waits.
  void setup() override {
    bench.add_jobs(journal);
    feeder.blanks.push_back(bench.blank());
    LONGS_EQUAL(1, work(journal).good);
  }
  host::line::StationReport work(test::MemoryJournal & log) {
    return test::run_line(bench, log, {&feeder}).stations.at(0);
  }
  /// The card of job 1 lies in this reader's slot, written and not personalized.
  void break_off_written(test::MemoryJournal & log, test::BenchFeeder & reader) {
    reader.blanks.push_back(bench.blank());
    reader.trouble = [&](std::uint64_t) {
      if (log.job(1).claim.state < State::written) return Break::none;
      reader.gone = true;
      return Break::before;
    };
    static_cast<void>(test::run_line(bench, log, {&reader}));
    reader.crash();
    reader.gone = false;
    reader.trouble = {};
  }
};

TEST(SecuredCard, of_another_journal_is_set_aside_and_costs_no_job) {
  for (const bool with_the_blanks : {false, true}) {
    test::MemoryJournal elsewhere;
    bench.add_jobs(elsewhere);
    feeder.sees_its_slot = with_the_blanks;
    if (with_the_blanks) {
      feeder.blanks.push_back(copy_of(feeder.good.front()));
    } else {
      feeder.slot = copy_of(feeder.good.front());
    }
    const auto report = work(elsewhere);
    LONGS_EQUAL(1, report.set_aside);
    LONGS_EQUAL(0, report.quarantined);
    LONGS_EQUAL(2, elsewhere.in_state(State::ready));
  }
  LONGS_EQUAL(2, feeder.quarantine.size());
}

TEST(SecuredCard, of_this_journal_is_counted_once_wherever_it_turns_up) {
  feeder.sees_its_slot = true;
  feeder.blanks.push_back(feeder.good.front());
  feeder.good.clear();
  auto report = work(journal);
  LONGS_EQUAL(1, report.counted_before);
  LONGS_EQUAL(0, report.good + report.set_aside + report.quarantined);
  LONGS_EQUAL(1, feeder.good.size());
  LONGS_EQUAL(1, journal.in_state(State::ready));
}

TEST(SecuredCard, that_the_journal_holds_for_unwritten_is_for_people_and_is_not_erased) {
  journal.forget_writing(1);
  feeder.slot = feeder.good.front();
  const auto report = work(journal);
  LONGS_EQUAL(1, report.quarantined);
  CHECK_STRING("C04 lock", journal.job(1).reason);
  CHECK(bench.is_good_card_of(feeder.quarantine.at(0), 0, journal));
}

TEST(SecuredCard, that_is_not_secured_is_no_card_that_the_journal_says_is_locked) {
  test::MemoryJournal log;
  bench.add_jobs(log);
  test::BenchFeeder reader{"other reader"};
  break_off_written(log, reader);
  log.put_in_hand(1, "bench/other reader");
  LONGS_EQUAL(1, test::run_line(bench, log, {&reader}).stations.at(0).quarantined);
  CHECK_STRING("C04 lock", log.job(1).reason);
}

/// SET STATUS looks at the card alone: a card whose application was never closed must not be secured.
TEST(SecuredCard, is_not_made_of_one_whose_application_refuses_to_be_closed) {
  test::MemoryJournal log;
  bench.add_jobs(log);
  test::BenchFeeder reader{"other reader"};
  break_off_written(log, reader);
  // SELECT, the channel, GET STATUS; INSTALL [for personalization] is refused by whoever stands between.
  reader.meddle = [install = reader.exchanges + 4](std::uint64_t exchange, Bytes& answer) {
    if (exchange == install) answer = {0x69, 0x85};
  };
  LONGS_EQUAL(1, test::run_line(bench, log, {&reader}).stations.at(0).quarantined);
  CHECK_STRING("C06 personalize", log.job(1).reason);
}

/// One job whose data cannot be opened says nothing about the card of another.
TEST(LockedCard, is_found_behind_a_job_that_cannot_be_opened) {
  const auto sealed_for_another = journal.add("D1", journal.job(1).claim.payload);
  journal.put_in_hand(sealed_for_another, "bench/other reader");
  second.slot = std::exchange(first.slot, std::nullopt);
  LONGS_EQUAL(1, work(second).recovered);
  CHECK_STRING("done", to_string(journal.job(1).claim.state));
}
