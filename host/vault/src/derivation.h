// From a master key to the keys of one card and of one job; the master key may lie anywhere.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/pki/line_keys.h"

namespace cicada::host::vault {

/// AES-CMAC under one key that others are derived from. Several threads may use one object.
class MasterMac {
 public:
  MasterMac() = default;
  MasterMac(const MasterMac&) = delete;
  MasterMac& operator=(const MasterMac&) = delete;
  MasterMac(MasterMac&&) = delete;
  MasterMac& operator=(MasterMac&&) = delete;
  virtual ~MasterMac() = default;
  /// Fills `out` (up to 16 octets: the value is cut).
  [[nodiscard]] virtual base::Result<void> compute(base::ByteView data, base::MutableByteView out) const = 0;
  /// Fills `out` with the values over the inputs, 16 octets each. A token that is far away is asked once.
  [[nodiscard]] virtual base::Result<void> compute_each(std::span<const base::Bytes> inputs,
                                                        base::MutableByteView out) const;
};

/// The derivation of host/gp (gp::diversify), for keys that are not at hand.
[[nodiscard]] base::Result<gp::StaticKeys> transport_keys_of(const MasterMac& master, const gp::ChipSerial& serial);

/// A key at hand: AES of 16, 24 or 32 octets.
[[nodiscard]] base::Result<std::unique_ptr<const MasterMac>> mac_in_memory(base::ByteView key);

/// The key of one run, out of the job master key. SP 800-108 in counter mode, AES-CMAC, two rounds:
/// i || "CICADA RUN KEY" || 00 || run (16) || 0100. It opens every job of the run: only a vault holds it.
[[nodiscard]] base::Result<std::unique_ptr<const MasterMac>> run_key_of(const MasterMac& master,
                                                                        const issuance::SealRun& run);
/// The key of one job, out of its run's, in the same way: i || "CICADA JOB KEY" || 00 || version (4) || dossier ||
/// 0100.
[[nodiscard]] base::Result<issuance::JobKey> job_key_of(const MasterMac& run_key, std::string_view dossier,
                                                        std::uint32_t version);

[[nodiscard]] base::Result<pki::KeyCheckValue> check_value_of(const MasterMac& master);

}  // namespace cicada::host::vault
