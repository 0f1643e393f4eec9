// Does a claim or a check of uniqueness cost more when there is more to look through?
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "journal_scene.h"

namespace cicada::bench {
namespace {

using journal::State;

/// Median of the seconds that `work` takes.
double median_of(int times, const std::function<void(int)>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < times; ++i) {
    const Wall wall;
    work(i);
    seconds.push_back(wall.seconds());
  }
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

struct Cost {
  double claim = 0, intake = 0, bind = 0, keys = 0;
};

/// Jobs of these measurements are numbered from here, far from the rows that fill the tables.
constexpr std::uint64_t kOwn = 500'000'000;

Cost measure(const std::string& address, std::uint64_t rows) {
  constexpr int kTimes = 41;
  constexpr std::uint64_t kTogether = 10;
  const auto own = must(journal::open_journal(address, "line"), "open");
  const std::string batch = fmt::format("at{}", rows);
  const std::uint64_t first = kOwn + rows;
  fill(*own, batch, first, kTimes * kTogether * 2);
  const journal::Actor actor{.station = "s1"};
  Cost cost;
  std::vector<journal::Claim> claimed;
  cost.claim = median_of(kTimes, [&](int) {
    auto claims = must(own->claim(actor, kTogether, std::chrono::hours{1}, {}), "claim");
    must(claims.size() == kTogether, "claims");
    claimed.insert(claimed.end(), claims.begin(), claims.end());
  });
  const auto steps_of = [&](int i, State to) {
    std::vector<journal::Step> steps;
    for (std::uint64_t j = 0; j < kTogether; ++j) {
      const std::uint64_t n = static_cast<std::uint64_t>(i) * kTogether + j;
      const auto& claim = claimed.at(n);
      auto& step = steps.emplace_back(
          journal::Step{.job = claim.job, .fence = claim.fence, .to = to, .actor = actor, .chip = {}});
      if (to == State::bound) step.chip = chip(first + n);
      const auto key = 3 * (first + n);
      if (to == State::written) step.completion = {base::Bytes(2000, 0x5A), "01", {digest(key), digest(key + 1)}};
    }
    return steps;
  };
  const auto apply = [&](int i, State to) {
    for (const auto result : must(own->apply(steps_of(i, to)), "apply")) {
      must(result == journal::StepResult::applied, "a step");
    }
  };
  cost.bind = median_of(kTimes, [&](int i) { apply(i, State::bound); });
  cost.keys = median_of(kTimes, [&](int i) { apply(i, State::written); });
  const std::string late = batch + "-late";
  must(own->add_batch({.id = late}, {}), "add_batch");
  cost.intake = median_of(kTimes, [&](int i) {
    std::vector<journal::Intake> intakes;
    for (std::uint64_t j = 0; j < kTogether; ++j) {
      intakes.push_back(intake(first + 100'000 + static_cast<std::uint64_t>(i) * kTogether + j));
    }
    intakes.back().number = intake(first).number;  // one that is taken
    const auto outcomes = must(own->take_in(late, intakes, {}), "take_in");
    must(outcomes.back().result == journal::IntakeResult::number_taken, "a taken number");
  });
  return cost;
}

void run(const std::string& command) {
  must(std::system(command.c_str()) == 0, command.c_str());
}

}  // namespace

void measure_curve(const Engine& engine, std::uint64_t most) {
  {
    const auto made = must(journal::open_journal(engine.address, "line"), "open");
  }
  Cost first;
  std::uint64_t filled = 0;
  for (std::uint64_t rows = 10'000; rows <= most; rows *= 10) {
    const Wall wall;
    engine.add_rows(filled + 1, rows);
    filled = rows;
    const double fill_seconds = wall.seconds();
    const Cost cost = measure(engine.address, rows);
    if (rows == 10'000) first = cost;
    fmt::print(
        "{}/{:<9} claim={:.2f} chip={:.2f} keys={:.2f} number_portrait={:.2f}   (of the cost at 10000; ms for ten: "
        "{:.2f} {:.2f} {:.2f} {:.2f}; filled in {:.0f} s)\n",
        engine.name, rows, cost.claim / first.claim, cost.bind / first.bind, cost.keys / first.keys,
        cost.intake / first.intake, 1e3 * cost.claim, 1e3 * cost.bind, 1e3 * cost.keys, 1e3 * cost.intake,
        fill_seconds);
    std::fflush(stdout);
  }
  fmt::print("{}", engine.sizes());
}

/// All rows are jobs that wait for a station, taken in and made ready as preparation does it: what a claim chooses
/// from.
void measure_backlog(const std::string& name, const std::string& address, std::uint64_t most) {
  constexpr int kTimes = 41;
  constexpr std::uint64_t kTogether = 10;
  constexpr std::uint64_t kBatch = 100'000;
  const auto own = must(journal::open_journal(address, "line"), "open");
  const journal::Actor actor{.station = "s1"};
  double first = 0;
  std::uint64_t filled = 0;
  for (std::uint64_t rows = 10'000; rows <= most; rows *= 10) {
    const Wall wall;
    while (filled < rows) {
      const auto count = std::min(kBatch, rows - filled);
      fill(*own, fmt::format("waiting{}", filled), kOwn + filled, count);
      filled += count;
    }
    const double fill_seconds = wall.seconds();
    const auto claim = [&](int) {
      const auto claims = must(own->claim(actor, kTogether, std::chrono::hours{1}, {}), "claim");
      must(claims.size() == kTogether, "claims");
    };
    const double cost = median_of(kTimes, claim);
    if (rows == 10'000) first = cost;
    fmt::print("{}/{:<9} waiting: claim={:.2f}   (of the cost at 10000; ms for ten: {:.2f}; filled in {:.0f} s)\n",
               name, rows, cost / first, 1e3 * cost, fill_seconds);
    std::fflush(stdout);
  }
}

Engine sqlite_engine(const std::string& folder) {
  const std::string file = folder + "/journal.db";
  Engine engine{.name = "sqlite", .address = "sqlite:" + file, .add_rows = {}, .sizes = {}};
  engine.add_rows = [folder, file](std::uint64_t from, std::uint64_t to) {
    // Finished cards of batch 1000000, in the columns of schema_sqlite.cpp; octets that are as random as digests.
    const std::string script = folder + "/fill.sql";
    std::ofstream out{script};
    out << fmt::format(
        R"(PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT {0} UNION ALL SELECT i + 1 FROM c WHERE i < {1}) SELECT i FROM c;
INSERT OR IGNORE INTO batch (number, id, province, district, commune, policy, announced, manifest, priority, opened_at,
  close_chain) VALUES (1000000, 'old', '01', '', '', 'law-2024', 0, x'', 0, 0, 'line');
INSERT INTO job (id, state, trail, fence, priority, dossier, version, province, district, commune, team, machine, shift,
  station, chip, ds, pack, pack_digest, findings, evidence, changed_at, done_at)
  SELECT (1000000 << 32) + i, 7, 248, i, 0, printf('01-2025-%09d', i), 1, '01', '', printf('%05d', i % 579), 'T1', 'M1', '1',
  's1', hex(randomblob(10)), '01', '0001.pack', randomblob(32), '', randomblob(32), 1, 1 FROM n;
INSERT INTO dossier (job, dossier, version, content, number, portrait, current)
  SELECT (1000000 << 32) + i, printf('01-2025-%09d', i), 1, randomblob(32), printf('%012d', (i * 7919) % 99999999977),
  randomblob(32), 1 FROM n;
INSERT INTO taken_number (number, job) SELECT number, job FROM dossier
  WHERE job BETWEEN (1000000 << 32) + {0} AND (1000000 << 32) + {1} ORDER BY number;
INSERT INTO taken_portrait (portrait, job) SELECT portrait, job FROM dossier
  WHERE job BETWEEN (1000000 << 32) + {0} AND (1000000 << 32) + {1} ORDER BY portrait;
INSERT INTO chip (chip, state, job, ds, reason)
  SELECT hex(randomblob(10)) AS c, 1, (1000000 << 32) + i, '01', '' FROM n ORDER BY c;
INSERT INTO chip_key (digest, job, chip) SELECT randomblob(32) AS d, (1000000 << 32) + i, hex(randomblob(10))
  FROM (SELECT i FROM n UNION ALL SELECT i FROM n) ORDER BY d;
COMMIT;
)",
        from, to);
    out.close();
    run("sqlite3 -batch '" + file + "' < '" + script + "'");
    run("sync '" + file + "'");  // or the system writes gigabytes while commits are measured
  };
  engine.sizes = [file, folder] {
    run("sqlite3 '" + file +
        "' \"SELECT 'sqlite: ' || page_count * page_size / 1048576 || ' MiB' FROM "
        "pragma_page_count, pragma_page_size\"");
    static_cast<void>(folder);
    return std::string{};
  };
  return engine;
}

}  // namespace cicada::bench
