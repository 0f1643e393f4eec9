// cicada-mutation: who tests the tests. Faults against cases, and sound cards against all of them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

#include "cicada/base/file.h"
#include "cicada/tests/mutation/coverage.h"
#include "cicada/tests/mutation/mutant.h"
#include "cicada/tests/mutation/search.h"
#include "cicada/tests/mutation/specimen.h"
#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tests::mutation {
namespace {

namespace lower_tester = tools::lower_tester;
namespace model = conformance::model;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;
constexpr std::size_t kMaxDocument = 8UL * 1024 * 1024;

int complain(std::string_view about, std::string_view what) {
  std::cerr << fmt::format("cicada-mutation: {}: {}\n", about, what);
  return kBadInput;
}

struct CoverageOptions {
  std::filesystem::path document;
  SearchOptions search;
};

int write_coverage(const CoverageOptions& options) {
  Coverage known;
  if (std::filesystem::exists(options.document)) {
    const auto octets = base::read_file(options.document, kMaxDocument);
    if (!octets) return complain(options.document.string(), octets.error().describe());
    auto before = parse({reinterpret_cast<const char*>(octets->data()), octets->size()});
    if (!before) return complain(options.document.string(), before.error().text);
    known = *std::move(before);
  }
  const auto found = search(known, options.search, [](const std::string& line) { std::cerr << line << '\n'; });
  if (!found) return complain("search", found.error().describe());
  const auto written = base::write_file(options.document, base::as_bytes(write(*found)), 0644);
  if (!written) return complain(options.document.string(), written.error().describe());
  std::cout << fmt::format("{} cases, {} unproven; {} faults unnoticed\n", found->runnable.size(),
                           found->unproven().size(), found->unnoticed.size());
  return kDone;
}

struct TryOptions {
  std::string fault;
  std::string configuration;
  Cases cases;
};

int try_one(const TryOptions& options) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto* mutant = options.fault == "none" ? nullptr : find_mutant(options.fault);
  if (mutant == nullptr && options.fault != "none") return complain(options.fault, "there is no such fault");
  auto configuration = options.configuration;
  if (configuration.empty()) configuration = mutant == nullptr ? "full" : mutant->configurations.front();
  const auto specimen = sound_specimen(configuration, rng, clock);
  if (!specimen) return complain(configuration, specimen.error().describe());
  const auto trial = mutant == nullptr ? put(*specimen, {}, options.cases, rng, clock)
                                       : put(*mutant, *specimen, options.cases, rng, clock);
  if (!trial) return complain(options.fault, trial.error().describe());
  for (const auto& one : trial->record.records) {
    const auto verdict = one.outcome.verdict;
    if (verdict == model::Verdict::pass || verdict == model::Verdict::not_applicable) continue;
    std::cout << fmt::format("{} {}: {}\n", one.info.id, to_string(verdict), one.outcome.reason);
  }
  for (const auto& [verdict, count] : trial->record.totals())
    std::cout << fmt::format("{} {}\n", count, to_string(verdict));
  std::cout << fmt::format("{:.1f} s{}\n", std::chrono::duration<double>(trial->record.duration).count(),
                           trial->struck ? "" : "; an action never struck");
  return kDone;
}

struct SoundOptions {
  std::vector<std::uint64_t> seeds = {1, 2, 3};
  std::vector<std::string> configurations;
};

/// Lines for all that did not pass.
bool is_sound(const Trial& trial, std::string_view name) {
  bool sound = true;
  for (const auto& one : trial.record.records) {
    const bool well =
        one.outcome.verdict == model::Verdict::pass || one.outcome.verdict == model::Verdict::not_applicable;
    if (well && one.state_afterwards.empty()) continue;
    sound = false;
    std::cout << fmt::format("{}: {} {}: {} {}\n", name, one.info.id, to_string(one.outcome.verdict),
                             one.outcome.reason, one.state_afterwards);
  }
  const auto totals = trial.record.totals();
  const auto count = [&](model::Verdict verdict) { return totals.contains(verdict) ? totals.at(verdict) : 0; };
  std::cout << fmt::format("{}, {}: {} pass, {} fail, {} inconclusive, {} not applicable, {:.1f} s\n", name,
                           trial.record.order, count(model::Verdict::pass), count(model::Verdict::fail),
                           count(model::Verdict::inconclusive), count(model::Verdict::not_applicable),
                           std::chrono::duration<double>(trial.record.duration).count());
  return sound;
}

int check_sound(const SoundOptions& options) {
  base::SystemRng rng;
  const base::SystemClock clock;
  bool sound = true;
  for (const auto& configuration : lower_tester::configurations()) {
    const std::string name{configuration.name};
    if (!options.configurations.empty() &&
        std::ranges::find(options.configurations, name) == options.configurations.end())
      continue;
    const auto specimen = make_specimen(name, rng, clock);
    if (!specimen) return complain(name, specimen.error().describe());
    for (const auto seed : options.seeds) {
      const auto trial = put(*specimen, {}, {.ids = {}, .units = {}, .seed = seed}, rng, clock);
      if (!trial) return complain(name, trial.error().describe());
      sound = is_sound(*trial, name) && sound;
    }
  }
  return sound ? kDone : kFailed;
}

int run(int argc, char** argv) {
  CLI::App app{"Faults in test cards against the chip's side of the conformance suite."};
  app.require_subcommand(1);
  int exit = kDone;

  CoverageOptions coverage;
  auto* command = app.add_subcommand("coverage", "Put every fault to every case and write down what notices what.");
  command->add_option("document", coverage.document, "What is in it of faults and units not looked at stays")
      ->required();
  command->add_option("--unit", coverage.search.units, "Only cases of these units")->delimiter(',');
  command->add_option("--fault", coverage.search.faults, "Only these faults")->delimiter(',');
  command->add_flag("--new", coverage.search.only_new, "Only faults that the document does not have");
  command->add_option("--jobs", coverage.search.jobs, "Threads")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_option("--cards", coverage.search.most_cards, "Configurations that a fault is seeded into")
      ->check(CLI::Range(1, 32))
      ->capture_default_str();
  command->add_option("--card", coverage.search.cards, "These configurations instead")->delimiter(',');
  command->add_flag("--near", coverage.search.near, "A fault that names its case: only to that case's unit");
  command->add_option("--minutes", coverage.search.minutes, "Begin nothing after them; --new goes on later");
  command->add_option("--enough", coverage.search.enough, "Failures after which a fault is not put to more cases");
  command->callback([&] { exit = write_coverage(coverage); });

  TryOptions one;
  command = app.add_subcommand("try", "What one fault makes of the suite; the fault \"none\" is a sound card.");
  command->add_option("fault", one.fault)->required();
  command->add_option("--card", one.configuration, "Configuration; the simplest that fits without it");
  command->add_option("--unit", one.cases.units)->delimiter(',');
  command->add_option("--only", one.cases.ids)->delimiter(',');
  command->callback([&] { exit = try_one(one); });

  SoundOptions sound;
  command = app.add_subcommand("sound", "Sound cards of every configuration, in shuffled orders.");
  command->add_option("--shuffle", sound.seeds, "Seeds")->delimiter(',')->capture_default_str();
  command->add_option("--card", sound.configurations, "Only these configurations")->delimiter(',');
  command->callback([&] { exit = check_sound(sound); });

  CLI11_PARSE(app, argc, argv);
  return exit;
}

}  // namespace
}  // namespace cicada::tests::mutation

int main(int argc, char** argv) {
  try {
    return cicada::tests::mutation::run(argc, argv);
  } catch (const std::exception& error) {
    return cicada::tests::mutation::complain("error", error.what());
  }
}
