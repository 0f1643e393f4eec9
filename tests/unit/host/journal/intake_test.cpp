// Dossiers come in.
#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using journal::IntakeResult;

namespace {

journal::IntakeOutcome take(journal::Journal& journal, const journal::Intake& intake, const char* batch = "b1") {
  const auto outcomes = journal.take_in(batch, std::span{&intake, 1}, kActor);
  CHECK_OK(outcomes);
  LONGS_EQUAL(1, outcomes->size());
  return outcomes->front();
}

void check(IntakeResult result, State state, const journal::IntakeOutcome& outcome) {
  LONGS_EQUAL(static_cast<int>(result), static_cast<int>(outcome.result));
  CHECK_STRING(journal::to_string(state), journal::to_string(outcome.state));
}

}  // namespace

TEST_GROUP(JournalIntake) {
  Desk desk;
};

TEST(JournalIntake, takes_a_dossier_once_however_often_it_comes) {
  const auto first = take(*desk, dossier(1));
  check(IntakeResult::added, State::accepted, first);
  CHECK_TRUE(first.job > 0);
  const auto again = take(*desk, dossier(1));
  check(IntakeResult::known, State::accepted, again);
  CHECK_TRUE(first.job == again.job);
}

TEST(JournalIntake, rejects_a_number_that_another_dossier_holds_and_says_whose) {
  take(*desk, dossier(1));
  auto other = dossier(2);
  other.number = dossier(1).number;
  const auto outcome = take(*desk, other);
  check(IntakeResult::number_taken, State::rejected, outcome);
  CHECK_STRING("D0001", outcome.other);
}

TEST(JournalIntake, rejects_a_portrait_that_stands_on_another_dossier) {
  take(*desk, dossier(1));
  auto other = dossier(2);
  other.portrait = dossier(1).portrait;
  const auto outcome = take(*desk, other);
  check(IntakeResult::portrait_taken, State::rejected, outcome);
  CHECK_STRING("D0001", outcome.other);
  // Its number is free: the portrait alone was wrong.
  auto third = dossier(3);
  third.number = dossier(2).number;
  check(IntakeResult::added, State::accepted, take(*desk, third));
}

TEST(JournalIntake, says_again_why_a_known_dossier_was_refused) {
  take(*desk, dossier(1));
  auto number = dossier(2);
  number.number = dossier(1).number;
  number.findings = "N05";
  CHECK_STRING("", take(*desk, number).findings);  // the result says it the first time
  auto portrait = dossier(3);
  portrait.portrait = dossier(1).portrait;
  const std::vector<journal::Intake> twice{portrait, portrait};
  const auto outcomes = desk->take_in("b1", twice, kActor);
  CHECK_OK(outcomes);
  check(IntakeResult::known, State::rejected, outcomes->at(1));
  CHECK_STRING("P04", outcomes->at(1).findings);
  CHECK_STRING("D0001", outcomes->at(1).other);
  desk.reopen();
  auto again = take(*desk, number);
  check(IntakeResult::known, State::rejected, again);
  CHECK_STRING("N05,N02", again.findings);
  CHECK_STRING("D0001", again.other);
  CHECK_TRUE(again.current);
  again = take(*desk, portrait);
  CHECK_STRING("P04", again.findings);
  CHECK_STRING("D0001", again.other);
  again = take(*desk, dossier(1));  // in work: nothing stands against it
  CHECK_STRING("", again.findings + again.other + again.reason);
}

TEST(JournalIntake, names_nobody_when_the_number_was_given_back_since) {
  auto held = dossier(1);
  held.state = State::held;
  held.findings = "N04";
  take(*desk, held);
  auto twin = dossier(2);
  twin.number = dossier(1).number;
  take(*desk, twin);
  CHECK_OK(desk->decide("D0001", State::rejected, "born twice", kActor));
  auto again = take(*desk, twin);
  CHECK_STRING("N02", again.findings);
  CHECK_STRING("", again.other);
  again = take(*desk, held);
  check(IntakeResult::known, State::rejected, again);
  CHECK_STRING("N04", again.findings);
  CHECK_STRING("born twice", again.reason);
}

TEST(JournalIntake, names_the_rules_that_it_alone_decides) {
  CHECK_STRING("N02", std::string{rule_of(IntakeResult::number_taken)});
  CHECK_STRING("P04", std::string{rule_of(IntakeResult::portrait_taken)});
  CHECK_STRING("J05", std::string{rule_of(IntakeResult::version_conflict)});
  for (const auto result : {IntakeResult::added, IntakeResult::known, IntakeResult::replaced}) {
    CHECK_TRUE(rule_of(result).empty());
  }
}

TEST(JournalIntake, keeps_the_numbers_of_passports_beside_those_of_cards) {
  take(*desk, dossier(1));
  auto passport = dossier(2);
  passport.number = "C1234567";
  check(IntakeResult::added, State::accepted, take(*desk, passport));
  auto twin = dossier(3);
  twin.number = passport.number;
  const auto outcome = take(*desk, twin);
  check(IntakeResult::number_taken, State::rejected, outcome);
  CHECK_STRING("D0002", outcome.other);
  for (const auto* const number : {"C123456", "C1234567890", "c1234567", "12345678", "C12345X7"}) {
    twin.number = number;
    CHECK_FAULT(base::Fault::bad_input, desk->take_in("b1", std::span{&twin, 1}, kActor));
  }
}

TEST(JournalIntake, sees_duplicates_within_one_call_in_order) {
  auto twin = dossier(2);
  twin.number = dossier(1).number;
  const std::vector<journal::Intake> intakes{dossier(1), twin, dossier(1)};
  const auto outcomes = desk->take_in("b1", intakes, kActor);
  CHECK_OK(outcomes);
  check(IntakeResult::added, State::accepted, outcomes->at(0));
  check(IntakeResult::number_taken, State::rejected, outcomes->at(1));
  check(IntakeResult::known, State::accepted, outcomes->at(2));
}

TEST(JournalIntake, lets_a_corrected_dossier_in_again_under_its_id) {
  auto wrong = dossier(1);
  wrong.state = State::rejected;
  wrong.findings = "D03";
  const auto first = take(*desk, wrong);
  check(IntakeResult::added, State::rejected, first);
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.content = digest(99);
  const auto second = take(*desk, corrected);
  check(IntakeResult::replaced, State::accepted, second);
  CHECK_TRUE(first.job == second.job);
  const auto found = desk->find_dossier("D0001");
  CHECK_OK(found);
  LONGS_EQUAL(2, (*found)->version);
}

TEST(JournalIntake, gives_a_corrected_dossier_of_a_later_batch_a_job_there) {
  auto wrong = dossier(1);
  wrong.state = State::held;
  const auto first = take(*desk, wrong);
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.content = digest(99);
  const auto second = take(*desk, corrected, "b2");
  check(IntakeResult::replaced, State::accepted, second);
  CHECK_TRUE(first.job != second.job);
  const auto old_batch = desk->balance("b1");
  const auto new_batch = desk->balance("b2");
  CHECK_OK(old_batch);
  CHECK_OK(new_batch);
  LONGS_EQUAL(1, old_batch->jobs.at(static_cast<std::size_t>(State::rejected)));
  LONGS_EQUAL(1, old_batch->dossiers);
  LONGS_EQUAL(1, new_batch->jobs.at(static_cast<std::size_t>(State::accepted)));
  LONGS_EQUAL(0, new_batch->dossier_difference());
}

TEST(JournalIntake, refuses_another_content_under_the_same_version) {
  take(*desk, dossier(1));
  auto other = dossier(1);
  other.content = digest(99);
  check(IntakeResult::version_conflict, State::accepted, take(*desk, other));
  other.version = 2;  // a dossier that is in work cannot be corrected any more
  check(IntakeResult::version_conflict, State::accepted, take(*desk, other));
  const auto found = desk->find_dossier("D0001");
  CHECK_OK(found);
  LONGS_EQUAL(1, (*found)->version);
}

TEST(JournalIntake, knows_a_version_that_was_corrected_when_it_comes_again) {
  auto wrong = dossier(1);
  wrong.state = State::rejected;
  take(*desk, wrong);
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.content = digest(99);
  const auto second = take(*desk, corrected);
  const auto again = take(*desk, wrong);
  check(IntakeResult::known, State::accepted, again);
  CHECK_TRUE(again.job == second.job);
  CHECK_TRUE(second.current && !again.current);
  wrong.content = digest(98);
  check(IntakeResult::version_conflict, State::accepted, take(*desk, wrong));
  LONGS_EQUAL(2, (*desk->find_dossier("D0001"))->version);
}

TEST(JournalIntake, gives_back_the_number_of_a_dossier_that_was_corrected) {
  auto held = dossier(1);
  held.state = State::held;
  take(*desk, held);
  auto waiting = dossier(2);
  waiting.number = dossier(1).number;
  check(IntakeResult::number_taken, State::rejected, take(*desk, waiting));
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.number = dossier(3).number;
  check(IntakeResult::replaced, State::accepted, take(*desk, corrected));
  waiting.version = 2;
  check(IntakeResult::replaced, State::accepted, take(*desk, waiting));
}

TEST(JournalIntake, frees_the_number_of_a_held_dossier_that_a_person_rejects) {
  auto held = dossier(1);
  held.state = State::held;
  take(*desk, held);
  CHECK_OK(desk->decide("D0001", State::rejected, "born twice", kActor));
  auto other = dossier(2);
  other.number = dossier(1).number;
  other.portrait = dossier(1).portrait;
  check(IntakeResult::added, State::accepted, take(*desk, other));
}

TEST(JournalIntake, lets_a_person_decide_what_is_held_and_nothing_else) {
  auto held = dossier(1);
  held.state = State::held;
  take(*desk, held);
  take(*desk, dossier(2));
  CHECK_FAULT(base::Fault::bad_input, desk->decide("D0001", State::done, "", kActor));
  CHECK_FAULT(base::Fault::conflict, desk->decide("D0002", State::accepted, "", kActor));
  CHECK_FAULT(base::Fault::not_found, desk->decide("D0009", State::rejected, "", kActor));
  CHECK_OK(desk->decide("D0001", State::accepted, "papers seen", kActor));
  CHECK_TRUE(desk.state(1) == State::accepted);
}

TEST(JournalIntake, lets_a_person_reject_what_is_accepted_and_not_what_is_prepared) {
  desk.ready(1);
  take(*desk, dossier(2));
  CHECK_FAULT(base::Fault::conflict, desk->decide("D0001", State::rejected, "records gone", kActor));
  CHECK_OK(desk->decide("D0002", State::rejected, "records gone", kActor));
  CHECK_TRUE(desk.state(2) == State::rejected);
  auto other = dossier(3);
  other.number = dossier(2).number;
  check(IntakeResult::added, State::accepted, take(*desk, other));
  auto corrected = dossier(2);
  corrected.version = 2;
  corrected.number = dossier(4).number;
  check(IntakeResult::replaced, State::accepted, take(*desk, corrected));
}

TEST(JournalIntake, refuses_what_is_no_dossier) {
  auto intake = dossier(1);
  const auto refused = [&](const journal::Intake& bad) {
    CHECK_FAULT(base::Fault::bad_input, desk->take_in("b1", std::span{&bad, 1}, kActor));
  };
  intake.dossier = "";
  refused(intake);
  intake = dossier(1);
  intake.dossier = "D\xC3(";  // no UTF-8
  refused(intake);
  intake = dossier(1);
  intake.dossier = std::string{"D\0", 2};
  refused(intake);
  intake = dossier(1);
  intake.number = "12345678901";
  refused(intake);
  intake = dossier(1);
  intake.state = State::done;
  refused(intake);
  intake = dossier(1);
  CHECK_FAULT(base::Fault::not_found, desk->take_in("b9", std::span{&intake, 1}, kActor));
  const std::vector<journal::Intake> many(journal::kMaxRows + 1, dossier(1));
  CHECK_FAULT(base::Fault::limit, desk->take_in("b1", many, kActor));
}

TEST(JournalIntake, knows_a_batch_again_and_refuses_another_of_its_name) {
  CHECK_OK(desk->add_batch({.id = "b1", .policy = "law-2024", .announced = 3}, kActor));
  CHECK_FAULT(base::Fault::conflict, desk->add_batch({.id = "b1", .policy = "law-2021", .announced = 3}, kActor));
}

TEST(JournalIntake, makes_ready_what_is_accepted_and_only_once) {
  const auto outcome = take(*desk, dossier(1));
  journal::Prepared prepared{.job = outcome.job, .payload = {"p1", 17, 300, digest(5)}, .ds = "DS01"};
  CHECK_OK(desk->make_ready("b1", std::span{&prepared, 1}, kActor));
  CHECK_OK(desk->make_ready("b1", std::span{&prepared, 1}, kActor));
  const auto found = desk->find_dossier("D0001");
  CHECK_OK(found);
  CHECK_TRUE((*found)->state == State::ready);
  LONGS_EQUAL(17, (*found)->payload.offset);
  LONGS_EQUAL(300, (*found)->payload.size);
  CHECK_TRUE((*found)->payload.digest == digest(5));
  prepared.payload.digest = digest(6);
  CHECK_FAULT(base::Fault::conflict, desk->make_ready("b1", std::span{&prepared, 1}, kActor));
  prepared.job = 12345;
  CHECK_FAULT(base::Fault::bad_input, desk->make_ready("b1", std::span{&prepared, 1}, kActor));
}
