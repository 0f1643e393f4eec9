#include "ground_truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <utility>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/base/rng.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/transport/loopback.h"
#include "people.h"

namespace cicada::test {

namespace fs = std::filesystem;
namespace inspect = host::inspect;
namespace issuance = host::issuance;
namespace journal = host::journal;
namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;
using base::Result;
using host::auth::CheckName;
using host::lds::Ef;

namespace {

/// Every file that data preparation knows of a citizen's card, whole. What it does not know is DG14, DG15 and EF.SOD,
/// made of keys that this one card has: of them the verdict speaks. DG3, which few may read, is drawn anew each time.
std::map<Ef, base::Bytes> files_of(const issuance::CardJob& job, const host::perso::Profile& profile) {
  auto files = job.files;
  files.erase(Ef::dg3);
  host::lds::EfCom com{.lds_version = std::string{issuance::kLdsVersion},
                       .unicode_version = std::string{issuance::kUnicodeVersion},
                       .tags = {},
                       .unknown = {}};
  for (const auto& info : host::lds::all_files()) {
    const bool has = std::ranges::find(profile.files, issuance::content_name(info.ef), &host::perso::File::content) !=
                     profile.files.end();
    if (has && host::lds::data_group_number(info.ef) != 0) com.tags.push_back(info.tag);
  }
  files.insert_or_assign(Ef::com, host::lds::build_com(com));
  return files;
}

/// What has to be passed; nothing else may have failed.
std::vector<CheckName> required_of(const host::perso::Profile& profile) {
  std::vector<CheckName> checks = {CheckName::access, CheckName::sod_signature, CheckName::dg_hashes,
                                   CheckName::ds_path};
  if (!profile.chip_authentication.empty()) checks.push_back(CheckName::chip_authentication);
  if (profile.active_authentication) checks.push_back(CheckName::active_authentication);
  return checks;
}

/// Empty when it is genuine in every respect.
std::string judged(const host::auth::Verdict& verdict, const host::perso::Profile& profile) {
  using host::auth::CheckResult;
  const auto required = required_of(profile);
  for (const auto& check : verdict.checks) {
    const bool must_pass = std::ranges::find(required, check.check) != required.end();
    if (check.result == CheckResult::failed || (must_pass && check.result != CheckResult::passed)) {
      return fmt::format("{} {}: {}", host::auth::to_string(check.check), host::auth::to_string(check.result),
                         check.reason);
    }
  }
  return {};
}

/// Which of the citizens have their number in the card's memory, whatever that memory is.
std::vector<std::uint32_t> named_in(const fs::path& file, const Expected& expected) {
  const auto octets = base::read_file(file);
  if (!octets) return {};
  const auto text = base::as_text(*octets);
  std::set<std::uint32_t> found;
  constexpr std::size_t kNumber = 12;
  for (auto at = text.find("080"); at != std::string_view::npos; at = text.find("080", at + 1)) {
    const auto number = text.substr(at, kNumber);
    if (number.size() < kNumber || !std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) continue;
    const auto within = static_cast<std::uint32_t>(std::stoul(std::string{number.substr(6)}));
    const auto year = static_cast<std::uint32_t>(std::stoul(std::string{number.substr(4, 2)}));
    const std::uint32_t index = (year + 20) % 100 * 1'000'000 + within;
    if (index >= expected.first && index < expected.first + expected.count &&
        citizen(index, expected.portrait_size).number == number) {
      found.insert(index);
    }
  }
  return {found.begin(), found.end()};
}

/// Empty when it is this citizen's, whole and genuine; nothing when the citizen's keys do not open it.
std::optional<std::string> read_as(host::transport::Transport& wire, std::uint32_t index, const Expected& expected) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto job = issuance::prepare_files(citizen(index, expected.portrait_size), expected.profile, rng);
  if (!job) return "the citizen cannot be prepared";
  inspect::InspectionOptions options;
  options.credentials = inspect::Credentials::from_mrz_information(job->mrz_information).value();
  if (expected.profile.pace.empty()) options.credentials.only_bac();
  options.extended_response = 65'535;
  options.judge.trust = &expected.trust;
  options.judge.policy.every_group = true;
  host::iso7816::Channel channel{wire};
  const auto seen = inspect::inspect(channel, options, rng, clock);
  if (!seen) return seen.error().describe();
  if (seen->access_error) return std::nullopt;
  for (const auto& [ef, content] : files_of(*job, expected.profile)) {
    if (!seen->files.contains(ef)) return fmt::format("{} is missing", host::lds::to_string(ef));
    if (seen->files.at(ef) != content) return fmt::format("{} is another's", host::lds::to_string(ef));
  }
  return judged(seen->verdict, expected.profile);
}

/// Cards and journal side by side.
class Counting {
 public:
  Counting(const Expected& expected, journal::Journal& journal) : expected_(expected), journal_(journal) {}

  void take(FoundCard card, std::string folder) { cards_.push_back({std::move(card), std::move(folder)}); }

  Result<Truth> finish() {
    for (const auto& placed : cards_) CICADA_CHECK(place(placed));
    for (std::uint32_t i = expected_.first; i < expected_.first + expected_.count; ++i) CICADA_CHECK(dossier(i));
    return truth_;
  }

 private:
  struct Placed {
    FoundCard card;
    std::string folder;
  };

  void complain(const Placed& placed, std::string_view what) {
    ++truth_.unexplained;
    truth_.complaints.push_back(fmt::format("{}/{} (chip {}, dossier {}): {} {}", placed.folder,
                                            placed.card.file.filename().string(), placed.card.chip, placed.card.dossier,
                                            what, placed.card.problem));
  }

  /// Is the card where the journal and what it holds say that it should be?
  Result<void> place(const Placed& placed) {
    const auto& card = placed.card;
    CICADA_TRY(const auto known, journal_.find_chip(card.chip));
    if (placed.folder == "good") {
      if (!card.passes()) complain(placed, "is no good card");
      if (card.passes() && !card.locked) complain(placed, "can still be written");
      if (!known || known->state != journal::ChipState::good) complain(placed, "is not good in the journal");
      if (known && known->dossier != card.dossier) complain(placed, "is another's in the journal");
    } else if (placed.folder == "quarantine") {
      const bool told =
          known && (known->state == journal::ChipState::quarantined || known->state == journal::ChipState::destroyed);
      if (!told) complain(placed, "is not in quarantine in the journal");
      if (told && known->dossier.empty()) ++truth_.spoiled;
    } else if (!card.blank || !card.dossier.empty()) {
      if (!known || !journal::in_hand(known->job_state)) complain(placed, "holds something and nobody works on it");
    } else if (known && !journal::in_hand(known->job_state)) {
      complain(placed, "lies with the blanks and is known");
    } else {
      ++truth_.blanks;
    }
    return {};
  }

  Result<void> dossier(std::uint32_t index) {
    const auto id = dossier_id(index);
    CICADA_TRY(const auto job, journal_.find_dossier(id));
    std::size_t passing = 0;
    bool good = false;
    bool set_aside = false;
    for (const auto& placed : cards_) {
      const bool its = placed.card.dossier == id;
      if (its && placed.card.passes()) ++passing;
      good = good || (its && placed.card.passes() && placed.folder == "good" && job && placed.card.chip == job->chip);
      set_aside = set_aside || (placed.folder == "quarantine" && job && placed.card.chip == job->chip);
    }
    settle(id, job ? *job : journal::Claim{.state = journal::State::rejected}, passing, good, set_aside);
    return {};
  }

  void settle(const std::string& id, const journal::Claim& job, std::size_t passing, bool good, bool set_aside) {
    auto& outcome = truth_.outcomes[id];
    outcome.chip = job.chip;
    if (passing > 1) {
      outcome.fate = Fate::doubled;
      ++truth_.doubled;
    } else if (good && job.state == journal::State::done) {
      outcome.fate = Fate::good;
      ++truth_.good;
    } else if (set_aside && job.state == journal::State::quarantined) {
      outcome.fate = Fate::quarantined;
      ++truth_.quarantined;
    } else if (!good && journal::is_waiting(job.state)) {
      outcome.fate = Fate::waiting;
      ++truth_.waiting;
    } else {
      ++truth_.lost;
    }
    if (outcome.fate == Fate::lost || outcome.fate == Fate::doubled) {
      truth_.complaints.push_back(
          fmt::format("{} is {} and has {} cards that pass", id, journal::to_string(job.state), passing));
    }
  }

  const Expected& expected_;
  journal::Journal& journal_;
  Truth truth_;
  std::vector<Placed> cards_;
};

}  // namespace

FoundCard look_at(const fs::path& file, const Expected& expected) {
  FoundCard found{.file = file};
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto broken = [&](const base::Error& error) {
    found.problem = error.describe();
    return found;
  };
  auto storage = nvm::FileStorage::open(file, nvm::Durability::relaxed);
  if (!storage) return broken(storage.error());
  auto card = kernel::Card::open({.rng = rng, .clock = clock}, *std::move(storage));
  if (!card) return broken(card.error());
  found.chip = base::to_hex((*card)->serial());
  found.locked = (*card)->life_cycle() == kernel::LifeCycle::locked;
  found.blank = (*card)->life_cycle() == kernel::LifeCycle::blank;
  const auto named = named_in(file, expected);
  if (found.blank) {
    if (!named.empty()) found.dossier = dossier_id(named.back());
    return found;
  }
  for (const auto index : named) {
    (*card)->power_on();
    host::transport::LoopbackTransport wire{[&](base::ByteView command) { return (*card)->process(command); }};
    const auto problem = read_as(wire, index, expected);
    if (!problem) continue;
    found.dossier = dossier_id(index);
    found.problem = *problem;
    return found;
  }
  found.problem = "nobody's keys open it";
  return found;
}

Result<Truth> ground_truth(const fs::path& magazine, const Expected& expected, journal::Journal& journal) {
  std::vector<fs::path> files;
  for (const auto& folder : fs::directory_iterator{magazine}) {
    if (!folder.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator{folder.path()}) {
      if (entry.path().extension() == ".card") files.push_back(entry.path());
    }
  }
  // Cards are read on two threads, which have ended before anybody forks.
  std::vector<FoundCard> found(files.size());
  const auto look = [&](std::size_t from) {
    for (auto i = from; i < files.size(); i += 2) found[i] = look_at(files[i], expected);
  };
  auto half = std::async(std::launch::async, look, 1U);
  look(0);
  half.get();
  Counting counting{expected, journal};
  for (auto& card : found) {
    auto folder = card.file.parent_path().filename().string();
    counting.take(std::move(card), std::move(folder));
  }
  return counting.finish();
}

}  // namespace cicada::test
