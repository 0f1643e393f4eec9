// The process dies at every exchange with the card, and at every answer of the journal: what comes after it finds each
// card and finishes it.
#include <algorithm>
#include <string>
#include <utility>

#include "bench.h"

#include "harness.h"

using namespace cicada;
using base::Fault;
using host::journal::State;
using test::Break;

namespace {

constexpr base::Error kAway{.fault = Fault::transport, .what = "the database is away"};

}  // namespace

TEST_GROUP(BreakOff) {
  test::Bench bench{1};

  /// Dies at exchange `at` of the card's life, restarts, and looks at what there is. Nothing is lost and nothing made
  /// twice: one card in the good tray, the job done, no other card touched.
  std::string dies_at(std::uint64_t at, Break how, bool& reached) {
    test::MemoryJournal journal;
    bench.add_jobs(journal);
    test::BenchFeeder feeder;
    for (int i = 0; i < 2; ++i) feeder.blanks.push_back(bench.blank());
    reached = false;
    feeder.trouble = [&](std::uint64_t exchange) {
      if (exchange != at) return Break::none;
      reached = true;
      journal.away = kAway;  // what nobody had waited for dies with the process
      feeder.gone = true;
      return how;
    };
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    feeder.crash();
    feeder.gone = false;
    feeder.trouble = {};
    journal.away.reset();
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    if (journal.in_state(State::done) != 1) return "the job is " + std::string{to_string(journal.job(1).claim.state)};
    if (feeder.good.size() != 1 || !feeder.quarantine.empty() || feeder.blanks.size() != 1) {
      return fmt::format("good {}, quarantine {}, blanks {}", feeder.good.size(), feeder.quarantine.size(),
                         feeder.blanks.size());
    }
    if (!bench.is_good_card_of(feeder.good.front(), 0, journal)) return "the card is not good";
    return {};
  }

  /// Every third exchange, to be cheap; the two tests take different ones.
  void sweep(Break how, std::uint64_t first) {
    bool reached = true;
    std::uint64_t died = 0;
    for (std::uint64_t at = first; reached; at += 3, ++died) {
      const auto wrong = dies_at(at, how, reached);
      if (!wrong.empty()) FAIL(fmt::format("exchange {}: {}", at, wrong).c_str());
    }
    CHECK(died > 30);
  }
};

TEST(BreakOff, before_any_command_leaves_one_good_card) {
  sweep(Break::before, 0);
}

TEST(BreakOff, before_any_answer_leaves_one_good_card) {
  sweep(Break::after, 1);
}

TEST(BreakOff, at_any_answer_of_the_journal_leaves_one_good_card) {
  for (std::size_t at = 0; at < 8; ++at) {
    test::MemoryJournal journal;
    bench.add_jobs(journal);
    test::BenchFeeder feeder;
    for (int i = 0; i < 2; ++i) feeder.blanks.push_back(bench.blank());
    std::size_t asked = 0;
    journal.lose_answer = [&] {
      if (asked++ != at) return false;
      feeder.gone = true;  // dead
      return true;
    };
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    feeder.crash();
    feeder.gone = false;
    journal.lose_answer = {};
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    LONGS_EQUAL(1, journal.in_state(State::done));
    LONGS_EQUAL(1, feeder.good.size());
    LONGS_EQUAL(0, feeder.quarantine.size());
    CHECK(bench.is_good_card_of(feeder.good.front(), 0, journal));
  }
}

TEST(BreakOff, between_done_and_the_tray_is_counted_once) {
  test::MemoryJournal journal;
  bench.add_jobs(journal);
  test::BenchFeeder feeder;
  feeder.blanks.push_back(bench.blank());
  static_cast<void>(test::run_line(bench, journal, {&feeder}));
  // As if the process had died before it opened the slot.
  feeder.slot = feeder.good.front();
  feeder.good.clear();
  const auto report = test::run_line(bench, journal, {&feeder}).stations.at(0);
  LONGS_EQUAL(0, report.good);
  LONGS_EQUAL(1, report.counted_before);
  LONGS_EQUAL(1, feeder.good.size());
}

TEST(BreakOff, of_the_journal_leaves_the_card_in_hand_to_the_spool) {
  test::MemoryJournal journal;
  bench.add_jobs(journal);
  test::BenchFeeder feeder;
  for (int i = 0; i < 2; ++i) feeder.blanks.push_back(bench.blank());
  // The database goes away when the content is nearly written, and does not come back for this process.
  bool bound = false;
  feeder.trouble = [&](std::uint64_t exchange) {
    bound = bound || journal.in_state(State::bound) == 1;
    if (bound && exchange == 60) journal.away = kAway;
    return Break::none;
  };
  const auto spool = bench.folder / "spool";
  auto report = test::run_line(bench, journal, {&feeder}, spool);
  LONGS_EQUAL(1, report.total().good);
  CHECK(!report.orderly());
  LONGS_EQUAL(4, report.journal.spooled);
  CHECK_STRING("bound", to_string(journal.job(1).claim.state));
  LONGS_EQUAL(1, feeder.good.size());

  journal.away.reset();
  report = test::run_line(bench, journal, {&feeder}, spool);
  LONGS_EQUAL(4, report.journal.replayed);
  LONGS_EQUAL(0, report.journal.waiting);
  CHECK(report.orderly());
  LONGS_EQUAL(1, journal.in_state(State::done));
  CHECK(bench.is_good_card_of(feeder.good.front(), 0, journal));
}

/// The chips of other makers: their keys are prepared, and what they say of themselves after a crash differs.
TEST_GROUP(OtherChipsBreakOff) {
  static constexpr std::uint64_t kEvery = 11;  // exchange: to be cheap

  /// Dies at exchange `at`, restarts. Nothing is lost and nothing made twice; gives the state of the job.
  State dies_at(test::Bench & bench, std::uint64_t at, Break how, bool& reached) {
    test::MemoryJournal journal;
    bench.add_jobs(journal);
    test::BenchFeeder feeder;
    for (int i = 0; i < 2; ++i) feeder.blanks.push_back(bench.blank());
    reached = false;
    feeder.trouble = [&](std::uint64_t exchange) {
      if (exchange != at) return Break::none;
      reached = true;
      journal.away = kAway;
      feeder.gone = true;
      return how;
    };
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    feeder.crash();
    feeder.gone = false;
    feeder.trouble = {};
    journal.away.reset();
    static_cast<void>(test::run_line(bench, journal, {&feeder}));
    const auto where = fmt::format("exchange {}: ", at);
    const auto state = journal.job(1).claim.state;
    const auto& tray = state == State::done ? feeder.good : feeder.quarantine;
    if (feeder.good.size() + feeder.quarantine.size() != 1 || tray.size() != 1 || feeder.blanks.size() != 1) {
      FAIL((where + "the cards are not where the job says: " + std::string{to_string(state)}).c_str());
    }
    if (state == State::done && !bench.is_good_card_of(tray.front(), 0, journal)) {
      FAIL((where + "the card is not good").c_str());
    }
    return state;
  }

  /// How many of the runs ended with a good card, of how many.
  std::pair<int, int> sweep(const char* profile, const tools::magazine::BlankKind& kind) {
    test::Bench bench{1, profile, kind};
    int runs = 0, good = 0;
    bool reached = true;
    for (std::uint64_t at = 0; reached; at += kEvery, ++runs) {
      const auto how = runs % 2 == 0 ? Break::before : Break::after;
      if (dies_at(bench, at, how, reached) == State::done) ++good;
    }
    CHECK(runs > 8);
    return {good, runs};
  }
};

TEST(OtherChipsBreakOff, leaves_one_good_card_of_a_chip_with_data_groupings) {
  const auto [good, runs] = sweep("gp-dgi-cccd.toml", tools::magazine::blank_kind_named("gp-dgi").value());
  LONGS_EQUAL(runs, good);
}

TEST(OtherChipsBreakOff, leaves_one_good_card_of_a_chip_under_scp02) {
  auto kind = tools::magazine::blank_kind_named("gp-dgi").value();
  kind.protocol = applet_sim::manager::Protocol::scp02;
  kind.option = 0x55;
  const auto [good, runs] = sweep("gp-dgi-cccd.toml", kind);
  LONGS_EQUAL(runs, good);
}

/// Its channel opens after the lock, too: the card tells its number and that it is locked, and is read back as it is.
TEST(OtherChipsBreakOff, around_the_lock_finds_the_card_by_its_number_and_writes_nothing_again) {
  test::Bench bench{1, "gp-dgi-cccd.toml", tools::magazine::blank_kind_named("gp-dgi").value()};
  for (const auto how : {Break::before, Break::after}) {
    for (int left = 0; left < 4; ++left) {  // INSTALL, STORE DATA, SET STATUS, the first look of the reading back
      test::MemoryJournal journal;
      bench.add_jobs(journal);
      test::BenchFeeder feeder;
      feeder.blanks.push_back(bench.blank());
      int after = 0;
      feeder.trouble = [&](std::uint64_t) {
        if (journal.job(1).claim.state < State::written || after++ != left) return Break::none;
        journal.away = kAway;
        feeder.gone = true;
        return how;
      };
      static_cast<void>(test::run_line(bench, journal, {&feeder}));
      CHECK(feeder.gone);
      feeder.crash();
      feeder.gone = false;
      feeder.trouble = {};
      journal.away.reset();
      const auto report = test::run_line(bench, journal, {&feeder}).stations.at(0);
      LONGS_EQUAL(1, report.recovered);
      LONGS_EQUAL(0, report.quarantined + report.set_aside);
      const std::vector<State> all = {State::bound, State::written, State::locked, State::verified, State::done};
      CHECK(journal.job(1).history == all);
      CHECK(bench.is_good_card_of(feeder.good.at(0), 0, journal));
    }
  }
}

/// It cannot be made blank again without its manager's keys: what was stopped in the middle is for two operators.
TEST(OtherChipsBreakOff, leaves_a_good_card_or_one_in_quarantine_of_a_chip_that_cannot_be_erased) {
  const auto [good, runs] = sweep("jmrtd-cccd.toml", tools::magazine::blank_kind_named("jmrtd").value());
  CHECK(good > 1);
  CHECK(good < runs);
}
