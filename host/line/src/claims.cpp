#include "cicada/host/line/claims.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace cicada::host::line {

using base::Result;
using journal::Claim;
using journal::Order;

Result<Order> Claims::order() {
  const auto now = std::chrono::steady_clock::now();
  if (looked_ != std::chrono::steady_clock::time_point{} && now - looked_ < options_.look) return order_;
  CICADA_TRY(order_, queue_.ask([](journal::Journal& journal) { return journal.order(); }));
  looked_ = now;
  return order_;
}

Result<void> Claims::refill() {
  auto count = options_.batch;
  if (options_.limit) count = static_cast<std::size_t>(std::min<std::uint64_t>(count, *options_.limit - handed_out_));
  CICADA_TRY(auto claims,
             queue_.ask([&](journal::Journal& journal) { return journal.claim(line_, count, options_.lease); }));
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

void Claims::drop() {
  const std::lock_guard lock{mutex_};
  --handed_out_;
}

void Claims::renew() {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock{mutex_};
    if (now - renewed_ < options_.lease / 3) return;
    renewed_ = now;
  }
  // A lease that could not be prolonged runs out, and its job is somebody else's: its bind is then refused.
  static_cast<void>(queue_.ask([&](journal::Journal& journal) { return journal.renew(line_, options_.lease); }));
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
  if (steps.empty()) return {};
  CICADA_CHECK(queue_.ask([&](journal::Journal& journal) { return journal.apply(steps); }));
  return {};
}

bool Claims::stopped_by_order() const {
  const std::lock_guard lock{mutex_};
  return order_ == Order::stop;
}

}  // namespace cicada::host::line
