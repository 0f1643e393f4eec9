// A province on simulated cards: every dossier becomes one good card, though the line is killed again and again.
//
//   build/bench/province                        2,000 cards
//   build/bench/province --scale 1              1,130,342, as many as one province had when it was closed
//   build/bench/province --cards 50000 --kills 40 --seed 7 --journal postgresql://...
//
// After each batch every card is opened and counted, and in the end the sum has to be the number of dossiers, exactly.
// Cards and packs of a batch that is closed are removed then, so that a province needs room for its journal only. Once
// a minute it says how far it is. SIGINT and SIGTERM end it after the batch that it is at, with the whole report.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "cicada/host/issuance/job_pack.h"
#include "line/campaign.h"
#include "line/kill_points.h"
#include "line/line_process.h"
#include "line/people.h"
#include "parts.h"

namespace {

using namespace cicada;
using namespace cicada::test;
namespace journal = cicada::host::journal;
using std::chrono::steady_clock;

constexpr double kProvince = 1'130'342;

struct Options {
  std::uint32_t cards = 2000;
  double scale = 0;
  std::uint32_t batch = 2000;
  std::uint32_t kills = 12;
  std::uint64_t seed = 20220122;
  std::size_t portrait = 700;
  std::string profile = "tests/support/line/small.toml";
  std::string journal;
  std::string folder;
};

/// Set by SIGINT and SIGTERM.
volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int /*signal*/) {
  stop_asked = 1;
}

void handle_signals(void (*handler)(int)) {
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

double cpu_seconds(const rusage& use) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

struct Run {
  std::uint32_t cards = 0;   ///< whose batches are closed
  double wall = 0, cpu = 0;  ///< of the lines, in seconds
  std::uint64_t deaths = 0, starts = 0;
  std::uint64_t good = 0, quarantined = 0, lost = 0, doubled = 0, unexplained = 0;
  std::int64_t difference = 0;
};

class Province {
 public:
  Province(Options options, Plant& plant) : options_(std::move(options)), plant_(plant), random_(options_.seed) {}

  /// One card in this process: its commands.
  void listen() {
    plant_.begin_batch("first", kMaxCitizens, 1);
    LineSettings settings{.stations = 1};
    settings.feeder = [this](host::line::Feeder& inner) { return bench::listening(inner, life_); };
    if (run_line(plant_, settings).total().good != 1) throw std::runtime_error("the first card was not made");
  }
  /// What they cost both libraries: the mean of what was measured between the batches.
  [[nodiscard]] bench::FloorOf floor() const {
    const auto times = static_cast<std::int64_t>(std::max<std::size_t>(floors_, 1));
    return {.host = floor_.host / times, .card = floor_.card / times};
  }
  [[nodiscard]] std::size_t commands() const { return life_.size(); }

  Run run() {
    KillPoints::create();
    told_ = begun_ = steady_clock::now();
    while (run_.cards < options_.cards && stop_asked == 0) {
      const auto count = std::min(options_.batch, options_.cards - run_.cards);
      measure();
      make_batch(run_.cards, count);
      run_.cards += count;
      tell();
    }
    measure();
    return run_;
  }

 private:
  /// On all cores at once, as the line works: where two of them share their units, each has less of them then.
  void measure() {
    constexpr std::size_t kTimes = 50;
    constexpr std::size_t kTexts = 700;
    std::vector<std::future<bench::FloorOf>> cores;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      cores.push_back(std::async(std::launch::async,
                                 [this] { return bench::measure_floor(life_, options_.portrait + kTexts, kTimes); }));
    }
    for (auto& core : cores) {
      const auto one = core.get();
      floor_.host += one.host;
      floor_.card += one.card;
      ++floors_;
    }
  }

  /// How far it is, once a minute.
  void tell() {
    const auto now = steady_clock::now();
    if (now - told_ < std::chrono::minutes{1}) return;
    told_ = now;
    const auto seconds = std::chrono::duration<double>(now - begun_).count();
    const auto rate = run_.cards / seconds;
    fmt::print(
        "  {:>9} of {} cards in {:.0f} s: {:.0f} a second, {:.0f} us CPU a card in the line, {} kills; {:.0f} min "
        "left\n",
        run_.cards, options_.cards, seconds, rate, run_.cpu * 1e6 / run_.cards, run_.deaths,
        (options_.cards - run_.cards) / rate / 60);
    std::fflush(stdout);
  }

  void make_batch(std::uint32_t first, std::uint32_t count) {
    const auto id = fmt::format("{:07}", first);
    plant_.begin_batch(id, first, count);
    const auto share = static_cast<double>(options_.kills) * count / options_.cards;
    auto deaths = static_cast<std::uint64_t>(share + static_cast<double>(random_() % 1000) / 1000);
    for (int starts = 0;; ++starts) {
      if (starts > 1000) throw std::runtime_error("the batch does not end");
      line(deaths > 0 ? count / (deaths + 1) : 0);
      if (deaths > 0) --deaths;
      if (waiting(id) == 0) break;
    }
    settle(id);
    std::filesystem::remove(plant_.packs() / must(host::issuance::pack_name(id)));
  }

  /// A line that dies somewhere after about so many cards, or works to its end (0).
  void line(std::uint64_t cards) {
    const auto places = KillPoints::places();
    const auto place = places.empty() ? std::string{"journal done, before"} : places[random_() % places.size()].name;
    const auto nth = cards == 0 ? 0 : 1 + random_() % cards;
    LineSettings settings{.claims = 64, .listen = nth > 0};
    auto& parts = bench::Parts::shared();
    settings.feeder = [&](host::line::Feeder& inner) { return bench::timed(inner, parts); };
    settings.journal = [&](journal::Journal& inner) { return bench::timed(inner, parts); };
    settings.vault = [&](host::vault::Vault& inner) { return bench::timed(inner, parts); };
    const auto begin = steady_clock::now();
    const auto process = start_process([&] {
      handle_signals(SIG_IGN);  // the batch is finished first
      if (nth > 0) KillPoints::arm(place, nth, places.empty());
      return run_line(plant_, settings).orderly() ? 0 : 1;
    });
    int status = 0;
    rusage use{};
    if (::wait4(process, &status, 0, &use) != process) throw std::runtime_error("the line is gone");
    run_.wall += std::chrono::duration<double>(steady_clock::now() - begin).count();
    run_.cpu += cpu_seconds(use);
    ++run_.starts;
    if (WIFSIGNALED(status)) {
      ++run_.deaths;
      fmt::print("  killed: {} (time {})\n", place, nth);
    }
  }

  std::uint64_t waiting(const std::string& id) const {
    return must(plant_.open_journal("")->balance(id)).jobs.in(journal::is_waiting);
  }

  void settle(const std::string& id) {
    const auto truth = plant_.check();
    run_.good += truth.good;
    run_.quarantined += truth.quarantined;
    run_.lost += truth.lost + truth.waiting;
    run_.doubled += truth.doubled;
    run_.unexplained += truth.unexplained;
    for (const auto& complaint : truth.complaints) fmt::print("  COMPLAINT: {}\n", complaint);
    const auto balance = must(plant_.close_batch(id, truth.blanks));
    run_.difference += std::abs(balance.dossier_difference()) + std::abs(balance.blank_difference());
  }

  Options options_;
  Plant& plant_;
  std::mt19937_64 random_;
  std::vector<bench::Wire> life_ = {};
  bench::FloorOf floor_ = {};
  std::size_t floors_ = 0;
  Run run_ = {};
  steady_clock::time_point begun_ = {}, told_ = {};
};

/// Communes and districts by code, as the journal counts them, and as many good cards as were found, besides the one
/// whose commands were listened to.
bool units_are_whole(const Plant& plant, std::uint32_t cards, std::uint64_t found) {
  const auto book = plant.open_journal("");
  const auto done = static_cast<std::size_t>(journal::State::done);
  std::uint64_t communes = 0, good = 0;
  for (const auto& row : must(book->counts(journal::GroupBy::commune))) {
    ++communes;
    good += row.jobs.at(done);
  }
  std::uint64_t districts = 0;
  for (const auto& row : must(book->counts(journal::GroupBy::district))) {
    ++districts;
    if (cards <= 20'000) continue;
    fmt::print("  district {:12} {:>9} done\n", row.key, row.jobs.at(done));
  }
  fmt::print("units: {} districts, {} communes, {} + 1 done\n", districts, communes, good - 1);
  return districts == std::min(kDistricts, cards) && communes == std::min(kCommunes, cards) && good == found + 1;
}

void print_cost(const Run& run, const bench::FloorOf& floor, std::uint32_t cards, std::size_t commands) {
  const auto& parts = bench::Parts::shared();
  const auto a_card = [&](double seconds) { return seconds * 1e6 / cards; };
  const double whole = a_card(run.cpu);
  const double card = a_card(parts.of_all(parts.card) / 1e9);
  const double book = a_card(static_cast<double>(parts.journal) / 1e9);
  const double vault = a_card(parts.of_all(parts.vault) / 1e9);
  const double feeder = a_card(parts.of_all(parts.feeder) / 1e9);
  const double host_floor = static_cast<double>(floor.host.count()) / 1e3;
  const double card_floor = static_cast<double>(floor.card.count()) / 1e3;
  const auto row = [whole](const char* name, double microseconds) {
    fmt::print("  {:44} {:>8.0f} us  {:>5.1f} %\n", name, microseconds, 100 * microseconds / whole);
  };
  fmt::print("CPU a card, {} commands:\n", commands);
  row("crypto, host (floor)", host_floor);
  row("crypto, card (floor)", card_floor);
  row("card, beyond its crypto", card - card_floor);
  row("journal", book);
  row("moving and opening card files", feeder);
  row("rest (station, reading back, starts, kills)", whole - card - book - feeder - host_floor);
  row("whole line", whole);
  fmt::print("  of it in the vault {:.0f} us\n", vault);
  fmt::print("cards an hour on this machine: {:.0f}; on one core by CPU: {:.0f}\n", cards * 3600.0 / run.wall,
             3600e6 / whole);
  fmt::print("share of the crypto floor: {:.1f} %\n", 100 * (host_floor + card_floor) / whole);
}

int run(const Options& options) {
  const Folder folder{"province", options.folder.empty() ? Folder::root() : std::filesystem::path{options.folder}};
  Plant plant{
      {.folder = folder.path(),
       .journal = options.journal.empty() ? "sqlite:" + (folder.path() / "journal.sqlite").string() : options.journal,
       .profile = options.profile,
       .portrait_size = options.portrait}};
  fmt::print("{} cards in batches of {}, about {} kills, seed {}\n", options.cards, options.batch, options.kills,
             options.seed);
  Province province{options, plant};
  province.listen();
  const auto run = province.run();
  if (run.cards == 0) throw std::runtime_error("stopped before the first batch was closed");
  if (run.cards < options.cards) fmt::print("stopped after {} cards\n", run.cards);
  print_cost(run, province.floor(), run.cards, province.commands());
  const bool units = units_are_whole(plant, run.cards, run.good);
  const auto audit = plant.verify_audit();
  fmt::print("audit log: {} records, {} findings\n", audit.records, audit.findings.size());
  fmt::print(
      "{} kills, {} starts; dossiers {} = good {} + quarantined {}; lost {}, doubled {}, unexplained {}, "
      "difference {}\n",
      run.deaths, run.starts, run.cards, run.good, run.quarantined, run.lost, run.doubled, run.unexplained,
      run.difference);
  // With nobody dead it would have proved nothing of what it is for.
  const bool died = run.deaths > 0 || options.kills == 0 || run.cards < options.cards;
  if (!died) fmt::print("NOBODY WAS KILLED, though about {} deaths were asked for\n", options.kills);
  const bool exact = run.good + run.quarantined == run.cards && run.lost == 0 && run.doubled == 0 &&
                     run.unexplained == 0 && run.difference == 0 && units && audit.sound();
  fmt::print("{}\n", exact ? "reconciled to the exact number" : "THIS DOES NOT RECONCILE");
  return exact && died ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"A province on simulated cards"};
  app.add_option("--cards", options.cards, "How many")->check(CLI::Range(1U, kMaxCitizens / 2));
  app.add_option("--scale", options.scale, "Instead: so many times 1,130,342")->check(CLI::Range(0.0, 3.0));
  app.add_option("--batch", options.batch, "Cards of one batch")->check(CLI::Range(1U, 10'000U));
  app.add_option("--kills", options.kills, "Deaths of the line, about");
  app.add_option("--seed", options.seed, "Where the line dies");
  app.add_option("--portrait", options.portrait, "Octets of a portrait")->check(CLI::Range(700U, 30'000U));
  app.add_option("--profile", options.profile, "What a card holds")->check(CLI::ExistingFile);
  app.add_option("--journal", options.journal, "sqlite:FILE or postgresql://...; left out: SQLite in the folder");
  app.add_option("--folder", options.folder, "Where cards, packs and journal are made; left out: in memory")
      ->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  if (options.scale > 0) options.cards = static_cast<std::uint32_t>(options.scale * kProvince + 0.5);
  handle_signals(&ask_to_stop);
  try {
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "province: {}\n", error.what());
    return 3;
  }
}
