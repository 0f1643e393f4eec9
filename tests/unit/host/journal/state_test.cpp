#include "cicada/host/journal/state.h"

#include "harness.h"

using namespace cicada::host::journal;

TEST_GROUP(JobState){};

TEST(JobState, has_a_name_that_leads_back_to_it) {
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto state = static_cast<State>(i);
    CHECK_TRUE(state_by_name(to_string(state)) == state);
  }
  CHECK_FALSE(state_by_name("finished").has_value());
  CHECK_TRUE(delivery_by_name("returned-to-unit") == Delivery::returned_to_unit);
  CHECK_FALSE(delivery_by_name("lost").has_value());
}

TEST(JobState, never_goes_back_before_a_chip_is_named_without_its_destruction) {
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto state = static_cast<State>(i);
    if (!in_hand(state)) continue;
    CHECK_FALSE(may_follow(state, State::ready));
    CHECK_FALSE(may_follow(state, State::claimed));
    CHECK_FALSE(may_follow(state, State::rejected));
  }
}

TEST(JobState, waits_until_it_is_decided) {
  CHECK_TRUE(is_waiting(State::accepted));
  CHECK_TRUE(is_waiting(State::verified));
  CHECK_FALSE(is_waiting(State::done));
  CHECK_FALSE(is_waiting(State::held));
}
