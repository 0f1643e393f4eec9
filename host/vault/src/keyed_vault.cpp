#include "keyed_vault.h"

namespace cicada::host::vault {

using base::Result;

namespace {

class KeyedVault final : public Vault {
 public:
  KeyedVault(Keys keys, HoldsFence holds) : keys_(std::move(keys)), holds_(std::move(holds)) {}

  Result<gp::StaticKeys> transport_keys(const gp::ChipSerial& serial) override {
    return transport_keys_of(*keys_.transport, serial);
  }

  Result<issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version) override {
    return job_key_of(*keys_.job, dossier, version);
  }

  Result<std::string> complete(issuance::CardJob& job, const perso::Profile& profile, const perso::ChipKeys& keys,
                               const Grant& grant) override {
    if (holds_) {
      CICADA_TRY(const bool holds, holds_(grant));
      if (!holds) {
        return base::fail({.fault = base::Fault::conflict,
                           .what = "another station holds this job: nothing is signed",
                           .hint = "put the card aside"});
      }
    }
    CICADA_TRY(auto chosen, keys_.signers->choose(profile.document, end_of(job)));
    CICADA_CHECK(issuance::complete_files(job, profile, keys, *chosen.signer));
    return std::move(chosen.name);
  }

 private:
  Keys keys_;
  HoldsFence holds_;
};

}  // namespace

std::unique_ptr<Vault> keyed_vault(Keys keys, HoldsFence holds) {
  return std::make_unique<KeyedVault>(std::move(keys), std::move(holds));
}

}  // namespace cicada::host::vault
