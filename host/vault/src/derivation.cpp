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
  auto input = base::concat({base::as_bytes(kLabel), number, base::as_bytes(dossier), kBits});
  issuance::JobKey key;
  const base::MutableByteView octets{key.expose_for_writing()};
  for (std::uint8_t round = 1; round <= 2; ++round) {
    input.front() = round;
    CICADA_CHECK(master.compute(input, octets.subspan((round - 1U) * kMac, kMac)));
  }
  return key;
}

Result<pki::KeyCheckValue> check_value_of(const MasterMac& master) {
  pki::KeyCheckValue value{};
  CICADA_CHECK(master.compute(pki::kKeyCheckInput, value));
  return value;
}

}  // namespace cicada::host::vault
