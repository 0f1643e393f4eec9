// The line is killed at every step of a card's life, and every dossier still becomes exactly one good card.
//
// CICADA_KILLS=100 build/tests/test_integration_line_kill     every step a hundred times
// CICADA_SEED=7                                               other cards than the usual ones
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "line/campaign.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada::test;

namespace {

using Kinds = std::vector<std::string>;

// What every run has to come to, by name: a place that a change of the program takes out of the test's sight must not
// pass for one at which nothing is lost. Left out are "card cut", "feeder put back", "journal find_dossier", "journal
// jobs_in_hand" and "journal renew", to which a short run comes now and then.

/// Of any card: how it comes, what is known of it, and how any reader reads it.
const Kinds kAnyCard = {"apdu EXTERNAL AUTHENTICATE",
                        "apdu GENERAL AUTHENTICATE",
                        "apdu GET CHALLENGE",
                        "apdu MSE",
                        "apdu READ BINARY",
                        "apdu SELECT",
                        "card rename",
                        "card unlink",
                        "card write",
                        "feeder next",
                        "feeder put good",
                        "feeder put slot",
                        "feeder reset",
                        "hsm job key",
                        "journal bound",
                        "journal claim",
                        "journal done",
                        "journal find_chip",
                        "journal locked",
                        "journal order",
                        "journal recover",
                        "journal take_back",
                        "journal verified",
                        "journal written",
                        "slot note write",
                        "spool cut",
                        "spool sync",
                        "spool write"};
/// Of cards that make their keys, so that the station has them signed.
const Kinds kSigned = {"apdu GENERATE KEY PAIR", "hsm sign", "journal hold"};
const Kinds kChannel = {"apdu INITIALIZE UPDATE", "hsm transport keys"};
const Kinds kCicada1 = {"apdu CREATE FILE", "apdu DELETE FILE", "apdu PUT DATA", "apdu SET STATUS",
                        "apdu UPDATE BINARY"};
const Kinds kJmrtd = {"apdu CREATE FILE", "apdu GET DATA", "apdu PUT DATA", "apdu UPDATE BINARY"};
const Kinds kGroupings = {"apdu DELETE FILE", "apdu INSTALL", "apdu SET STATUS", "apdu STORE DATA"};
const Kinds kSqlite = {"journal's file sync", "journal's file write", "journal's log sync", "journal's log write"};
const Kinds kPostgres = {"database connection write"};

Kinds all_of(std::initializer_list<Kinds> parts) {
  Kinds all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::uint64_t number_of(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

/// Of this process and of those that it waited for, in seconds.
double cpu_seconds() {
  double seconds = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage use{};
    ::getrusage(whose, &use);
    for (const auto& time : {use.ru_utime, use.ru_stime}) {
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
  }
  return seconds;
}

CampaignOptions usual(std::string title) {
  return {.title = std::move(title),
          .repetitions = number_of("CICADA_KILLS", 1),
          .seed = number_of("CICADA_SEED", 20211015),
          .stride = static_cast<std::uint32_t>(number_of("CICADA_STRIDE", 1))};
}

CampaignReport check_campaign(Plant& plant, const CampaignOptions& options, const Kinds& kinds) {
  const double before = cpu_seconds();
  auto report = Campaign{plant, options}.run();
  std::fputs(fmt::format("\n{}CPU {:.1f} s\n", report.text(options), cpu_seconds() - before).c_str(), stdout);
  LONGS_EQUAL(0, report.lost);
  LONGS_EQUAL(0, report.doubled);
  LONGS_EQUAL(0, report.unexplained);
  LONGS_EQUAL(0, report.other_chips());
  LONGS_EQUAL(0, report.difference);
  CHECK(report.audit.sound());
  LONGS_EQUAL(report.batches, report.audit.signed_closings);
  LONGS_EQUAL(report.cards, report.audit.jobs_compared);
  LONGS_EQUAL(report.cards, report.good + report.quarantined);
  STRCMP_EQUAL("", report.complaints.empty() ? "" : report.complaints.front().c_str());
  STRCMP_EQUAL("", fmt::format("{}", fmt::join(report.without_kill(kinds), ", ")).c_str());
  return report;
}

/// A card of our own can always be finished on its own chip.
void check_cicada_1(Plant& plant, const char* title, const Kinds& engine) {
  const auto report = check_campaign(plant, usual(title), all_of({kAnyCard, kSigned, kChannel, kCicada1, engine}));
  LONGS_EQUAL(0, report.quarantined);
}

/// Fewer cards, SQLite.
CampaignReport check_other_dialect(const char* name, const Kinds& kinds) {
  const Folder folder{"kill"};
  Plant plant{{.folder = folder.path(),
               .journal = "sqlite:" + (folder.path() / "journal.sqlite").string(),
               .profile = fmt::format("support/line/small-{}.toml", name),
               .stations = 4}};
  auto options = usual(fmt::format("{}, SQLite", name));
  options.batch = 24;
  return check_campaign(plant, options, kinds);
}

}  // namespace

TEST_GROUP(LineKill){};

TEST(LineKill, every_step_of_a_card_with_sqlite) {
  const Folder folder{"kill"};
  Plant plant{{.folder = folder.path(), .journal = "sqlite:" + (folder.path() / "journal.sqlite").string()}};
  check_cicada_1(plant, "SQLite", kSqlite);
}

TEST(LineKill, every_step_of_a_card_with_postgresql) {
  ::setenv("TMPDIR", Folder::root().c_str(), 1);
  cicada::tests::PostgresServer server;
  const Folder folder{"kill"};
  Plant plant{{.folder = folder.path(), .journal = server.new_database()}};
  check_cicada_1(plant, "PostgreSQL", kPostgres);
}

/// What is written to such a card stays: torn before its content was complete it goes into quarantine, and that was
/// the only card of its dossier.
TEST(LineKill, a_card_of_the_jmrtd_family_is_finished_or_quarantined) {
  const auto report = check_other_dialect("jmrtd", all_of({kAnyCard, kJmrtd, kSqlite}));
  CHECK(report.quarantined > 0);
  CHECK(report.good > report.quarantined);
  LONGS_EQUAL(report.quarantined, report.reasons.at("C06 state"));
}

/// Erased, such a card has no application until it is installed again: it may be torn between the two as well.
TEST(LineKill, a_card_written_in_groupings_is_finished_whenever_it_was_torn) {
  const auto report = check_other_dialect("gp-dgi", all_of({kAnyCard, kChannel, kGroupings, kSqlite}));
  LONGS_EQUAL(0, report.quarantined);
}
