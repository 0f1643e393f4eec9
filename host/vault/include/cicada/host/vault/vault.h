// The room with the keys: what a station gets out of it is one card's worth.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/perso/chip.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::vault {

/// Most jobs that are sealed in one run: as many open with one key that only vaults hold.
inline constexpr std::size_t kMaxRun = 1024;

/// For which card something is asked.
struct Grant {
  std::int64_t job = 0;
  std::int64_t fence = 0;
  std::string dossier;
  std::uint32_t version = 1;
};

/// A job whose files are to be completed without a chip's keys.
struct Waiting {
  issuance::CardJob* job = nullptr;  ///< borrowed
  Grant grant;
};

/// Is the grant's fence still the job's? The vault asks the journal, not the station (Journal::holds).
using HoldsFence = std::function<base::Result<bool>(const Grant& grant)>;

/// Keys in files or in a PKCS#11 token: one interface. Objects are safe to call from many threads.
/// Master keys and signing keys never leave it. Everything fails with transport when the token is gone or too slow
/// (nothing is lost; ask again), conflict when the fence is not the job's any more or no document signer may sign now
/// (K01), crypto.
class Vault {
 public:
  Vault() = default;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  Vault(Vault&&) = delete;
  Vault& operator=(Vault&&) = delete;
  virtual ~Vault() = default;

  /// The transport keys of the chip that is in the reader, derived from the master key and the chip's serial.
  [[nodiscard]] virtual base::Result<gp::StaticKeys> transport_keys(const gp::ChipSerial& serial) = 0;
  /// What opens one sealed job; its run stands in it (issuance::run_of).
  [[nodiscard]] virtual base::Result<issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                                               const issuance::SealRun& run) = 0;
  /// What one job is sealed with, in preparation: a key of its own, of the run that this vault has open.
  [[nodiscard]] virtual base::Result<issuance::SealKey> seal_key(std::string_view dossier, std::uint32_t version) = 0;
  /// DG14, DG15, EF.CardSecurity, EF.COM and EF.SOD of a job whose chip made its keys. The same content is signed once:
  /// a repetition gets the same EF.SOD. Returns the document signer's name for the log (its certificate's serial, hex).
  [[nodiscard]] virtual base::Result<std::string> complete(issuance::CardJob& job, const perso::Profile& profile,
                                                           const perso::ChipKeys& keys, const Grant& grant) = 0;
  /// The same for several jobs that no chip's keys are waited for: their signatures are asked for together. An answer
  /// for each; a job whose answer is a failure has no EF.SOD.
  [[nodiscard]] virtual std::vector<base::Result<std::string>> complete_each(std::span<const Waiting> jobs,
                                                                             const perso::Profile& profile) = 0;
  /// Jobs that complete_each() is best given at once: one, where signing keeps the caller's own core busy.
  [[nodiscard]] virtual std::size_t together() const noexcept = 0;
};

}  // namespace cicada::host::vault
