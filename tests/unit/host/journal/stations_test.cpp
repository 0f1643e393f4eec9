// Claims, leases, and the card that is found in the field.
#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;

namespace {
constexpr std::chrono::seconds kHour = std::chrono::hours{1};
constexpr std::chrono::seconds kNone{0};
}  // namespace

TEST_GROUP(JournalStations) {
  Desk desk;
};

TEST(JournalStations, claim_the_highest_priority_first_and_then_the_oldest) {
  CHECK_OK(desk->add_batch({.id = "urgent", .announced = 1, .priority = 5}, kActor));
  std::vector<journal::Intake> intakes{dossier(1), dossier(2), dossier(3)};
  intakes[1].priority = 1;
  const auto plain = desk->take_in("b1", intakes, kActor);
  const auto four = dossier(4);
  const auto urgent = desk->take_in("urgent", std::span{&four, 1}, kActor);
  CHECK_OK(plain);
  CHECK_OK(urgent);
  std::vector<journal::Prepared> prepared;
  for (const auto& outcome : *plain) prepared.push_back({.job = outcome.job, .payload = {.pack = "p1"}});
  CHECK_OK(desk->make_ready("b1", prepared, kActor));
  const journal::Prepared fourth{.job = urgent->front().job, .payload = {.pack = "p1"}};
  CHECK_OK(desk->make_ready("urgent", std::span{&fourth, 1}, kActor));
  const auto claims = desk->claim(kActor, 10, kHour, {});
  CHECK_OK(claims);
  std::string order;
  for (const auto& claim : *claims) order += claim.dossier + " ";
  CHECK_STRING("D0004 D0002 D0001 D0003 ", order);
  CHECK_STRING("urgent", claims->front().batch);
  CHECK_STRING("01", claims->front().unit.province);
  CHECK_TRUE(desk->claim(kActor, 10, kHour, {})->empty());
}

TEST(JournalStations, get_a_new_fence_with_every_claim) {
  desk.ready(1);
  const auto first = desk.claim_one(kNone);
  const auto second = desk.claim_one();
  CHECK_TRUE(second.fence > first.fence);
  CHECK_TRUE(*desk->holds(second.job, second.fence));
  CHECK_FALSE(*desk->holds(first.job, first.fence));
  CHECK_FALSE(*desk->holds(424242, 1));
}

TEST(JournalStations, say_of_many_fences_at_once_which_are_their_jobs_still) {
  desk.ready(4);
  const auto lost = desk.claim_one(kNone);
  const auto mine = desk.claim_one();  // the same job, whose lease ran out
  CHECK_TRUE(lost.job == mine.job);
  const auto bound = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(bound, State::bound, chip(1))));
  const auto done = desk.bring(3, State::done);
  const auto given_back = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(given_back, State::ready)));
  // In any order, one twice, one of a job that there is not.
  std::vector<journal::Hold> asked;
  for (const auto* claim : {&done, &bound, &lost, &mine, &given_back, &mine}) {
    asked.push_back({.job = claim->job, .fence = claim->fence});
  }
  asked.push_back({.job = 424242, .fence = mine.fence});
  const auto held = desk->hold(asked);
  CHECK_OK(held);
  CHECK_TRUE((*held == std::vector<bool>{false, true, false, true, false, true, false}));
  CHECK_TRUE(desk->hold({})->empty());
}

TEST(JournalStations, keep_a_claim_while_its_lease_runs) {
  desk.ready(1);
  const auto claim = desk.claim_one(kHour);
  CHECK_TRUE(desk->claim({.station = "s2"}, 1, kHour, {})->empty());
  const journal::Hold mine{.job = claim.job, .fence = claim.fence};
  LONGS_EQUAL(1, desk->renew(std::span{&mine, 1}, kNone)->size());  // a lease that ends now
  const auto taken = desk->claim({.station = "s2"}, 1, kHour, {});
  CHECK_OK(taken);
  LONGS_EQUAL(1, taken->size());
  CHECK_TRUE(taken->front().job == claim.job);
}

TEST(JournalStations, renew_only_the_claims_that_they_name_and_still_hold) {
  desk.ready(4);
  const auto lost = desk.claim_one(kNone);
  const auto taken = desk->claim({.station = "s2"}, 1, kHour, {});  // takes over the job whose lease ran out
  CHECK_OK(taken);
  const auto named = desk.claim_one(kNone);
  const std::vector<journal::Hold> holds{
      {.job = lost.job, .fence = lost.fence}, {.job = named.job, .fence = named.fence}, {.job = 424242, .fence = 1}};
  const auto prolonged = desk->renew(holds, kHour);
  CHECK_OK(prolonged);
  LONGS_EQUAL(1, prolonged->size());
  CHECK_TRUE(prolonged->front() == named.job);
  const auto unnamed = desk.claim_one(kNone);  // of the same station
  CHECK_OK(desk->renew(holds, kHour));
  const auto next = desk->claim({.station = "s3"}, 10, kHour, {});
  CHECK_OK(next);
  LONGS_EQUAL(2, next->size());
  CHECK_TRUE(next->front().job == unnamed.job);  // its lease ran out
  CHECK_STRING("D0004", next->back().dossier);
}

TEST(JournalStations, do_not_renew_what_is_bound) {
  desk.ready(1);
  const auto claim = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::bound, chip(1))));
  const journal::Hold hold{.job = claim.job, .fence = claim.fence};
  CHECK_TRUE(desk->renew(std::span{&hold, 1}, kHour)->empty());
  CHECK_TRUE(desk->renew({}, kHour)->empty());
  CHECK_FAULT(base::Fault::bad_input, desk->renew(std::span{&hold, 1}, std::chrono::hours{24 * 8}));
}

TEST(JournalStations, take_back_what_their_predecessor_claimed_and_did_not_begin) {
  desk.ready(4);
  const auto bound = desk.bring(1, State::bound);
  const auto stuck = desk.claim_one();
  const auto others = desk->claim({.station = "s2"}, 1, kHour, {});
  CHECK_OK(others);
  desk.reopen();  // as the next process does
  const auto taken = desk->take_back(kActor);
  CHECK_OK(taken);
  LONGS_EQUAL(1, *taken);
  CHECK_TRUE(desk.state(2) == State::ready);
  LONGS_EQUAL(0, *desk->take_back(kActor));
  // The predecessor lives still: whatever it tries with that job is refused.
  CHECK_FALSE(*desk->holds(stuck.job, stuck.fence));
  for (const auto to : {State::bound, State::ready, State::held}) {
    LONGS_EQUAL(static_cast<int>(StepResult::fenced),
                static_cast<int>(desk.step(stuck, to, to == State::bound ? chip(9) : "")));
  }
  const journal::Hold hold{.job = stuck.job, .fence = stuck.fence};
  CHECK_TRUE(desk->renew(std::span{&hold, 1}, kHour)->empty());
  // A card in the field is none of it, nor is another station's claim.
  CHECK_TRUE(*desk->holds(bound.job, bound.fence));
  CHECK_TRUE(*desk->holds(others->front().job, others->front().fence));
  const auto again = desk->claim(kActor, 10, kHour, {});
  LONGS_EQUAL(2, again->size());
  CHECK_TRUE(again->front().job == stuck.job);
  CHECK_TRUE(again->front().fence > stuck.fence + 1);
}

TEST(JournalStations, take_nothing_back_without_a_name_or_as_a_reader) {
  CHECK_FAULT(base::Fault::bad_input, desk->take_back({.operator_id = "op"}));
  CHECK_FAULT(base::Fault::bad_input, desk.open("")->take_back(kActor));
}

TEST(JournalStations, never_claim_a_job_whose_chip_is_named) {
  desk.ready(1);
  const auto claim = desk.claim_one(kNone);
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::bound, chip(1))));
  CHECK_TRUE(desk->claim({.station = "s2"}, 10, kHour, {})->empty());
}

TEST(JournalStations, give_a_job_back_that_was_not_begun) {
  desk.ready(1);
  const auto claim = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::ready)));
  CHECK_FALSE(*desk->holds(claim.job, claim.fence));
  const auto again = desk->claim({.station = "s2"}, 1, kHour, {});
  LONGS_EQUAL(1, again->size());
}

TEST(JournalStations, find_the_job_of_a_card_and_shut_out_who_had_it) {
  desk.ready(1);
  const auto before = desk.bring(1, State::written);
  const auto found = desk->recover(chip(1), {.station = "s2"});
  CHECK_OK(found);
  CHECK_TRUE(found->has_value());
  const auto& claim = **found;
  CHECK_TRUE(claim.job == before.job);
  CHECK_TRUE(claim.fence > before.fence);
  CHECK_TRUE(claim.state == State::written);
  CHECK_STRING(chip(1), claim.chip);
  LONGS_EQUAL(static_cast<int>(StepResult::fenced), static_cast<int>(desk.step(before, State::locked)));
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::locked)));
  LONGS_EQUAL(1, desk->jobs_in_hand("s2")->size());
  LONGS_EQUAL(0, desk->jobs_in_hand("s1")->size());
  LONGS_EQUAL(1, desk->jobs_in_hand("")->size());
}

TEST(JournalStations, have_a_job_in_hand_from_the_bind_on_though_their_process_claimed_it) {
  desk.ready(1);
  const auto claims = desk->claim({.station = "line", .operator_id = "op"}, 1, kHour, {});
  CHECK_OK(claims);
  const auto& claim = claims->at(0);
  const std::vector<journal::Step> bind = {{.job = claim.job,
                                            .fence = claim.fence,
                                            .to = State::bound,
                                            .actor = {.station = "line/reader 1", .operator_id = "op"},
                                            .chip = chip(1)}};
  CHECK_OK(desk->apply(bind));
  LONGS_EQUAL(1, desk->jobs_in_hand("line/reader 1")->size());
  LONGS_EQUAL(0, desk->jobs_in_hand("line")->size());
}

TEST(JournalStations, do_not_know_a_chip_that_was_never_seen) {
  const auto found = desk->recover(chip(1), kActor);
  CHECK_OK(found);
  CHECK_FALSE(found->has_value());
  CHECK_FAULT(base::Fault::bad_input, desk->recover("xyz", kActor));
}

TEST(JournalStations, can_do_nothing_with_a_chip_in_quarantine) {
  desk.ready(1);
  const auto claim = desk.bring(1, State::written);
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::quarantined)));
  const auto found = desk->recover(chip(1), kActor);
  CHECK_OK(found);
  CHECK_FALSE(found->has_value());
  LONGS_EQUAL(static_cast<int>(StepResult::refused), static_cast<int>(desk.step(claim, State::locked)));
}

TEST(JournalStations, are_refused_under_names_that_are_none) {
  CHECK_FAULT(base::Fault::bad_input, desk->claim({}, 1, kHour, {}));
  CHECK_FAULT(base::Fault::bad_input, desk->claim(kActor, 1, std::chrono::seconds{-1}, {}));
  CHECK_FAULT(base::Fault::limit, desk->claim(kActor, journal::kMaxRows + 1, kHour, {}));
}

TEST(JournalStations, read_orders) {
  CHECK_TRUE(*desk->order() == journal::Order::run);
  CHECK_OK(desk->give_order(journal::Order::pause, kActor));
  CHECK_TRUE(*desk->order() == journal::Order::pause);
}

TEST(JournalStations, only_look_when_the_journal_was_opened_for_reading) {
  desk.ready(1);
  const auto reader = desk.open("");
  CHECK_TRUE((*reader->find_dossier("D0001"))->state == State::ready);
  CHECK_FAULT(base::Fault::bad_input, reader->claim(kActor, 1, kHour, {}));
  CHECK_FAULT(base::Fault::bad_input, reader->give_order(journal::Order::stop, kActor));
}

TEST(JournalStations, do_not_fork_their_chain_when_somebody_wrote_under_its_name) {
  desk.ready(1);
  const auto claim = desk.claim_one();
  const auto somebody_writes = [this] {
    desk.place().sql(
        "INSERT INTO audit (chain, sequence, json, hash) SELECT chain, sequence + 1, json, hash FROM audit "
        "WHERE chain = 'w1' ORDER BY sequence DESC LIMIT 1");
  };
  const auto refused_with_its_reason = [](const auto& refused) {
    CHECK_FAULT(base::Fault::conflict, refused);
    STRCMP_CONTAINS("under this writer's name", refused.error().describe().c_str());
  };
  somebody_writes();
  refused_with_its_reason(desk->give_order(journal::Order::pause, kActor));
  CHECK_TRUE(*desk->order() == journal::Order::run);
  CHECK_OK(desk->give_order(journal::Order::run, kActor));
  somebody_writes();
  const journal::Step bind{
      .job = claim.job, .fence = claim.fence, .to = State::bound, .actor = kActor, .chip = chip(1)};
  refused_with_its_reason(desk->apply(std::span{&bind, 1}));
  CHECK_TRUE(desk.state(1) == State::claimed);
}

TEST(JournalStations, cannot_write_under_a_name_that_another_process_has) {
  const auto address = desk.place().address();
  CHECK_FAULT(base::Fault::conflict, journal::open_journal(address, "w1"));
  CHECK_FAULT(base::Fault::bad_input, journal::open_journal(address, "w 1"));
  const auto other = desk.open("w2");
  CHECK_OK(other->give_order(journal::Order::pause, kActor));
  CHECK_TRUE(*desk->order() == journal::Order::pause);
  desk.reopen();  // the name is free again when its holder is gone
  CHECK_OK(desk->give_order(journal::Order::run, kActor));
}
