// What only a server can do: stop, come back, and cut a connection.
#include "bench_of_jobs.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using base::Fault;

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

TEST(JournalOnPostgres, cannot_fork_its_chain_when_somebody_wrote_under_its_name) {
  desk.place().sql(
      "INSERT INTO audit (chain, sequence, json, hash) SELECT chain, sequence + 1, json, hash FROM audit "
      "ORDER BY sequence DESC LIMIT 1");
  CHECK_FAULT(Fault::conflict, desk->give_order(journal::Order::pause, kActor));
  CHECK_TRUE(*desk->order() == journal::Order::run);
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
