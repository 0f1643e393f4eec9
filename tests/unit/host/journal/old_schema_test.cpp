// A journal that the first version of the program left in the middle of its work, brought forward.
#include "bench_of_jobs.h"
#include "cicada/host/journal/audit.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using base::Fault;
using crypto::openssl::Curve;
using crypto::openssl::EcPrivateKey;
using crypto::openssl::EcPublicKey;
using crypto::openssl::PrivateKey;

namespace {

journal::Step step_to(const journal::Claim& claim, State to) {
  return {.job = claim.job, .fence = claim.fence, .to = to, .actor = kActor};
}

}  // namespace

TEST_GROUP(OldSchema) {
  Desk desk{1};
  EcPrivateKey key = *EcPrivateKey::generate(Curve::p256);
  EcPrivateKey other = *EcPrivateKey::generate(Curve::p256);
  journal::AuditRecord closed;
  journal::Claim bound, claimed;

  /// Batch b1 is closed and signed as that version did it, which wrote no key down. Of b2, dossier 2 is done, 3 bound,
  /// 4 claimed, 5 ready, 6 rejected.
  void setup() override {
    CHECK_OK(desk->receive_blanks("lot-1", 9, kActor));
    desk.ready(1);
    desk.bring(1, State::done);
    CHECK_OK(desk->count_blanks_left(8, kActor));
    closed = *desk->close_batch("b1", kActor);
    CHECK_OK(desk->add_signature(closed, *key.sign_der(closed.hash), kActor));
    const std::string first = dossier(1).dossier;
    CHECK_OK(desk->deliver({&first, 1}, journal::Delivery::packed, kActor));

    CHECK_OK(desk->add_batch({.id = "b2", .policy = "law-2024", .announced = 5, .priority = 3}, kActor));
    std::vector<journal::Intake> intakes{dossier(2), dossier(3), dossier(4), dossier(5), dossier(6)};
    intakes.back().state = State::rejected;
    const auto taken = desk->take_in("b2", intakes, kActor);
    CHECK_OK(taken);
    std::vector<journal::Prepared> prepared;
    for (std::size_t i = 0; i < 4; ++i) {
      prepared.push_back({.job = taken->at(i).job,
                          .payload = {.pack = "p2", .offset = 100 * i, .size = 100, .digest = digest(i)},
                          .ds = {}});
    }
    CHECK_OK(desk->make_ready("b2", prepared, kActor));
    desk.bring(2, State::done);
    bound = desk.bring(3, State::bound);
    claimed = desk.bring(4, State::claimed);
    desk.reopen_from_first_schema();
  }
  base::Result<journal::AuditRecord> close_with(const EcPrivateKey& own) {
    const PrivateKey signer{EcPrivateKey::create(Curve::p256, own.scalar()->expose()).value()};
    return journal::sign_close(*desk, "b2", kActor, signer);
  }
  /// Everything of b2 is made.
  void finish() {
    for (const auto& [claim, n] : {std::pair{bound, 3}, {claimed, 4}, {desk.claim_one(), 5}}) {
      for (const State to : {State::bound, State::written, State::locked, State::verified, State::done}) {
        if (n == 3 && to == State::bound) continue;
        const auto result = desk.step(claim, to, to == State::bound ? chip(static_cast<std::uint64_t>(n)) : "");
        LONGS_EQUAL(static_cast<int>(StepResult::applied), static_cast<int>(result));
      }
    }
    // Nobody knows whether the count of the earlier program came before or after the batch's last card.
    CHECK_FAULT(Fault::conflict, desk->close_batch("b2", kActor));
    CHECK_OK(desk->count_blanks_left(4, kActor));
  }
  /// Dossiers 3 to 5 had another card before, which was signed and is destroyed.
  void leave_with_destroyed_chips() {
    desk.leave();
    desk.place().back_to_first_schema();
    desk.place().sql(
        "INSERT INTO chip (chip, state, job, ds, reason) SELECT 'A' || version || id, 3, id, 'DS01', 'bent' FROM job "
        "WHERE dossier IN ('D0003', 'D0004', 'D0005')");
  }
  journal::AuditReport verify() {
    const auto point = *EcPublicKey::create(Curve::p256, key.public_point());
    auto report = journal::verify_audit(*desk, point);
    CHECK_OK(report);
    for (const auto& finding : report->findings) {
      FAIL((finding.where + " " + std::string{finding.what.view()}).c_str());
    }
    return *std::move(report);
  }
};

TEST(OldSchema, is_brought_forward_with_all_that_stands_in_it) {
  const State states[] = {State::done, State::done, State::bound, State::claimed, State::ready, State::rejected};
  for (std::uint64_t n = 1; n <= 6; ++n) CHECK_TRUE(desk.state(n) == states[n - 1]);
  CHECK_TRUE((*desk->find_card("D0001"))->delivery == journal::Delivery::packed);
  CHECK_TRUE((*desk->find_chip(chip(3)))->state == journal::ChipState::bound);
  CHECK_TRUE(*desk->holds(bound.job, bound.fence));
  CHECK_TRUE(*desk->holds(claimed.job, claimed.fence));
  const auto ready = *desk->find_dossier("D0005");
  CHECK_STRING("p2", ready->payload.pack);
  LONGS_EQUAL(300, ready->payload.offset);
  CHECK_TRUE(ready->payload.digest == digest(3));
  CHECK_TRUE(ready->unit.province == "01");
  const auto balance = *desk->balance("b2");
  LONGS_EQUAL(5, balance.dossiers);
  LONGS_EQUAL(0, balance.dossier_difference());
  LONGS_EQUAL(0, balance.blank_difference());
  const auto report = verify();
  LONGS_EQUAL(1, report.signed_closings);
  LONGS_EQUAL(6, report.jobs_compared);
  // A closed batch gives the record that it was closed with.
  const auto again = desk->close_batch("b1", kActor);
  CHECK_OK(again);
  CHECK_TRUE(again->hash == closed.hash);
}

TEST(OldSchema, counts_what_was_closed_before_with_everything_else) {
  const auto sums = *desk->balance("");
  LONGS_EQUAL(6, sums.dossiers);
  LONGS_EQUAL(6, sums.jobs.all());
  LONGS_EQUAL(2, sums.jobs.in(State::done));
  LONGS_EQUAL(2, sums.good);
  LONGS_EQUAL(1, sums.in_work);
  LONGS_EQUAL(0, sums.dossier_difference());
  CHECK_STRING("1", desk.place().sql("SELECT cards FROM closing WHERE dossiers = 1 AND done = 1"));
}

/// Of a job that an earlier program signed when it prepared it there is no key, and of one whose chip made keys there
/// is.
TEST(OldSchema, knows_which_jobs_were_prepared_with_the_keys_of_one_chip) {
  desk.leave();
  desk.place().back_to_first_schema();
  desk.place().sql("UPDATE job SET ds = 'DS01' WHERE dossier IN ('D0001', 'D0002', 'D0005')");
  desk.place().sql(
      "INSERT INTO chip_key (digest, job, chip) SELECT pack_digest, id, chip FROM job WHERE dossier = 'D0002'");
  desk.reopen();
  CHECK_STRING("D0001\nD0005", desk.place().sql("SELECT dossier FROM job WHERE presigned = 1 ORDER BY id"));
}

/// The earlier program let the line make a second card with the keys of the one that was destroyed.
TEST(OldSchema, takes_from_the_line_what_was_sealed_for_a_chip_that_is_destroyed) {
  leave_with_destroyed_chips();
  desk.reopen();
  const State states[] = {State::done, State::done, State::bound, State::accepted, State::accepted, State::rejected};
  for (std::uint64_t n = 1; n <= 6; ++n) CHECK_TRUE(desk.state(n) == states[n - 1]);
  CHECK_STRING("D0003\nD0004\nD0005", desk.place().sql("SELECT dossier FROM job WHERE presigned = 1 ORDER BY id"));
  LONGS_EQUAL(static_cast<int>(StepResult::refused), static_cast<int>(desk.step(claimed, State::bound, chip(9))));
  CHECK_TRUE(desk->claim(kActor, 9, std::chrono::hours{1}, {})->empty());
  LONGS_EQUAL(6, verify().jobs_compared);  // the log says it, once
  desk.reopen();
  LONGS_EQUAL(6, verify().jobs_compared);
  const journal::Prepared again{.job = desk.job(5), .payload = {.pack = "p3"}, .ds = "DS02", .keys = {digest(50)}};
  CHECK_OK(desk->make_ready("b2", std::span{&again, 1}, kActor));
  CHECK_STRING("p3", desk.claim_one().payload.pack);
}

TEST(OldSchema, leaves_to_the_line_what_gets_other_keys_on_another_chip) {
  leave_with_destroyed_chips();
  desk.place().sql(
      "INSERT INTO chip_key (digest, job, chip) SELECT pack_digest, id, '' FROM job WHERE dossier "
      "IN ('D0003', 'D0004', 'D0005')");
  desk.reopen();
  CHECK_TRUE(desk.state(4) == State::claimed);
  CHECK_TRUE(desk.state(5) == State::ready);
  CHECK_STRING("0", desk.place().sql("SELECT count(*) FROM job WHERE presigned = 1"));
}

TEST(OldSchema, is_left_as_it_is_when_a_job_has_two_good_cards) {
  desk.leave();
  desk.place().back_to_first_schema();
  desk.place().sql("UPDATE chip SET state = 1, job = (SELECT job FROM chip WHERE chip = '" + chip(1) +
                   "') WHERE chip = '" + chip(3) + "'");
  const auto refused = journal::open_journal(desk.place().address(), "w1");
  CHECK_FAULT(Fault::conflict, refused);
  STRCMP_CONTAINS("two good cards", refused.error().describe().c_str());
  desk.place().sql("UPDATE chip SET state = 0, job = " + std::to_string(bound.job) + " WHERE chip = '" + chip(3) + "'");
  desk.reopen();
  CHECK_TRUE(desk.state(3) == State::bound);
}

TEST(OldSchema, goes_on_with_the_work_and_closes) {
  // Whoever held a job before goes on with it; a card in the field is found; no fence is given twice.
  const auto found = desk->recover(chip(3), kActor);
  CHECK_OK(found);
  CHECK_TRUE((*found)->fence > claimed.fence);
  LONGS_EQUAL(static_cast<int>(StepResult::fenced), static_cast<int>(desk.step(bound, State::written)));
  bound = **found;
  // What was issued stays issued.
  auto twin = dossier(7);
  twin.number = dossier(1).number;
  CHECK_OK(desk->add_batch({.id = "b3", .announced = 1}, kActor));
  const auto taken = desk->take_in("b3", {&twin, 1}, kActor);
  CHECK_OK(taken);
  CHECK_TRUE(taken->front().result == journal::IntakeResult::number_taken);
  auto step = step_to(claimed, State::bound);
  step.chip = chip(1);
  CHECK_TRUE(desk->apply({&step, 1})->front() == StepResult::chip_seen);
  finish();
  CHECK_OK(close_with(key));
  const auto report = verify();
  LONGS_EQUAL(2, report.signed_closings);
  CHECK_TRUE(*desk->audit_key() == key.public_point());
}

TEST(OldSchema, takes_no_other_audit_key_than_the_one_that_signed_before_it_was_written_down) {
  finish();
  const auto refused = close_with(other);
  CHECK_FAULT(Fault::security, refused);
  STRCMP_CONTAINS("line audit-key", refused.error().describe().c_str());
  CHECK_FAULT(Fault::security, desk->set_audit_key({.to = other.public_point(), .signature = {}}, kActor));
  CHECK_FAULT(Fault::security, journal::change_audit_key(*desk, other, other.public_point(), "mine", kActor));
  CHECK_TRUE(desk->audit_key()->empty());
  LONGS_EQUAL(1, verify().closings);  // the batch is not closed either
  // The old key says that it is another one now.
  CHECK_OK(journal::change_audit_key(*desk, key, other.public_point(), "rotation", kActor));
  CHECK_FAULT(Fault::security, close_with(key));
  CHECK_OK(close_with(other));
  LONGS_EQUAL(2, verify().signed_closings);
}

TEST(OldSchema, takes_another_audit_key_from_two_people_when_the_old_one_is_lost) {
  journal::AuditKeyChange change{.to = other.public_point(),
                                 .signature = {},
                                 .first_operator = "lan",
                                 .second_operator = "Lan ",
                                 .reason = "lost"};
  CHECK_FAULT(Fault::bad_input, desk->set_audit_key(change, kActor));
  change.second_operator = "minh";
  CHECK_OK(desk->set_audit_key(change, kActor));
  CHECK_TRUE(*desk->audit_key() == other.public_point());
}
