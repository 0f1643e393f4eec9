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
    const auto again = office->claim({.station = "s2"}, 1, std::chrono::hours{1}, {});
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
  base::Result<journal::AuditRecord> close_with(const EcPrivateKey& own, const char* batch) {
    const PrivateKey signer{EcPrivateKey::create(Curve::p256, own.scalar()->expose()).value()};
    return journal::sign_close(*desk, batch, kActor, signer);
  }
  void close() {
    CHECK_OK(close_with(pair, "b1"));
  }
  journal::AuditReport verify_with(const std::vector<const EcPublicKey*>& keys, const journal::AuditHeads& heads = {}) {
    auto report = journal::verify_audit(*desk, {.keys = keys, .heads = heads});
    CHECK_OK(report);
    return *std::move(report);
  }
  EcPrivateKey fresh = *EcPrivateKey::generate(Curve::p256);
  EcPublicKey fresh_key = *EcPublicKey::create(Curve::p256, fresh.public_point());
  /// An empty batch, closed with a key.
  base::Result<journal::AuditRecord> close_next(const EcPrivateKey& own) {
    CHECK_OK(desk->add_batch({.id = "b2"}, kActor));
    return close_with(own, "b2");
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

TEST(JournalAudit, is_signed_by_the_key_of_its_first_closing_only) {
  work();
  CHECK_TRUE(desk->audit_key()->empty());
  close();
  CHECK_TRUE(*desk->audit_key() == pair.public_point());
  for (const auto* batch : {"b1", "b2"}) {
    CHECK_OK(desk->add_batch({.id = "b2"}, kActor));
    const auto refused = close_with(fresh, batch);
    CHECK_FAULT(base::Fault::security, refused);
    STRCMP_CONTAINS("audit key of another journal", refused.error().describe().c_str());
  }
  CHECK_FAULT(base::Fault::conflict, desk->set_audit_key({.to = fresh.public_point(), .signature = {}}, kActor));
  CHECK_OK(desk->set_audit_key({.to = pair.public_point(), .signature = {}}, kActor));  // that it is already
  CHECK_TRUE(verify().established());
  CHECK_OK(close_next(pair));
  LONGS_EQUAL(2, verify().signed_closings);
}

TEST(JournalAudit, does_not_name_a_key_whose_closing_was_refused) {
  work();
  CHECK_OK(desk->count_blanks_left(5, kActor));
  CHECK_FAULT(base::Fault::conflict, close_with(fresh, "b1"));
  CHECK_TRUE(desk->audit_key()->empty());
}

TEST(JournalAudit, follows_a_key_that_the_old_one_put_in_its_place) {
  work();
  close();
  CHECK_FAULT(base::Fault::security, journal::change_audit_key(*desk, fresh, fresh.public_point(), "stolen", kActor));
  CHECK_OK(journal::change_audit_key(*desk, pair, fresh.public_point(), "five years", kActor));
  CHECK_FAULT(base::Fault::security, close_with(pair, "b1"));
  CHECK_OK(close_next(fresh));
  const auto report = verify();  // with the old key
  CHECK_TRUE(report.established());
  LONGS_EQUAL(2, report.signed_closings);
  CHECK_FALSE(verify_with({&fresh_key}).sound());  // it says nothing about what was signed before it
  CHECK_TRUE(verify_with({&fresh_key, &key}).established());
}

TEST(JournalAudit, needs_both_keys_when_two_people_put_another_one_in_its_place) {
  work();
  close();
  journal::AuditKeyChange change{
      .to = fresh.public_point(), .signature = {}, .first_operator = "lan", .second_operator = " LAN"};
  CHECK_FAULT(base::Fault::bad_input, desk->set_audit_key(change, kActor));
  change.second_operator = "minh";
  CHECK_OK(desk->set_audit_key(change, kActor));
  CHECK_OK(close_next(fresh));
  CHECK_FALSE(verify().sound());
  CHECK_TRUE(verify_with({&key, &fresh_key}).established());
  CHECK_FALSE(desk->set_audit_key({.to = base::Bytes(65, 0x04), .signature = {}}, kActor).has_value());
}

TEST(JournalAudit, is_not_established_before_a_closing_is_signed) {
  work();
  CHECK_TRUE(verify().sound());
  CHECK_FALSE(verify().established());
  close();
  CHECK_TRUE(verify().established());
}

TEST(JournalAudit, misses_an_end_that_was_seen_before) {
  work();
  close();
  CHECK_OK(desk->give_order(journal::Order::pause, kActor));
  const auto heads = journal::audit_heads(*desk);
  CHECK_OK(heads);
  CHECK_TRUE(verify_with({&key}, *heads).sound());
  const auto& head = heads->at("w1");
  const auto parsed = journal::parse_head(journal::to_text("w1", head));
  CHECK_OK(parsed);
  CHECK_TRUE(parsed->second.sequence == head.sequence && parsed->second.hash == head.hash);
  desk.place().sql("DELETE FROM audit WHERE chain = 'w1' AND sequence = " + std::to_string(head.sequence));
  CHECK_TRUE(verify().sound());  // nobody signed that record
  CHECK_FALSE(verify_with({&key}, *heads).sound());
  auto other = *heads;
  other["w1"].sequence -= 1;
  CHECK_FALSE(verify_with({&key}, other).sound());  // another record than the one that was seen
  other["w1"] = {1, {}};
  other["ghost"] = {1, {}};
  LONGS_EQUAL(2, verify_with({&key}, other).findings.size());
}

TEST(JournalAudit, is_no_log_when_it_is_empty) {
  const journal::LineSource nothing = [](const auto&) { return base::Result<void>{}; };
  const auto report = journal::verify_audit(nothing, key);
  CHECK_OK(report);
  CHECK_FALSE(report->sound());
  STRCMP_CONTAINS("nothing to verify", report->findings.front().what.view().data());
  work();
  desk.place().sql("DELETE FROM audit");
  CHECK_FALSE(verify().sound());
}

TEST(JournalAudit, refuses_what_is_no_head) {
  for (const auto* bad : {"", "w1", "w1:1", ":1:00", "w1:x:00", "w1:1:00", "w1:0:00"}) {
    CHECK_FAULT(base::Fault::bad_input, journal::parse_head(bad));
  }
}

TEST(JournalAudit, holds_no_number_and_no_name_of_a_person) {
  work();
  CHECK_OK(desk->audit([&](const journal::AuditRecord& record) {
    CHECK_TRUE(record.json.find(dossier(1).number) == std::string::npos);
    CHECK_TRUE(record.json.find(dossier(2).number) == std::string::npos);
  }));
}
