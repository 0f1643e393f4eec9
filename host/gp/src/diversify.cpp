#include "cicada/host/gp/diversify.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/host/gp/kdf.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;

namespace {

constexpr std::size_t kDesKey = 16;
using SixOctets = std::array<std::uint8_t, 6>;

enum class Purpose : std::uint8_t { enc = 1, mac = 2, dek = 3 };

Result<StaticKeys> kdf3(const MasterKey& master, const ChipSerial& serial) {
  CICADA_TRY(const auto cmac, crypto::openssl::Cmac::create(master.expose()));
  StaticKeys keys;
  // As long as the master key; what stands in it is written over.
  CICADA_TRY(keys.k_enc, KEnc::copy_of(master.expose()));
  CICADA_TRY(keys.k_mac, KMac::copy_of(master.expose()));
  CICADA_TRY(keys.k_dek, KDek::copy_of(master.expose()));
  const auto [enc, mac, dek] = kdf3_inputs(serial);
  CICADA_CHECK(derive_in_counter_mode(cmac, {}, enc, keys.k_enc.expose_for_writing()));
  CICADA_CHECK(derive_in_counter_mode(cmac, {}, mac, keys.k_mac.expose_for_writing()));
  CICADA_CHECK(derive_in_counter_mode(cmac, {}, dek, keys.k_dek.expose_for_writing()));
  return keys;
}

/// One key of EMV CPS: two blocks, each six octets of the chip and two that tell half and purpose.
Result<void> derive_emv(const BlockCipher& master, Purpose purpose, const SixOctets& chip, base::MutableByteView out) {
  constexpr std::size_t kBlock = kDesKey / 2;
  const auto number = static_cast<std::uint8_t>(purpose);
  const std::array<std::uint8_t, 2> left{0xF0, number};
  const std::array<std::uint8_t, 2> right{0x0F, number};
  CICADA_CHECK(master.encrypt_block(base::concat({chip, left}), out.first(kBlock)));
  return master.encrypt_block(base::concat({chip, right}), out.last(kBlock));
}

Result<StaticKeys> emv(const MasterKey& master, const SixOctets& chip) {
  if (master.size() != kDesKey) {
    return fail({.fault = Fault::bad_input,
                 .what = "a master key for EMV or VISA2 diversification has 16 octets",
                 .clause = "EMV CPS 1.1",
                 .at = master.size()});
  }
  CICADA_TRY(const auto cipher, BlockCipher::create(CipherAlgorithm::tdes2, master.expose()));
  StaticKeys keys;
  CICADA_CHECK(derive_emv(cipher, Purpose::enc, chip, keys.k_enc.expose_for_writing()));
  CICADA_CHECK(derive_emv(cipher, Purpose::mac, chip, keys.k_mac.expose_for_writing()));
  CICADA_CHECK(derive_emv(cipher, Purpose::dek, chip, keys.k_dek.expose_for_writing()));
  return keys;
}

}  // namespace

std::string_view to_string(Diversification scheme) noexcept {
  switch (scheme) {
    case Diversification::kdf3: return "kdf3";
    case Diversification::emv: return "emv";
    case Diversification::visa2: return "visa2";
  }
  return "?";
}

std::optional<Diversification> diversification_named(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kDiversifications, name, to_string);
  if (found == kDiversifications.end()) return std::nullopt;
  return *found;
}

std::array<base::Bytes, 3> kdf3_inputs(const ChipSerial& serial) {
  const auto input = [&serial](Purpose purpose) {
    const std::array<std::uint8_t, 5> label{0, 0, 0, static_cast<std::uint8_t>(purpose), 0x00};
    return base::concat({label, serial});
  };
  return {input(Purpose::enc), input(Purpose::mac), input(Purpose::dek)};
}

Result<StaticKeys> diversify(const MasterKey& master, const ChipSerial& serial, Diversification scheme) {
  switch (scheme) {
    case Diversification::kdf3: return kdf3(master, serial);
    case Diversification::emv: return emv(master, {serial[4], serial[5], serial[6], serial[7], serial[8], serial[9]});
    case Diversification::visa2: return emv(master, {serial[0], serial[1], serial[4], serial[5], serial[6], serial[7]});
  }
  return fail({.fault = Fault::bad_input, .what = "no such diversification"});
}

KeySource diversified(const MasterKey& master, Diversification scheme) {
  // std::function wants something copyable; the key itself is not copied.
  auto own = std::make_shared<const MasterKey>(master.clone());
  return [own, scheme](const ChipSerial& serial) { return diversify(*own, serial, scheme); };
}

KeySource undiversified(StaticKeys keys) {
  auto own = std::make_shared<const StaticKeys>(std::move(keys));
  return [own](const ChipSerial&) -> Result<StaticKeys> {
    return StaticKeys{.k_enc = own->k_enc.clone(), .k_mac = own->k_mac.clone(), .k_dek = own->k_dek.clone()};
  };
}

}  // namespace cicada::host::gp
