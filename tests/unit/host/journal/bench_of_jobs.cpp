#include "bench_of_jobs.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "harness.h"

namespace cicada::tests {

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  CHECK_TRUE(pipe != nullptr);
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), got);
  const int status = ::pclose(pipe);
  if (status != 0) FAIL((command + ": " + text).c_str());
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::vector<std::string> rows_of(const std::string& output) {
  std::istringstream text{output};
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

journal::Intake dossier(std::uint64_t n) {
  journal::Intake intake;
  intake.dossier = fmt::format("D{:04}", n);
  intake.number = fmt::format("079200{:06}", n);
  intake.content = digest(n);
  intake.portrait = digest(1'000'000 + n);
  intake.unit = {.province = "01", .district = {}, .commune = "00004"};
  intake.team = "T1";
  return intake;
}

std::string chip(std::uint64_t n) {
  return fmt::format("{:020X}", n);
}

journal::Destruction destruction(std::uint64_t n) {
  return {.chip = chip(n), .first_operator = "lan", .second_operator = "minh", .reason = "antenna broken"};
}

Desk::Desk(std::uint64_t announced) : place_(new_place()) {
  reopen();
  CHECK_OK(journal_->add_batch({.id = "b1", .policy = "law-2024", .announced = announced}, kActor));
}

std::unique_ptr<journal::Journal> Desk::open(const std::string& writer) const {
  auto opened = journal::open_journal(place_->address(), writer);
  CHECK_OK(opened);
  return *std::move(opened);
}

void Desk::reopen() {
  journal_.reset();
  journal_ = open("w1");
}

void Desk::reopen_from_first_schema() {
  leave();
  place_->back_to_first_schema();
  journal_ = open("w1");
}

std::vector<journal::JobId> Desk::ready(std::uint64_t count, std::uint64_t first) {
  std::vector<journal::Intake> intakes;
  for (auto n = first; n < first + count; ++n) intakes.push_back(dossier(n));
  const auto outcomes = journal_->take_in("b1", intakes, kActor);
  CHECK_OK(outcomes);
  std::vector<journal::JobId> jobs;
  std::vector<journal::Prepared> prepared;
  for (const auto& outcome : *outcomes) {
    jobs.push_back(outcome.job);
    prepared.push_back(
        {.job = outcome.job, .payload = {.pack = "p1", .offset = 0, .size = 100, .digest = digest(7)}, .ds = {}});
  }
  CHECK_OK(journal_->make_ready("b1", prepared, kActor));
  return jobs;
}

void Desk::prepare(const journal::Batch& batch, std::uint64_t first) const {
  CHECK_OK(journal_->add_batch(batch, kActor));
  std::vector<journal::Intake> intakes;
  for (std::uint64_t n = 0; n < batch.announced; ++n) intakes.push_back(dossier(first + n));
  const auto taken = journal_->take_in(batch.id, intakes, kActor);
  CHECK_OK(taken);
  std::vector<journal::Prepared> prepared;
  for (const auto& one : *taken) prepared.push_back({.job = one.job, .payload = {.pack = "p"}});
  CHECK_OK(journal_->make_ready(batch.id, prepared, kActor));
}

journal::JobId Desk::job(std::uint64_t n) const {
  const auto found = journal_->find_dossier(dossier(n).dossier);
  CHECK_OK(found);
  CHECK_TRUE(found->has_value());
  return (*found)->job;
}

State Desk::state(std::uint64_t n) const {
  const auto found = journal_->find_dossier(dossier(n).dossier);
  CHECK_OK(found);
  CHECK_TRUE(found->has_value());
  return (*found)->state;
}

journal::Claim Desk::claim_one(std::chrono::seconds lease) {
  const auto claims = journal_->claim(kActor, 1, lease, {});
  CHECK_OK(claims);
  LONGS_EQUAL(1, claims->size());
  return claims->front();
}

StepResult Desk::step(const journal::Claim& claim, State to, const std::string& with_chip) {
  const journal::Step step{.job = claim.job,
                           .fence = claim.fence,
                           .to = to,
                           .actor = kActor,
                           .chip = with_chip,
                           .reason = to == State::quarantined ? "broken" : ""};
  const auto results = journal_->apply(std::span{&step, 1});
  CHECK_OK(results);
  LONGS_EQUAL(1, results->size());
  return results->front();
}

journal::Claim Desk::bring(std::uint64_t n, State until) {
  const auto claim = claim_one();
  CHECK_STRING(dossier(n).dossier, claim.dossier);
  using enum State;
  for (const State to : {bound, written, locked, verified, done}) {
    if (until == claimed) break;
    const auto result = step(claim, to, to == bound ? chip(n) : "");
    LONGS_EQUAL(static_cast<int>(StepResult::applied), static_cast<int>(result));
    if (to == until) break;
  }
  return claim;
}

}  // namespace cicada::tests
