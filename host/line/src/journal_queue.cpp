#include "cicada/host/line/journal_queue.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cicada::host::line {

using base::Error;
using base::fail;
using base::Fault;
using base::Result;
using journal::State;
using journal::StepResult;

bool is_away(const Error& error) noexcept {
  return error.fault == Fault::transport || error.fault == Fault::io;
}

namespace {

Commit commit_of(StepResult result) noexcept {
  switch (result) {
    case StepResult::applied: return Commit::applied;
    case StepResult::fenced: return Commit::fenced;
    case StepResult::chip_seen: return Commit::chip_seen;
    case StepResult::key_seen: return Commit::key_seen;
    case StepResult::refused: break;
  }
  return Commit::refused;
}

/// Only a bind names the chip to the journal; the spool wants to know it of every step.
journal::Step for_journal(journal::Step step) {
  if (step.to != State::bound) step.chip.clear();
  return step;
}

/// A step may have been committed before its answer got lost, or in an earlier replay: then it is refused now, and is
/// as good as applied.
bool happened_already(const journal::Step& step, const std::optional<journal::ChipRecord>& chip) {
  // What its job came to with another card is nothing that this one did.
  if (!chip || chip->job != step.job || !chip->is_jobs_card) return false;
  const auto now = chip->job_state;
  return now == step.to || (step.to <= State::done && now <= State::done && now > step.to);
}

}  // namespace

std::string_view to_string(Commit commit) noexcept {
  switch (commit) {
    case Commit::applied: return "applied";
    case Commit::spooled: return "spooled";
    case Commit::fenced: return "fenced";
    case Commit::chip_seen: return "chip-seen";
    case Commit::key_seen: return "key-seen";
    case Commit::refused: return "refused";
  }
  return "unknown";
}

JournalQueue::JournalQueue(journal::Journal& journal, std::unique_ptr<Spool> spool, QueueOptions options)
    : journal_(journal),
      spool_(std::move(spool)),
      options_(options),
      counts_{.waiting = spool_ ? spool_->pending().size() : 0},
      writer_([this](const std::stop_token& stop) { work(stop); }) {}

JournalQueue::~JournalQueue() {
  writer_.request_stop();
  writer_.join();
}

void JournalQueue::put(Entry entry) {
  {
    const std::lock_guard lock{mutex_};
    entries_.push_back(std::move(entry));
  }
  arrived_.notify_one();
}

void JournalQueue::submit(journal::Step step, std::string chip) {
  step.chip = std::move(chip);
  put(Handed{.step = std::move(step)});
}

Result<Commit> JournalQueue::commit(journal::Step step, std::string chip, WhenAway away) {
  std::promise<Result<Commit>> promise;
  auto result = promise.get_future();
  step.chip = std::move(chip);
  put(Handed{.step = std::move(step), .away = away, .waiting = &promise});
  return result.get();
}

Result<bool> JournalQueue::holds(journal::JobId job, journal::Fence fence) {
  std::promise<Result<bool>> promise;
  auto result = promise.get_future();
  put(Holding{.hold = {.job = job, .fence = fence}, .waiting = &promise});
  return result.get();
}

QueueCounts JournalQueue::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

std::vector<RefusedCard> JournalQueue::refused_cards() const {
  const std::lock_guard lock{mutex_};
  std::vector<RefusedCard> cards;
  cards.reserve(refused_.size());
  for (const auto& [chip, dossier] : refused_) cards.push_back({.chip = chip, .dossier = dossier});
  return cards;
}

bool JournalQueue::somebody_waits() const {
  return std::ranges::any_of(entries_, [](const Entry& entry) {
    const auto* handed = std::get_if<Handed>(&entry);
    return handed == nullptr || handed->waiting != nullptr;
  });
}

/// The stations that were answered together come back together, if they are let: without this wait whoever is first
/// takes the journal for himself, and the others share the next transaction at best. It ends with the last of those who
/// came to the two transactions before, with a question, or after as long as a transaction takes.
bool JournalQueue::company_is_there() const {
  if (entries_.size() >= kMaxGroup) return true;
  std::size_t waiting = 0;
  for (const auto& entry : entries_) {
    if (std::holds_alternative<Asked>(entry)) return true;
    const auto* handed = std::get_if<Handed>(&entry);
    if (handed == nullptr || handed->waiting != nullptr) ++waiting;
  }
  return waiting >= company_;
}

/// The next question alone, or the steps up to it. Steps that nobody waits for wait a little for company.
std::vector<JournalQueue::Entry> JournalQueue::take(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  if (!arrived_.wait(lock, stop, [this] { return !entries_.empty(); })) return {};
  if (!somebody_waits()) {
    arrived_.wait_for(lock, stop, options_.gather, [this] { return somebody_waits() || entries_.size() >= kMaxGroup; });
  }
  if (somebody_waits()) {
    arrived_.wait_for(lock, stop, std::min<std::chrono::nanoseconds>(took_, options_.gather),
                      [this] { return company_is_there(); });
  }
  auto taken = take_holds();
  if (!taken.empty()) return taken;
  do {
    taken.push_back(std::move(entries_.front()));
    entries_.pop_front();
  } while (!entries_.empty() && taken.size() < kMaxGroup && std::holds_alternative<Handed>(taken.back()) &&
           std::holds_alternative<Handed>(entries_.front()));
  return taken;
}

std::vector<JournalQueue::Entry> JournalQueue::take_holds() {
  std::vector<Entry> taken;
  std::set<journal::JobId> before;
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (const auto* handed = std::get_if<Handed>(&*at)) before.insert(handed->step.job);
    const auto* holding = std::get_if<Holding>(&*at);
    if (holding == nullptr || before.contains(holding->hold.job)) {
      ++at;
      continue;
    }
    taken.push_back(std::move(*at));
    at = entries_.erase(at);
  }
  return taken;
}

void JournalQueue::answer(std::span<const Entry> holds) {
  std::vector<journal::Hold> asked;
  for (const auto& entry : holds) asked.push_back(std::get<Holding>(entry).hold);
  const auto answers = [&]() -> Result<std::vector<bool>> {
    if (broken_) return fail(*broken_);
    CICADA_CHECK(replay());
    return journal_.hold(asked);
  }();
  for (std::size_t i = 0; i < holds.size(); ++i) {
    auto answer = answers ? Result<bool>{answers->at(i)} : Result<bool>{std::unexpected(answers.error())};
    std::get<Holding>(holds[i]).waiting->set_value(answer);
  }
}

void JournalQueue::work(const std::stop_token& stop) {
  for (;;) {
    auto entries = take(stop);
    if (entries.empty()) return;  // asked to stop, and everything was written
    if (const auto* question = std::get_if<Asked>(&entries.front())) {
      (*question)(broken_ ? Result<void>{fail(*broken_)} : replay());
      continue;
    }
    if (std::holds_alternative<Holding>(entries.front())) {
      answer(entries);
      continue;
    }
    std::vector<Handed> group;
    group.reserve(entries.size());
    for (auto& entry : entries) group.push_back(std::move(std::get<Handed>(entry)));
    apply(std::move(group));
  }
}

Result<std::vector<Commit>> JournalQueue::apply_to_journal(std::span<const journal::Step> steps) {
  std::vector<journal::Step> clean;
  clean.reserve(steps.size());
  for (const auto& step : steps) clean.push_back(for_journal(step));
  const auto begin = std::chrono::steady_clock::now();
  const auto results = journal_.apply(clean);
  const std::lock_guard lock{mutex_};
  took_ = std::chrono::steady_clock::now() - begin;
  counts_.in_journal += took_;
  if (!results) {
    if (is_away(results.error())) not_before_ = std::chrono::steady_clock::now() + options_.try_again;
    return std::unexpected(results.error());
  }
  if (results->size() != steps.size()) {
    return fail({.fault = Fault::malformed, .what = "the journal answered for another number of steps"});
  }
  ++counts_.transactions;
  counts_.steps += steps.size();
  std::vector<Commit> commits;
  std::ranges::transform(*results, std::back_inserter(commits), commit_of);
  return commits;
}

void JournalQueue::apply(std::vector<Handed> group) {
  std::vector<journal::Step> steps;
  steps.reserve(group.size());
  for (const auto& handed : group) steps.push_back(handed.step);
  auto ready = broken_ ? Result<void>{fail(*broken_)} : replay();
  if (!ready) return to_spool(std::move(group), ready.error());
  const auto commits = apply_to_journal(steps);
  if (commits) {
    expect_again(group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (group[i].waiting != nullptr) group[i].waiting->set_value(commits->at(i));
    }
  } else if (is_away(commits.error())) {
    to_spool(std::move(group), commits.error());
  } else if (group.size() > 1) {
    apply_singly(std::move(group));
  } else if (group.front().waiting != nullptr) {
    group.front().waiting->set_value(std::unexpected(commits.error()));
  } else {
    broken_ = commits.error();
  }
}

/// Who waited in this transaction or in the one before it is expected at the next.
void JournalQueue::expect_again(std::span<const Handed> group) {
  std::set<std::string> now;
  for (const auto& handed : group) {
    if (handed.waiting != nullptr) now.insert(handed.step.actor.station);
  }
  auto both = std::exchange(answered_, now);
  both.merge(now);
  const std::lock_guard lock{mutex_};
  company_ = both.size();
}

/// One step made the whole transaction fail: the others must not suffer.
void JournalQueue::apply_singly(std::vector<Handed> group) {
  for (auto& handed : group) {
    std::vector<Handed> one;
    one.push_back(std::move(handed));
    apply(std::move(one));
  }
}

void JournalQueue::to_spool(std::vector<Handed> group, const Error& cause) {
  std::vector<journal::Step> steps;
  for (const auto& handed : group) {
    if (handed.away == WhenAway::spool) steps.push_back(handed.step);
  }
  auto kept = broken_ || !spool_ || !is_away(cause) ? Result<void>{fail(cause)} : spool_->append(steps);
  if (kept) {
    const std::lock_guard lock{mutex_};
    counts_.spooled += steps.size();
    counts_.waiting += steps.size();
  } else if (!steps.empty() && !broken_) {
    broken_ = kept.error();
  }
  for (const auto& handed : group) {
    if (handed.waiting == nullptr) continue;
    if (kept && handed.away == WhenAway::spool) {
      handed.waiting->set_value(Commit::spooled);
    } else {
      handed.waiting->set_value(fail(kept ? cause : kept.error()));
    }
  }
}

Result<void> JournalQueue::replay() {
  if (!spool_ || spool_->pending().empty()) return {};
  if (std::chrono::steady_clock::now() < not_before_) {
    return fail({.fault = Fault::transport, .what = "the journal is away; steps wait in the spool"});
  }
  const std::span<const journal::Step> pending{spool_->pending()};
  std::vector<RefusedCard> refused;
  for (std::size_t at = 0; at < pending.size(); at += kMaxGroup) {
    const auto group = pending.subspan(at, std::min(kMaxGroup, pending.size() - at));
    CICADA_TRY(const auto commits, apply_to_journal(group));
    CICADA_TRY(auto these, refused_of(group, commits));
    std::ranges::move(these, std::back_inserter(refused));
  }
  const auto steps = pending.size();
  CICADA_CHECK(spool_->clear());
  const std::lock_guard lock{mutex_};
  counts_.waiting = 0;
  counts_.lost += refused.size();
  counts_.replayed += steps - refused.size();
  for (auto& card : refused) {
    if (options_.on_refused && !refused_.contains(card.chip)) options_.on_refused(card);
    refused_[card.chip] = std::move(card.dossier);
  }
  return {};
}

Result<std::vector<RefusedCard>> JournalQueue::refused_of(std::span<const journal::Step> steps,
                                                          std::span<const Commit> commits) {
  std::vector<RefusedCard> refused;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (commits[i] == Commit::applied) continue;
    CICADA_TRY(const auto chip, journal_.find_chip(steps[i].chip));
    if (happened_already(steps[i], chip)) continue;
    refused.push_back({.chip = steps[i].chip, .dossier = chip ? chip->dossier : std::string{}});
  }
  return refused;
}

}  // namespace cicada::host::line
