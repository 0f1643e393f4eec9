// What a line loses when a card, a reader, its keys, the time or its disk goes away: nothing. Each case is the same
// over both kinds of journal, and ends with all cards opened and counted.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>

#include "cicada/base/file.h"
#include "cicada/host/vault/file_vault.h"
#include "line/journal_proxy.h"
#include "line/leases.h"
#include "line/line_process.h"
#include "line/trouble.h"
#include "works.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace fs = std::filesystem;
namespace journal = cicada::host::journal;
namespace line = cicada::host::line;

namespace {

/// Where each case gets a journal of its own.
struct Engine {
  std::string name = {};
  std::function<std::string()> address = [] { return std::string{}; };
  [[nodiscard]] std::string told(const std::string& what) const { return what + name; }
};

const Engine kSqlite;

Engine over(tests::PostgresServer& server) {
  return {.name = ", PostgreSQL", .address = [&server] { return server.new_database(); }};
}

void lose(const Engine& engine, Loss loss, const char* what) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> losses = 0;
  LineSettings settings;
  // No divisor of the commands of a life: another command each time.
  constexpr std::uint64_t kPeriod = 61;
  settings.feeder = [&](line::Feeder& inner) { return losing(inner, loss, kPeriod, losses); };
  const int runs = works.finish(settings);
  works.check(engine.told(what), runs, losses);
}

void keys_away_now_and_then(const Engine& engine) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> failures = 0;
  LineSettings settings;
  settings.vault = [&](host::vault::Vault& inner) { return failing(inner, 3, failures); };
  const int runs = works.finish(settings);
  works.check(engine.told("HSM away: every third call fails"), runs, failures);
}

/// Much slower than a card is written, and much faster than a lease ends.
void keys_slow(const Engine& engine) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> calls = 0;
  LineSettings settings;
  settings.vault = [&](host::vault::Vault& inner) { return slow(inner, std::chrono::milliseconds{25}, calls); };
  const auto report = run_line(works.plant, settings);
  CHECK(report.orderly());
  LONGS_EQUAL(kCards, report.total().good);
  works.check(engine.told("HSM slow: each call takes 25 ms"), 1, calls);
}

void keys_gone(const Engine& engine) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  std::atomic<std::uint64_t> failures = 0;
  LineSettings settings;
  settings.vault = [&](host::vault::Vault& inner) { return failing(inner, 1, failures); };
  const auto report = run_line(works.plant, settings);
  LONGS_EQUAL(0, report.total().good);
  CHECK(report.total().end == line::StationEnd::vault_away);
  end_all_leases(works.plant.options().journal);
  const int runs = works.finish();
  works.check(engine.told("HSM gone"), runs, failures);
}

/// No signer may sign on a day that is not its own.
void signers_clock_jumps(const Engine& engine, std::chrono::years by, const char* what) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings;
  settings.own_vault = [&](host::vault::HoldsFence holds) {
    const auto then = base::SystemClock{}.now() + by;
    return must(host::vault::open_file_vault(
        works.plant.country(), {.holds = std::move(holds), .clock = std::make_shared<const base::FixedClock>(then)}));
  };
  const auto report = run_line(works.plant, settings);
  LONGS_EQUAL(0, report.total().good);
  CHECK(!report.orderly());
  const int runs = works.finish();
  works.check(engine.told(what), runs, 1);
}

/// The database's clock jumps whenever something was claimed.
class Jumping final : public JournalProxy {
 public:
  Jumping(journal::Journal& inner, std::function<void()> jump) : JournalProxy(inner), jump_(std::move(jump)) {}
  void after(std::string_view call, std::span<const journal::Step>) override {
    if (call == "claim") jump_();
  }

 private:
  std::function<void()> jump_;
};

void databases_clock_jumps_ahead(const Engine& engine) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings{.claims = 4};
  std::atomic<std::uint64_t> jumps = 0;
  settings.journal = [&](journal::Journal& inner) {
    return std::make_unique<Jumping>(inner, [&] {
      ++jumps;
      end_all_leases(works.plant.options().journal);
    });
  };
  const int runs = works.finish(settings);
  works.check(engine.told("database's clock jumps ahead"), runs, jumps);
}

/// Leases last a day longer than anybody wanted, and the line that had them dies: the next one waits for none.
void databases_clock_jumps_back(const Engine& engine) {
  Works works{engine.address()};
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings{.claims = kCards};
  settings.journal = [&](journal::Journal& inner) {
    return std::make_unique<Jumping>(
        inner, [&] { prolong_all_leases(works.plant.options().journal, std::chrono::hours{24}); });
  };
  works.kill_with_claims(settings);
  LONGS_EQUAL(0, run_line_process(works.plant, settings));
  LONGS_EQUAL(0, waiting(works.plant));
  works.check(engine.told("database's clock jumps back, line killed"), 1, 1);
}

/// False: nobody may make such a disk here.
bool disk_full_under_cards(const Engine& engine) {
  Works works{engine.address()};
  const SmallDisk disk{works.plant.magazine(), 64UL * 1024 * 1024};
  if (!disk.usable()) return false;
  works.plant.begin_batch("batch", 0, kCards);
  disk.resize(static_cast<std::size_t>(fs::space(disk.path()).capacity - fs::space(disk.path()).available) +
              16UL * 1024);
  const auto report = run_line(works.plant);
  CHECK(!report.orderly());
  disk.resize(64UL * 1024 * 1024);
  const int runs = works.finish();
  works.check(engine.told("disk full under the cards"), runs, 1, kCards);
  return true;
}

bool disk_full_under_packs(const Engine& engine) {
  Works works{engine.address()};
  const SmallDisk disk{works.plant.packs(), 16UL * 1024};
  if (!disk.usable()) return false;
  CHECK_THROWS(std::runtime_error, works.plant.begin_batch("batch", 0, kCards));
  LONGS_EQUAL(0, waiting(works.plant));
  disk.resize(64UL * 1024 * 1024);
  works.plant.begin_batch("batch", 0, kCards);
  const int runs = works.finish();
  works.check(engine.told("disk full under the packs"), runs, 1);
  return true;
}

}  // namespace

TEST_GROUP(LineFault){void setup() override{::setenv("TMPDIR", Folder::root().c_str(), 1);
}
}
;

TEST(LineFault, a_card_leaves_before_it_sees_a_command) {
  lose(kSqlite, Loss::command, "card removed before a command");
}

TEST(LineFault, a_card_leaves_before_its_answer_is_heard) {
  lose(kSqlite, Loss::answer, "card removed before its answer");
}

TEST(LineFault, a_reader_is_gone_until_the_line_is_started_again) {
  lose(kSqlite, Loss::reader, "reader gone");
}

TEST(LineFault, keys_are_away_now_and_then) {
  keys_away_now_and_then(kSqlite);
}

TEST(LineFault, keys_take_their_time) {
  keys_slow(kSqlite);
}

TEST(LineFault, keys_are_gone_and_come_back) {
  keys_gone(kSqlite);
}

TEST(LineFault, no_signer_may_sign_on_a_day_that_a_clock_jumped_to) {
  signers_clock_jumps(kSqlite, std::chrono::years{1}, "signer's clock jumps a year ahead");
  signers_clock_jumps(kSqlite, -std::chrono::years{1}, "signer's clock jumps a year back");
}

TEST(LineFault, leases_end_at_once_because_a_clock_jumped) {
  databases_clock_jumps_ahead(kSqlite);
}

TEST(LineFault, leases_do_not_end_because_a_clock_jumped) {
  databases_clock_jumps_back(kSqlite);
}

TEST(LineFault, the_same_cards_readers_keys_and_clocks_go_away_over_postgresql) {
  tests::PostgresServer server;
  const auto engine = over(server);
  lose(engine, Loss::command, "card removed before a command");
  lose(engine, Loss::answer, "card removed before its answer");
  lose(engine, Loss::reader, "reader gone");
  keys_away_now_and_then(engine);
  keys_slow(engine);
  keys_gone(engine);
  signers_clock_jumps(engine, std::chrono::years{1}, "signer's clock jumps a year ahead");
  signers_clock_jumps(engine, -std::chrono::years{1}, "signer's clock jumps a year back");
  databases_clock_jumps_ahead(engine);
  databases_clock_jumps_back(engine);
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
  if (!disk_full_under_cards(kSqlite)) ::_exit(kSkipped);
}

TEST(LineFault, a_full_disk_under_the_packs_takes_nothing_in) {
  if (!disk_full_under_packs(kSqlite)) ::_exit(kSkipped);
}

TEST(LineFault, the_same_disks_are_full_beside_postgresql) {
  tests::PostgresServer server;
  const auto engine = over(server);
  if (!disk_full_under_cards(engine) || !disk_full_under_packs(engine)) ::_exit(kSkipped);
}
