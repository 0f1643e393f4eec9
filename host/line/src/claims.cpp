#include "cicada/host/line/claims.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace cicada::host::line {

using base::Result;
using journal::Claim;
using journal::Order;

/// A process that heard `stop` ends, whatever is ordered later: its feeders gave up waiting, and some of its stations
/// may have ended.
Result<Order> Claims::order() {
  if (order_ == Order::stop) return order_;
  const auto now = std::chrono::steady_clock::now();
  if (looked_ != std::chrono::steady_clock::time_point{} && now - looked_ < options_.look) return order_;
  CICADA_TRY(order_, queue_.ask([](journal::Journal& journal) { return journal.order(); }));
  looked_ = now;
  return order_;
}

Result<void> Claims::take_back() {
  const std::lock_guard lock{mutex_};
  return take_back_locked();
}

Result<void> Claims::take_back_locked() {
  if (taken_back_) return {};
  CICADA_CHECK(queue_.ask([&](journal::Journal& journal) { return journal.take_back(line_); }));
  taken_back_ = true;
  return {};
}

Result<void> Claims::refill() {
  CICADA_CHECK(take_back_locked());
  auto count = options_.batch;
  if (options_.limit) count = static_cast<std::size_t>(std::min<std::uint64_t>(count, *options_.limit - handed_out_));
  CICADA_TRY(auto claims, queue_.ask([&](journal::Journal& journal) {
    return journal.claim(line_, count, options_.lease, options_.recipe);
  }));
  for (const auto& claim : claims) held_[claim.job] = claim.fence;
  std::ranges::move(claims, std::back_inserter(waiting_));
  return {};
}

Result<std::optional<Claim>> Claims::next(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (stop.stop_requested()) return std::nullopt;
    if (options_.limit && handed_out_ >= *options_.limit) return std::nullopt;
    CICADA_TRY(const auto told, order());
    if (told == Order::stop) return std::nullopt;
    if (told == Order::run) break;
    wake_.wait_for(lock, stop, options_.look, [] { return false; });
  }
  if (waiting_.empty()) CICADA_CHECK(refill());
  if (waiting_.empty()) return std::nullopt;
  auto claim = std::move(waiting_.front());
  waiting_.pop_front();
  ++handed_out_;
  return claim;
}

void Claims::give_back(Claim claim) {
  const std::lock_guard lock{mutex_};
  waiting_.push_front(std::move(claim));
  --handed_out_;
}

/// A job whose lease ran out may have been claimed again since: that hold stays.
void Claims::let_go(const Claim& claim) {
  const auto held = held_.find(claim.job);
  if (held != held_.end() && held->second == claim.fence) held_.erase(held);
}

void Claims::used(const Claim& claim) {
  const std::lock_guard lock{mutex_};
  let_go(claim);
}

void Claims::drop(const Claim& claim) {
  const std::lock_guard lock{mutex_};
  let_go(claim);
  --handed_out_;
}

/// What is to be prolonged now.
std::vector<journal::Hold> Claims::due() {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock{mutex_};
  std::vector<journal::Hold> holds;
  if (now - renewed_ < options_.lease / 3) return holds;
  renewed_ = now;
  holds.reserve(held_.size());
  for (const auto& [job, fence] : held_) holds.push_back({.job = job, .fence = fence});
  return holds;
}

void Claims::renew() {
  const auto holds = due();
  if (holds.empty()) return;
  const auto prolonged = queue_.ask([&](journal::Journal& journal) { return journal.renew(holds, options_.lease); });
  // A lease that could not be prolonged runs out, and its job is somebody else's: its bind is then refused.
  if (!prolonged) return;
  const std::lock_guard lock{mutex_};
  std::erase_if(waiting_, [&](const Claim& claim) {
    const bool asked = std::ranges::any_of(
        holds, [&](const auto& hold) { return hold.job == claim.job && hold.fence == claim.fence; });
    const bool lost = asked && std::ranges::find(*prolonged, claim.job) == prolonged->end();
    if (lost) let_go(claim);
    return lost;
  });
}

Result<void> Claims::return_all() {
  const std::lock_guard lock{mutex_};
  std::vector<journal::Step> steps;
  steps.reserve(waiting_.size());
  for (const auto& claim : waiting_) {
    steps.push_back(
        {.job = claim.job, .fence = claim.fence, .to = journal::State::ready, .actor = line_, .reason = "not-used"});
  }
  waiting_.clear();
  held_.clear();
  if (steps.empty()) return {};
  CICADA_CHECK(queue_.ask([&](journal::Journal& journal) { return journal.apply(steps); }));
  return {};
}

bool Claims::is_to_stop() {
  const std::lock_guard lock{mutex_};
  return order().value_or(Order::run) == Order::stop;
}

bool Claims::stopped_by_order() const {
  const std::lock_guard lock{mutex_};
  return order_ == Order::stop;
}

}  // namespace cicada::host::line
