// Chips, their destruction, their signers, and delivery.
#include <algorithm>
#include <set>

#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using base::Fault;

TEST_GROUP(JournalChips) {
  Desk desk;
};

TEST(JournalChips, are_known_with_their_job) {
  desk.ready(1);
  const auto claim = desk.bring(1, State::locked);
  const auto found = desk->find_chip(chip(1));
  CHECK_OK(found);
  CHECK_TRUE(found->has_value());
  CHECK_TRUE((*found)->state == journal::ChipState::bound);
  CHECK_TRUE((*found)->job == claim.job);
  CHECK_TRUE((*found)->job_state == State::locked);
  CHECK_STRING("D0001", (*found)->dossier);
  CHECK_STRING("b1", (*found)->batch);
  CHECK_FALSE(desk->find_chip(chip(2))->has_value());
}

TEST(JournalChips, that_are_of_no_use_are_set_aside_and_never_bound) {
  desk.ready(1);
  CHECK_OK(desk->set_aside(chip(5), "not of the lot", kActor));
  CHECK_OK(desk->set_aside(chip(5), "not of the lot", kActor));
  const auto claim = desk.claim_one();
  LONGS_EQUAL(static_cast<int>(StepResult::chip_seen), static_cast<int>(desk.step(claim, State::bound, chip(5))));
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::bound, chip(6))));
  CHECK_FAULT(Fault::conflict, desk->set_aside(chip(6), "in work", kActor));
  const auto of_no_job = desk->destroy(destruction(5), false, kActor);
  CHECK_OK(of_no_job);
  CHECK_FALSE(of_no_job->has_value());
  CHECK_TRUE((*desk->find_chip(chip(5)))->state == journal::ChipState::destroyed);
}

TEST(JournalChips, are_destroyed_by_two_people_before_a_card_is_made_again) {
  desk.ready(1);
  const auto first = desk.bring(1, State::locked);
  CHECK_FAULT(Fault::conflict, desk->destroy(destruction(1), true, kActor));  // not in quarantine
  LONGS_EQUAL(0, static_cast<int>(desk.step(first, State::quarantined)));
  auto alone = destruction(1);
  alone.second_operator = alone.first_operator;
  CHECK_FAULT(Fault::bad_input, desk->destroy(alone, true, kActor));
  CHECK_TRUE(desk.state(1) == State::quarantined);
  const auto again = desk->destroy(destruction(1), true, kActor);
  CHECK_OK(again);
  CHECK_TRUE(*again == State::ready);
  CHECK_TRUE(desk.state(1) == State::ready);
  CHECK_FAULT(Fault::conflict, desk->destroy(destruction(1), true, kActor));  // once
  const auto second = desk.claim_one();
  CHECK_TRUE(second.fence > first.fence);
  LONGS_EQUAL(static_cast<int>(StepResult::chip_seen), static_cast<int>(desk.step(second, State::bound, chip(1))));
  LONGS_EQUAL(0, static_cast<int>(desk.step(second, State::bound, chip(2))));
  CHECK_FALSE(desk->recover(chip(1), kActor)->has_value());
  const auto old = *desk->find_chip(chip(1));
  CHECK_TRUE(old->dossier == "D0001" && !old->is_jobs_card);
  CHECK_TRUE((*desk->find_chip(chip(2)))->is_jobs_card);
}

TEST(JournalChips, of_a_dossier_that_gets_no_other_card_leave_it_rejected) {
  desk.ready(1);
  const auto claim = desk.bring(1, State::done);
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::quarantined)));
  CHECK_OK(desk->destroy(destruction(1), false, kActor));
  CHECK_TRUE(desk.state(1) == State::rejected);
}

TEST(JournalChips, of_good_cards_are_set_aside_and_their_dossiers_made_again) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  desk.ready(2);
  desk.bring(1, State::done);
  const std::vector<std::string> first{"D0001"};
  CHECK_OK(desk->deliver(first, journal::Delivery::sent, kActor));
  CHECK_FAULT(Fault::not_found, desk->set_card_aside("D0009", "scratched", "", kActor));
  CHECK_FAULT(Fault::conflict, desk->set_card_aside("D0002", "scratched", "", kActor));  // no card yet
  CHECK_FAULT(Fault::bad_input, desk->set_card_aside("D0001", "", "", kActor));
  CHECK_FAULT(Fault::bad_input, desk->set_card_aside("D0001", "scratched", " LAN ", kActor));
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "minh", kActor));
  CHECK_FAULT(Fault::conflict, desk->set_card_aside("D0001", "scratched", "minh", kActor));
  CHECK_TRUE(desk.state(1) == State::quarantined);
  CHECK_TRUE((*desk->find_chip(chip(1)))->state == journal::ChipState::quarantined);
  CHECK_TRUE((*desk->find_card("D0001"))->delivery == journal::Delivery::none);
  LONGS_EQUAL(1, desk->balance("")->quarantined);
  CHECK_FAULT(Fault::conflict, desk->decide("D0001", State::rejected, "broken", kActor));
  CHECK_OK(desk->destroy(destruction(1), true, kActor));
  CHECK_TRUE(desk.state(1) == State::ready);
  CHECK_FAULT(Fault::conflict, desk->decide("D0001", State::accepted, "good", kActor));
  const auto again = desk.claim_one();
  CHECK_STRING("D0001", again.dossier);
  LONGS_EQUAL(static_cast<int>(StepResult::chip_seen), static_cast<int>(desk.step(again, State::bound, chip(1))));
  LONGS_EQUAL(0, static_cast<int>(desk.step(again, State::bound, chip(7))));
}

TEST(JournalChips, of_cards_that_were_set_aside_are_good_again_when_a_person_says_so) {
  desk.ready(2);
  const auto before = desk.bring(1, State::done);
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "", kActor));
  CHECK_FALSE(*desk->holds(before.job, before.fence));
  CHECK_OK(desk->decide("D0001", State::accepted, "wiped clean", kActor));
  CHECK_TRUE(desk.state(1) == State::done);
  CHECK_TRUE((*desk->find_chip(chip(1)))->state == journal::ChipState::good);
  // A card that was never good is none of these.
  LONGS_EQUAL(0, static_cast<int>(desk.step(desk.bring(2, State::locked), State::quarantined)));
  CHECK_FAULT(Fault::conflict, desk->decide("D0002", State::accepted, "looks good", kActor));
}

TEST(JournalChips, of_cards_that_no_station_sees_again_are_set_aside_by_a_person) {
  CHECK_OK(desk->receive_blanks("lot-1", 5, kActor));
  desk.ready(5);
  const State lost[] = {State::bound, State::written, State::locked, State::verified};
  for (std::uint64_t n = 1; n <= 4; ++n) {
    const auto claim = desk.bring(n, lost[n - 1]);
    const auto id = dossier(n).dossier;
    CHECK_OK(desk->set_card_aside(id, "lost", "", kActor));
    CHECK_TRUE(desk.state(n) == State::quarantined);
    CHECK_TRUE((*desk->find_chip(chip(n)))->state == journal::ChipState::quarantined);
    // The station that has it after all is too late, and nobody recovers it.
    CHECK_FALSE(*desk->holds(claim.job, claim.fence));
    LONGS_EQUAL(static_cast<int>(StepResult::fenced), static_cast<int>(desk.step(claim, State::done)));
    CHECK_FALSE(desk->recover(chip(n), kActor)->has_value());
    // It never was a good card.
    const auto refused = desk->decide(id, State::accepted, "found", kActor);
    CHECK_FAULT(Fault::conflict, refused);
    STRCMP_CONTAINS("never was a good one", refused.error().describe().c_str());
  }
  CHECK_TRUE(desk->jobs_in_hand("")->empty());
  CHECK_OK(desk->destroy(destruction(1), true, kActor));
  CHECK_TRUE(desk.state(1) == State::ready);
  // One that is claimed and not bound has no card.
  static_cast<void>(desk.claim_one());
  CHECK_FAULT(Fault::conflict, desk->set_card_aside("D0001", "lost", "", kActor));
  const auto balance = *desk->balance("");
  LONGS_EQUAL(3, balance.quarantined);
  LONGS_EQUAL(1, balance.spoiled);
  LONGS_EQUAL(5, balance.jobs.all());
}

TEST(JournalChips, of_cards_that_were_set_aside_are_decided_about_by_somebody_who_is_named) {
  const journal::Actor nobody{.station = "desk", .operator_id = {}, .shift = {}};
  desk.ready(1);
  desk.bring(1, State::done);
  CHECK_FAULT(Fault::bad_input, desk->set_card_aside("D0001", "scratched", "", nobody));
  CHECK_TRUE(desk.state(1) == State::done);
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "", kActor));
  CHECK_FAULT(Fault::bad_input, desk->decide("D0001", State::accepted, "wiped clean", nobody));
  CHECK_TRUE(desk.state(1) == State::quarantined);
}

TEST(JournalChips, of_cards_that_were_set_aside_count_as_good_only_while_they_are) {
  const std::vector<std::string> one{"D0001"};
  desk.ready(1);
  desk.bring(1, State::done);
  CHECK_OK(desk->deliver(one, journal::Delivery::sent, kActor));
  const auto good = *desk->find_card("D0001");
  CHECK_TRUE(good->done_at.has_value());
  LONGS_EQUAL(1, *desk->done_within(std::chrono::hours{1}));
  LONGS_EQUAL(1, desk->counts(journal::GroupBy::shift)->front().jobs.in(State::done));

  CHECK_OK(desk->set_card_aside("D0001", "scratched", "", kActor));
  const auto aside = *desk->find_card("D0001");
  CHECK_FALSE(aside->done_at.has_value());
  LONGS_EQUAL(0, *desk->done_within(std::chrono::hours{1}));
  LONGS_EQUAL(0, desk->counts(journal::GroupBy::shift)->front().jobs.in(State::done));
  LONGS_EQUAL(0, desk->ageing()->front().days[0]);

  // Good again since the day on which it first was, and not on its way: the log says both.
  CHECK_OK(desk->decide("D0001", State::accepted, "wiped clean", kActor));
  const auto again = *desk->find_card("D0001");
  CHECK_TRUE(again->done_at == good->done_at);
  CHECK_TRUE(again->delivery == journal::Delivery::none);
  LONGS_EQUAL(1, *desk->done_within(std::chrono::hours{1}));
  LONGS_EQUAL(1, desk->ageing()->front().days[0]);
  std::string log;
  CHECK_OK(desk->audit([&](const journal::AuditRecord& record) { log += record.json + "\n"; }));
  STRCMP_CONTAINS(R"("delivery":"sent","from":"done")", log.c_str());
  STRCMP_CONTAINS(R"("delivery":"none","from":"quarantined")", log.c_str());
  CHECK_OK(desk->deliver(one, journal::Delivery::packed, kActor));
}

/// In somebody's hand, finished, set aside or destroyed: the log of a signer has all of its cards.
TEST(JournalChips, are_found_by_who_signed_them) {
  desk.ready(4);
  std::vector<journal::Claim> claims;
  for (std::uint64_t n = 1; n <= 4; ++n) {
    claims.push_back(desk.bring(n, State::bound));
    journal::Step step{.job = claims.back().job, .fence = claims.back().fence, .to = State::written, .actor = kActor};
    step.completion = {{1}, n == 2 ? "DS02" : "DS01", {digest(n)}};
    CHECK_OK(desk->apply(std::span{&step, 1}));
  }
  const auto found = [&](const char* ds) {
    std::string all;
    CHECK_OK(desk->cards_of_signer(ds, [&](std::string_view dossier, std::string_view on) {
      all += std::string{dossier} + "=" + std::string{on.substr(on.size() - 1)} + " ";
    }));
    return all;
  };
  CHECK_STRING("D0001=1 D0003=3 D0004=4 ", found("DS01"));
  CHECK_STRING("D0002=2 ", found("DS02"));
  CHECK_STRING("", found("DS09"));
  CHECK_STRING("", found(""));
  for (const State to : {State::locked, State::verified, State::done}) {
    LONGS_EQUAL(0, static_cast<int>(desk.step(claims[0], to)));
  }
  CHECK_OK(desk->set_card_aside("D0003", "lost", "", kActor));
  CHECK_OK(desk->destroy(destruction(3), true, kActor));
  LONGS_EQUAL(0, static_cast<int>(desk.step(claims[3], State::quarantined)));
  CHECK_STRING("D0001=1 D0003=3 D0004=4 ", found("DS01"));
  // The card that was destroyed and the one that was made in its place, both of one signer.
  const auto again = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(again, State::bound, chip(9))));
  journal::Step step{.job = again.job, .fence = again.fence, .to = State::written, .actor = kActor};
  step.completion = {{1}, "DS01", {digest(9)}};
  CHECK_OK(desk->apply(std::span{&step, 1}));
  CHECK_STRING("D0001=1 D0003=3 D0003=9 D0004=4 ", found("DS01"));
}

/// A chip that is given its keys: they and the signature are in the sealed job, which is for one chip then.
TEST(JournalChips, that_are_given_their_keys_get_them_once) {
  const auto taken = desk->take_in("b1", std::vector{dossier(1), dossier(2), dossier(3)}, kActor);
  CHECK_OK(taken);
  const auto prepared = [&](std::size_t n, std::uint64_t payload, std::vector<journal::Digest> keys) {
    return journal::Prepared{.job = taken->at(n - 1).job,
                             .payload = {.pack = "p1", .offset = 0, .size = 100, .digest = digest(payload)},
                             .ds = keys.empty() ? "" : "DS01",
                             .keys = std::move(keys)};
  };
  const auto refused = [&](const std::vector<journal::Prepared>& jobs, std::uint64_t at) {
    const auto made = desk->make_ready("b1", jobs, kActor);
    CHECK_FAULT(Fault::conflict, made);
    STRCMP_CONTAINS("C01 key", made.error().describe().c_str());
    LONGS_EQUAL(at, made.error().at.value_or(99));
  };
  const auto one = prepared(1, 1, {digest(50), digest(51)});
  refused({one, prepared(2, 2, {digest(52), digest(50)})}, 1);
  refused({prepared(1, 1, {digest(50), digest(50)})}, 0);
  CHECK_TRUE(desk.state(1) == State::accepted && desk.state(2) == State::accepted);
  CHECK_OK(desk->make_ready("b1", std::span{&one, 1}, kActor));
  CHECK_OK(desk->make_ready("b1", std::span{&one, 1}, kActor));  // nobody heard of the first
  refused({prepared(2, 2, {digest(51)})}, 0);
  CHECK_FAULT(Fault::bad_input,
              desk->make_ready("b1", std::vector{prepared(2, 2, std::vector(17, digest(1)))}, kActor));
  const auto three = prepared(3, 3, {});
  CHECK_OK(desk->make_ready("b1", std::span{&three, 1}, kActor));

  // A chip that makes its keys has none of these either.
  const auto first = desk.bring(1, State::done);
  const auto third = desk.claim_one();
  LONGS_EQUAL(0, static_cast<int>(desk.step(third, State::bound, chip(3))));
  journal::Step step{.job = third.job, .fence = third.fence, .to = State::written, .actor = kActor};
  step.completion = {{1}, "DS01", {digest(51)}};
  CHECK_TRUE(desk->apply(std::span{&step, 1})->front() == StepResult::key_seen);

  // Made again, the job waits for other keys; the signer is known of both cards.
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "minh", kActor));
  const auto again = desk->destroy(destruction(1), true, kActor);
  CHECK_OK(again);
  CHECK_TRUE(*again == State::accepted);
  CHECK_TRUE(desk.state(1) == State::accepted);
  CHECK_STRING("", (*desk->find_dossier("D0001"))->payload.pack);
  CHECK_TRUE(desk->claim(kActor, 9, std::chrono::hours{1}, {})->empty());
  refused({one}, 0);
  CHECK_OK(desk->make_ready("b1", std::vector{prepared(1, 4, {digest(53), digest(54)})}, kActor));
  CHECK_FALSE(*desk->holds(first.job, first.fence));
  const auto second = desk.claim_one();
  CHECK_TRUE(second.payload.digest == digest(4));
  for (const State to : {State::bound, State::written, State::locked, State::verified, State::done}) {
    LONGS_EQUAL(0, static_cast<int>(desk.step(second, to, to == State::bound ? chip(7) : "")));
  }
  std::string all;
  CHECK_OK(desk->cards_of_signer("DS01", [&](std::string_view id, std::string_view on) {
    all += std::string{id} + "=" + std::string{on.substr(on.size() - 1)} + " ";
  }));
  CHECK_STRING("D0001=1 D0001=7 ", all);
}

/// More than one page of them, of which a page ends between two cards of one job.
TEST(JournalChips, of_one_signer_are_told_page_by_page_and_each_once) {
  desk.ready(1);
  desk.bring(1, State::done);
  const auto job = std::to_string(desk.job(1));
  const std::string numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) ";
  // Two chips a job: an even number of them on each page but the first.
  desk.place().sql("UPDATE chip SET ds = 'DS01', job = " + job);
  desk.place().sql(numbers + "INSERT INTO chip (chip, state, job, ds, reason) SELECT 'F' || (10000 + i), 3, " + job +
                   ", 'DS01', '' FROM n");
  std::set<std::string> seen;
  std::size_t told = 0;
  CHECK_OK(desk->cards_of_signer("DS01", [&](std::string_view dossier, std::string_view on) {
    CHECK_TRUE(dossier == "D0001");
    seen.emplace(on);
    ++told;
  }));
  LONGS_EQUAL(2501, told);
  LONGS_EQUAL(2501, seen.size());
}

TEST(JournalChips, are_counted_by_who_signed_them_wherever_they_are) {
  desk.ready(5);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const auto claim = desk.bring(n, State::bound);
    journal::Step step{.job = claim.job, .fence = claim.fence, .to = State::written, .actor = kActor};
    step.completion = {{1}, n == 2 ? "DS02" : "DS01", {digest(n)}};
    CHECK_OK(desk->apply(std::span{&step, 1}));
    if (n != 3) continue;
    LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::quarantined)));
    CHECK_OK(desk->destroy(destruction(3), true, kActor));
  }
  const auto count = [&](const char* ds, std::uint64_t most = 100) { return desk->count_of_signer(ds, most).value(); };
  LONGS_EQUAL(2, count("DS01"));  // one in hand, one destroyed
  LONGS_EQUAL(1, count("DS02"));
  LONGS_EQUAL(0, count("DS09"));
  LONGS_EQUAL(0, count(""));
  LONGS_EQUAL(1, count("DS01", 1));
  // Signed in preparation: before a station has it, and after.
  auto early = dossier(6);
  const auto taken = desk->take_in("b1", std::span{&early, 1}, kActor);
  CHECK_OK(taken);
  const journal::Prepared prepared{.job = taken->front().job, .payload = {"p1", 17, 300, digest(5)}, .ds = "DS01"};
  CHECK_OK(desk->make_ready("b1", std::span{&prepared, 1}, kActor));
  LONGS_EQUAL(3, count("DS01"));
  const auto claims = desk->claim(kActor, 10, std::chrono::hours{1}, {});
  CHECK_OK(claims);
  LONGS_EQUAL(3, count("DS01"));
  const auto own = std::ranges::find(*claims, prepared.job, &journal::Claim::job);
  CHECK_TRUE(own != claims->end());
  for (const State to : {State::bound, State::written, State::locked, State::verified, State::done}) {
    LONGS_EQUAL(0, static_cast<int>(desk.step(*own, to, to == State::bound ? chip(6) : "")));
    LONGS_EQUAL(3, count("DS01"));
  }
}

TEST(JournalChips, go_to_their_holders) {
  desk.ready(2);
  desk.bring(1, State::done);
  const std::vector<std::string> first{"D0001"};
  const std::vector<std::string> both{"D0001", "D0002"};
  CHECK_FAULT(Fault::conflict, desk->deliver(both, journal::Delivery::packed, kActor));
  CHECK_OK(desk->deliver(first, journal::Delivery::packed, kActor));
  CHECK_OK(desk->deliver(first, journal::Delivery::sent, kActor));
  const auto ages = desk->ageing();
  CHECK_OK(ages);
  LONGS_EQUAL(4, ages->size());
  LONGS_EQUAL(1, ages->at(2).days.at(0));
  CHECK_OK(desk->deliver(first, journal::Delivery::handed_over, kActor));
  CHECK_FAULT(Fault::conflict, desk->deliver(first, journal::Delivery::sent, kActor));
  CHECK_FAULT(Fault::bad_input, desk->deliver(first, journal::Delivery::none, kActor));
  const std::vector<std::string> nobody{"D0099"};
  CHECK_FAULT(Fault::not_found, desk->deliver(nobody, journal::Delivery::sent, kActor));
}

TEST(JournalChips, are_counted_by_whatever_a_line_is_asked_for) {
  desk.ready(3);
  desk.bring(1, State::done);
  using enum journal::GroupBy;
  const auto key = [&](journal::GroupBy by) {
    const auto rows = desk->counts(by);
    CHECK_OK(rows);
    std::string text;
    for (const auto& row : *rows) {
      text += row.key + ":" + std::to_string(row.jobs.at(static_cast<std::size_t>(State::ready))) + "/" +
              std::to_string(row.jobs.at(static_cast<std::size_t>(State::done))) + " ";
    }
    return text;
  };
  CHECK_STRING("b1:2/1 ", key(batch));
  CHECK_STRING("01:2/1 ", key(province));
  CHECK_STRING("00004:2/1 ", key(commune));
  CHECK_STRING(":2/0 s1:0/1 ", key(station));
  CHECK_STRING(":2/0 2026-11-26/1:0/1 ", key(shift));
  CHECK_STRING("T1:2/1 ", key(team));
  LONGS_EQUAL(1, desk->counts(day)->size());
}
