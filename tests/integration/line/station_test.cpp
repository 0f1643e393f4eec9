// A station's day: good cards, bad cards, and who is to blame.
#include <string>
#include <utility>

#include "bench.h"

#include "harness.h"

using namespace cicada;
using base::Bytes;
using base::Fault;
using host::journal::State;
using host::line::StationEnd;
using test::Break;

TEST_GROUP(Station) {
  test::Bench bench{3};
  test::MemoryJournal journal;
  test::BenchFeeder feeder;

  void setup() override {
    bench.add_jobs(journal);
  }
  void blanks(int count) {
    for (int i = 0; i < count; ++i) feeder.blanks.push_back(bench.blank());
  }
  host::line::StationReport work() {
    return test::run_line(bench, journal, {&feeder}).stations.at(0);
  }
};

TEST(Station, makes_one_good_card_of_every_job) {
  blanks(5);
  const auto report = work();
  CHECK_STRING("no-more-jobs", to_string(report.end));
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(3, feeder.good.size());
  LONGS_EQUAL(2, feeder.blanks.size());
  LONGS_EQUAL(0, feeder.quarantine.size());
  for (std::size_t person = 0; person < 3; ++person) {
    CHECK(bench.is_good_card_of(feeder.good.at(person), person, journal));
    CHECK(!bench.is_good_card_of(feeder.good.at((person + 1) % 3), person, journal));
    const auto& job = journal.job(static_cast<host::journal::JobId>(person) + 1);
    const std::vector<State> all = {State::bound, State::written, State::locked, State::verified, State::done};
    CHECK(job.history == all);
    CHECK(job.evidence != host::journal::Digest{});
    CHECK_STRING("bench/reader", job.station);
  }
}

TEST(Station, takes_no_blank_when_there_is_no_job) {
  blanks(5);
  static_cast<void>(work());
  const auto before = feeder.exchanges;
  const auto report = work();  // one card is asked whether it is an old one, and goes back
  LONGS_EQUAL(1, report.untouched);
  LONGS_EQUAL(2, feeder.blanks.size());
  CHECK(feeder.exchanges - before <= 2);
}

TEST(Station, asks_for_no_card_at_all_when_there_is_no_job_and_its_slot_is_seen_to_be_empty) {
  blanks(5);
  static_cast<void>(work());
  const auto before = feeder.exchanges;
  feeder.sees_its_slot = true;
  CHECK_STRING("no-more-jobs", to_string(work().end));
  LONGS_EQUAL(before, feeder.exchanges);
  // What lies in it is asked all the same.
  feeder.slot = feeder.blanks.front();
  feeder.blanks.pop_front();
  LONGS_EQUAL(1, work().untouched);
  LONGS_EQUAL(2, feeder.blanks.size());
}

TEST(Station, gives_back_jobs_that_it_has_no_blank_for) {
  blanks(1);
  const auto report = work();
  CHECK_STRING("no-more-blanks", to_string(report.end));
  LONGS_EQUAL(1, journal.in_state(State::done));
  LONGS_EQUAL(2, journal.in_state(State::ready));
}

TEST(Station, sets_a_card_aside_that_refuses_a_command_and_goes_on) {
  blanks(4);
  // A write error of the chip's memory, in the middle of the first card's content.
  const auto at = test::exchanges_of_a_card() / 3;
  feeder.meddle = [at](std::uint64_t exchange, Bytes& answer) {
    if (exchange == at) answer = {0x65, 0x81};
  };
  const auto report = work();
  LONGS_EQUAL(2, report.good);
  LONGS_EQUAL(1, report.quarantined);
  LONGS_EQUAL(1, feeder.quarantine.size());
  CHECK_STRING("quarantined", to_string(journal.job(1).claim.state));
  CHECK_STRING("C06 content", journal.job(1).reason);
}

TEST(Station, sets_a_card_aside_that_reads_back_otherwise) {
  blanks(4);
  const auto last = test::exchanges_of_a_card() - 1;
  feeder.meddle = [last](std::uint64_t exchange, Bytes& answer) {
    if (exchange == last && answer.size() > 2) answer.at(0) ^= 0x01;
  };
  const auto report = work();
  LONGS_EQUAL(2, report.good);
  CHECK_STRING("C04 read-back", journal.job(1).reason);
  CHECK_STRING("quarantined", to_string(journal.job(1).claim.state));
}

TEST(Station, tells_a_card_with_other_keys_from_one_that_is_no_blank) {
  test::Bench other{1};  // another country, another master key
  feeder.blanks.push_back(other.blank());
  feeder.blanks.push_back(bench.blank());
  feeder.meddle = [](std::uint64_t exchange, Bytes& answer) {
    if (exchange >= 1) answer = {0x6F, 0x00};
  };
  std::string reasons;
  auto config = bench.config();
  config.on_card = [&](const host::line::CardEvent& event) { reasons += event.reason + "; "; };
  const auto report = test::run_line(bench, journal, {&feeder}, {}, &config).stations.at(0);
  LONGS_EQUAL(2, report.set_aside);
  CHECK_STRING("K03 transport keys; C01 channel; ", reasons);
  LONGS_EQUAL(3, journal.in_state(State::ready));
}

TEST(Station, stops_when_a_whole_lot_is_bad) {
  blanks(3);
  feeder.meddle = [](std::uint64_t, Bytes& answer) { answer = {0x6F, 0x00}; };
  const auto report = work();
  CHECK_STRING("bad-lot", to_string(report.end));
  LONGS_EQUAL(3, report.set_aside);
  LONGS_EQUAL(3, feeder.quarantine.size());
  LONGS_EQUAL(3, journal.in_state(State::ready));
}

TEST(Station, does_not_blame_the_card_for_a_reader_that_is_gone) {
  blanks(3);
  const auto at = test::exchanges_of_a_card() / 2;
  feeder.trouble = [this, at](std::uint64_t exchange) {
    if (exchange == at) feeder.gone = true;
    return exchange == at ? Break::before : Break::none;
  };
  auto report = work();
  CHECK_STRING("reader", to_string(report.end));
  CHECK(feeder.slot.has_value());
  LONGS_EQUAL(0, feeder.quarantine.size());
  feeder.gone = false;
  feeder.trouble = {};
  report = work();
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(1, report.recovered);
  LONGS_EQUAL(3, feeder.good.size());
}

TEST(Station, goes_on_with_the_card_when_its_reader_comes_back) {
  blanks(3);
  const auto at = test::exchanges_of_a_card() / 2;
  feeder.comes_back = true;
  feeder.trouble = [this, at](std::uint64_t exchange) {
    if (exchange == at) feeder.gone = true;
    return exchange == at ? Break::before : Break::none;
  };
  const auto report = work();
  CHECK_STRING("no-more-jobs", to_string(report.end));
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(1, report.recovered);
}

TEST(Station, stops_when_its_reader_breaks_off_again_and_again) {
  blanks(3);
  feeder.comes_back = true;
  feeder.trouble = [this](std::uint64_t) {
    feeder.gone = true;
    return Break::before;
  };
  const auto report = work();
  CHECK_STRING("reader", to_string(report.end));
  CHECK(feeder.slot.has_value());
}

TEST(Station, sets_a_card_aside_that_does_not_answer_and_goes_on) {
  blanks(4);
  *feeder.blanks.front().memory = {0x00, 0x01};
  auto report = work();
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(1, feeder.quarantine.size());
}

TEST(Station, quarantines_the_job_of_a_card_that_does_not_answer_any_more) {
  blanks(3);
  feeder.has_numbers = true;
  const auto at = test::exchanges_of_a_card() / 2;
  feeder.trouble = [at](std::uint64_t exchange) { return exchange == at ? Break::before : Break::none; };
  static_cast<void>(work());
  CHECK_STRING("bound", to_string(journal.job(1).claim.state));
  *feeder.slot->memory = {0x00, 0x01};
  feeder.trouble = {};
  const auto report = work();
  LONGS_EQUAL(1, report.quarantined);
  LONGS_EQUAL(2, report.good);
  CHECK_STRING("quarantined", to_string(journal.job(1).claim.state));
  CHECK_STRING("C01 no answer", journal.job(1).reason);
}

TEST(Station, stops_when_one_card_after_the_other_does_not_answer) {
  blanks(5);
  for (auto& blank : feeder.blanks) *blank.memory = {0x00, 0x01};
  const auto report = work();
  CHECK_STRING("bad-lot", to_string(report.end));
  LONGS_EQUAL(3, feeder.quarantine.size());
  LONGS_EQUAL(3, journal.in_state(State::ready));
}

/// Taken out of one reader at any moment, and put into another one.
TEST(Station, finishes_a_card_that_another_station_began) {
  const auto all = test::exchanges_of_a_card();
  for (const auto at : {all / 3, all - 2}) {  // while it is written; locked, while it is read back
    test::MemoryJournal log;
    bench.add_jobs(log);
    test::BenchFeeder first, second{"other reader"};
    first.blanks.push_back(bench.blank());
    first.trouble = [at](std::uint64_t exchange) { return exchange == at ? Break::before : Break::none; };
    static_cast<void>(test::run_line(bench, log, {&first}));
    CHECK(first.slot.has_value());
    second.blanks.push_back(*std::exchange(first.slot, std::nullopt));
    const auto report = test::run_line(bench, log, {&second}).stations.at(0);
    LONGS_EQUAL(1, report.recovered);
    LONGS_EQUAL(1, log.in_state(State::done));
    LONGS_EQUAL(2, log.in_state(State::ready));
    CHECK(bench.is_good_card_of(second.good.at(0), 0, log));
  }
}

TEST(Station, asks_a_card_again_that_left_the_field) {
  blanks(3);
  const auto at = test::exchanges_of_a_card() / 2;
  feeder.trouble = [at](std::uint64_t exchange) { return exchange == at ? Break::removed : Break::none; };
  const auto report = work();
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(1, report.recovered);
  LONGS_EQUAL(0, feeder.quarantine.size());
}

TEST(Station, waits_for_a_vault_that_is_away_for_a_moment) {
  blanks(3);
  const auto report = test::run_line(bench, journal, {&feeder}, {}, nullptr, 3).stations.at(0);
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(0, report.recovered);
}

TEST(Station, leaves_the_card_in_the_slot_when_the_vault_stays_away) {
  blanks(3);
  auto report = test::run_line(bench, journal, {&feeder}, {}, nullptr, 1000).stations.at(0);
  CHECK_STRING("vault-away", to_string(report.end));
  CHECK(feeder.slot.has_value());
  CHECK_STRING("bound", to_string(journal.job(1).claim.state));
  report = work();
  LONGS_EQUAL(3, report.good);
  LONGS_EQUAL(1, report.recovered);
}

TEST(Station, writes_nothing_onto_a_card_whose_bind_is_not_on_disk) {
  blanks(1);
  const auto before = feeder.blanks.front();
  const auto as_it_came = before.memory->size();
  // Claims succeed, the bind does not.
  feeder.trouble = [this](std::uint64_t exchange) {
    if (exchange == 1) journal.away = base::Error{.fault = Fault::transport, .what = "the database is away"};
    return Break::none;
  };
  const auto report = work();
  CHECK_STRING("journal-away", to_string(report.end));
  CHECK(feeder.slot.has_value());
  LONGS_EQUAL(2, feeder.exchanges);                  // INITIALIZE UPDATE and EXTERNAL AUTHENTICATE
  CHECK(before.memory->size() <= as_it_came + 200);  // the sequence counter, no file
  journal.away.reset();
  feeder.trouble = {};
  LONGS_EQUAL(1, work().good);
}

TEST(Station, passes_over_a_job_that_somebody_else_took) {
  blanks(3);
  // All three are claimed with the first. While that is made, the lease of the second runs out, and another takes it.
  feeder.trouble = [this](std::uint64_t exchange) {
    if (exchange == 2) journal.steal(2);
    return Break::none;
  };
  const auto report = work();
  LONGS_EQUAL(2, report.good);
  LONGS_EQUAL(0, report.quarantined);
  CHECK_STRING("claimed", to_string(journal.job(2).claim.state));
}

TEST(Station, does_not_lock_a_card_whose_job_was_taken_over) {
  blanks(3);
  const auto at = test::exchanges_of_a_card() / 3;
  feeder.trouble = [this, at](std::uint64_t exchange) {
    if (exchange == at) journal.steal(1);
    return Break::none;
  };
  std::string reason;
  auto config = bench.config();
  config.on_card = [&](const host::line::CardEvent& event) {
    if (event.kind == host::line::CardEvent::Kind::set_aside) reason = event.reason;
  };
  const auto report = test::run_line(bench, journal, {&feeder}, {}, &config).stations.at(0);
  LONGS_EQUAL(2, report.good);
  LONGS_EQUAL(0, report.quarantined);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(1, feeder.quarantine.size());
  CHECK_STRING("C05 job", reason);
  CHECK_STRING("bound", to_string(journal.job(1).claim.state));  // the other one's business
}

TEST(Station, says_that_the_job_of_a_dead_card_could_not_be_ended) {
  blanks(3);
  feeder.has_numbers = true;
  const auto at = test::exchanges_of_a_card() / 2;
  feeder.trouble = [at](std::uint64_t exchange) { return exchange == at ? Break::before : Break::none; };
  static_cast<void>(work());
  *feeder.slot->memory = {0x00, 0x01};
  feeder.trouble = {};
  // Between the taking over and the step another one takes the job.
  journal.steal_when_recovered = true;
  std::string kind, dossier;
  auto config = bench.config();
  config.on_card = [&](const host::line::CardEvent& event) {
    if (event.reason != "C01 no answer") return;
    kind = to_string(event.kind);
    dossier = event.dossier;
  };
  const auto report = test::run_line(bench, journal, {&feeder}, {}, &config).stations.at(0);
  LONGS_EQUAL(0, report.quarantined);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(2, report.good);
  CHECK_STRING("bound", to_string(journal.job(1).claim.state));
  CHECK_STRING("set-aside", kind);
  CHECK_STRING("D0", dossier);
}

TEST(Station, sets_a_locked_stranger_aside) {
  blanks(3);
  static_cast<void>(work());
  test::Bench other{1};
  test::MemoryJournal elsewhere;
  other.add_jobs(elsewhere);
  feeder.slot = feeder.good.front();
  const auto report = test::run_line(other, elsewhere, {&feeder}).stations.at(0);
  LONGS_EQUAL(1, report.set_aside);
  LONGS_EQUAL(1, feeder.quarantine.size());
  LONGS_EQUAL(1, elsewhere.in_state(State::ready));
}

TEST(Station, takes_no_blank_twice) {
  blanks(1);
  const auto twin = feeder.blanks.front();
  const auto copy = std::make_shared<Bytes>(*twin.memory);
  static_cast<void>(work());
  LONGS_EQUAL(1, feeder.good.size());
  // A second chip with the number of the first: the maker's mistake, or a clone.
  feeder.blanks.push_back({.serial = twin.serial, .memory = copy});
  const auto report = work();
  LONGS_EQUAL(0, report.good);
  LONGS_EQUAL(1, report.counted_before);
  LONGS_EQUAL(1, journal.in_state(State::done));
}

TEST(Station, holds_a_job_whose_data_was_changed_and_takes_the_next) {
  blanks(3);
  journal.damage(1);
  const auto report = work();
  LONGS_EQUAL(2, report.good);
  CHECK_STRING("held", to_string(journal.job(1).claim.state));
  CHECK_STRING("payload", journal.job(1).reason);
}

TEST(Station, does_what_it_is_ordered) {
  blanks(3);
  journal.current_order = host::journal::Order::stop;
  const auto report = work();
  CHECK_STRING("stopped", to_string(report.end));
  LONGS_EQUAL(0, report.good);
  LONGS_EQUAL(3, journal.in_state(State::ready));
  LONGS_EQUAL(3, feeder.blanks.size());
}

TEST(Station, makes_as_many_cards_as_it_was_told) {
  blanks(3);
  auto config = bench.config();
  config.claims.limit = 2;
  const auto report = test::run_line(bench, journal, {&feeder}, {}, &config).stations.at(0);
  LONGS_EQUAL(2, report.good);
  LONGS_EQUAL(1, journal.in_state(State::ready));
}

TEST(Station, works_beside_others_on_one_journal) {
  test::BenchFeeder second{"other"};
  blanks(2);
  for (int i = 0; i < 2; ++i) second.blanks.push_back(bench.blank());
  const auto report = test::run_line(bench, journal, {&feeder, &second});
  LONGS_EQUAL(3, report.total().good);
  CHECK(report.orderly());
  LONGS_EQUAL(3, feeder.good.size() + second.good.size());
}
