// Finished cards: how many lately, and where one is.
#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada::tests;
using cicada::base::Fault;

TEST_GROUP(JournalCards) {
  Desk desk;
};

TEST(JournalCards, are_counted_when_they_are_done_and_not_before) {
  desk.ready(3);
  desk.bring(1, State::done);
  desk.bring(2, State::verified);
  LONGS_EQUAL(1, *desk->done_within(std::chrono::minutes{1}));
  LONGS_EQUAL(0, *desk->done_within(std::chrono::seconds{-3600}));
}

TEST(JournalCards, are_found_by_their_dossier_with_all_that_is_known) {
  desk.ready(2);
  desk.bring(1, State::done);
  const auto found = desk->find_card(dossier(1).dossier);
  CHECK_OK(found);
  CHECK_TRUE(found->has_value());
  const auto& card = **found;
  CHECK_STRING("b1", card.batch);
  CHECK_TRUE(card.state == State::done);
  CHECK_STRING(chip(1), card.chip);
  CHECK_STRING("s1", card.station);
  CHECK_TRUE(card.done_at.has_value());
  CHECK_TRUE(card.delivery == journal::Delivery::none);
  const std::string id = card.dossier;
  CHECK_OK(desk->deliver(std::span{&id, 1}, journal::Delivery::packed, kActor));
  CHECK_TRUE((*desk->find_card(id))->delivery == journal::Delivery::packed);

  const auto waiting = desk->find_card(dossier(2).dossier);
  CHECK_OK(waiting);
  CHECK_TRUE((*waiting)->state == State::ready);
  CHECK_FALSE((*waiting)->done_at.has_value());
}

TEST(JournalCards, that_never_came_are_not_found) {
  desk.ready(1);
  const auto found = desk->find_card("nobody");
  CHECK_OK(found);
  CHECK_FALSE(found->has_value());
}
