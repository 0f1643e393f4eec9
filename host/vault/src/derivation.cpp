#include "derivation.h"

#include <array>

namespace cicada::host::vault {

using base::Result;

namespace {

constexpr std::size_t kMac = 16;
/// Longest id of a dossier that a key is derived for.
constexpr std::size_t kMaxDossierId = 1024;

enum class Purpose : std::uint8_t { enc = 1, mac = 2, dek = 3 };

Result<void> derive(const MasterMac& master, Purpose purpose, const gp::ChipSerial& serial, base::MutableByteView out) {
  const std::array<std::uint8_t, 6> before = {1, 0, 0, 0, static_cast<std::uint8_t>(purpose), 0};
  return master.compute(base::concat({before, serial}), out);
}

}  // namespace

Result<void> MasterMac::compute_each(std::span<const base::Bytes> inputs, base::MutableByteView out) const {
  if (out.size() != inputs.size() * kMac) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the derived keys have another size"});
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) CICADA_CHECK(compute(inputs[i], out.subspan(i * kMac, kMac)));
  return {};
}

Result<gp::StaticKeys> transport_keys_of(const MasterMac& master, const gp::ChipSerial& serial) {
  gp::StaticKeys keys;
  CICADA_CHECK(derive(master, Purpose::enc, serial, keys.k_enc.expose_for_writing()));
  CICADA_CHECK(derive(master, Purpose::mac, serial, keys.k_mac.expose_for_writing()));
  CICADA_CHECK(derive(master, Purpose::dek, serial, keys.k_dek.expose_for_writing()));
  return keys;
}

Result<issuance::JobKey> job_key_of(const MasterMac& master, std::string_view dossier, std::uint32_t version) {
  // The first octet counts the rounds.
  constexpr std::string_view kLabel{"\0CICADA JOB KEY\0", 16};
  constexpr std::array<std::uint8_t, 2> kBits = {0x01, 0x00};
  if (dossier.empty() || dossier.size() > kMaxDossierId) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the dossier's id is empty or too long"});
  }
  const std::array<std::uint8_t, 4> number = {
      static_cast<std::uint8_t>(version >> 24U), static_cast<std::uint8_t>(version >> 16U),
      static_cast<std::uint8_t>(version >> 8U), static_cast<std::uint8_t>(version)};
  std::array<base::Bytes, 2> rounds;
  rounds.fill(base::concat({base::as_bytes(kLabel), number, base::as_bytes(dossier), kBits}));
  rounds[0].front() = 1;
  rounds[1].front() = 2;
  issuance::JobKey key;
  CICADA_CHECK(master.compute_each(rounds, key.expose_for_writing()));
  return key;
}

Result<pki::KeyCheckValue> check_value_of(const MasterMac& master) {
  pki::KeyCheckValue value{};
  CICADA_CHECK(master.compute(pki::kKeyCheckInput, value));
  return value;
}

}  // namespace cicada::host::vault
