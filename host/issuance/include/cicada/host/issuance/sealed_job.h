// A card job at rest: encrypted, authenticated, and bound to one version of one dossier.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/issuance/prepare.h"

namespace cicada::host::issuance {

struct ForJobSealing;
/// AES-256, one for each version of each dossier.
using JobKey = base::Key<ForJobSealing, 32>;
/// Names the run of sealing, a few hundred jobs one after the other, that a job belongs to. Random; no secret.
using SealRun = std::array<std::uint8_t, 16>;
struct SealKey {
  SealRun run{};
  JobKey key;
};

/// Largest sealed job, octets.
inline constexpr std::size_t kMaxSealedJob = 512UL * 1024;

/// AES-256-GCM over the encoded job. The run, the dossier's id and its version are authenticated with it, so that a
/// blob under another name does not open.
[[nodiscard]] base::Result<base::Bytes> seal(const CardJob& job, std::string_view dossier, std::uint32_t version,
                                             const SealKey& with);
/// The run that a sealed job says it belongs to. Fails with malformed.
[[nodiscard]] base::Result<SealRun> run_of(base::ByteView sealed);
/// Fails with security when a single bit is not as it was or the name is another, malformed, limit.
[[nodiscard]] base::Result<CardJob> open_sealed(base::ByteView sealed, std::string_view dossier, std::uint32_t version,
                                                const JobKey& key);

/// The files of `job` that had to wait for the chip's keys (DG14, DG15, EF.CardSecurity, EF.COM, EF.SOD): what a
/// journal keeps so that a locked card can be compared octet by octet after a crash. Public data only.
[[nodiscard]] base::Result<base::Bytes> encode_completion(const CardJob& job, const perso::Profile& profile);
/// Puts them back. Fails with malformed.
[[nodiscard]] base::Result<void> apply_completion(CardJob& job, base::ByteView octets);

}  // namespace cicada::host::issuance
