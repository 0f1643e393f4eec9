// What a line loses when its database goes, or when processes die, sleep, or believe that they own each other's work:
// nothing.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "line/journal_proxy.h"
#include "line/leases.h"
#include "line/line_process.h"
#include "works.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace journal = cicada::host::journal;
namespace line = cicada::host::line;

namespace {

void stop_database(bool immediate, const char* what) {
  tests::PostgresServer server;
  Works works{server.new_database()};
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings;
  settings.limits.journal_patience = std::chrono::seconds{60};
  std::uint64_t times = 0;
  const auto process = start_process([&] { return run_line(works.plant, settings).orderly() ? 0 : 1; });
  while (waiting(works.plant) > kCards / 2) ::usleep(5000);
  immediate ? server.stop_immediate() : server.stop_fast();
  ++times;
  server.start_again();
  static_cast<void>(end_of(process));
  const int runs = works.finish();
  works.check(what, runs, times);
}

}  // namespace

TEST_GROUP(LineProcesses){void setup() override{::setenv("TMPDIR", Folder::root().c_str(), 1);
}
}
;

TEST(LineProcesses, a_database_that_is_stopped_at_once_comes_back) {
  stop_database(true, "database stopped immediate");
}

TEST(LineProcesses, a_database_that_is_stopped_fast_comes_back) {
  stop_database(false, "database stopped fast");
}

TEST(LineProcesses, a_zombie_wakes_up_after_its_jobs_were_given_to_others) {
  tests::PostgresServer server;
  Works works{server.new_database()};
  works.plant.begin_batch("batch", 0, kCards);
  const auto run_half = [&](const char* name, std::uint32_t first) {
    return start_process([&works, name, first] {
      return run_line(works.plant, {.name = name, .first_station = first, .stations = 4}).orderly() ? 0 : 1;
    });
  };
  const auto zombie = run_half("line-a", 1);
  while (waiting(works.plant) > kCards - 3) ::usleep(3000);
  ::kill(zombie, SIGSTOP);
  end_all_leases(works.plant.options().journal);
  LONGS_EQUAL(0, end_of(run_half("line-b", 5)));  // takes all that the zombie had claimed and not bound
  ::kill(zombie, SIGCONT);
  static_cast<void>(end_of(zombie));
  end_all_leases(works.plant.options().journal);
  static_cast<void>(end_of(run_half("line-a", 1)));
  const int runs = works.finish();
  works.check("a zombie wakes up", runs, 1);
}

/// A line is killed with claims in its hand whose lease nobody lives to see the end of; the next one finishes.
void start_again_after_a_kill(const std::string& address, const char* what) {
  Works works{address};
  works.plant.begin_batch("batch", 0, kCards);
  const LineSettings settings{.lease = std::chrono::hours{24}, .claims = kCards};
  works.kill_with_claims(settings);
  LONGS_EQUAL(0, run_line_process(works.plant, settings));
  LONGS_EQUAL(0, waiting(works.plant));
  works.check(what, 1, 1);
}

TEST(LineProcesses, a_killed_line_is_started_again_and_waits_for_no_lease_sqlite) {
  start_again_after_a_kill({}, "killed, started again, SQLite");
}

TEST(LineProcesses, a_killed_line_is_started_again_and_waits_for_no_lease_postgresql) {
  tests::PostgresServer server;
  start_again_after_a_kill(server.new_database(), "killed, started again, PostgreSQL");
}

TEST(LineProcesses, a_second_line_of_the_same_name_is_refused_and_its_successor_shuts_the_first_out) {
  tests::PostgresServer server;
  Works works{server.new_database()};
  const auto& address = works.plant.options().journal;
  works.plant.begin_batch("batch", 0, kCards);
  const auto run_half = [&](std::uint32_t first) {
    return start_process([&works, first] {
      const LineSettings settings{.name = "line-a",
                                  .lease = std::chrono::hours{24},
                                  .claims = kCards,
                                  .first_station = first,
                                  .stations = 4,
                                  .limits = {.journal_patience = std::chrono::seconds{60}}};
      return run_line(works.plant, settings).orderly() ? 0 : 1;
    });
  };
  const auto first = run_half(1);
  while (waiting(works.plant) > kCards - 3) ::usleep(2000);
  ::kill(first, SIGSTOP);
  CHECK_FAULT(base::Fault::conflict, journal::open_journal(address, "line-a"));
  // The server believes that the first one is gone, and it is not.
  static_cast<void>(server.psql(address,
                                "SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l WHERE l.locktype = "
                                "'advisory' AND l.pid <> pg_backend_pid()"));
  static_cast<void>(end_of(run_half(5)));
  ::kill(first, SIGCONT);
  static_cast<void>(end_of(first));
  const int runs = works.finish({.name = "line-a"});
  works.check("two lines of one name", runs, 1);
}

TEST(LineProcesses, two_processes_believe_that_they_own_the_same_jobs) {
  tests::PostgresServer server;
  Works works{server.new_database()};
  works.plant.begin_batch("batch", 0, kCards);
  const auto run_half = [&](const char* name, std::uint32_t first) {
    return start_process([&works, name, first] {
      struct Stolen final : JournalProxy {
        Stolen(journal::Journal& inner, std::string of) : JournalProxy(inner), address(std::move(of)) {}
        void after(std::string_view call, std::span<const journal::Step>) override {
          if (call == "claim") end_all_leases(address);
        }
        std::string address;
      };
      LineSettings settings{.name = name, .claims = 4, .first_station = first, .stations = 4};
      settings.journal = [&](journal::Journal& inner) {
        return std::make_unique<Stolen>(inner, works.plant.options().journal);
      };
      return run_line(works.plant, settings).orderly() ? 0 : 1;
    });
  };
  const auto one = run_half("line-a", 1);
  const auto other = run_half("line-b", 5);
  static_cast<void>(end_of(one));
  static_cast<void>(end_of(other));
  const int runs = works.finish();
  works.check("two processes own one job", runs, 1);
}

TEST(LineProcesses, a_spool_from_before_everything_was_committed_changes_nothing) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  struct Away final : JournalProxy {
    using JournalProxy::JournalProxy;
    std::set<journal::JobId> in_hand;
    bool away = false;
    /// Not before several stations have a card in hand.
    base::Result<void> before(std::string_view call, std::span<const journal::Step> steps) override {
      const auto late = [](const journal::Step& step) { return step.to >= journal::State::locked; };
      if (call != "apply") return {};
      for (const auto& step : steps) {
        if (step.to == journal::State::bound) in_hand.insert(step.job);
        if (step.to == journal::State::done) in_hand.erase(step.job);
      }
      away = away || in_hand.size() >= 4;
      if (!away || std::ranges::none_of(steps, late)) return {};
      return base::fail({.fault = base::Fault::transport, .what = "the journal is away"});
    }
  };
  LineSettings settings;
  settings.journal = [](journal::Journal& inner) { return std::make_unique<Away>(inner); };
  static_cast<void>(run_line(works.plant, settings));
  const auto old = must(base::read_file(works.plant.spool()));
  CHECK(old.size() > 1000);
  const int runs = works.finish();
  must(base::write_file(works.plant.spool(), old, 0600));
  const auto report = run_line(works.plant);
  LONGS_EQUAL(0, report.journal.lost);
  works.check("an old spool", runs, 1);
}
