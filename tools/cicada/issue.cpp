// cicada issue: records in, cards out.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "app.h"
#include "card_maker.h"
#include "cicada/base/clock.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/test_country.h"
#include "line_shop.h"
#include "prepare.h"
#include "stop_signal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace perso = host::perso;
namespace pki = host::pki;

struct IssueOptions {
  fs::path records;
  fs::path profile;
  fs::path dialect_dir;
  fs::path pki;
  fs::path sim;
  bool dry_run = false;
  std::string journal;  ///< through a line: --sim is then a magazine
  fs::path jobs;
  std::vector<std::string> readers;
  fs::path token;
  std::size_t stations = 1;
  std::uint64_t make_blanks = 0;
  bool json = false;
};

/// What all records of a run share.
struct Workshop {
  perso::Profile profile;
  perso::TerminalTrust trust;
  issuance::SodSigner signer;
  std::optional<CardMaker> maker;  ///< none in a dry run
};

base::Result<issuance::SodSigner> load_signer(const fs::path& dir) {
  CICADA_TRY(auto ds, pki::load_document_signer(dir));
  // A card signed outside the key's period would fail at every counter: better none.
  CICADA_CHECK(pki::check_usable(ds, base::SystemClock{}.now()));
  return issuance::SodSigner::create(std::move(ds));
}

std::expected<Workshop, Exit> open_workshop(const IssueOptions& options) {
  if (options.sim.empty() == !options.dry_run) {
    return std::unexpected{
        complain("issue", "give --sim OUTDIR to make cards, or --dry-run to see the commands", Exit::bad_input)};
  }
  auto profile = load_profile_for(options.profile, options.dialect_dir);
  if (!profile) return std::unexpected{profile.error()};
  auto signer = load_signer(options.pki);
  if (!signer) return std::unexpected{complain(options.pki.string(), signer.error())};
  auto trust = load_terminal_trust(*profile, options.pki);
  if (!trust) return std::unexpected{trust.error()};
  std::optional<CardMaker> maker;
  if (!options.dry_run) {
    const auto key_file = options.pki / pki::test_country_file::kTransportMasterKey;
    auto master_key = host::gp::read_master_key(key_file);
    if (!master_key) return std::unexpected{complain(key_file.string(), master_key.error())};
    auto made = CardMaker::create(options.sim, *profile, *master_key, *trust);
    if (!made) return std::unexpected{complain(options.sim.string(), made.error())};
    maker.emplace(*std::move(made));
  }
  return Workshop{.profile = *std::move(profile),
                  .trust = *std::move(trust),
                  .signer = *std::move(signer),
                  .maker = std::move(maker)};
}

/// What became of the records, told while it happens and counted for the end.
class Ledger {
 public:
  explicit Ledger(bool json) : json_(json) {}

  void refused(const issuance::RecordOutcome& record) {
    ++refused_;
    if (record.held()) ++held_;
    add(record, record.held() ? "held" : "refused", {}, 0);
  }
  void made(const issuance::RecordOutcome& record, const MadeCard& card) {
    ++cards_;
    add(record, "card", card.file.string(), card.apdus);
  }
  void planned(const issuance::RecordOutcome& record, const Rehearsal& plans) {
    ++cards_;
    add(record, "planned", {}, plans.keys.steps.size() + plans.files.steps.size());
    if (json_) return;
    std::cout << perso::to_text(plans.keys) << perso::to_text(plans.files);
  }
  void failed(const issuance::RecordOutcome& record, const perso::Problem& problem) {
    ++failed_;
    worst_ = std::max(worst_, exit_for(base::Error{.fault = problem.fault, .what = ""}));
    add(record, "failed", problem.text, 0);
  }

  [[nodiscard]] Exit finish(const issuance::BatchReport& report) const {
    const bool balances = report.balances() && report.records == cards_ + refused_ + failed_;
    if (json_) {
      std::cout << nlohmann::json{{"records", records_},
                                  {"report",
                                   {{"records_in", report.records},
                                    {"cards_out", cards_},
                                    {"refused", refused_},
                                    {"held", held_},
                                    {"failed", failed_},
                                    {"balances", balances}}}}
                       .dump(2)
                << '\n';
    } else {
      std::cout << fmt::format("\nrecords in {} = cards out {} + refused {}", report.records, cards_, refused_);
      if (held_ > 0) std::cout << fmt::format(" (of which held {})", held_);
      if (failed_ > 0) std::cout << fmt::format(" + failed {}", failed_);
      std::cout << (balances ? "\n" : "   THIS DOES NOT BALANCE\n");
    }
    if (!balances) return complain("issue", "the numbers do not balance", Exit::trouble);
    if (failed_ > 0) return std::max(worst_, Exit::check_failed);
    return refused_ > 0 ? Exit::check_failed : Exit::done;
  }

 private:
  void add(const issuance::RecordOutcome& record, std::string_view state, const std::string& detail,
           std::uint64_t apdus) {
    if (json_) {
      nlohmann::json entry{{"line", record.line}, {"number", safe(record.number)}, {"state", state}};
      if (state == "card") entry["card"] = safe(detail);
      if (state == "failed") entry["problem"] = safe(detail);
      if (apdus > 0) entry["apdus"] = apdus;
      entry["findings"] = nlohmann::json::array();
      for (const auto& finding : record.findings) {
        entry["findings"].push_back({{"rule", finding.rule},
                                     {"field", safe(finding.field)},
                                     {"value", safe(finding.value)},
                                     {"message", safe(finding.message)},
                                     {"severity", issuance::to_string(finding.severity)}});
      }
      records_.push_back(std::move(entry));
      return;
    }
    std::cout << fmt::format("line {:<4} {:<12}  {:<8} {}", record.line, safe(record.number), state, safe(record.name));
    if (!detail.empty()) std::cout << fmt::format("\n{:11}{}", "", safe(detail));
    if (apdus > 0) std::cout << fmt::format("  ({} APDUs)", apdus);
    std::cout << '\n';
    for (const auto& finding : record.findings)
      std::cout << fmt::format("{:11}{}\n", "", safe(issuance::describe(finding)));
    std::cout.flush();
  }

  bool json_;
  nlohmann::json records_ = nlohmann::json::array();
  std::size_t cards_ = 0;
  std::size_t refused_ = 0;
  std::size_t held_ = 0;
  std::size_t failed_ = 0;
  Exit worst_ = Exit::done;
};

/// One accepted record to one card.
void issue_one(issuance::RecordOutcome&& record, Workshop& workshop, Ledger& ledger) {
  const auto problem = [](const base::Error& error) {
    return perso::Problem{.fault = error.fault, .text = error.describe()};
  };
  base::SystemRng rng;
  auto job = issuance::prepare_files(*record.dossier, workshop.profile, rng);
  if (!job) return ledger.failed(record, problem(job.error()));
  const auto complete = [&workshop](issuance::CardJob& waiting, const perso::ChipKeys& keys) {
    return issuance::complete_files(waiting, workshop.profile, keys, workshop.signer);
  };
  if (workshop.maker) {
    const auto card = workshop.maker->make(*std::move(job), complete);
    return card ? ledger.made(record, *card) : ledger.failed(record, card.error());
  }
  const auto plans = rehearse(workshop.profile, workshop.trust, *std::move(job), complete);
  return plans ? ledger.planned(record, *plans) : ledger.failed(record, plans.error());
}

/// Prepares the records and runs a line over the jobs, in one. The worse of the two exit codes: what was refused makes
/// no card, what was accepted does.
Exit issue_through_line(const IssueOptions& options) {
  if (options.sim.empty() == options.readers.empty() || options.dry_run) {
    return complain("issue", "with --journal give --sim MAGAZINE or --reader NAME", Exit::bad_input);
  }
  if (options.jobs.empty() && options.sim.empty()) {
    return complain("issue", "with --reader give --jobs DIR for the packs of sealed jobs", Exit::bad_input);
  }
  const auto jobs = options.jobs.empty() ? options.sim / "jobs" : options.jobs;
  const StopSignal stop;  // before the first thread, so that it is the one that gets the signals
  PrepareOptions prepare;
  prepare.source.records = options.records;
  prepare.profile = options.profile;
  prepare.dialect_dir = options.dialect_dir;
  prepare.pki = options.pki;
  prepare.token = options.token;
  prepare.journal = options.journal;
  prepare.jobs = jobs;
  const auto prepared = prepare_batch(prepare, stop.token());
  if (prepared != Exit::done && prepared != Exit::check_failed) return prepared;
  LineOptions line;
  line.journal = options.journal;
  line.jobs = jobs;
  line.profile = options.profile;
  line.dialect_dir = options.dialect_dir;
  line.pki = options.pki;
  line.token = options.token;
  line.sim = options.sim;
  line.readers = options.readers;
  line.stations = options.stations;
  line.make_blanks = options.make_blanks;
  return std::max(prepared, run_line(line, stop.token()));
}

Exit run(const IssueOptions& options) {
  if (!options.journal.empty()) return issue_through_line(options);
  if (!options.readers.empty()) {
    return complain("issue", "--reader needs --journal: without one nobody knows which card was finished",
                    Exit::bad_input);
  }
  auto workshop = open_workshop(options);
  if (!workshop) return workshop.error();
  std::error_code error;
  if (!fs::is_regular_file(options.records, error)) {
    return complain(options.records.string(),
                    fs::is_directory(options.records, error) ? "it is a folder, a file is wanted" : "no such file",
                    Exit::bad_input);
  }
  std::ifstream records{options.records, std::ios::binary};
  if (!records) return complain(options.records.string(), "the file cannot be read", Exit::bad_input);

  issuance::RuleContext context;
  context.today = base::date_of(base::SystemClock{}.now());
  context.passport = workshop->profile.document == perso::DocumentKind::passport;
  context.folder = options.records.parent_path();
  context.already_issued = [&workshop](std::string_view number) {
    return workshop->maker && workshop->maker->exists(number);
  };
  Ledger ledger{options.json};
  const auto report = issuance::read_batch(records, context, [&](issuance::RecordOutcome&& record) {
    if (!record.accepted()) return ledger.refused(record);
    issue_one(std::move(record), *workshop, ledger);
  });
  if (!report) return complain(options.records.string(), report.error());
  return ledger.finish(*report);
}

}  // namespace

void add_issue(CLI::App& app, Outcome& outcome) {
  auto* command =
      app.add_subcommand("issue", "Check records, build and sign their data groups, and write them into cards.");
  auto options = std::make_shared<IssueOptions>();
  command
      ->add_option("--records", options->records,
                   "One JSON object a line (personalization-scripts/schemas/dossier.schema.json)")
      ->required()
      ->type_name("FILE.jsonl");
  command->add_option("--profile", options->profile, "What the card holds and which commands write it")
      ->required()
      ->type_name("FILE.toml");
  add_dialect_dir(*command, options->dialect_dir);
  command->add_option("--pki", options->pki, "Folder that `cicada pki init` made")->required()->type_name("DIR");
  command->add_option("--sim", options->sim, "Folder for simulated cards: NUMBER.card and NUMBER.mrz")
      ->check(not_empty())
      ->type_name("OUTDIR");
  command
      ->add_option("--journal", options->journal,
                   "Through a personalization line: prepare, then line run; --sim is then its magazine")
      ->check(not_empty())
      ->type_name("URL");
  command
      ->add_option("--jobs", options->jobs, "With --journal: folder for packs of sealed jobs (default: MAGAZINE/jobs)")
      ->type_name("DIR");
  command->add_option("--token", options->token, "With --journal: keys in a PKCS#11 token (docs/keys.md)")
      ->type_name("FILE.toml");
  command->add_option("--reader", options->readers, "With --journal: a real reader; may be given again")
      ->allow_extra_args(false)
      ->type_name("NAME");
  command->add_option("--stations", options->stations, "With --journal and --sim")
      ->check(CLI::Range(std::size_t{1}, host::line::kMaxStations))
      ->type_name("N");
  command->add_option("--make-blanks", options->make_blanks, "With --journal and --sim: new blanks first")
      ->type_name("N");
  command->add_flag("--dry-run", options->dry_run, "Print the commands of every card instead; secrets are masked");
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/issue-report.schema.json)");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
