// cicada prepare: records in, sealed jobs out, for stations to claim.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "app.h"
#include "cicada/base/clock.h"
#include "cicada/host/issuance/policy.h"
#include "cicada/host/line/preparation.h"
#include "cicada/host/line/record_feed.h"
#include "cicada/host/line/sender_lines.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/vault/token_vault.h"
#include "line_journal.h"
#include "line_shop.h"
#include "prepare.h"
#include "sender_file.h"
#include "stop_signal.h"
#include "terminal.h"
#include "vault_option.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace journal = host::journal;
namespace line = host::line;
namespace perso = host::perso;
namespace vault = host::vault;

/// Everything that a run holds.
struct Office {
  RecordSource source;
  perso::Profile profile;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<journal::Journal> journal;
  journal::Actor actor;
};

/// What the journal knows of a signer's cards, by a connection of its own: threads that sign ask while another writes.
/// Opened when it is first asked: then there is a journal.
vault::SignedBefore asked_of(const std::string& address) {
  return [address, book = std::shared_ptr<journal::Journal>{}](
             const std::string& signer, std::uint64_t most) mutable -> base::Result<std::uint64_t> {
    if (!book) {
      CICADA_TRY(book, journal::open_journal(address, ""));
    }
    return book->count_of_signer(signer, most);
  };
}

std::expected<Office, Exit> open_office(const PrepareOptions& options) {
  auto profile = load_profile_for(options.profile, options.dialect_dir);
  if (!profile) return std::unexpected{profile.error()};
  auto source = open_source(options.source);
  if (!source) return std::unexpected{complain(source.error())};
  if (options.pki.empty() == options.token.empty()) {
    return std::unexpected{complain("prepare", "give --pki DIR or --token FILE, one of the two", Exit::bad_input)};
  }
  vault::VaultSettings settings;  // no fence is asked for: no station has the jobs yet
  settings.signed_before = asked_of(options.journal);
  auto vault = open_vault(options.pki, options.token, std::move(settings));
  if (!vault) return std::unexpected{vault.error()};
  auto book = open_to_write(options.journal, "prepare-" + source->batch.id, NewJournal::make);
  if (!book) return std::unexpected{book.error()};
  auto trust = options.pki;
  if (trust.empty()) {
    const auto configuration = vault::load_token_configuration(options.token);
    if (!configuration) return std::unexpected{complain(configuration.error())};
    trust = configuration->trust;
  }
  source->batch.recipe = recipe_of(*profile, trust);
  const journal::Actor actor{.station = "prepare", .operator_id = options.operator_id};
  if (const auto added = (*book)->add_batch(source->batch, actor); !added) {
    return std::unexpected{complain_of_journal(options.journal, added.error())};
  }
  return Office{.source = *std::move(source),
                .profile = *std::move(profile),
                .vault = *std::move(vault),
                .journal = *std::move(book),
                .actor = actor};
}

/// Dossiers of this run that contradict what is there: id and version.
using Contradictions = std::vector<std::pair<std::string, std::uint32_t>>;
/// So many are named; all of them are in the rejects file.
constexpr std::size_t kMostNamed = 1000;

/// What the sender gets.
struct ForSender {
  SenderFile rejects, warnings;
  [[nodiscard]] std::expected<void, Exit> check() const {
    for (const auto* file : {&rejects, &warnings}) {
      if (!file->good()) return std::unexpected{complain(file->path().string(), "it cannot be written", Exit::trouble)};
    }
    return {};
  }
  /// Only a run that has seen every record knows all that belongs in them.
  [[nodiscard]] std::expected<void, Exit> keep() {
    for (auto* file : {&rejects, &warnings}) {
      if (!file->keep()) return std::unexpected{complain(file->path().string(), "it cannot be written", Exit::trouble)};
    }
    return {};
  }
};

/// How a run ended.
struct Ending {
  line::PreparationReport report;
  std::map<std::string, std::uint64_t> warnings = {};  ///< by rule
  Contradictions conflicts = {};
  issuance::Findings findings = {};  ///< about the batch as a whole
  std::optional<base::Error> problem = {};
  bool stopped = false;
};

std::uint64_t count_warnings(const Ending& ending) {
  std::uint64_t count = 0;
  for (const auto& [rule, times] : ending.warnings) count += times;
  return count;
}

void print_json(const Office& office, const Ending& ending, std::uint64_t unread) {
  const auto& report = ending.report;
  nlohmann::json shown{{"batch", office.source.batch.id},
                       {"announced", office.source.batch.announced},
                       {"records", report.records},
                       {"prepared", report.prepared},
                       {"known", report.known},
                       {"rejected", report.rejected},
                       {"held", report.held},
                       {"taken", report.taken},
                       {"conflicts", report.conflicts},
                       {"waiting", report.waiting},
                       {"unread", unread},
                       {"warnings", count_warnings(ending)},
                       {"warnings_by_rule", nlohmann::json::object()},
                       {"conflict_dossiers", nlohmann::json::array()},
                       {"stopped", ending.stopped},
                       {"balances", report.balances()}};
  if (ending.problem) shown["problem"] = ending.problem->describe();
  for (const auto& [rule, times] : ending.warnings) shown["warnings_by_rule"][rule] = times;
  for (const auto& [dossier, version] : ending.conflicts) {
    shown["conflict_dossiers"].push_back({{"dossier", safe(dossier)}, {"version", version}});
  }
  shown["findings"] = nlohmann::json::array();
  for (const auto& finding : ending.findings) shown["findings"].push_back(safe(issuance::describe(finding)));
  std::cout << shown.dump(2) << '\n';
}

void print_text(const Ending& ending, std::uint64_t unread) {
  const auto& report = ending.report;
  std::cout << fmt::format(
      "records {} = prepared {} + known {} + rejected {} + held {} + taken {} + conflicts {} + waiting {}{}\n",
      report.records, report.prepared, report.known, report.rejected, report.held, report.taken, report.conflicts,
      report.waiting, report.balances() ? "" : "   THIS DOES NOT BALANCE");
  if (unread > 0) std::cout << fmt::format("not taken in yet: {}\n", unread);
  constexpr std::size_t kShown = 5;
  for (const auto& [dossier, version] : ending.conflicts | std::views::take(kShown)) {
    std::cout << fmt::format("conflict: dossier {} version {} contradicts what is there\n", safe(dossier), version);
  }
  if (report.conflicts > kShown) {
    std::cout << fmt::format("conflicts: {} more (--rejects, --json)\n", report.conflicts - kShown);
  }
  if (!ending.warnings.empty()) {
    std::cout << fmt::format("warnings: {}:", count_warnings(ending));
    for (const auto& [rule, times] : ending.warnings) std::cout << fmt::format(" {} {}", rule, times);
    std::cout << '\n';
  }
  for (const auto& finding : ending.findings) std::cout << safe(issuance::describe(finding)) << '\n';
}

Exit finish(const PrepareOptions& options, const Office& office, const Ending& ending) {
  const auto& report = ending.report;
  const auto unread = office.source.batch.announced - std::min(office.source.batch.announced, report.records);
  options.json ? print_json(office, ending, unread) : print_text(ending, unread);
  if (ending.problem) return complain("prepare", *ending.problem);
  if (!report.balances()) return complain("prepare", "the numbers do not balance", Exit::trouble);
  if (ending.stopped || unread > 0 || report.waiting > 0) {
    return complain("prepare", "not all of it is prepared: run the same command again", Exit::trouble);
  }
  return report.records == report.prepared + report.known ? Exit::done : Exit::check_failed;
}

line::PreparationSettings settings_of(const PrepareOptions& options, Office& office, ForSender& sender,
                                      Contradictions& conflicts) {
  return {.journal = *office.journal,
          .vault = *office.vault,
          .profile = office.profile,
          .jobs = options.jobs,
          .batch = office.source.batch.id,
          .actor = office.actor,
          .threads = options.threads,
          .on_outcome =
              [&sender, &conflicts](const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome) {
                if (sender.rejects.wanted()) sender.rejects.add(line::reject_line_of(record, outcome));
                if (sender.warnings.wanted()) sender.warnings.add(line::warning_line_of(record, outcome));
                const bool contradicts = outcome.result == journal::IntakeResult::version_conflict;
                if (!contradicts || conflicts.size() == kMostNamed) return;
                conflicts.emplace_back(record.origin.dossier, record.origin.version);
              },
          .release = {}};
}

}  // namespace

Exit prepare_batch(const PrepareOptions& options, const std::stop_token& stop) {
  auto office = open_office(options);
  if (!office) return office.error();
  auto& source = office->source;
  issuance::RuleContext context{.today = base::date_of(base::SystemClock{}.now()),
                                .folder = std::filesystem::path{source.file}.parent_path(),
                                .passport = office->profile.document == perso::DocumentKind::passport,
                                .policy = source.policy ? &*source.policy : nullptr};
  if (SenderFile::collide(options.rejects, options.warnings)) {
    return complain("--warnings", "it is the rejects file, or would be written over it", Exit::bad_input);
  }
  ForSender sender{.rejects = SenderFile{options.rejects}, .warnings = SenderFile{options.warnings}};
  if (const auto writable = sender.check(); !writable) return writable.error();
  Ending ending;
  auto settings = settings_of(options, *office, sender, ending.conflicts);
  settings.release = line::release_by_a_person(source.format, context);
  auto preparation = line::Preparation::open(std::move(settings));
  if (!preparation) return complain(options.jobs.string(), preparation.error());

  ProgressLine progress;
  issuance::RecordReader reader{*source.stream, source.format};
  if (const auto begun = begin(source, reader); !begun) return complain(begun.error());
  const auto fed = line::feed({.reader = reader,
                               .format = source.format,
                               .context = context,
                               .threads = options.threads,
                               .stop = stop,
                               .progress =
                                   [&](std::uint64_t done) {
                                     progress.show(fmt::format("{} {} of {}", bar(done, source.batch.announced, 30),
                                                               with_commas(done), with_commas(source.batch.announced)));
                                   }},
                              *preparation);
  progress.clear();
  ending.report = preparation->report();
  if (fed) {
    ending.warnings = fed->warnings;
    ending.findings = fed->findings;
    ending.stopped = fed->stopped;
  } else {
    ending.problem = fed.error();
  }
  if (fed && !ending.stopped && ending.report.records >= source.batch.announced) {
    if (const auto kept = sender.keep(); !kept) return kept.error();
  }
  return finish(options, *office, ending);
}

void add_prepare(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand(
      "prepare", "Check records, build, sign and seal what their cards get, and make the jobs ready for stations.");
  auto options = std::make_shared<PrepareOptions>();
  add_source_options(*command, options->source);
  command->add_option("--profile", options->profile, "What the card holds")->required()->type_name("FILE.toml");
  add_dialect_dir(*command, options->dialect_dir);
  command->add_option("--pki", options->pki, "Folder with the keys, as `cicada pki init` makes it")->type_name("DIR");
  command->add_option("--token", options->token, "Keys in a PKCS#11 token instead (docs/keys.md)")
      ->type_name("FILE.toml");
  command->add_option("--journal", options->journal, "sqlite:FILE or postgresql://...")->required();
  command->add_option("--jobs", options->jobs, "Folder for packs of sealed jobs")->required()->type_name("DIR");
  command->add_option("--rejects", options->rejects, "Write what the sender must correct, one JSON object a line")
      ->type_name("FILE.jsonl");
  command
      ->add_option("--warnings", options->warnings, "Write what was odd in records that became jobs, in the same form")
      ->type_name("FILE.jsonl");
  command->add_option("--operator", options->operator_id, "Who runs this, for the audit log");
  command->add_option("--threads", options->threads, "Threads that check, build and sign")
      ->check(CLI::Range(1U, line::kMaxPreparationThreads))
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/prepare-report.schema.json)");
  command->callback([options, &outcome] {
    const StopSignal stop;  // before other threads are there
    outcome.exit = prepare_batch(*options, stop.token());
  });
}

}  // namespace cicada::tools
