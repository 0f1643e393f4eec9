#include "memory_journal.h"

#include <algorithm>

namespace cicada::test {

using namespace host::journal;
using base::Result;

Result<void> MemoryJournal::ready() const {
  if (away) return base::fail(*away);
  return {};
}

JobId MemoryJournal::add(const std::string& dossier, const Payload& payload) {
  const auto id = static_cast<JobId>(jobs_.size()) + 1;
  jobs_[id].claim = {
      .job = id, .fence = 0, .batch = "b", .dossier = dossier, .payload = payload, .state = State::ready};
  return id;
}

std::size_t MemoryJournal::in_state(State state) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [state](const auto& entry) { return entry.second.claim.state == state; }));
}

Result<std::optional<Claim>> MemoryJournal::find_dossier(std::string_view dossier) {
  CICADA_CHECK(ready());
  for (const auto& [id, job] : jobs_) {
    if (job.claim.dossier != dossier) continue;
    auto claim = job.claim;
    if (claim.state == State::done) claim.completion.clear();  // a journal forgets it then
    return claim;
  }
  return std::nullopt;
}

Result<std::vector<Claim>> MemoryJournal::claim(const Actor& actor, std::size_t count, std::chrono::seconds,
                                                const host::journal::Recipe& recipe) {
  CICADA_CHECK(ready());
  std::vector<Claim> claims;
  for (auto& [id, job] : jobs_) {
    if (claims.size() == count) break;
    if (job.claim.state != State::ready || !fits(job.claim.recipe, recipe)) continue;
    job.claim.state = State::claimed;
    job.claim.fence = ++fence_;
    job.station = actor.station;
    claims.push_back(job.claim);
  }
  return claims;
}

Result<std::vector<JobId>> MemoryJournal::renew(std::span<const Hold> claims, std::chrono::seconds) {
  CICADA_CHECK(ready());
  std::vector<JobId> prolonged;
  for (const auto& hold : claims) {
    const auto& claim = jobs_.at(hold.job).claim;
    if (claim.state == State::claimed && claim.fence == hold.fence) prolonged.push_back(hold.job);
  }
  return prolonged;
}

Result<std::size_t> MemoryJournal::take_back(const Actor& actor) {
  CICADA_CHECK(ready());
  std::size_t taken = 0;
  for (auto& [id, job] : jobs_) {
    if (job.claim.state != State::claimed || job.station != actor.station) continue;
    job.claim.state = State::ready;
    job.claim.fence = ++fence_;
    ++taken;
  }
  return taken;
}

StepResult MemoryJournal::apply_one(const Step& step) {
  auto& job = jobs_.at(step.job);
  if (job.claim.fence != step.fence) return StepResult::fenced;
  if (!may_follow(job.claim.state, step.to)) return StepResult::refused;
  if (step.to == State::bound) {
    if (chips_.contains(step.chip) || set_aside_.contains(step.chip)) return StepResult::chip_seen;
    chips_.emplace(step.chip, step.job);
    job.claim.chip = step.chip;
  } else if (!step.chip.empty()) {
    return StepResult::refused;
  }
  if (step.completion) {
    for (const auto& key : step.completion->keys) {
      if (keys_.contains(key)) return StepResult::key_seen;
    }
    keys_.insert(step.completion->keys.begin(), step.completion->keys.end());
    job.claim.completion = step.completion->octets;
  }
  if (step.to == State::verified) job.evidence = step.evidence;
  job.claim.state = step.to;
  job.station = step.actor.station;
  job.reason = step.reason;
  job.history.push_back(step.to);
  return StepResult::applied;
}

Result<std::vector<StepResult>> MemoryJournal::apply(std::span<const Step> steps) {
  CICADA_CHECK(ready());
  ++applies;
  const bool lost = lose_answer && lose_answer();
  std::vector<StepResult> results;
  for (const auto& step : steps) results.push_back(apply_one(step));
  if (lost) return base::fail({.fault = base::Fault::transport, .what = "the answer got lost"});
  return results;
}

Result<std::vector<bool>> MemoryJournal::hold(std::span<const Hold> holds) {
  CICADA_CHECK(ready());
  std::vector<bool> answers;
  for (const auto& one : holds) answers.push_back(jobs_.at(one.job).claim.fence == one.fence);
  return answers;
}

Result<std::optional<Claim>> MemoryJournal::recover(std::string_view chip, const Actor& actor) {
  CICADA_CHECK(ready());
  const auto found = chips_.find(chip);
  if (found == chips_.end()) return std::nullopt;
  auto& job = jobs_.at(found->second);
  if (!in_hand(job.claim.state) && job.claim.state != State::done) return std::nullopt;
  job.claim.fence = ++fence_;
  job.station = actor.station;
  const auto claim = job.claim;
  if (steal_when_recovered) steal(claim.job);
  return claim;
}

Result<std::vector<Claim>> MemoryJournal::jobs_in_hand(std::string_view station) {
  CICADA_CHECK(ready());
  std::vector<Claim> jobs;
  for (const auto& [id, job] : jobs_) {
    if (in_hand(job.claim.state) && (station.empty() || job.station == station)) jobs.push_back(job.claim);
  }
  return jobs;
}

Result<std::optional<ChipRecord>> MemoryJournal::find_chip(std::string_view chip) {
  CICADA_CHECK(ready());
  ChipRecord record{.chip = std::string{chip}, .dossier = {}, .batch = {}};
  if (set_aside_.contains(chip)) {
    record.state = ChipState::quarantined;
    return record;
  }
  const auto found = chips_.find(chip);
  if (found == chips_.end()) return std::nullopt;
  const auto& claim = jobs_.at(found->second).claim;
  record.job = claim.job;
  record.job_state = claim.state;
  record.dossier = claim.dossier;
  record.recipe = claim.recipe;
  record.is_jobs_card = claim.chip == chip;
  if (claim.state == State::done) record.state = ChipState::good;
  if (claim.state == State::quarantined) record.state = ChipState::quarantined;
  return record;
}

Result<void> MemoryJournal::set_aside(std::string_view chip, std::string_view, const Actor&) {
  CICADA_CHECK(ready());
  if (chips_.contains(chip)) return base::fail({.fault = base::Fault::conflict, .what = "a job is bound to this chip"});
  set_aside_.emplace(chip);
  return {};
}

Result<Order> MemoryJournal::order() {
  CICADA_CHECK(ready());
  return current_order;
}

}  // namespace cicada::test
