#include "line_shop.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/base/clock.h"
#include "cicada/base/file.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "line_journal.h"
#include "line_report.h"
#include "terminal.h"
#include "vault_option.h"

namespace cicada::tools {

namespace fs = std::filesystem;
namespace journal = host::journal;
namespace line = host::line;
namespace perso = host::perso;
namespace pki = host::pki;
namespace vault = host::vault;

void LineOptions::add_stations_to(CLI::App& command) {
  auto* where = command.add_option_group("stations", "Where the cards are");
  where->add_option("--sim", sim, "Magazine of simulated cards: a folder with blanks/, good/, quarantine/")
      ->check(not_empty())
      ->type_name("DIR");
  where->add_option("--reader", readers, "A reader, by its name or a part that fits one; may be given again")
      ->check(not_empty())
      ->allow_extra_args(false)
      ->type_name("NAME");
  where->add_flag("--all-readers", all_readers,
                  "Every reader of the pcscd that PCSCLITE_CSOCK_NAME names, or the usual one");
  where->require_option(1);
  command.add_option("--stations", stations, "Simulated stations, each with a slot of its own")
      ->check(CLI::Range(std::size_t{1}, line::kMaxStations))
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--make-blanks", make_blanks, "Put so many new blanks into the magazine first")
      ->check(CLI::Range(std::uint64_t{1}, magazine::kMaxBlanks))
      ->type_name("N");
  blanks.add_to(command);
  command.add_flag("--durable-cards", durable_cards,
                   "Simulated cards survive a power cut, not only the end of the program: much slower");
}

void LineOptions::add_staff_to(CLI::App& command) {
  command
      .add_option("--name", name,
                  "Of this process, unique among all that use the journal; its stations are NAME/station-1 ...")
      ->check(not_empty())
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--operator", operator_id, "Who works here: goes into the audit log")->type_name("ID");
  command.add_option("--shift", shift, "Shift, for the counts")->type_name("S");
  command
      .add_option("--lease", lease_seconds,
                  "How long jobs that were claimed and are not begun stay with a process that died, in seconds")
      ->check(CLI::Range(1U, 86400U))
      ->type_name("SECONDS")
      ->capture_default_str();
  command
      .add_option("--state", state,
                  "Folder for the spool and the notes of the stations, of this process alone (default: "
                  "JOBS/state-NAME)")
      ->type_name("DIR");
}

void add_dialect_dir(CLI::App& command, fs::path& folder) {
  command.add_option("--dialect-dir", folder, "Kinds of card besides those of the program: *.toml")
      ->check(not_empty())
      ->type_name("DIR");
}

std::expected<perso::Profile, Exit> load_profile_for(const fs::path& file, const fs::path& dialect_dir) {
  auto dialects = perso::DialectSet::builtin();
  auto added = dialect_dir.empty() ? perso::Checked<void>{} : dialects.add_folder(dialect_dir);
  auto profile =
      added ? perso::load_profile(file, dialects) : perso::Checked<perso::Profile>{std::unexpected{added.error()}};
  if (profile) return *std::move(profile);
  // The problem's text begins with the file's name.
  std::cerr << "cicada: " << profile.error().text << '\n';
  return std::unexpected{exit_for(base::Error{.fault = profile.error().fault, .what = ""})};
}

std::expected<perso::TerminalTrust, Exit> load_terminal_trust(const perso::Profile& profile, const fs::path& pki) {
  perso::TerminalTrust trust;
  if (!profile.terminal_authentication) return trust;
  const auto file = pki / pki::test_country_file::kCvca;
  auto certificate = base::read_file(file, asn1::kMaxCvCertificateSize);
  if (!certificate) return std::unexpected{complain(file.string(), certificate.error())};
  trust.cvca.push_back(*std::move(certificate));
  trust.today = base::date_of(base::SystemClock{}.now());
  return trust;
}

Exit LineShop::open_keys(const LineOptions& options) {
  auto profile = load_profile_for(options.profile, options.dialect_dir);
  if (!profile) return profile.error();
  profile_ = *std::move(profile);
  auto terminals = load_terminal_trust(profile_, options.pki);
  if (!terminals) return terminals.error();
  auto store = pki::TrustStore::load(options.pki);
  if (!store) return complain(options.pki.string(), store.error());
  trust_.emplace(*std::move(store));
  config_.name = options.name;
  config_.operator_id = options.operator_id;
  config_.shift = options.shift;
  config_.jobs = options.jobs;
  config_.notes = options.state.empty() ? options.jobs / ("state-" + options.name) : options.state;
  config_.profile = &profile_;
  config_.terminal_trust = *std::move(terminals);
  config_.trust = &*trust_;
  config_.claims.limit = options.limit;
  config_.claims.recipe = recipe_of(profile_, options.pki);
  config_.claims.lease = std::chrono::seconds{options.lease_seconds};
  return Exit::done;
}

Exit LineShop::open_journal(const LineOptions& options) {
  std::error_code error;
  // The spool has dossiers, which may be numbers of citizens.
  if (fs::create_directories(config_.notes, error)) fs::permissions(config_.notes, fs::perms::owner_all, error);
  if (error) return complain(config_.notes.string(), "the folder cannot be made", Exit::trouble);
  const auto file = config_.notes / "spool";
  auto spool = line::Spool::open(file);
  if (!spool) return complain(file.string(), spool.error());
  auto opened = open_to_write(options.journal, options.name, NewJournal::refuse);
  if (!opened) return opened.error();
  journal_ = *std::move(opened);
  queue_ = std::make_unique<line::JournalQueue>(
      *journal_, *std::move(spool), line::QueueOptions{.on_refused = [prompt = prompt_](const line::RefusedCard& card) {
        prompt("spool", fmt::format("the journal refused what waited here of chip {} (dossier {})", card.chip,
                                    card.dossier.empty() ? "unknown" : card.dossier));
      }});
  return Exit::done;
}

namespace {

/// A file that is larger (octets) is no single certificate.
constexpr std::size_t kMaxCertificate = 64UL * 1024;

std::optional<journal::Digest> digest_of(base::ByteView octets) {
  const auto hash = crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, octets);
  journal::Digest digest{};
  if (!hash || hash->size() != digest.size()) return std::nullopt;
  std::ranges::copy(*hash, digest.begin());
  return digest;
}

}  // namespace

journal::Recipe recipe_of(const perso::Profile& profile, const fs::path& trust) {
  journal::Recipe recipe{.profile = profile.name, .dialect = profile.dialect, .content = profile.digest};
  std::error_code error;
  const auto file = fs::is_directory(trust, error) ? trust / pki::test_country_file::kCsca : trust;
  const auto octets = base::read_file(file, kMaxCertificate);
  if (!octets) return recipe;
  recipe.csca_file = digest_of(*octets);
  const auto store = pki::TrustStore::load(file);
  if (store && store->anchors().size() == 1) recipe.csca = digest_of(store->anchors().front()->der);
  return recipe;
}

namespace {

std::string_view why_not(journal::Misfit misfit) noexcept {
  switch (misfit) {
    case journal::Misfit::none: return "";
    case journal::Misfit::profile: return "another profile";
    case journal::Misfit::content: return "the profile of this name was changed since";
    case journal::Misfit::country: return "another country: its CSCA is another one";
  }
  return "";
}

/// What waits, a recipe once, with one of its batches and with what would fit.
std::string what_waits(const std::vector<journal::Batch>& batches, const std::vector<journal::RecipeCount>& ready,
                       const journal::Recipe& ours) {
  constexpr std::size_t kShown = 8;
  std::vector<journal::Recipe> seen;
  std::string text;
  for (const auto& batch : batches) {
    const bool waits = std::ranges::find(ready, batch.recipe, &journal::RecipeCount::recipe) != ready.end();
    if (!waits || std::ranges::find(seen, batch.recipe) != seen.end()) continue;
    seen.push_back(batch.recipe);
    if (seen.size() > kShown) return text + "; and more (cicada status)";
    text += fmt::format("{}batch {} was prepared with {} ({})", text.empty() ? "" : "; ", safe(batch.id),
                        safe(to_text(batch.recipe)), why_not(compare(batch.recipe, ours)));
  }
  return text;
}

}  // namespace

/// Before a job is claimed or a card touched: a line that can make nothing of what waits has the wrong profile. When
/// nothing waits, or a card of this line's kind is under way, there may be one in a slot to be finished; and a line
/// that had steps in its spool was started for them, which the first question commits.
Exit LineShop::check_batches(const LineOptions& options) {
  const bool had_spool = queue_->counts().waiting > 0;
  const auto ready = queue_->ask([](journal::Journal& journal) { return journal.ready_by_recipe(); });
  if (!ready) return complain_of_journal(options.journal, ready.error());
  const auto batches = queue_->ask([](journal::Journal& journal) { return journal.batches_in_work(); });
  if (!batches) return complain_of_journal(options.journal, batches.error());
  const auto& ours = config_.claims.recipe;
  const auto is_ours = [&](const auto& one) { return fits(one.recipe, ours); };
  if (ready->empty() || std::ranges::any_of(*ready, is_ours) || std::ranges::any_of(*batches, is_ours) || had_spool ||
      a_card_of_ours_waits()) {
    return Exit::done;
  }
  return complain(
      options.profile.string(),
      fmt::format("nothing that waits can be made with this line's {}: {}. Run a line with that profile and "
                  "country, as it was then, or prepare a batch with this one",
                  safe(to_text(ours)), what_waits(*batches, *ready, ours)),
      Exit::bad_input);
}

/// In a slot, since a process of this name died between a card's last step and its tray.
bool LineShop::a_card_of_ours_waits() {
  return std::ranges::any_of(feeders_, [this](const auto& feeder) {
    const auto occupied = feeder->occupied();
    const auto dossier = line::noted_in_slot(config_, *feeder);
    if (!occupied || !*occupied || !dossier) return false;
    const auto last = queue_->ask([&](journal::Journal& journal) { return journal.find_dossier(*dossier); });
    return last && *last && fits((*last)->recipe, config_.claims.recipe);
  });
}

std::uint64_t LineShop::waiting() {
  const auto& ours = config_.claims.recipe;
  const auto ready = queue_->ask([](journal::Journal& journal) { return journal.ready_by_recipe(); });
  const auto balance = this->balance();
  if (!ready || !balance) return 0;
  std::uint64_t others = 0;
  for (const auto& count : *ready) others += fits(count.recipe, ours) ? 0 : count.ready;
  const auto all = waiting_jobs(balance);
  return all - std::min(all, others);
}

Exit LineShop::open_vault(const LineOptions& options) {
  vault::VaultSettings settings;
  settings.holds = [this](const vault::Grant& grant) { return queue_->holds(grant.job, grant.fence); };
  settings.signed_before = [this](const std::string& signer, std::uint64_t most) {
    return queue_->ask([&](journal::Journal& journal) { return journal.count_of_signer(signer, most); });
  };
  auto opened = tools::open_vault(options.pki, options.token, std::move(settings));
  if (!opened) return opened.error();
  vault_ = *std::move(opened);
  return Exit::done;
}

/// Each delivery is a lot of its own, and counted before it is there: a line that dies in between misses blanks at the
/// reconciliation, it never has some that nobody counted.
Exit LineShop::make_blanks(const LineOptions& options) {
  const auto kind = options.blanks.kind(profile_.dialect);
  if (!kind) return complain("--make-blanks", kind.error());
  const auto lot = fmt::format("{} {} {}", options.sim.filename().string(),
                               base::to_iso_instant(base::SystemClock{}.now()), ::getpid());
  const auto counted = queue_->ask([&](journal::Journal& journal) {
    return journal.receive_blanks(
        lot, options.make_blanks,
        {.station = options.name, .operator_id = options.operator_id, .shift = options.shift});
  });
  if (!counted) return complain_of_journal(options.journal, counted.error());
  const auto made = magazine_->make_blanks(
      options.make_blanks, [this](const host::gp::ChipSerial& serial) { return vault_->transport_keys(serial); },
      *kind);
  return made ? Exit::done : complain(options.sim.string(), made.error());
}

Exit LineShop::open_readers(const LineOptions& options, const std::stop_token& stop, const Prompt& prompt) {
  const auto readers = readers_named(options.readers, options.all_readers);
  if (!readers) return readers.error();
  for (const auto& reader : *readers) feeders_.push_back(std::make_unique<PcscFeeder>(reader, stop, prompt));
  return Exit::done;
}

Exit LineShop::open_magazine(const LineOptions& options) {
  auto opened = magazine::Magazine::open(options.sim,
                                         {.durability = options.durable_cards ? applet_sim::nvm::Durability::durable
                                                                              : applet_sim::nvm::Durability::relaxed});
  if (!opened) return complain(options.sim.string(), opened.error());
  magazine_ = *std::move(opened);
  for (std::size_t i = 1; i <= options.stations; ++i) {
    auto feeder = magazine_->station(i);
    if (!feeder) return complain(fmt::format("{} station {}", options.sim.string(), i), feeder.error());
    feeders_.push_back(*std::move(feeder));
  }
  return Exit::done;
}

std::expected<std::unique_ptr<LineShop>, Exit> LineShop::open(const LineOptions& options, const std::stop_token& stop,
                                                              const Prompt& prompt) {
  std::unique_ptr<LineShop> shop{new LineShop};
  shop->prompt_ = prompt;
  for (const auto step : {&LineShop::open_keys, &LineShop::open_journal, &LineShop::open_vault}) {
    if (const auto exit = ((*shop).*step)(options); exit != Exit::done) return std::unexpected{exit};
  }
  const auto stations = options.sim.empty() ? shop->open_readers(options, stop, prompt) : shop->open_magazine(options);
  if (stations != Exit::done) return std::unexpected{stations};
  if (const auto exit = shop->check_batches(options); exit != Exit::done) return std::unexpected{exit};
  if (options.make_blanks > 0 && shop->magazine_ != nullptr) {
    if (const auto made = shop->make_blanks(options); made != Exit::done) return std::unexpected{made};
  }
  return shop;
}

base::Result<line::LineReport> LineShop::run(const std::stop_token& stop, line::OnCard on_card,
                                             line::OnStation on_station) {
  config_.on_card = std::move(on_card);
  config_.on_station = std::move(on_station);
  std::vector<line::Feeder*> feeders;
  feeders.reserve(feeders_.size());
  for (const auto& feeder : feeders_) feeders.push_back(feeder.get());
  CICADA_TRY(auto report, (line::Line{config_, *queue_, *vault_, std::move(feeders)}.run(stop)));
  last_balance_ = balance();
  report.journal = queue_->counts();
  report.refused_cards = queue_->refused_cards();
  return report;
}

std::optional<journal::Balance> LineShop::balance() {
  auto balance = queue_->ask([](journal::Journal& journal) { return journal.balance(""); });
  if (!balance) return std::nullopt;
  return *balance;
}

}  // namespace cicada::tools
