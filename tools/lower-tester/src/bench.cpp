#include "cicada/tools/lower_tester/bench.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "bends.h"
#include "card_on_bench.h"
#include "cicada/host/misissue/catalogue.h"
#include "cicada/tools/lower_tester/card_words.h"
#include "cicada/tools/lower_tester/document.h"
#include "faults.h"
#include "terminals.h"

namespace cicada::tools::lower_tester {

namespace fs = std::filesystem;
namespace misissue = host::misissue;
using conformance::model::Checked;
using conformance::model::Problem;
using conformance::reader::CardInField;
using conformance::reader::CardOrder;

namespace {

Problem problem(std::string_view about, const base::Error& error) {
  return {.fault = error.fault, .text = fmt::format("{}: {}", about, error.describe())};
}
std::unexpected<Problem> refuse(std::string text) {
  return std::unexpected(Problem{.fault = base::Fault::bad_input, .text = std::move(text)});
}

/// A document that was made, and what the reader gets beside it.
struct Made {
  Document document;
  fs::path trust;
};

std::optional<host::lds::Ef> name_of(const applet_sim::kernel::CardFile& file) {
  const bool in_master_file = file.folder == applet_sim::kernel::Folder::mf;
  return host::lds::find_by_fid(in_master_file ? host::lds::Directory::master_file : host::lds::Directory::lds1,
                                file.fid);
}

/// What a forgery may be about beside EF.SOD and the data groups.
std::map<host::lds::Ef, base::Bytes> others_of(const Document& document) {
  std::map<host::lds::Ef, base::Bytes> files;
  for (const auto& file : document.content.files) {
    const auto ef = name_of(file);
    if (ef && *ef != host::lds::Ef::sod && host::lds::data_group_number(*ef) == 0) files[*ef] = file.content;
  }
  return files;
}

/// Puts a forged document into the chip. Groups that the forgery does not have are not there; other files that the chip
/// did not have are in the master file, for everybody.
void replace(Document& document, const misissue::Evidence& forged) {
  namespace kernel = applet_sim::kernel;
  auto& files = document.content.files;
  std::erase_if(files, [&forged](const kernel::CardFile& file) {
    const auto ef = name_of(file);
    const int group = ef ? host::lds::data_group_number(*ef) : 0;
    return group != 0 && !forged.groups.contains(group);
  });
  auto added = forged.files;
  // Else the chip writes the names of its own trust points there.
  if (added.contains(host::lds::Ef::cvca)) document.content.cvca_file.reset();
  for (auto& file : files) {
    const auto ef = name_of(file);
    if (!ef) continue;
    if (*ef == host::lds::Ef::sod) file.content = forged.sod;
    const auto group = forged.groups.find(host::lds::data_group_number(*ef));
    if (group != forged.groups.end()) file.content = group->second;
    if (const auto changed = added.extract(*ef)) file.content = changed.mapped();
  }
  for (auto& [ef, content] : added) {
    const auto& info = host::lds::info(ef);
    files.push_back({.folder = kernel::Folder::mf,
                     .fid = info.fid,
                     .sfi = info.sfi,
                     .security_condition = 0x00,
                     .content = std::move(content)});
  }
}

std::map<int, base::Bytes> numbered(const std::map<host::lds::Ef, base::Bytes>& groups) {
  std::map<int, base::Bytes> all;
  for (const auto& [ef, octets] : groups) all.emplace(host::lds::data_group_number(ef), octets);
  return all;
}

}  // namespace

struct Bench::State {
  base::Rng& rng;
  const base::Clock& clock;
  Country country;
  fs::path folder;
  std::map<std::pair<std::string, std::string>, std::pair<TerminalSet, fs::path>> terminals = {};
  std::map<CardOrder, Made> documents = {};

  State(base::Rng& from, const base::Clock& at, Country of, fs::path in)
      : rng(from), clock(at), country(std::move(of)), folder(std::move(in)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  fs::path new_folder(std::string_view kind) {
    return folder / fmt::format("{}-{}", kind, documents.size() + terminals.size() + 1);
  }
  fs::path default_trust() const { return folder / "country"; }
  Checked<const std::pair<TerminalSet, fs::path>*> terminal(const CardOrder& order, const TerminalPlan& plan);
  Checked<const Made*> document(const CardOrder& order, const Plan& plan);
  Checked<Made> make_document_of(const CardOrder& order, const Plan& plan);
};

/// The keys of a terminal follow from the plan and the word; the same two give the same terminal.
Checked<const std::pair<TerminalSet, fs::path>*> Bench::State::terminal(const CardOrder& order,
                                                                        const TerminalPlan& plan) {
  const auto scheme = fmt::format("{}/{}/{}/{}", std::to_underlying(plan.scheme.family),
                                  std::to_underlying(plan.scheme.hash), plan.rsa_bits, std::to_underlying(plan.curve));
  const std::pair key{scheme, order.terminal};
  if (const auto found = terminals.find(key); found != terminals.end()) return &found->second;
  auto set = make_terminal(order.terminal, plan, clock);
  if (!set) return std::unexpected(problem("the terminal", set.error()));
  const auto where = new_folder("terminal");
  if (const auto saved = save(*set, where); !saved) return std::unexpected(problem(where.string(), saved.error()));
  return &terminals.emplace(key, std::pair{*std::move(set), where}).first->second;
}

Checked<Made> Bench::State::make_document_of(const CardOrder& order, const Plan& plan) {
  std::vector<asn1::CvCertificate> trusted;
  if (plan.terminal) {
    CICADA_TRY(const auto* const set, terminal(order, *plan.terminal));
    trusted = set->first.trusted;
  }
  const auto* const bend = find_bend(order.document);
  auto document = lower_tester::make_document(plan, country, trusted, rng, bend == nullptr ? Bend{} : bend->bend);
  if (!document) return std::unexpected(problem(order.card, document.error()));
  Made made{.document = *std::move(document), .trust = default_trust()};
  const auto* const fault = misissue::find(order.document);
  if (fault == nullptr) return made;
  const auto forged =
      misissue::forge(*fault, country.pki, numbered(made.document.groups), clock.now(), others_of(made.document));
  if (!forged) return std::unexpected(problem(order.document, forged.error()));
  replace(made.document, *forged);
  // A forgery's own trust material is always right for it; the country's is what the fault is about otherwise.
  if (fault->trust == misissue::Trust::made_with_it) {
    made.trust = new_folder("trust");
    if (const auto saved = misissue::save(forged->trust, made.trust); !saved)
      return std::unexpected(problem(made.trust.string(), saved.error()));
  }
  return made;
}

Checked<const Made*> Bench::State::document(const CardOrder& order, const Plan& plan) {
  CardOrder key{.card = order.card, .document = order.document, .terminal = order.terminal, .trust = order.trust};
  if (const auto found = documents.find(key); found != documents.end()) return &found->second;
  CICADA_TRY(auto made, make_document_of(order, plan));
  return &documents.emplace(std::move(key), std::move(made)).first->second;
}

Bench::Bench(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Bench::~Bench() = default;

base::Result<std::unique_ptr<Bench>> Bench::create(base::Rng& rng, const base::Clock& clock) {
  CICADA_TRY(auto country, make_country(rng, clock));
  std::error_code error;
  std::string folder = (fs::temp_directory_path(error) / "cicada-lower-XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr)
    return base::fail({.fault = base::Fault::io, .what = "no temporary folder could be made"});
  auto state = std::make_unique<State>(rng, clock, std::move(country), folder);
  const misissue::TrustMaterial material{.certificates = {state->country.pki.csca}, .lists = {state->country.pki.crl}};
  CICADA_CHECK(misissue::save(material, state->default_trust()));
  return std::unique_ptr<Bench>{new Bench{std::move(state)}};
}

Checked<void> Bench::check(const CardOrder& order) const {
  const auto plan = plan_of(order.card);
  if (!plan) return refuse("card: " + plan.error());
  if (!order.document.empty() && find_bend(order.document) == nullptr && misissue::find(order.document) == nullptr)
    return refuse(fmt::format("document: there is no \"{}\"", order.document));
  if (!is_terminal(order.terminal)) return refuse(fmt::format("terminal: there is no \"{}\"", order.terminal));
  if (!order.terminal.empty() && !plan->terminal) return refuse("terminal: the card knows no terminals");
  if (!order.trust.empty()) return refuse(fmt::format("trust: there is no \"{}\"", order.trust));
  if (const auto faults = faults_of(order.chip); !faults) return refuse("chip: " + faults.error());
  return {};
}

Checked<std::unique_ptr<CardInField>> Bench::make(const CardOrder& order) {
  CICADA_CHECK(check(order));
  const auto plan = plan_of(order.card);
  CICADA_TRY(const auto* const made, state_->document(order, *plan));
  const auto& document = made->document;
  conformance::reader::Presented presented{.mrz = document.mrz_text,
                                           .mrz_information = document.mrz_information,
                                           .document_number = document.mrz.document_number,
                                           .birth_date = document.mrz.birth_date,
                                           .expiry_date = document.mrz.expiry_date,
                                           .can = plan->pace.empty() ? std::string{} : std::string{kCan},
                                           .trust = made->trust,
                                           .terminal = {}};
  if (plan->terminal) {
    CICADA_TRY(const auto* const terminal, state_->terminal(order, *plan->terminal));
    presented.terminal = terminal->second;
  }
  auto card =
      CardOnBench::create(document.content, *faults_of(order.chip), std::move(presented), state_->rng, state_->clock);
  if (!card) return std::unexpected(problem(order.card, card.error()));
  return *std::move(card);
}

}  // namespace cicada::tools::lower_tester
