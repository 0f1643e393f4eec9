// The line is killed at every step of a card's life, and every dossier still becomes exactly one good card.
//
// CICADA_KILLS=100 build/tests/test_integration_line_kill     every step a hundred times
// CICADA_SEED=7                                               other cards than the usual ones
#include <cstdio>
#include <cstdlib>

#include "line/campaign.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada::test;

namespace {

std::uint64_t number_of(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

void check_campaign(Plant& plant, const char* title) {
  const auto repetitions = number_of("CICADA_KILLS", 1);
  CampaignOptions options{.title = title,
                          .repetitions = repetitions,
                          .seed = number_of("CICADA_SEED", 20211015),
                          .stride = static_cast<std::uint32_t>(number_of("CICADA_STRIDE", 1))};
  const auto report = Campaign{plant, options}.run();
  std::fputs(("\n" + report.text(options)).c_str(), stdout);
  LONGS_EQUAL(0, report.lost);
  LONGS_EQUAL(0, report.doubled);
  LONGS_EQUAL(0, report.unexplained);
  LONGS_EQUAL(0, report.difference);
  CHECK(report.audit.sound());
  LONGS_EQUAL(report.batches, report.audit.signed_closings);
  LONGS_EQUAL(report.cards, report.audit.jobs_compared);
  LONGS_EQUAL(report.cards, report.good + report.quarantined);
  CHECK(report.kills > 100);
  STRCMP_EQUAL("", report.complaints.empty() ? "" : report.complaints.front().c_str());
}

}  // namespace

TEST_GROUP(LineKill){};

TEST(LineKill, every_step_of_a_card_with_sqlite) {
  const Folder folder{"kill"};
  Plant plant{{.folder = folder.path(), .journal = "sqlite:" + (folder.path() / "journal.sqlite").string()}};
  check_campaign(plant, "SQLite");
}

TEST(LineKill, every_step_of_a_card_with_postgresql) {
  ::setenv("TMPDIR", Folder::root().c_str(), 1);
  cicada::tests::PostgresServer server;
  const Folder folder{"kill"};
  Plant plant{{.folder = folder.path(), .journal = server.new_database()}};
  check_campaign(plant, "PostgreSQL");
}
