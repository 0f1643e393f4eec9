// A plant whose line has something go wrong, and the cards opened and counted at the end.
#pragma once

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

#include "cicada/base/file.h"
#include "line/line_process.h"
#include "line/plant.h"
#include "postgres_server.h"

#include "harness.h"

namespace cicada::test {

inline constexpr std::uint32_t kCards = 40;
inline constexpr int kSkipped = 77;

inline std::uint64_t waiting(const Plant& plant) {
  return must(plant.open_journal("")->balance("batch")).jobs.in(host::journal::is_waiting);
}

/// A plant with its journal, ready to work.
struct Works {
  /// `address` of a journal; usually a file in the plant's folder.
  explicit Works(const std::string& address = {})
      : plant{{.folder = folder.path(),
               .journal = address.empty() ? "sqlite:" + (folder.path() / "journal.sqlite").string() : address}} {}

  /// The line is started again until nothing waits, as an operator would.
  [[nodiscard]] int finish(const LineSettings& settings = {}) const {
    int runs = 0;
    for (; waiting(plant) > 0 && runs < 200; ++runs) {
      static_cast<void>(run_line(plant, settings));
    }
    return runs;
  }
  /// A line is begun, and dies with claims in its hand.
  void kill_with_claims(const LineSettings& settings) const {
    const auto process = start_process([&] { return run_line(plant, settings).orderly() ? 0 : 1; });
    while (waiting(plant) > kCards - 3) ::usleep(2000);
    ::kill(process, SIGKILL);
    LONGS_EQUAL(-SIGKILL, end_of(process));
    CHECK(must(plant.open_journal("")->balance("batch")).jobs.in(host::journal::State::claimed) > 0);
  }
  /// Every card is opened; `most_quarantined` may lie there.
  void check(const std::string& what, int runs, std::uint64_t times, std::uint64_t most_quarantined = 0) const {
    const auto truth = plant.check();
    std::printf("\n%-46s %5llu times, %3d runs: %llu good, %llu quarantined, %llu lost, %llu doubled, %llu unexplained",
                what.c_str(), static_cast<unsigned long long>(times), runs, static_cast<unsigned long long>(truth.good),
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

}  // namespace cicada::test
