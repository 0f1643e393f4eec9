// A reader that a line of one kind of card takes over from a line of another.
#include <string>
#include <utility>

#include "bench.h"

#include "harness.h"

using namespace cicada;
using test::Break;

namespace {

const host::journal::Recipe kTheirs{.profile = "passport", .dialect = "cicada-1"};
const host::journal::Recipe kOurs{.profile = "cccd-2021", .dialect = "cicada-1"};

}  // namespace

TEST_GROUP(OtherKinds) {
  test::Bench bench{3};
  test::BenchFeeder reader;

  host::line::StationReport work(test::MemoryJournal & log, const host::journal::Recipe& recipe) {
    auto config = bench.config();
    config.claims.recipe = recipe;
    return test::run_line(bench, log, {&reader}, {}, &config).stations.at(0);
  }
  /// Their line makes a card; whose process has died, if it breaks off.
  void make_one_of_theirs(test::MemoryJournal & log) {
    bench.add_jobs(log);
    log.made_with(1, kTheirs);
    reader.blanks.push_back(bench.blank());
    static_cast<void>(test::run_line(bench, log, {&reader}));
  }
};

/// Left by a line with another profile: while it was written, after it was locked, and by a card that is silent then.
TEST(OtherKinds, leave_a_card_alone_whose_job_is_not_theirs) {
  const auto all = test::exchanges_of_a_card();
  for (const auto at : {all / 3, all - 2}) {
    test::MemoryJournal log;
    const auto break_at = reader.exchanges + at;
    reader.trouble = [break_at](std::uint64_t exchange) { return exchange == break_at ? Break::before : Break::none; };
    make_one_of_theirs(log);
    CHECK(reader.slot.has_value());
    const auto before = log.job(1);
    reader.trouble = {};
    const auto report = work(log, kOurs);
    CHECK_STRING("other-profile", to_string(report.end));
    STRCMP_CONTAINS("profile passport", report.detail.c_str());
    CHECK(reader.slot.has_value() && reader.quarantine.empty());
    LONGS_EQUAL(before.claim.fence, log.job(1).claim.fence);  // nobody took the job over
    CHECK(before.history == log.job(1).history);
    LONGS_EQUAL(1, work(log, kTheirs).recovered);
  }
}

TEST(OtherKinds, leave_a_finished_card_in_the_slot_where_its_line_was_killed) {
  test::MemoryJournal log;
  make_one_of_theirs(log);
  LONGS_EQUAL(1, reader.good.size());
  // It is done, and lies in the slot still: its job is in nobody's hand.
  reader.slot = reader.good.front();
  reader.good.clear();
  CHECK_STRING("other-profile", to_string(work(log, kOurs).end));
  CHECK(reader.slot.has_value() && reader.quarantine.empty());
  LONGS_EQUAL(1, work(log, kTheirs).counted_before);
  LONGS_EQUAL(1, reader.good.size());
}

TEST(OtherKinds, leave_no_note_of_a_card_that_went_to_its_tray) {
  test::MemoryJournal log;
  make_one_of_theirs(log);
  STRCMP_CONTAINS(log.job(1).claim.dossier.c_str(), host::line::noted_in_slot(bench.config(), reader)->c_str());
  reader.sees_its_slot = true;
  reader.blanks.push_back(bench.blank());
  LONGS_EQUAL(1, work(log, kOurs).good);
  CHECK(!host::line::noted_in_slot(bench.config(), reader));
}

/// What the other line noted says nothing of a card that was not in the slot.
TEST(OtherKinds, set_a_locked_card_aside_that_comes_with_the_blanks) {
  test::MemoryJournal log;
  make_one_of_theirs(log);
  CHECK(host::line::noted_in_slot(bench.config(), reader).has_value());
  reader.sees_its_slot = true;
  reader.blanks.push_back(reader.good.front());
  const auto report = work(log, kOurs);
  LONGS_EQUAL(1, report.set_aside);
  CHECK_STRING("no-more-blanks", to_string(report.end));
  LONGS_EQUAL(1, reader.quarantine.size());
}
