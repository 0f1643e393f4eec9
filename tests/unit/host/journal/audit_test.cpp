// The audit log of a real run, and what its verifier says when somebody touched it.
#include "cicada/host/journal/audit.h"

#include <fmt/format.h>

#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using crypto::openssl::Curve;
using crypto::openssl::EcPrivateKey;
using crypto::openssl::EcPublicKey;
using crypto::openssl::PrivateKey;

TEST_GROUP(JournalAudit) {
  Desk desk{2};
  EcPrivateKey pair = *EcPrivateKey::generate(Curve::p256);
  EcPublicKey key = *EcPublicKey::create(Curve::p256, pair.public_point());

  /// Batch b1 from intake to its signed closing, with a card that was destroyed and made again.
  void work() {
    CHECK_OK(desk->receive_blanks("lot-1", 9, kActor));
    desk.ready(2);
    desk.bring(1, State::done);
    const auto broken = desk.bring(2, State::written);
    LONGS_EQUAL(0, static_cast<int>(desk.step(broken, State::quarantined)));
    CHECK_OK(desk->destroy({.chip = chip(2), .first_operator = "lan", .second_operator = "minh", .reason = "cracked"},
                           true, kActor));
    const auto office = desk.open("office");  // another writer, another chain
    const auto again = office->claim({.station = "s2"}, 1, std::chrono::hours{1});
    CHECK_OK(again);
    for (const State to : {State::bound, State::written, State::locked, State::verified, State::done}) {
      const journal::Step step{.job = again->front().job,
                               .fence = again->front().fence,
                               .to = to,
                               .actor = {.station = "s2"},
                               .chip = to == State::bound ? chip(3) : ""};
      CHECK_OK(office->apply(std::span{&step, 1}));
    }
    CHECK_OK(desk->count_blanks_left(6, kActor));
  }
  void close() {
    const PrivateKey signer{EcPrivateKey::create(Curve::p256, pair.scalar()->expose()).value()};
    CHECK_OK(journal::sign_close(*desk, "b1", kActor, signer));
  }
  journal::AuditReport verify() {
    auto report = journal::verify_audit(*desk, key);
    CHECK_OK(report);
    return *std::move(report);
  }
};

TEST(JournalAudit, explains_every_job_and_is_signed_when_a_batch_is_closed) {
  work();
  close();
  const auto report = verify();
  for (const auto& finding : report.findings) FAIL(fmt::format("{} {}", finding.where, finding.what.view()).c_str());
  LONGS_EQUAL(2, report.chains);
  LONGS_EQUAL(2, report.jobs);
  LONGS_EQUAL(2, report.jobs_compared);
  LONGS_EQUAL(1, report.closings);
  LONGS_EQUAL(1, report.signed_closings);
  LONGS_EQUAL(0, report.not_yet_signed);
  CHECK_TRUE(report.records > 20);
}

TEST(JournalAudit, says_how_much_nobody_signed_yet) {
  work();
  const auto before = verify();
  CHECK_TRUE(before.sound());
  LONGS_EQUAL(before.records, before.not_yet_signed);
  close();
  CHECK_OK(desk->give_order(journal::Order::pause, kActor));
  LONGS_EQUAL(1, verify().not_yet_signed);
}

TEST(JournalAudit, notices_a_key_that_did_not_sign) {
  work();
  close();
  key = *EcPublicKey::create(Curve::p256, EcPrivateKey::generate(Curve::p256)->public_point());
  const auto report = verify();
  CHECK_FALSE(report.sound());
  LONGS_EQUAL(0, report.signed_closings);
}

TEST(JournalAudit, notices_rows_that_were_changed_behind_the_journals_back) {
  work();
  close();
  const auto noticed = [&](const std::string& damage, const std::string& repair) {
    desk.place().sql(damage);
    if (verify().sound()) FAIL(("not noticed: " + damage).c_str());
    desk.place().sql(repair);
    CHECK_TRUE(verify().sound());
  };
  noticed("UPDATE job SET state = 10 WHERE dossier = 'D0001'", "UPDATE job SET state = 7 WHERE dossier = 'D0001'");
  noticed("UPDATE job SET chip = 'AB' WHERE dossier = 'D0001'",
          "UPDATE job SET chip = '" + chip(1) + "' WHERE dossier = 'D0001'");
  noticed("UPDATE audit SET json = replace(json, 'cracked', 'crooked')",
          "UPDATE audit SET json = replace(json, 'crooked', 'cracked')");
  noticed("UPDATE audit SET chain = 'ghost' WHERE chain = 'w1' AND sequence = 3",
          "UPDATE audit SET chain = 'w1' WHERE chain = 'ghost'");
  noticed("UPDATE writer SET name = 'nobody' WHERE name = 'office'",
          "UPDATE writer SET name = 'office' WHERE name = 'nobody'");  // a chain that nobody reads any more
}

TEST(JournalAudit, goes_on_where_it_ended) {
  work();
  desk.reopen();
  CHECK_OK(desk->give_order(journal::Order::pause, kActor));
  desk.reopen();
  close();
  CHECK_TRUE(verify().sound());
}

TEST(JournalAudit, is_signed_at_the_second_attempt_when_the_first_did_not_get_that_far) {
  work();
  CHECK_OK(desk->close_batch("b1", kActor));
  LONGS_EQUAL(0, verify().signed_closings);
  desk.reopen();
  close();
  const auto report = verify();
  CHECK_TRUE(report.sound());
  LONGS_EQUAL(1, report.signed_closings);
}

TEST(JournalAudit, is_not_signed_by_another_kind_of_key) {
  work();
  const PrivateKey other{EcPrivateKey::generate(Curve::p384).value()};
  CHECK_FAULT(base::Fault::bad_input, journal::sign_close(*desk, "b1", kActor, other));
}

TEST(JournalAudit, holds_no_number_and_no_name_of_a_person) {
  work();
  CHECK_OK(desk->audit([&](const journal::AuditRecord& record) {
    CHECK_TRUE(record.json.find(dossier(1).number) == std::string::npos);
    CHECK_TRUE(record.json.find(dossier(2).number) == std::string::npos);
  }));
}
