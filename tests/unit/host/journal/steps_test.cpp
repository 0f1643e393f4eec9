// Every step there is, and every one there is not.
#include <fmt/format.h>

#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;

namespace {

void check(StepResult expected, StepResult actual, const std::string& what = {}) {
  if (expected != actual) {
    FAIL(fmt::format("{}: expected {}, was {}", what, static_cast<int>(expected), static_cast<int>(actual)).c_str());
  }
}

/// Job n in `state`, by the way that leads there.
journal::Claim job_in(Desk& desk, std::uint64_t n, State state) {
  using enum State;
  if (state == accepted) {
    const auto one = dossier(n);
    CHECK_OK(desk->take_in("b1", std::span{&one, 1}, kActor));
    return {.job = desk.job(n), .fence = 0};
  }
  desk.ready(1, n);
  if (state == ready) return {.job = desk.job(n), .fence = 0};
  const auto claim = desk.bring(n, state == rejected || state == held ? claimed
                                   : state == quarantined             ? locked
                                                                      : state);
  if (state == rejected || state == held || state == quarantined) check(StepResult::applied, desk.step(claim, state));
  return claim;
}

/// So that the next job is the only one that can be claimed.
void clear_the_desk(Desk& desk) {
  const auto left = desk->claim(kActor, 10, std::chrono::hours{1}, {});
  CHECK_OK(left);
  for (const auto& claim : *left) check(StepResult::applied, desk.step(claim, State::rejected));
}

/// What a station's word is enough for.
bool station_may(State from, State to) {
  using enum State;
  if (to == claimed || to == accepted || from == rejected || from == held || from == quarantined) return false;
  if (to == ready) return from == claimed;
  return journal::may_follow(from, to);
}

}  // namespace

TEST_GROUP(JournalSteps) {
  Desk desk;
};

TEST(JournalSteps, are_those_of_the_plan_and_no_others) {
  std::uint64_t n = 0;
  for (std::size_t pair = 0; pair < journal::kStates * journal::kStates; ++pair) {
    const auto from = static_cast<State>(pair / journal::kStates);
    const auto to = static_cast<State>(pair % journal::kStates);
    if (from == to) continue;  // a repeat, if it is one: see below
    const auto claim = job_in(desk, ++n, from);
    // What the way there has done already is a repeat and changes nothing.
    const bool repeat = to > State::bound && journal::in_hand(to) &&
                        (from == State::quarantined ? to <= State::locked : to < from && from <= State::done);
    const bool allowed = station_may(from, to);
    const auto result = desk.step(claim, to, to == State::bound ? chip(1000 + n) : "");
    check(allowed || repeat ? StepResult::applied : StepResult::refused, result,
          fmt::format("{} -> {}", journal::to_string(from), journal::to_string(to)));
    CHECK_STRING(journal::to_string(allowed ? to : from), journal::to_string(desk.state(n)));
    clear_the_desk(desk);
  }
}

TEST(JournalSteps, of_an_old_fence_are_refused_whatever_they_are) {
  desk.ready(1);
  const auto old = desk.claim_one(std::chrono::seconds{0});
  auto now = desk.claim_one();
  CHECK_TRUE(now.job == old.job);
  CHECK_TRUE(now.fence > old.fence);
  using enum State;
  for (const State next : {claimed, bound, written, locked, verified, done}) {
    if (next != claimed) check(StepResult::applied, desk.step(now, next, next == bound ? chip(1) : ""));
    for (std::size_t to = 0; to < journal::kStates; ++to) {
      const auto wanted = static_cast<State>(to);
      check(StepResult::fenced, desk.step(old, wanted, wanted == bound ? chip(2) : ""));
    }
    CHECK_TRUE(desk.state(1) == next);
    CHECK_FALSE(*desk->holds(old.job, old.fence));
  }
}

TEST(JournalSteps, that_were_applied_and_not_heard_of_may_come_again) {
  desk.ready(1);
  const auto claim = desk.bring(1, State::done);
  const auto count = [this] {
    int records = 0;
    CHECK_OK(desk->audit([&](const journal::AuditRecord&) { ++records; }));
    return records;
  };
  const int before = count();
  using enum State;
  for (const State to : {bound, written, locked, verified, done}) {
    check(StepResult::applied, desk.step(claim, to, to == bound ? chip(1) : ""));
  }
  LONGS_EQUAL(before, count());
  check(StepResult::refused, desk.step(claim, bound, chip(2)));
  CHECK_TRUE(desk.state(1) == done);
}

TEST(JournalSteps, in_one_call_build_on_each_other_and_do_not_spoil_each_other) {
  desk.ready(3);
  const auto claims = desk->claim(kActor, 3, std::chrono::hours{1}, {});
  CHECK_OK(claims);
  const auto& first = claims->at(0);
  const auto& second = claims->at(1);
  using enum State;
  const std::vector<journal::Step> steps{
      {.job = first.job, .fence = first.fence, .to = bound, .actor = kActor, .chip = chip(1)},
      {.job = first.job, .fence = first.fence, .to = written, .actor = kActor},
      {.job = second.job, .fence = second.fence, .to = bound, .actor = kActor, .chip = chip(1)},  // the same chip
      {.job = second.job, .fence = second.fence - 1'000'000, .to = bound, .actor = kActor, .chip = chip(2)},
      {.job = second.job, .fence = second.fence, .to = written, .actor = kActor},
      {.job = 999, .fence = 1, .to = written, .actor = kActor},
      {.job = first.job, .fence = first.fence, .to = locked, .actor = kActor}};
  const auto results = desk->apply(steps);
  CHECK_OK(results);
  const std::vector<StepResult> expected{StepResult::applied, StepResult::applied, StepResult::chip_seen,
                                         StepResult::fenced,  StepResult::refused, StepResult::refused,
                                         StepResult::applied};
  CHECK_TRUE(*results == expected);
  CHECK_TRUE(desk.state(1) == locked);
  CHECK_TRUE(desk.state(2) == claimed);
}

TEST(JournalSteps, take_a_chip_once_and_a_key_once) {
  desk.ready(3);
  desk.bring(1, State::done);
  const auto second = desk.claim_one();
  check(StepResult::chip_seen, desk.step(second, State::bound, chip(1)));
  check(StepResult::applied, desk.step(second, State::bound, chip(2)));
  journal::Step step{.job = second.job, .fence = second.fence, .to = State::written, .actor = kActor};
  step.completion = {{1, 2, 3}, "DS01", {digest(50), digest(51)}};
  const auto written = desk->apply(std::span{&step, 1});
  CHECK_OK(written);
  check(StepResult::applied, written->front());
  const auto third = desk.claim_one();
  check(StepResult::applied, desk.step(third, State::bound, chip(3)));
  step.job = third.job;
  step.fence = third.fence;
  step.completion = {{1, 2, 3}, "DS01", {digest(52), digest(51)}};
  const auto refused = desk->apply(std::span{&step, 1});
  CHECK_OK(refused);
  check(StepResult::key_seen, refused->front());
  CHECK_TRUE(desk.state(3) == State::bound);
}

TEST(JournalSteps, keep_the_completion_until_the_card_is_done) {
  desk.ready(1);
  const auto claim = desk.bring(1, State::bound);
  journal::Step step{.job = claim.job, .fence = claim.fence, .to = State::written, .actor = kActor};
  step.completion = {base::Bytes(5000, 0xA5), "DS01", {digest(50)}};
  CHECK_OK(desk->apply(std::span{&step, 1}));
  desk.reopen();
  const auto found = desk->jobs_in_hand("s1");
  CHECK_OK(found);
  LONGS_EQUAL(1, found->size());
  CHECK_BYTES(base::Bytes(5000, 0xA5), found->front().completion);
  for (const State to : {State::locked, State::verified, State::done}) check(StepResult::applied, desk.step(claim, to));
  CHECK_TRUE((*desk->find_dossier("D0001"))->completion.empty());
}

TEST(JournalSteps, that_are_none_fail_the_whole_call) {
  desk.ready(1);
  const auto claim = desk.claim_one();
  journal::Step step{.job = claim.job, .fence = claim.fence, .to = State::bound, .actor = kActor, .chip = "not a chip"};
  CHECK_FAULT(base::Fault::bad_input, desk->apply(std::span{&step, 1}));
  step.chip = "";
  CHECK_FAULT(base::Fault::bad_input, desk->apply(std::span{&step, 1}));
  step.chip = chip(1);
  step.completion = {base::Bytes(70'000), "DS01", {}};
  CHECK_FAULT(base::Fault::limit, desk->apply(std::span{&step, 1}));
  const std::vector<journal::Step> many(journal::kMaxRows + 1, journal::Step{});
  CHECK_FAULT(base::Fault::limit, desk->apply(many));
  CHECK_OK(desk->apply({}));
  CHECK_TRUE(desk.state(1) == State::claimed);
}
