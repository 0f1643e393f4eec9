// A vault that hands everything on to another one: what a test wants to stand in between overrides.
#pragma once

#include "cicada/host/vault/vault.h"

namespace cicada::test {

/// Vault::complete_each() of a vault that has nothing to gain from several at once.
inline std::vector<base::Result<std::string>> one_by_one(host::vault::Vault& vault,
                                                         std::span<const host::vault::Waiting> jobs,
                                                         const host::perso::Profile& profile) {
  std::vector<base::Result<std::string>> answers;
  answers.reserve(jobs.size());
  for (const auto& waiting : jobs) answers.push_back(vault.complete(*waiting.job, profile, {}, waiting.grant));
  return answers;
}

/// Borrows the vault.
class VaultProxy : public host::vault::Vault {
 public:
  explicit VaultProxy(host::vault::Vault& inner) : inner_(inner) {}

  /// Before and after each call, on the thread that makes it: "transport keys", "job key", "seal key", "sign", "sign
  /// each". When before() fails the call is not made.
  virtual base::Result<void> before(std::string_view call) {
    static_cast<void>(call);
    return {};
  }
  virtual void after(std::string_view call) { static_cast<void>(call); }

  base::Result<host::gp::StaticKeys> transport_keys(const host::gp::ChipSerial& serial) override {
    return around<base::Result<host::gp::StaticKeys>>("transport keys", [&] { return inner_.transport_keys(serial); });
  }
  base::Result<host::issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                               const host::issuance::SealRun& run) override {
    return around<base::Result<host::issuance::JobKey>>("job key",
                                                        [&] { return inner_.job_key(dossier, version, run); });
  }
  base::Result<host::issuance::SealKey> seal_key(std::string_view dossier, std::uint32_t version) override {
    return around<base::Result<host::issuance::SealKey>>("seal key", [&] { return inner_.seal_key(dossier, version); });
  }
  base::Result<std::string> complete(host::issuance::CardJob& job, const host::perso::Profile& profile,
                                     const host::perso::ChipKeys& keys, const host::vault::Grant& grant) override {
    return around<base::Result<std::string>>("sign", [&] { return inner_.complete(job, profile, keys, grant); });
  }
  std::vector<base::Result<std::string>> complete_each(std::span<const host::vault::Waiting> jobs,
                                                       const host::perso::Profile& profile) override {
    constexpr std::string_view kCall = "sign each";
    if (auto ready = before(kCall); !ready) {
      return std::vector<base::Result<std::string>>(jobs.size(), std::unexpected(ready.error()));
    }
    auto answers = inner_.complete_each(jobs, profile);
    after(kCall);
    return answers;
  }
  [[nodiscard]] std::size_t together() const noexcept override { return inner_.together(); }

 private:
  template <typename Answer, typename Call>
  Answer around(std::string_view name, const Call& call) {
    if (auto ready = before(name); !ready) return Answer{std::unexpected(ready.error())};
    Answer answer = call();
    after(name);
    return answer;
  }

  host::vault::Vault& inner_;
};

}  // namespace cicada::test
