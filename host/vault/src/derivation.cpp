#include "derivation.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/gp/diversify.h"

namespace cicada::host::vault {

using base::Result;

namespace {

constexpr std::size_t kMac = 16;
/// Longest id of a dossier that a key is derived for.
constexpr std::size_t kMaxDossierId = 1024;

class MacInMemory final : public MasterMac {
 public:
  explicit MacInMemory(crypto::openssl::Cmac cmac) : cmac_(std::move(cmac)) {}

  [[nodiscard]] Result<void> compute(base::ByteView data, base::MutableByteView out) const override {
    const std::scoped_lock lock{mutex_};  // one Cmac serves one thread at a time; it takes a microsecond
    CICADA_TRY(auto mac, cmac_.compute({data}));
    const base::Wiper wiper{mac};
    std::copy_n(mac.begin(), std::min(out.size(), mac.size()), out.begin());
    return {};
  }

 private:
  crypto::openssl::Cmac cmac_;
  mutable std::mutex mutex_;
};

/// 256 bits: i || label || 00 || context || 0100 for i = 1 and 2. @clause SP 800-108 §4.1
Result<void> derive_256(const MasterMac& master, std::string_view label, std::initializer_list<base::ByteView> context,
                        base::MutableByteView out) {
  constexpr std::array<std::uint8_t, 1> kZero = {0};
  constexpr std::array<std::uint8_t, 2> kBits = {0x01, 0x00};
  std::array<base::Bytes, 2> rounds;
  rounds.fill(base::concat({kZero, base::as_bytes(label), kZero, base::concat(context), kBits}));
  rounds[0].front() = 1;
  rounds[1].front() = 2;
  return master.compute_each(rounds, out);
}

}  // namespace

Result<void> MasterMac::compute_each(std::span<const base::Bytes> inputs, base::MutableByteView out) const {
  if (out.size() != inputs.size() * kMac) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the derived keys have another size"});
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) CICADA_CHECK(compute(inputs[i], out.subspan(i * kMac, kMac)));
  return {};
}

Result<std::unique_ptr<const MasterMac>> mac_in_memory(base::ByteView key) {
  CICADA_TRY(auto cmac, crypto::openssl::Cmac::create(key));
  return std::make_unique<const MacInMemory>(std::move(cmac));
}

Result<gp::StaticKeys> transport_keys_of(const MasterMac& master, const gp::ChipSerial& serial) {
  constexpr std::array<std::uint8_t, 1> kFirst = {1};  // the counter: the keys have one block each
  auto inputs = gp::kdf3_inputs(serial);
  for (auto& input : inputs) input = base::concat({kFirst, input});
  std::array<std::uint8_t, inputs.size() * kMac> octets{};
  const base::Wiper wiper{octets};
  CICADA_CHECK(master.compute_each(inputs, octets));
  gp::StaticKeys keys;
  std::copy_n(octets.begin(), kMac, keys.k_enc.expose_for_writing().begin());
  std::copy_n(octets.begin() + kMac, kMac, keys.k_mac.expose_for_writing().begin());
  std::copy_n(octets.begin() + 2 * kMac, kMac, keys.k_dek.expose_for_writing().begin());
  return keys;
}

Result<std::unique_ptr<const MasterMac>> run_key_of(const MasterMac& master, const issuance::SealRun& run) {
  std::array<std::uint8_t, 2 * kMac> key{};
  const base::Wiper wiper{key};
  CICADA_CHECK(derive_256(master, "CICADA RUN KEY", {run}, key));
  return mac_in_memory(key);
}

Result<issuance::JobKey> job_key_of(const MasterMac& run_key, std::string_view dossier, std::uint32_t version) {
  if (dossier.empty() || dossier.size() > kMaxDossierId) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the dossier's id is empty or too long"});
  }
  const std::array<std::uint8_t, 4> number = {
      static_cast<std::uint8_t>(version >> 24U), static_cast<std::uint8_t>(version >> 16U),
      static_cast<std::uint8_t>(version >> 8U), static_cast<std::uint8_t>(version)};
  issuance::JobKey key;
  CICADA_CHECK(derive_256(run_key, "CICADA JOB KEY", {number, base::as_bytes(dossier)}, key.expose_for_writing()));
  return key;
}

Result<pki::KeyCheckValue> check_value_of(const MasterMac& master) {
  pki::KeyCheckValue value{};
  CICADA_CHECK(master.compute(pki::kKeyCheckInput, value));
  return value;
}

}  // namespace cicada::host::vault
