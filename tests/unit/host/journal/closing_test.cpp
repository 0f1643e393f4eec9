// What has to add up before a batch closes, and what opens it again.
#include <fmt/format.h>

#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using base::Fault;

TEST_GROUP(JournalClosing) {
  Desk desk;
};

TEST(JournalClosing, is_refused_when_a_row_was_touched_behind_the_journals_back) {
  CHECK_OK(desk->receive_blanks("lot-1", 10, kActor));
  desk.ready(3);
  desk.bring(1, State::done);
  desk.bring(2, State::done);
  LONGS_EQUAL(0, static_cast<int>(desk.step(desk.bring(3, State::locked), State::quarantined)));
  CHECK_OK(desk->count_blanks_left(7, kActor));
  const auto balance = desk->balance("b1");
  CHECK_OK(balance);
  LONGS_EQUAL(2, balance->jobs.in(State::done));
  LONGS_EQUAL(3, balance->dossiers);
  LONGS_EQUAL(2, balance->good);
  LONGS_EQUAL(1, balance->quarantined);
  LONGS_EQUAL(7, balance->blanks_left);
  LONGS_EQUAL(0, balance->dossier_difference());
  LONGS_EQUAL(0, balance->blank_difference());

  const auto refuses_after = [&](const std::string& damage, const std::string& repair) {
    desk.place().sql(damage);
    CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));
    desk.place().sql(repair);
  };
  refuses_after("UPDATE job SET state = 6 WHERE dossier = 'D0001'", "UPDATE job SET state = 7 WHERE dossier = 'D0001'");
  refuses_after("UPDATE chip SET job = job + 1000 WHERE chip = '" + chip(1) + "'",
                "UPDATE chip SET job = job - 1000 WHERE chip = '" + chip(1) + "'");
  refuses_after("UPDATE job SET chip = '" + chip(2) + "' WHERE dossier = 'D0001'",
                "UPDATE job SET chip = '" + chip(1) + "' WHERE dossier = 'D0001'");
  refuses_after("UPDATE chip SET state = 3 WHERE chip = '" + chip(1) + "'",
                "UPDATE chip SET state = 1 WHERE chip = '" + chip(1) + "'");
  refuses_after("UPDATE batch SET announced = 4", "UPDATE batch SET announced = 3");
  refuses_after("UPDATE stock SET blanks = 11 WHERE kind = 'received'",
                "UPDATE stock SET blanks = 10 WHERE kind = 'received'");
  refuses_after("INSERT INTO chip (chip, state, job, ds, reason) VALUES ('AA', 1, 0, '', '')",
                "DELETE FROM chip WHERE chip = 'AA'");
  refuses_after("UPDATE dossier SET job = job + 1000000000000 WHERE dossier = 'D0003'",
                "UPDATE dossier SET job = job - 1000000000000 WHERE dossier = 'D0003'");
  const auto closed = desk->close_batch("b1", kActor);
  CHECK_OK(closed);
  CHECK_TRUE(closed->json.find("\"action\":\"close\"") != std::string::npos);
}

/// Not by what the journal looks at before it writes: by the database itself.
TEST(JournalClosing, finds_never_two_good_cards_for_one_job_whoever_writes) {
  desk.ready(2);
  const auto first = desk.bring(1, State::done);
  const auto second = desk.bring(2, State::verified);
  desk.place().sql("UPDATE chip SET job = " + std::to_string(first.job) + " WHERE chip = '" + chip(2) + "'");
  const journal::Step done{.job = second.job, .fence = second.fence, .to = State::done, .actor = kActor};
  const auto refused = desk->apply(std::span{&done, 1});
  CHECK_FAULT(Fault::conflict, refused);
  STRCMP_CONTAINS("two good cards for one job", refused.error().describe().c_str());
  CHECK_TRUE(desk.state(2) == State::verified);
  CHECK_STRING("1", desk.place().sql("SELECT count(*) FROM chip WHERE state = 1"));
}

/// Closed batches are counted by what they closed with.
TEST(JournalClosing, changes_nothing_in_the_sums_over_all_batches) {
  CHECK_OK(desk->receive_blanks("lot-1", 9, kActor));
  desk.ready(3);
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  desk.prepare({.id = "b2", .announced = 3}, 4);
  desk.bring(4, State::done);
  CHECK_OK(desk->set_card_aside("D0002", "scratched", "", kActor));
  desk.bring(5, State::locked);
  CHECK_OK(desk->count_blanks_left(4, kActor));
  const auto text = [&] {
    const auto sums = desk->balance("");
    CHECK_OK(sums);
    const auto rows = desk->counts(journal::GroupBy::batch);
    CHECK_OK(rows);
    LONGS_EQUAL(2, rows->size());
    const auto& first = rows->front().jobs;
    LONGS_EQUAL(3, rows->back().jobs.all());
    return fmt::format("{} {} {} {} {} {} {} {} {} {}:{}/{}", sums->dossiers, sums->jobs.all(),
                       sums->jobs.in(State::done), sums->good, sums->quarantined, sums->spoiled, sums->in_work,
                       sums->dossier_difference(), sums->blank_difference(), rows->front().key, first.in(State::done),
                       first.all());
  };
  CHECK_STRING("6 6 3 3 1 0 1 0 0 b1:2/3", text());
  CHECK_OK(desk->close_batch("b1", kActor));
  CHECK_STRING("6 6 3 3 1 0 1 0 0 b1:2/3", text());
  CHECK_OK(desk->destroy(destruction(2), false, kActor));  // opens it
  CHECK_STRING("6 6 3 3 0 1 1 0 0 b1:2/3", text());
  CHECK_OK(desk->close_batch("b1", kActor));
  CHECK_STRING("6 6 3 3 0 1 1 0 0 b1:2/3", text());
  CHECK_STRING("1", desk.place().sql("SELECT count(*) FROM closing"));
}

/// A station has a card in its hand that was counted as good, in a batch that is closed.
TEST(JournalClosing, is_undone_when_a_station_finds_a_good_card_broken) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  desk.ready(3);
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->count_blanks_left(0, kActor));
  const auto closed = desk->close_batch("b1", kActor);
  CHECK_OK(closed);
  const auto found = desk->recover(chip(1), kActor);
  CHECK_OK(found);
  LONGS_EQUAL(0, static_cast<int>(desk.step(**found, State::quarantined)));
  LONGS_EQUAL(2, desk->balance("")->good);
  const auto again = desk->close_batch("b1", kActor);
  CHECK_OK(again);
  CHECK_TRUE(again->sequence > closed->sequence);
  STRCMP_CONTAINS("\"quarantined\":1", again->json.c_str());
}

TEST(JournalClosing, of_a_batch_waits_for_its_last_card_and_nothing_comes_after_that) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  desk.ready(3);
  CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));  // they wait
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->count_blanks_left(0, kActor));
  const auto closed = desk->close_batch("b1", kActor);
  CHECK_OK(closed);
  const auto again = desk->close_batch("b1", kActor);
  CHECK_OK(again);
  CHECK_STRING(closed->json, again->json);
  const auto late = dossier(4);
  CHECK_FAULT(Fault::conflict, desk->take_in("b1", std::span{&late, 1}, kActor));
  CHECK_FAULT(Fault::not_found, desk->close_batch("b9", kActor));
}

TEST(JournalClosing, is_undone_when_a_card_is_made_again_although_newer_batches_are_open) {
  CHECK_OK(desk->receive_blanks("lot-1", 4, kActor));
  desk.ready(3);
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->count_blanks_left(1, kActor));
  const auto closed = desk->close_batch("b1", kActor);
  CHECK_OK(closed);
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "minh", kActor));
  const auto with_quarantine = desk->close_batch("b1", kActor);  // other numbers are signed anew
  CHECK_OK(with_quarantine);
  CHECK_TRUE(with_quarantine->sequence > closed->sequence);
  STRCMP_CONTAINS("\"quarantined\":1", with_quarantine->json.c_str());
  CHECK_OK(desk->destroy(destruction(1), true, kActor));
  CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));  // it waits
  const auto again = desk.claim_one();
  CHECK_STRING("D0001", again.dossier);
  using enum State;
  for (const State to : {bound, written, locked, verified, done}) {
    LONGS_EQUAL(0, static_cast<int>(desk.step(again, to, to == bound ? chip(7) : "")));
  }
  CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));  // a blank was taken since they were counted
  CHECK_OK(desk->count_blanks_left(0, kActor));
  CHECK_OK(desk->close_batch("b1", kActor));
}

/// Two are left of five when the batch is done, and one of them is gone: no count from before can say so.
TEST(JournalClosing, needs_a_count_of_the_blanks_that_is_newer_than_the_batchs_last_card) {
  CHECK_OK(desk->receive_blanks("lot-1", 5, kActor));
  CHECK_OK(desk->count_blanks_left(5, kActor));
  desk.ready(3);
  CHECK_OK(desk->count_blanks_left(5, kActor));
  const auto refused_with = [&](const char* why) {
    const auto refused = desk->close_batch("b1", kActor);
    CHECK_FAULT(Fault::conflict, refused);
    STRCMP_CONTAINS(why, refused.error().describe().c_str());
  };
  desk.bring(1, State::done);
  desk.bring(2, State::done);
  const auto last = desk.bring(3, State::verified);
  CHECK_OK(desk->count_blanks_left(2, kActor));  // the last card is in work still
  LONGS_EQUAL(0, static_cast<int>(desk.step(last, State::done)));
  LONGS_EQUAL(0, desk->balance("b1")->blank_difference());
  refused_with("cicada line blanks --left");
  CHECK_OK(desk->count_blanks_left(1, kActor));
  refused_with("blanks received are not");
  CHECK_OK(desk->count_blanks_left(2, kActor));  // it fell behind the cabinet
  CHECK_OK(desk->close_batch("b1", kActor));
}

/// Its card is destroyed, its data was for that chip alone, and nobody has its records any more.
TEST(JournalClosing, needs_no_card_of_a_dossier_that_a_person_gives_up) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  std::vector<journal::Intake> intakes{dossier(1), dossier(2), dossier(3)};
  const auto taken = desk->take_in("b1", intakes, kActor);
  CHECK_OK(taken);
  for (const auto& one : *taken) {
    const auto n = static_cast<std::uint64_t>(one.job);
    const journal::Prepared item{.job = one.job, .payload = {.pack = "p"}, .ds = "DS01", .keys = {digest(n)}};
    CHECK_OK(desk->make_ready("b1", std::span{&item, 1}, kActor));
  }
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "", kActor));
  CHECK_FAULT(Fault::conflict, desk->decide("D0001", State::rejected, "gone", kActor));  // not while there is a card
  CHECK_OK(desk->destroy(destruction(1), true, kActor));
  CHECK_OK(desk->count_blanks_left(0, kActor));
  CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));
  CHECK_OK(desk->decide("D0001", State::rejected, "records gone", kActor));
  CHECK_OK(desk->close_batch("b1", kActor));
  auto twin = dossier(4);
  twin.number = dossier(1).number;  // that was on a card
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  CHECK_TRUE(desk->take_in("b2", std::span{&twin, 1}, kActor)->front().result == journal::IntakeResult::number_taken);
}

TEST(JournalClosing, takes_a_count_after_which_only_other_batches_took_blanks) {
  CHECK_OK(desk->receive_blanks("lot-1", 9, kActor));
  desk.ready(3);
  desk.prepare({.id = "b2", .announced = 2}, 4);
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->count_blanks_left(6, kActor));
  desk.bring(4, State::done);
  CHECK_OK(desk->close_batch("b1", kActor));
  desk.bring(5, State::done);
  CHECK_FAULT(Fault::conflict, desk->close_batch("b2", kActor));
  CHECK_OK(desk->count_blanks_left(4, kActor));
  CHECK_OK(desk->close_batch("b2", kActor));
}

/// A batch that was closed has one held dossier the less, and one rejected the more.
TEST(JournalClosing, is_not_undone_when_another_batch_corrects_one_of_its_dossiers) {
  std::vector<journal::Intake> intakes{dossier(1), dossier(2), dossier(3)};
  for (auto& intake : intakes) intake.state = State::rejected;
  intakes.front().state = State::held;
  CHECK_OK(desk->take_in("b1", intakes, kActor));
  CHECK_OK(desk->close_batch("b1", kActor));  // it took no blanks
  LONGS_EQUAL(1, desk->balance("")->jobs.in(State::held));
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.content = digest(99);
  CHECK_OK(desk->take_in("b2", std::span{&corrected, 1}, kActor));
  for (const auto* batch : {"", "b1"}) {
    LONGS_EQUAL(0, desk->balance(batch)->jobs.in(State::held));
    LONGS_EQUAL(3, desk->balance(batch)->jobs.in(State::rejected));
  }
  LONGS_EQUAL(4, desk->balance("")->dossiers);
}

TEST(JournalClosing, counts_used_blanks_from_the_last_count_on) {
  CHECK_OK(desk->receive_blanks("lot-1", 5, kActor));
  CHECK_OK(desk->receive_blanks("lot-1", 5, kActor));  // heard twice
  CHECK_FAULT(Fault::conflict, desk->receive_blanks("lot-1", 6, kActor));
  CHECK_OK(desk->count_blanks_left(4, kActor));  // one is missing
  desk.ready(2);
  desk.bring(1, State::done);
  CHECK_OK(desk->receive_blanks("lot-2", 2, kActor));
  const auto balance = desk->balance("");
  CHECK_OK(balance);
  LONGS_EQUAL(5, balance->blanks_left);
  LONGS_EQUAL(1, balance->blank_difference());
}
