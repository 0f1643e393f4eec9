// Eight stations, the claims and the queue of a line: its steps go into one transaction; one server.
#include <fmt/format.h>

#include <thread>

#include "cicada/host/line/claims.h"
#include "cicada/host/line/journal_queue.h"
#include "journal_scene.h"

namespace cicada::bench {
namespace {

namespace line = host::line;
using journal::State;

/// A card's files that waited for the chip's keys; as little to be compressed as signatures and digests are.
base::Bytes completion(std::uint64_t n) {
  constexpr std::size_t kDigests = 78;  // 2,496 octets
  base::Bytes octets;
  for (std::size_t i = 0; i < kDigests; ++i) {
    const auto part = digest(n * kDigests + i);
    octets.insert(octets.end(), part.begin(), part.end());
  }
  return octets;
}

/// What a station asks the journal for one card. It waits where the card would be lost without the answer.
void one_card(line::JournalQueue& queue, const journal::Claim& claim, const journal::Actor& actor, std::uint64_t n) {
  const auto step = [&](State to) {
    return journal::Step{.job = claim.job, .fence = claim.fence, .to = to, .actor = actor};
  };
  const std::string id = chip(n);
  const auto commit = [&](journal::Step one) {
    must(must(queue.commit(std::move(one), id), "commit") == line::Commit::applied, "a step");
  };
  commit(step(State::bound));
  must(must(queue.holds(claim.job, claim.fence), "holds"), "the fence before signing");
  auto written = step(State::written);
  written.completion = {completion(n), "01", {digest(3 * n), digest(3 * n + 1)}};
  commit(std::move(written));
  queue.submit(step(State::locked), id);
  auto verified = step(State::verified);
  verified.evidence = digest(n);
  queue.submit(std::move(verified), id);
  commit(step(State::done));
}

/// Each a row changed and a record written: the least that this journal ever commits.
double commits_a_second(const std::string& address, std::size_t writers) {
  constexpr int kCommits = 400;
  std::vector<std::unique_ptr<journal::Journal>> journals;
  for (std::size_t i = 0; i < writers; ++i) {
    journals.push_back(must(journal::open_journal(address, fmt::format("limit{}", i)), "open"));
  }
  const Wall wall;
  std::vector<std::jthread> threads;
  for (auto& one : journals) {
    threads.emplace_back([&one] {
      for (int i = 0; i < kCommits; ++i) must(one->give_order(journal::Order::run, {}), "a commit");
    });
  }
  threads.clear();
  return static_cast<double>(writers) * kCommits / wall.seconds();
}

}  // namespace

void measure_throughput(const std::string& address, std::size_t stations, std::size_t cards) {
  const auto own = must(journal::open_journal(address, "line"), "open");
  fill(*own, "throughput", 1, cards);
  const double alone = commits_a_second(address, 1);
  const double crowd = address.starts_with("sqlite") ? alone : commits_a_second(address, stations);
  line::QueueCounts counts;
  const Wall wall;
  {
    line::JournalQueue queue{*own};
    line::Claims claims{queue, {.station = "line", .operator_id = "lan", .shift = "1"}, {}};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < stations; ++i) {
      threads.emplace_back([&queue, &claims, i] {
        const journal::Actor actor{.station = fmt::format("s{}", i), .operator_id = "lan", .shift = "1"};
        while (const auto claim = must(claims.next({}), "a claim")) {
          one_card(queue, *claim, actor, static_cast<std::uint64_t>(claim->job));
          claims.used(*claim);
        }
      });
    }
    threads.clear();
    counts = queue.counts();
  }
  const double seconds = wall.seconds();
  const double rate = static_cast<double>(cards) / seconds;
  fmt::print(
      "throughput  cards_per_s={:.0f} cards_to_commits={:.2f} commits_per_s_1={:.0f} commits_per_s_{}={:.0f} "
      "steps_a_group={:.1f} groups_per_s={:.0f}\n",
      rate, rate / alone, alone, stations, crowd,
      static_cast<double>(counts.steps) / static_cast<double>(counts.transactions),
      static_cast<double>(counts.transactions) / seconds);
}

}  // namespace cicada::bench
