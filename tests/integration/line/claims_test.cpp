// What the stations of one process get to do.
#include <vector>

#include "cicada/host/line/claims.h"
#include "line/journal_proxy.h"
#include "memory_journal.h"

#include "harness.h"

using namespace cicada;
using host::journal::Hold;
using host::journal::State;
using host::line::Claims;

namespace {

/// Remembers whose leases were asked to be prolonged.
class Renewals final : public test::JournalProxy {
 public:
  using JournalProxy::JournalProxy;
  std::vector<Hold> asked;

  base::Result<std::vector<host::journal::JobId>> renew(std::span<const Hold> claims,
                                                        std::chrono::seconds lease) override {
    asked.assign(claims.begin(), claims.end());
    return JournalProxy::renew(claims, lease);
  }
};

}  // namespace

TEST_GROUP(Claims) {
  test::MemoryJournal memory;
  Renewals journal{memory};
  host::line::JournalQueue queue{journal};
  /// Leases that are always due, orders that are always looked at.
  Claims claims{queue,
                {.station = "bench"},
                {.batch = 1, .lease = std::chrono::seconds{0}, .look = std::chrono::milliseconds{0}}};

  void setup() override {
    memory.add("D0001", {});
  }
  host::journal::Claim next() {
    const auto claim = claims.next({});
    CHECK_OK(claim);
    CHECK_TRUE(claim->has_value());
    return claim->value();
  }
  std::vector<Hold> renewed() {
    journal.asked.clear();
    claims.renew();
    return journal.asked;
  }
};

TEST(Claims, are_prolonged_until_a_chip_is_bound) {
  const auto claim = next();
  LONGS_EQUAL(1, renewed().size());
  claims.used(claim);
  LONGS_EQUAL(0, renewed().size());
}

TEST(Claims, are_let_go_under_their_own_fence_only) {
  const auto old = next();
  // Its lease ran out, and the same process has claimed it again.
  const host::journal::Step back{.job = old.job, .fence = old.fence, .to = State::ready};
  CHECK_OK(memory.apply({&back, 1}));
  const auto again = next();
  LONGS_EQUAL(old.job, again.job);
  CHECK_TRUE(again.fence > old.fence);
  claims.used(old);
  claims.drop(old);
  const auto held = renewed();
  LONGS_EQUAL(1, held.size());
  LONGS_EQUAL(again.fence, held.front().fence);
  claims.used(again);
  LONGS_EQUAL(0, renewed().size());
}

TEST(Claims, that_are_somebody_elses_by_now_are_handed_out_to_no_station) {
  claims.give_back(next());
  memory.steal(1);
  LONGS_EQUAL(1, renewed().size());
  LONGS_EQUAL(0, renewed().size());
  const auto claim = claims.next({});
  CHECK_OK(claim);
  CHECK_FALSE(claim->has_value());
}

TEST(Claims, of_a_process_that_heard_the_order_to_stop_are_over_though_the_line_was_resumed) {
  CHECK_FALSE(claims.is_to_stop());
  memory.current_order = host::journal::Order::stop;
  CHECK_TRUE(claims.is_to_stop());
  memory.current_order = host::journal::Order::run;
  // A feeder that stopped waiting gives no card now: that is no empty magazine.
  CHECK_TRUE(claims.is_to_stop() && claims.stopped_by_order());
  const auto claim = claims.next({});
  CHECK_OK(claim);
  CHECK_FALSE(claim->has_value());
  LONGS_EQUAL(1, memory.in_state(State::ready));
  // The next process works.
  Claims after{queue, {.station = "bench"}};
  CHECK_TRUE(after.next({})->has_value());
}
