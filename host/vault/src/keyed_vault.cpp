#include "keyed_vault.h"

#include <map>
#include <mutex>

#include "cicada/base/rng.h"

namespace cicada::host::vault {

using base::Result;

namespace {

/// A job's card, as long as nobody else claims the job; empty when the caller names no job.
std::string card_of(const Grant& grant) {
  if (grant.job == 0) return {};
  return std::to_string(grant.job) + ' ' + std::to_string(grant.fence) + ' ' + std::to_string(grant.version);
}

class KeyedVault final : public Vault {
 public:
  KeyedVault(Keys keys, HoldsFence holds) : keys_(std::move(keys)), holds_(std::move(holds)) {}

  Result<gp::StaticKeys> transport_keys(const gp::ChipSerial& serial) override {
    return transport_keys_of(*keys_.transport, serial);
  }

  Result<issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                   const issuance::SealRun& run) override {
    // Not kept: at a station nothing in memory opens any other job than the one in hand.
    CICADA_TRY(const auto run_key, run_key_of(*keys_.job, run));
    return job_key_of(*run_key, dossier, version);
  }

  Result<issuance::SealKey> seal_key(std::string_view dossier, std::uint32_t version) override {
    CICADA_TRY(const auto run, open_run());
    CICADA_TRY(auto key, job_key_of(*run->key, dossier, version));
    return issuance::SealKey{.run = run->name, .key = std::move(key)};
  }

  Result<std::string> complete(issuance::CardJob& job, const perso::Profile& profile, const perso::ChipKeys& keys,
                               const Grant& grant) override {
    CICADA_CHECK(check_held(grant));
    CICADA_TRY(auto chosen, keys_.signers->choose(profile.document, end_of(job), card_of(grant)));
    CICADA_CHECK(issuance::complete_files(job, profile, keys, *chosen.signer));
    return std::move(chosen.name);
  }

  std::vector<Result<std::string>> complete_each(std::span<const Waiting> jobs,
                                                 const perso::Profile& profile) override {
    std::vector<Result<std::string>> answers;
    answers.reserve(jobs.size());
    std::map<std::shared_ptr<const issuance::SodSigner>, Sheet> sheets;
    for (std::size_t i = 0; i < jobs.size(); ++i) answers.push_back(begin(jobs[i], profile, i, sheets));
    for (const auto& [signer, sheet] : sheets) {
      auto files = signer->sign_each(sheet.files);
      for (std::size_t i = 0; i < files.size(); ++i) {
        const auto owner = sheet.owners[i];
        if (files[i]) {
          jobs[owner].job->files.insert_or_assign(sheet.files[i].ef, *std::move(files[i]));
        } else if (answers[owner]) {
          answers[owner] = std::unexpected(files[i].error());
        }
      }
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!answers[i]) jobs[i].job->files.erase(lds::Ef::sod);
    }
    return answers;
  }

  [[nodiscard]] std::size_t together() const noexcept override { return keys_.together; }

 private:
  /// Jobs that are sealed one after the other.
  struct Run {
    issuance::SealRun name{};
    std::unique_ptr<const MasterMac> key;
  };
  /// What one signer is to sign.
  struct Sheet {
    std::vector<issuance::Unsigned> files;
    std::vector<std::size_t> owners;  ///< of each file: the job's index
  };

  [[nodiscard]] Result<void> check_held(const Grant& grant) const {
    if (!holds_) return {};
    CICADA_TRY(const bool holds, holds_(grant));
    if (holds) return {};
    return base::fail({.fault = base::Fault::conflict,
                       .what = "another station holds this job: nothing is signed",
                       .hint = "put the card aside"});
  }

  /// Puts what is to be signed for the job on its signer's sheet.
  [[nodiscard]] Result<std::string> begin(const Waiting& waiting, const perso::Profile& profile, std::size_t owner,
                                          std::map<std::shared_ptr<const issuance::SodSigner>, Sheet>& sheets) const {
    CICADA_CHECK(check_held(waiting.grant));
    CICADA_TRY(auto chosen, keys_.signers->choose(profile.document, end_of(*waiting.job), card_of(waiting.grant)));
    CICADA_TRY(auto files, issuance::begin_completion(*waiting.job, profile, {}, *chosen.signer));
    auto& sheet = sheets[chosen.signer];
    for (auto& file : files) {
      sheet.files.push_back(std::move(file));
      sheet.owners.push_back(owner);
    }
    return std::move(chosen.name);
  }

  /// The run of now; a new one when kMaxRun jobs were sealed with it.
  [[nodiscard]] Result<std::shared_ptr<const Run>> open_run() {
    const std::scoped_lock lock{run_mutex_};
    if (run_ && run_jobs_ < kMaxRun) {
      ++run_jobs_;
      return run_;
    }
    auto run = std::make_shared<Run>();
    base::SystemRng rng;
    CICADA_CHECK(rng.fill(run->name));
    CICADA_TRY(run->key, run_key_of(*keys_.job, run->name));
    run_ = std::move(run);
    run_jobs_ = 1;
    return run_;
  }

  Keys keys_;
  HoldsFence holds_;
  std::mutex run_mutex_;
  std::shared_ptr<const Run> run_;
  std::size_t run_jobs_ = 0;
};

}  // namespace

std::unique_ptr<Vault> keyed_vault(Keys keys, HoldsFence holds) {
  return std::make_unique<KeyedVault>(std::move(keys), std::move(holds));
}

}  // namespace cicada::host::vault
