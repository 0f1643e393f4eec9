#include "job_keys.h"

#include <array>

namespace cicada::host::issuance {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

/// Most chip authentication keys (a profile has four), and octets of one number (RSA with 4096 bits).
constexpr std::size_t kMaxKeys = 8;
constexpr std::size_t kMaxNumber = 1024;
constexpr std::uint8_t kNone = 0;
constexpr std::uint8_t kChipKeysOnly = 1;
constexpr std::uint8_t kActiveKey = 2;

constexpr std::array kSecrets{&perso::PrivateHalf::value,      &perso::PrivateHalf::exponent,
                              &perso::PrivateHalf::prime_p,    &perso::PrivateHalf::prime_q,
                              &perso::PrivateHalf::exponent_p, &perso::PrivateHalf::exponent_q,
                              &perso::PrivateHalf::coefficient};
constexpr std::array kPublics{&perso::ChipPublicKey::modulus, &perso::ChipPublicKey::exponent,
                              &perso::ChipPublicKey::value};

void append_number(Bytes& to, ByteView octets) {
  base::append_unsigned(to, octets.size(), 2);
  base::append(to, octets);
}

Result<ByteView> take_number(base::Cursor& from) {
  CICADA_TRY(const auto size, from.take_u16());
  if (size > kMaxNumber) return fail({.fault = Fault::limit, .what = "a number of a key is too long"});
  return from.take(size);
}

std::size_t pair_size(const perso::PrivateHalf& secret, const perso::ChipPublicKey& key) noexcept {
  std::size_t size = 0;
  for (const auto member : kSecrets) size += 2 + (secret.*member).size();
  for (const auto member : kPublics) size += 2 + (key.*member).size();
  return size;
}

void append_pair(Bytes& to, const perso::PrivateHalf& secret, const perso::ChipPublicKey& key) {
  for (const auto member : kSecrets) append_number(to, (secret.*member).expose());
  for (const auto member : kPublics) append_number(to, key.*member);
}

Result<void> take_pair(base::Cursor& from, perso::PrivateHalf& secret, perso::ChipPublicKey& key) {
  for (const auto member : kSecrets) {
    CICADA_TRY(const auto octets, take_number(from));
    secret.*member = SecretBytes::copy_of(octets);
  }
  for (const auto member : kPublics) {
    CICADA_TRY(const auto octets, take_number(from));
    key.*member = base::to_bytes(octets);
  }
  return {};
}

}  // namespace

std::size_t keys_size(const perso::PreparedKeys* keys) noexcept {
  if (keys == nullptr) return 1;
  std::size_t size = 2;
  if (keys->active) size += pair_size(*keys->active, keys->public_halves.active.value());
  for (std::size_t i = 0; i < keys->chip.size(); ++i) {
    size += pair_size(keys->chip[i], keys->public_halves.chip.at(i));
  }
  return size;
}

void append_keys(Bytes& to, const perso::PreparedKeys* keys) {
  if (keys == nullptr) {
    to.push_back(kNone);
    return;
  }
  to.push_back(keys->active ? kActiveKey : kChipKeysOnly);
  if (keys->active) append_pair(to, *keys->active, keys->public_halves.active.value());
  to.push_back(static_cast<std::uint8_t>(keys->chip.size()));
  for (std::size_t i = 0; i < keys->chip.size(); ++i) append_pair(to, keys->chip[i], keys->public_halves.chip.at(i));
}

Result<std::shared_ptr<const perso::PreparedKeys>> take_keys(base::Cursor& from) {
  CICADA_TRY(const auto kind, from.take_u8());
  if (kind == kNone) return nullptr;
  if (kind > kActiveKey) return fail({.what = "the job has keys of an unknown kind", .at = from.position()});
  auto keys = std::make_shared<perso::PreparedKeys>();
  if (kind == kActiveKey) {
    CICADA_CHECK(take_pair(from, keys->active.emplace(), keys->public_halves.active.emplace()));
  }
  CICADA_TRY(const auto count, from.take_u8());
  if (count > kMaxKeys) return fail({.fault = Fault::limit, .what = "the job has too many keys"});
  for (std::size_t i = 0; i < count; ++i) {
    CICADA_CHECK(take_pair(from, keys->chip.emplace_back(), keys->public_halves.chip.emplace_back()));
  }
  return keys;
}

}  // namespace cicada::host::issuance
