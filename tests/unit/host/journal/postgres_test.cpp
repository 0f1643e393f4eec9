// What only a server can do: stop, come back, cut a connection, and let two transactions meet.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <utility>

#include "bench_of_jobs.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using base::Fault;

namespace {

/// A session of psql that holds a lock until it goes.
class Holder {
 public:
  Holder(const std::string& address, const std::string& lock)
      : pipe_(::popen(("psql -qXd '" + address + "' >/dev/null 2>&1").c_str(), "w")) {
    CHECK_TRUE(pipe_ != nullptr);
    std::fputs(("BEGIN; " + lock + ";\n").c_str(), pipe_);
    std::fflush(pipe_);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  Holder(Holder&&) = delete;
  Holder& operator=(Holder&&) = delete;
  ~Holder() { let_go(); }
  void let_go() {
    if (pipe_ != nullptr) ::pclose(std::exchange(pipe_, nullptr));
  }

 private:
  FILE* pipe_;
};

}  // namespace

TEST_GROUP(JournalOnPostgres) {
  Desk desk;
  PostgresServer& server = PostgresServer::shared();

  void teardown() override {
    if (server.pid() < 0) server.start_again();
  }
  void cut_connections() const {
    server.psql(server.url(),
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = "
                "'cicada' AND pid <> pg_backend_pid()");
  }
  void until(const char* query) const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (desk.place().sql(query) != "t") {
      if (std::chrono::steady_clock::now() > give_up) FAIL(query);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  /// What another process does after the closing of b1 counted its jobs, and before it wrote anything.
  base::Result<journal::AuditRecord> close_while(const std::function<void(journal::Journal&)>& change) const {
    const auto office = desk.open("office");
    Holder holder{desk.place().address(), "LOCK TABLE stock IN ACCESS EXCLUSIVE MODE"};
    until(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'stock'::regclass AND mode = 'AccessExclusiveLock' "
        "AND granted)");
    base::Result<journal::AuditRecord> closed = base::fail({.fault = Fault::bad_input, .what = "not asked"});
    std::atomic<bool> done{false};
    {
      const std::jthread closing{[&] { closed = desk->close_batch("b1", kActor); }};
      until("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'stock'::regclass AND NOT granted)");
      const std::jthread changing{[&] {
        change(*office);
        done = true;
      }};
      // It waits for the closing; or it does not, and is through.
      const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
      while (!done && std::chrono::steady_clock::now() < give_up &&
             desk.place().sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1") {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
      }
      holder.let_go();
    }
    return closed;
  }
};

TEST(JournalOnPostgres, is_away_while_the_server_is_and_goes_on_when_it_is_back) {
  desk.ready(3);
  const auto claim = desk.bring(1, State::bound);
  for (const bool immediate : {false, true}) {
    if (immediate) {
      server.stop_immediate();
    } else {
      server.stop_fast();
    }
    const journal::Step step{.job = claim.job, .fence = claim.fence, .to = State::written, .actor = kActor};
    CHECK_FAULT(Fault::transport, desk->apply(std::span{&step, 1}));
    CHECK_FAULT(Fault::transport, desk->find_dossier("D0001"));
    CHECK_FAULT(Fault::transport, desk->claim(kActor, 1, std::chrono::hours{1}, {}));
    CHECK_FAULT(Fault::transport, journal::open_journal(desk.place().address(), "w2"));
    server.start_again();
    CHECK_TRUE(desk.state(1) == (immediate ? State::written : State::bound));
    LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::written)));
  }
  LONGS_EQUAL(0, static_cast<int>(desk.step(claim, State::locked)));
}

TEST(JournalOnPostgres, connects_again_after_a_cut_and_its_chain_goes_on) {
  desk.ready(3);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    cut_connections();
    CHECK_FAULT(Fault::transport, desk->give_order(journal::Order::pause, kActor));
    CHECK_OK(desk->give_order(journal::Order::run, kActor));
    desk.bring(n, State::done);
  }
  std::uint64_t last = 0;
  const auto read = desk->audit([&](const journal::AuditRecord& record) {
    LONGS_EQUAL(last + 1, record.sequence);
    last = record.sequence;
  });
  CHECK_OK(read);
}

TEST(JournalOnPostgres, keeps_its_name_across_a_cut_and_loses_it_to_nobody) {
  cut_connections();
  static_cast<void>(desk->order());
  CHECK_OK(desk->give_order(journal::Order::pause, kActor));
  CHECK_FAULT(Fault::conflict, journal::open_journal(desk.place().address(), "w1"));
}

/// The closing has counted the jobs and waits for the blanks; meanwhile a card is to be made again. Whoever comes
/// second sees what the first did: the batch does not stay closed with a job that waits.
TEST(JournalOnPostgres, closes_no_batch_past_a_change_that_it_did_not_count) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  desk.ready(3);
  for (std::uint64_t n = 1; n <= 3; ++n) desk.bring(n, State::done);
  CHECK_OK(desk->set_card_aside("D0001", "scratched", "minh", kActor));
  CHECK_OK(desk->count_blanks_left(0, kActor));
  base::Result<std::optional<State>> destroyed;
  const auto closed =
      close_while([&](journal::Journal& office) { destroyed = office.destroy(destruction(1), true, kActor); });
  CHECK_OK(closed);
  CHECK_OK(destroyed);
  CHECK_STRING("t", desk.place().sql("SELECT close_chain IS NULL FROM batch WHERE id = 'b1'"));
  CHECK_STRING("0", desk.place().sql("SELECT count(*) FROM closing"));
  CHECK_FAULT(Fault::conflict, desk->close_batch("b1", kActor));  // a job of it waits
}

/// It has counted a held dossier that another batch corrects: that one says so in what the closing wrote down.
TEST(JournalOnPostgres, writes_down_no_closing_that_a_correction_passes_by) {
  std::vector<journal::Intake> intakes{dossier(1), dossier(2), dossier(3)};
  for (auto& intake : intakes) intake.state = State::held;
  CHECK_OK(desk->take_in("b1", intakes, kActor));
  CHECK_OK(desk->add_batch({.id = "b2", .announced = 1}, kActor));
  auto corrected = dossier(1);
  corrected.version = 2;
  corrected.content = digest(99);
  base::Result<std::vector<journal::IntakeOutcome>> taken;
  const auto closed =
      close_while([&](journal::Journal& office) { taken = office.take_in("b2", std::span{&corrected, 1}, kActor); });
  CHECK_OK(closed);
  CHECK_OK(taken);
  CHECK_STRING("2|1", desk.place().sql("SELECT held, rejected FROM closing"));
}

/// Chips are counted for as long as it takes. Nobody waits for that, and what becomes ready meanwhile is not counted.
TEST(JournalOnPostgres, lets_others_work_on_a_batch_while_the_blanks_are_counted) {
  CHECK_OK(desk->receive_blanks("lot-1", 3, kActor));
  desk.ready(2);
  auto held = dossier(3);
  held.state = State::held;
  const auto taken = desk->take_in("b1", std::span{&held, 1}, kActor);
  CHECK_OK(taken);
  for (std::uint64_t n = 1; n <= 2; ++n) desk.bring(n, State::done);
  const auto office = desk.open("office");
  base::Result<void> counted;
  {
    Holder holder{desk.place().address(), "LOCK TABLE chip IN ACCESS EXCLUSIVE MODE"};
    until(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'chip'::regclass AND mode = 'AccessExclusiveLock' "
        "AND granted)");
    const std::jthread counting{[&] { counted = desk->count_blanks_left(1, kActor); }};
    until("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'chip'::regclass AND NOT granted)");
    CHECK_OK(office->decide("D0003", State::accepted, "papers seen", kActor));
    const journal::Prepared third{.job = taken->front().job, .payload = {.pack = "p"}};
    CHECK_OK(office->make_ready("b1", std::span{&third, 1}, kActor));
    holder.let_go();
  }
  CHECK_OK(counted);
  LONGS_EQUAL(0, desk->balance("b1")->blank_difference());
  desk.bring(3, State::done);
  const auto refused = desk->close_batch("b1", kActor);
  CHECK_FAULT(Fault::conflict, refused);
  STRCMP_CONTAINS("cicada line blanks --left", refused.error().describe().c_str());
  CHECK_OK(desk->count_blanks_left(0, kActor));
  CHECK_OK(desk->close_batch("b1", kActor));
}

TEST(JournalOnPostgres, never_shows_a_password) {
  const auto refused = journal::open_journal("postgresql://lan:geheim@/postgres?host=/nowhere", "w1");
  CHECK_FAULT(Fault::transport, refused);
  CHECK_TRUE(refused.error().describe().find("geheim") == std::string::npos);
}

TEST(JournalOnPostgres, puts_the_jobs_of_sixteen_batches_into_one_partition) {
  const auto partitions = [this] {
    return desk.place().sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'job'::regclass");
  };
  CHECK_STRING("1", partitions());
  for (int i = 2; i <= 16; ++i) CHECK_OK(desk->add_batch({.id = "x" + std::to_string(i)}, kActor));
  CHECK_STRING("2", partitions());
  const auto one = dossier(1);
  const auto outcome = desk->take_in("x16", std::span{&one, 1}, kActor);
  CHECK_OK(outcome);
  CHECK_STRING("1", desk.place().sql("SELECT count(*) FROM job_p1"));
}
