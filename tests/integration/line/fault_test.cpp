// What a line loses when something goes away under it: nothing. Each case ends with all cards opened and counted.
#include <unistd.h>
#include <algorithm>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <set>

#include "cicada/base/file.h"
#include "cicada/host/vault/file_vault.h"
#include "line/journal_proxy.h"
#include "line/leases.h"
#include "line/line_process.h"
#include "line/trouble.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace fs = std::filesystem;
namespace journal = cicada::host::journal;
namespace line = cicada::host::line;

namespace {

constexpr std::uint32_t kCards = 40;
constexpr int kSkipped = 77;

std::uint64_t waiting(const Plant& plant) {
  return must(plant.open_journal("")->balance("batch")).jobs.in(journal::is_waiting);
}

/// A plant with its journal, ready to work.
struct Works {
  /// `address` of a journal; usually a file in the plant's folder.
  explicit Works(const std::string& address = {})
      : plant{{.folder = folder.path(),
               .journal = address.empty() ? "sqlite:" + (folder.path() / "journal.sqlite").string() : address}} {}

  /// The line is started again until nothing waits, as an operator would.
  int finish(const LineSettings& settings = {}) const {
    int runs = 0;
    for (; waiting(plant) > 0 && runs < 200; ++runs) {
      static_cast<void>(run_line(plant, settings));
    }
    return runs;
  }
  /// Every card is opened; `most_quarantined` may lie there.
  void check(const char* what, int runs, std::uint64_t times, std::uint64_t most_quarantined = 0) const {
    const auto truth = plant.check();
    std::printf("\n%-36s %5llu times, %3d runs: %llu good, %llu quarantined, %llu lost, %llu doubled, %llu unexplained",
                what, static_cast<unsigned long long>(times), runs, static_cast<unsigned long long>(truth.good),
                static_cast<unsigned long long>(truth.quarantined),
                static_cast<unsigned long long>(truth.lost + truth.waiting),
                static_cast<unsigned long long>(truth.doubled), static_cast<unsigned long long>(truth.unexplained));
    STRCMP_EQUAL("", truth.complaints.empty() ? "" : truth.complaints.front().c_str());
    CHECK(truth.sound());
    LONGS_EQUAL(kCards, truth.good + truth.quarantined);
    CHECK(truth.quarantined <= most_quarantined);
    CHECK(times > 0);
  }

  Folder folder{"fault"};
  Plant plant;
};

void lose(Loss loss, const char* what) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> losses = 0;
  LineSettings settings;
  // No divisor of the commands of a life: another command each time.
  constexpr std::uint64_t kPeriod = 61;
  settings.feeder = [&](line::Feeder& inner) { return losing(inner, loss, kPeriod, losses); };
  const int runs = works.finish(settings);
  works.check(what, runs, losses);
}

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

TEST_GROUP(LineFault){void setup() override{::setenv("TMPDIR", Folder::root().c_str(), 1);
}
}
;

TEST(LineFault, a_card_leaves_before_it_sees_a_command) {
  lose(Loss::command, "card removed before a command");
}

TEST(LineFault, a_card_leaves_before_its_answer_is_heard) {
  lose(Loss::answer, "card removed before its answer");
}

TEST(LineFault, a_reader_is_gone_until_the_line_is_started_again) {
  lose(Loss::reader, "reader gone");
}

TEST(LineFault, keys_are_away_now_and_then) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> failures = 0;
  LineSettings settings;
  settings.vault = [&](host::vault::Vault& inner) { return failing(inner, 3, failures); };
  const int runs = works.finish(settings);
  works.check("HSM slow: every third call fails", runs, failures);
}

TEST(LineFault, keys_are_gone_and_come_back) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> failures = 0;
  LineSettings settings;
  settings.vault = [&](host::vault::Vault& inner) { return failing(inner, 1, failures); };
  const auto report = run_line(works.plant, settings);
  LONGS_EQUAL(0, report.total().good);
  CHECK(report.total().end == line::StationEnd::vault_away);
  end_all_leases(works.plant.options().journal);
  const int runs = works.finish();
  works.check("HSM gone", runs, failures);
}

TEST(LineFault, no_signer_may_sign_on_a_day_that_a_clock_jumped_to) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings;
  settings.own_vault = [&](host::vault::HoldsFence holds) {
    const auto later = base::SystemClock{}.now() + std::chrono::years{1};
    return must(host::vault::open_file_vault(
        works.plant.country(), {.holds = std::move(holds), .clock = std::make_shared<const base::FixedClock>(later)}));
  };
  const auto report = run_line(works.plant, settings);
  LONGS_EQUAL(0, report.total().good);
  CHECK(!report.orderly());
  const int runs = works.finish();
  works.check("signer's clock jumps a year", runs, 1);
}

TEST(LineFault, leases_end_at_once_because_a_clock_jumped) {
  Works works;
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings{.claims = 4};
  std::atomic<std::uint64_t> jumps = 0;
  struct Jumping final : JournalProxy {
    Jumping(journal::Journal& inner, std::string of, std::atomic<std::uint64_t>& counted)
        : JournalProxy(inner), address(std::move(of)), jumps(counted) {}
    void after(std::string_view call, std::span<const journal::Step>) override {
      if (call != "claim") return;
      ++jumps;
      end_all_leases(address);
    }
    std::string address;
    std::atomic<std::uint64_t>& jumps;
  };
  settings.journal = [&](journal::Journal& inner) {
    return std::make_unique<Jumping>(inner, works.plant.options().journal, jumps);
  };
  const int runs = works.finish(settings);
  works.check("database's clock jumps ahead", runs, jumps);
}

TEST(LineFault, a_database_that_is_stopped_at_once_comes_back) {
  stop_database(true, "database stopped immediate");
}

TEST(LineFault, a_database_that_is_stopped_fast_comes_back) {
  stop_database(false, "database stopped fast");
}

TEST(LineFault, a_zombie_wakes_up_after_its_jobs_were_given_to_others) {
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
  const auto process = start_process([&] { return run_line(works.plant, settings).orderly() ? 0 : 1; });
  while (waiting(works.plant) > kCards - 3) ::usleep(2000);
  ::kill(process, SIGKILL);
  LONGS_EQUAL(-SIGKILL, end_of(process));
  CHECK(must(works.plant.open_journal("")->balance("batch")).jobs.in(journal::State::claimed) > 0);
  LONGS_EQUAL(0, run_line_process(works.plant, settings));
  LONGS_EQUAL(0, waiting(works.plant));
  works.check(what, 1, 1);
}

TEST(LineFault, a_killed_line_is_started_again_and_waits_for_no_lease_sqlite) {
  start_again_after_a_kill({}, "killed, started again, SQLite");
}

TEST(LineFault, a_killed_line_is_started_again_and_waits_for_no_lease_postgresql) {
  tests::PostgresServer server;
  start_again_after_a_kill(server.new_database(), "killed, started again, PostgreSQL");
}

TEST(LineFault, a_second_line_of_the_same_name_is_refused_and_its_successor_shuts_the_first_out) {
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

TEST(LineFault, two_processes_believe_that_they_own_the_same_jobs) {
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

TEST(LineFault, a_spool_from_before_everything_was_committed_changes_nothing) {
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

TEST(LineFault, a_full_disk_under_the_journal) {
  const Folder mounts{"disk"};
  const SmallDisk disk{mounts.path() / "journal", 1200UL * 1024};
  if (!disk.usable()) ::_exit(kSkipped);
  Works works{"sqlite:" + (disk.path() / "journal.sqlite").string()};
  works.plant.begin_batch("batch", 0, kCards);
  // What is left of the room goes, but a little.
  const auto room = fs::space(disk.path()).available;
  must(base::write_file(disk.path() / "ballast", base::Bytes(room - 64UL * 1024, 0x55)));
  const auto report = run_line(works.plant);  // it ends: a journal that can be read but not written is away
  CHECK(report.total().end == line::StationEnd::journal_away);
  CHECK(waiting(works.plant) > 0);
  disk.resize(64UL * 1024 * 1024);
  const int runs = works.finish();
  works.check("disk full under the journal", runs, 1);
}

TEST(LineFault, a_full_disk_under_the_cards) {
  const Folder mounts{"disk"};
  Works works;
  const SmallDisk disk{works.plant.magazine(), 64UL * 1024 * 1024};
  if (!disk.usable()) ::_exit(kSkipped);
  works.plant.begin_batch("batch", 0, kCards);
  disk.resize(static_cast<std::size_t>(fs::space(disk.path()).capacity - fs::space(disk.path()).available) +
              16UL * 1024);
  const auto report = run_line(works.plant);
  CHECK(!report.orderly());
  disk.resize(64UL * 1024 * 1024);
  const int runs = works.finish();
  works.check("disk full under the cards", runs, 1, kCards);
}

TEST(LineFault, a_full_disk_under_the_packs_takes_nothing_in) {
  Works works;
  const SmallDisk disk{works.plant.packs(), 16UL * 1024};
  if (!disk.usable()) ::_exit(kSkipped);
  CHECK_THROWS(std::runtime_error, works.plant.begin_batch("batch", 0, kCards));
  LONGS_EQUAL(0, waiting(works.plant));
  disk.resize(64UL * 1024 * 1024);
  works.plant.begin_batch("batch", 0, kCards);
  const int runs = works.finish();
  works.check("disk full under the packs", runs, 1);
}
