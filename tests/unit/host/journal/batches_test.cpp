// What a batch announced, and what of it was there before.
#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using journal::IntakeResult;

namespace {

journal::Intake changed(std::uint64_t n, std::uint32_t version) {
  auto intake = dossier(n);
  intake.version = version;
  intake.content = digest(1000 * version + n);
  return intake;
}

journal::Intake as(journal::Intake intake, State state) {
  intake.state = state;
  return intake;
}

}  // namespace

TEST_GROUP(JournalBatches) {
  Desk desk;

  void begin(const char* batch, std::uint64_t announced) const {
    CHECK_OK(desk->add_batch({.id = batch, .announced = announced}, kActor));
  }
  /// Twice, as a preparation that was killed does.
  void take(const char* batch, const std::vector<journal::Intake>& intakes) const {
    CHECK_OK(desk->take_in(batch, intakes, kActor));
    CHECK_OK(desk->take_in(batch, intakes, kActor));
  }
  void check(const char* batch, std::uint64_t dossiers, std::uint64_t repeated, std::int64_t difference,
             std::uint64_t conflicts = 0) const {
    const auto balance = desk->balance(batch);
    CHECK_OK(balance);
    LONGS_EQUAL(dossiers, balance->dossiers);
    LONGS_EQUAL(repeated, balance->repeated);
    LONGS_EQUAL(conflicts, balance->conflicts);
    LONGS_EQUAL(conflicts, desk->conflicts(batch, 100)->size());
    LONGS_EQUAL(difference, balance->dossier_difference());
  }
};

TEST(JournalBatches, count_once_what_another_batch_brought_before) {
  take("b1", {dossier(1), dossier(2), dossier(3)});
  begin("b2", 4);
  take("b2", {dossier(1), changed(2, 1), changed(3, 2)});  // the same; another content; in work already
  check("b2", 0, 1, 1, 2);                                 // one is missing still
  take("b2", {dossier(1), changed(2, 1), changed(3, 2), dossier(4)});
  check("b2", 1, 1, 0, 2);
  check("b1", 3, 0, 0);
  check("", 4, 1, 0, 2);
}

TEST(JournalBatches, close_although_all_they_announced_was_there_before) {
  CHECK_OK(desk->count_blanks_left(0, kActor));
  take("b1", {as(dossier(1), State::rejected), as(dossier(2), State::rejected), as(dossier(3), State::rejected)});
  begin("b2", 2);
  take("b2", {as(dossier(1), State::rejected)});
  CHECK_FAULT(base::Fault::conflict, desk->close_batch("b2", kActor));
  take("b2", {as(dossier(1), State::rejected), changed(2, 1)});
  const auto closed = desk->close_batch("b2", kActor);
  CHECK_OK(closed);
  STRCMP_CONTAINS("\"repeated\":1", closed->json.c_str());
  STRCMP_CONTAINS("\"conflicts\":1", closed->json.c_str());
  STRCMP_CONTAINS("\"conflicts\":[[\"D0002\",1]]", closed->json.c_str());
  CHECK_OK(desk->close_batch("b1", kActor));
}

TEST(JournalBatches, are_open_again_when_a_person_decides_about_one_of_their_dossiers) {
  CHECK_OK(desk->count_blanks_left(0, kActor));
  take("b1", {as(dossier(1), State::rejected), as(dossier(2), State::rejected), as(dossier(3), State::held)});
  begin("b2", 1);
  CHECK_OK(desk->close_batch("b1", kActor));
  CHECK_OK(desk->decide("D0003", State::accepted, "papers seen", kActor));
  CHECK_FAULT(base::Fault::conflict, desk->close_batch("b1", kActor));  // it waits
  const journal::Prepared prepared{
      .job = desk.job(3), .payload = {.pack = "p1", .offset = 0, .size = 100, .digest = digest(7)}, .ds = {}};
  CHECK_OK(desk->make_ready("b1", std::span{&prepared, 1}, kActor));
  CHECK_STRING("D0003", desk.claim_one().dossier);
}

TEST(JournalBatches, count_a_version_that_the_same_batch_corrected_as_repeated) {
  begin("b2", 2);
  take("b2", {as(dossier(7), State::rejected), changed(7, 2)});
  check("b2", 1, 1, 0);
}

TEST(JournalBatches, count_a_line_that_stands_twice_in_them_as_repeated) {
  begin("b2", 3);
  auto twice = dossier(7);
  twice.copy = 1;
  take("b2", {dossier(7), twice, dossier(8)});
  check("b2", 2, 1, 0);
}

TEST(JournalBatches, keep_what_a_later_batch_corrected) {
  begin("b2", 1);
  take("b2", {as(dossier(7), State::rejected)});
  begin("b3", 1);
  take("b3", {changed(7, 2)});
  take("b2", {as(dossier(7), State::rejected)});  // prepared once more: it is a version that was there
  check("b2", 1, 0, 0);
  check("b3", 1, 0, 0);
}

TEST(JournalBatches, count_as_their_own_what_may_come_in_after_all) {
  take("b1", {dossier(1)});
  begin("b2", 1);
  take("b2", {changed(1, 2)});
  check("b2", 0, 0, 0, 1);
  const journal::Step held{.job = desk.job(1), .to = State::held, .actor = kActor, .reason = "cannot be built"};
  LONGS_EQUAL(0, static_cast<int>(desk->apply(std::span{&held, 1})->front()));
  take("b2", {changed(1, 2)});
  check("b2", 1, 0, 0);
}

TEST(JournalBatches, name_what_contradicts_a_dossier_that_is_there) {
  take("b1", {dossier(1), dossier(2), dossier(3)});
  begin("b2", 3);
  take("b2", {changed(2, 1), dossier(1), changed(3, 2)});
  check("b2", 0, 1, 0, 2);
  const auto found = desk->conflicts("", 100);
  CHECK_OK(found);
  LONGS_EQUAL(2, found->size());
  CHECK_STRING("b2", found->front().batch);
  CHECK_STRING("D0002", found->front().dossier);
  LONGS_EQUAL(1, found->front().version);
  CHECK_STRING("D0003", found->back().dossier);
  LONGS_EQUAL(2, found->back().version);
  LONGS_EQUAL(1, desk->conflicts("b2", 1)->size());
  LONGS_EQUAL(0, desk->conflicts("b1", 100)->size());
  CHECK_FAULT(base::Fault::not_found, desk->conflicts("b9", 100));
  LONGS_EQUAL(2, std::stoi(desk.place().sql("SELECT count(*) FROM audit WHERE json LIKE '%conflict%'")));
}

TEST(JournalBatches, do_not_contradict_with_a_version_that_was_there_before_it_was_corrected) {
  begin("b2", 1);
  take("b2", {as(dossier(7), State::rejected)});
  begin("b3", 1);
  take("b3", {changed(7, 2)});
  begin("b4", 2);
  auto other = dossier(7);
  other.content = digest(77);
  take("b4", {dossier(7), other});
  check("b4", 0, 1, 0, 1);
}

TEST(JournalBatches, count_as_contradictions_what_the_intake_calls_so) {
  begin("b2", 2);
  take("b2", {as(dossier(7), State::rejected), as(changed(7, 2), State::rejected)});  // corrected by its own batch
  begin("b3", 2);
  auto other = dossier(7);
  other.content = digest(77);
  const auto answers = [this](const char* batch, const std::vector<journal::Intake>& intakes, IntakeResult first,
                              IntakeResult second) {
    for (int run = 0; run < 2; ++run) {
      const auto outcomes = desk->take_in(batch, intakes, kActor);
      CHECK_OK(outcomes);
      LONGS_EQUAL(static_cast<int>(first), static_cast<int>(outcomes->at(0).result));
      LONGS_EQUAL(static_cast<int>(second), static_cast<int>(outcomes->at(1).result));
    }
  };
  answers("b3", {dossier(7), other}, IntakeResult::known, IntakeResult::version_conflict);
  check("b3", 0, 1, 0, 1);
  begin("b4", 1);
  take("b4", {changed(7, 3)});  // and once more by another
  begin("b5", 2);
  answers("b5", {dossier(7), changed(7, 2)}, IntakeResult::known, IntakeResult::known);
  check("b5", 0, 2, 0, 0);
  check("b2", 1, 1, 0);
  begin("b6", 2);
  answers("b6", {changed(7, 4), other}, IntakeResult::version_conflict, IntakeResult::version_conflict);
  check("b6", 0, 0, 0, 2);
}

TEST(JournalBatches, know_a_version_again_that_was_corrected_a_moment_before) {
  begin("b2", 3);
  auto again = dossier(8);
  again.copy = 1;
  const auto outcomes = desk->take_in("b2", std::vector{as(dossier(8), State::rejected), changed(8, 2), again}, kActor);
  CHECK_OK(outcomes);
  CHECK_TRUE(outcomes->back().result == IntakeResult::known);
  CHECK_TRUE(outcomes->back().state == State::accepted);
  check("b2", 1, 2, 0);
  take("b2", {as(dossier(8), State::rejected), changed(8, 2), again});
  check("b2", 1, 2, 0);
}

TEST(JournalBatches, keep_on_record_what_contradicted_when_it_came) {
  take("b1", {dossier(1)});
  begin("b2", 1);
  take("b2", {changed(1, 2)});
  const journal::Step held{.job = desk.job(1), .to = State::held, .actor = kActor, .reason = "cannot be built"};
  LONGS_EQUAL(0, static_cast<int>(desk->apply(std::span{&held, 1})->front()));
  begin("b3", 1);
  take("b3", {changed(1, 2)});
  check("b3", 1, 0, 0);
  take("b2", {changed(1, 2)});  // the same as what is there now
  check("b2", 0, 0, 0, 1);
}

TEST(JournalBatches, write_what_was_repeated_into_the_log_once) {
  take("b1", {dossier(1)});
  begin("b2", 1);
  take("b2", {dossier(1)});
  LONGS_EQUAL(1, std::stoi(desk.place().sql("SELECT count(*) FROM audit WHERE json LIKE '%repeated%'")));
}

TEST(JournalBatches, remember_what_they_are_made_with_while_they_are_in_work) {
  const journal::Recipe recipe{.profile = "cccd-2021", .dialect = "cicada-1", .content = {}, .csca = digest(5)};
  const journal::Batch made{.id = "b2", .announced = 1, .recipe = recipe};
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));  // by a program that did not say
  CHECK_OK(desk->add_batch(made, kActor));
  CHECK_OK(desk->add_batch(made, kActor));
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  for (auto wrong : {journal::Recipe{.profile = "passport", .dialect = "cicada-1"},
                     journal::Recipe{.profile = "cccd-2021", .dialect = "jmrtd"},
                     journal::Recipe{.profile = "cccd-2021", .dialect = "cicada-1", .csca = digest(6)}}) {
    CHECK_FAULT(base::Fault::conflict, desk->add_batch({.id = "b2", .announced = 1, .recipe = wrong}, kActor));
  }
  CHECK_TRUE(desk->batches_in_work()->empty());  // nothing is prepared
  desk.ready(1);
  const auto b2 = desk->take_in("b2", std::vector{dossier(9)}, kActor);
  CHECK_OK(b2);
  const journal::Prepared prepared{.job = b2->front().job, .payload = {.pack = "p2"}};
  CHECK_OK(desk->make_ready("b2", std::span{&prepared, 1}, kActor));
  const auto working = desk->batches_in_work();
  CHECK_OK(working);
  LONGS_EQUAL(2, working->size());
  CHECK_STRING("b1", working->front().id);
  CHECK_TRUE(working->front().recipe == journal::Recipe{});
  CHECK_TRUE(working->back().recipe == recipe);
  desk.bring(1, State::done);
  LONGS_EQUAL(1, desk->batches_in_work()->size());
}
