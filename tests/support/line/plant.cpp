#include "plant.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "cicada/host/vault/file_vault.h"
#include "cicada/tools/magazine/magazine.h"
#include "people.h"

namespace cicada::test {

namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace journal = host::journal;
namespace perso = host::perso;
namespace pki = host::pki;

namespace {

/// Dossiers in one call of the journal.
constexpr std::uint32_t kChunk = 1000;

perso::Profile profile_of(const fs::path& file) {
  auto profile = perso::load_profile(file);
  if (!profile) throw std::runtime_error(profile.error().text);
  return *std::move(profile);
}

/// As its maker delivers the blanks of the profile's dialect.
tools::magazine::BlankKind kind_of(const perso::Profile& profile) {
  const auto kind = tools::magazine::blank_kind_named(profile.dialect);
  if (!kind) throw std::runtime_error("there are no simulated cards of the dialect " + profile.dialect);
  return *kind;
}

pki::TrustStore make_country(const fs::path& folder) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto country = must(pki::create_test_country({}, rng, clock));
  must(pki::save(country, must(pki::create_test_verifiers({}, clock)),
                 must(pki::create_test_master_list({}, country, rng, clock)), must(pki::create_line_keys(rng)),
                 folder));
  return must(pki::TrustStore::load(folder));
}

journal::Intake intake_of(std::uint32_t index, const issuance::CheckedDossier& dossier) {
  journal::Intake intake{.dossier = dossier_id(index), .number = dossier.number, .unit = unit_of(index)};
  const auto hash = must(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, dossier.portrait.jpeg));
  std::ranges::copy(hash, intake.content.begin());
  intake.portrait = intake.content;
  return intake;
}

}  // namespace

fs::path Folder::root() {
  const fs::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

Folder::Folder(std::string_view name, const fs::path& where) {
  auto pattern = (where / fmt::format("cicada-{}-XXXXXX", name)).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Plant::Plant(PlantOptions options)
    : options_(std::move(options)),
      profile_(profile_of(options_.profile)),
      kind_(kind_of(profile_)),
      trust_(make_country(country())) {}

std::unique_ptr<journal::Journal> Plant::open_journal(std::string_view writer) const {
  constexpr auto kPatience = std::chrono::seconds{60};
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto opened = journal::open_journal(options_.journal, writer);
    const bool later =
        !opened && (opened.error().fault == base::Fault::conflict || opened.error().fault == base::Fault::transport);
    if (!later || std::chrono::steady_clock::now() > give_up) return must(std::move(opened));
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

Expected Plant::expected() const {
  return {
      .first = first_, .count = count_, .portrait_size = options_.portrait_size, .profile = profile_, .trust = trust_};
}

void Plant::begin_batch(std::string_view id, std::uint32_t first, std::uint32_t count, std::uint32_t spare) {
  first_ = first;
  count_ = count;
  const auto journal = open_journal("preparation");
  must(journal->add_batch({.id = std::string{id}, .policy = "law-2014", .announced = count}, {.operator_id = "proof"}));
  prepare(*journal, id);
  using Tray = tools::magazine::Magazine::Folder;
  const auto store = must(tools::magazine::Magazine::open(magazine()));
  for (const auto tray : {Tray::good, Tray::quarantine}) {
    for (const auto& card : fs::directory_iterator{store->path(tray)}) fs::remove(card);
  }
  const auto left = must(store->count(Tray::blanks));
  if (left >= count + spare) return;
  const auto wanted = count + spare - left;
  const auto master = must(host::gp::read_master_key(country() / pki::test_country_file::kTransportMasterKey));
  must(store->make_blanks(wanted, host::gp::diversified(master), kind_));
  must(journal->receive_blanks(fmt::format("lot-{}", id), wanted, {.operator_id = "proof"}));
}

/// What `cicada prepare` does, without the rules.
void Plant::prepare(journal::Journal& journal, std::string_view batch) {
  base::SystemRng rng;
  const auto vault = must(host::vault::open_file_vault(country(), {}));
  auto writer = must(issuance::JobPackWriter::open(packs(), batch));
  for (std::uint32_t from = first_; from < first_ + count_; from += kChunk) {
    const auto to = std::min(from + kChunk, first_ + count_);
    std::vector<journal::Intake> intakes;
    std::vector<issuance::PlacedJob> places;
    std::vector<std::string> signers;
    for (auto i = from; i < to; ++i) {
      const auto person = citizen(i, options_.portrait_size);
      intakes.push_back(intake_of(i, person));
      auto job = must(issuance::prepare_files(person, profile_, rng));
      // Without keys of the chip nothing is waited for.
      signers.push_back(profile_.makes_keys() ? std::string{} : must(vault->complete(job, profile_, {}, {})));
      const auto key = must(vault->seal_key(dossier_id(i), 1));
      places.push_back(must(writer.append(must(issuance::seal(job, dossier_id(i), 1, key)))));
    }
    must(writer.flush());
    const auto taken = must(journal.take_in(batch, intakes, {.operator_id = "proof"}));
    std::vector<journal::Prepared> prepared;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (taken[i].result != journal::IntakeResult::added) throw std::runtime_error("a dossier was not taken in");
      const auto& place = places[i];
      prepared.push_back(
          {.job = taken[i].job,
           .payload = {.pack = place.pack, .offset = place.offset, .size = place.size, .digest = place.digest},
           .ds = std::move(signers[i])});
    }
    must(journal.make_ready(batch, prepared, {.operator_id = "proof"}));
  }
}

base::Result<journal::Balance> Plant::close_batch(std::string_view id, std::uint64_t blanks_left) const {
  const journal::Actor actor{.operator_id = "proof"};
  const auto key = must(pki::load_audit_key(country()));
  const auto keeper = open_journal("keeper");
  CICADA_CHECK(keeper->count_blanks_left(blanks_left, actor));
  CICADA_TRY(auto balance, keeper->balance(id));
  CICADA_CHECK(journal::sign_close(*keeper, id, actor, key));
  return balance;
}

journal::AuditReport Plant::verify_audit() const {
  using crypto::openssl::EcPublicKey;
  const auto key = must(pki::load_audit_key(country()));
  const auto open = must(EcPublicKey::create(crypto::openssl::Curve::p256, key.ec()->public_point()));
  const auto reader = open_journal("");
  return must(journal::verify_audit(*reader, open));
}

Truth Plant::check() const {
  const auto journal = open_journal("");
  return must(ground_truth(magazine(), expected(), *journal));
}

}  // namespace cicada::test
