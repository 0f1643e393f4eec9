// Keys of the chip that were made elsewhere: the card checks that they are keys, and keeps them.
#include <algorithm>

#include "cicada/crypto/mbedtls/rsa.h"
#include "key_order.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace mbedtls = crypto::mbedtls;
using base::ByteView;
using base::Result;
using base::SecretBytes;

constexpr tlv::Tag kPrimeP = 0x83;
constexpr tlv::Tag kPrimeQ = 0x84;
constexpr tlv::Tag kPrivateKey = 0x86;
constexpr std::array<std::uint8_t, 3> kExponent = {0x01, 0x00, 0x01};

/// `86 L private key`, the last object
Result<ByteView> take_private(tlv::Reader& reader) {
  CICADA_TRY(const auto object, reader.next(kPrivateKey));
  if (!reader.at_end()) return bad_template("octets behind the private key");
  return object.value;
}

Result<EcSecret> read_ec(mbedtls::Curve curve, ByteView scalar) {
  CICADA_TRY(const auto key, mbedtls::EcPrivateKey::create(curve, scalar));
  return EcSecret{.curve = curve, .scalar = key.scalar().clone()};
}

/// `82 01 hash`, then `81 01 domain 86 L private key` or `83 L p 84 L q`
Result<ActiveKey> read_active(ByteView value) {
  tlv::Reader reader{value};
  ActiveKey key;
  CICADA_TRY(key.hash, take_hash(reader));
  if (reader.peek() == key_tag::kDomain) {
    CICADA_TRY(const auto domain, take_octet(reader, key_tag::kDomain));
    if (!is_curve(domain) || !goes_with(key.hash, curve_of(domain))) return bad_template("no such curve");
    CICADA_TRY(const auto scalar, take_private(reader));
    CICADA_TRY(key.secret, read_ec(curve_of(domain), scalar));
    return key;
  }
  CICADA_TRY(const auto p, reader.next(kPrimeP));
  CICADA_TRY(const auto q, reader.next(kPrimeQ));
  if (!reader.at_end()) return bad_template("octets behind the primes");
  CICADA_CHECK(mbedtls::RsaPrivateKey::create(p.value, q.value, kExponent));
  key.secret = RsaSecret{
      .p = SecretBytes::copy_of(p.value), .q = SecretBytes::copy_of(q.value), .exponent = base::to_bytes(kExponent)};
  return key;
}

Result<ChipKey> read_chip(ByteView value) {
  tlv::Reader reader{value};
  CICADA_TRY(auto order, take_chip_order(reader));
  CICADA_TRY(const auto octets, take_private(reader));
  ChipKey key{.id = order.id, .secret = {}, .protocols = std::move(order.protocols)};
  if (is_curve(order.domain)) {
    CICADA_TRY(key.secret, read_ec(curve_of(order.domain), octets));
    return key;
  }
  const auto group = static_cast<mbedtls::Modp>(order.domain);
  CICADA_TRY(const auto numbers, mbedtls::ModpGroup::create(group));
  CICADA_CHECK(numbers.power_of_generator(octets));
  key.secret = DhSecret{.group = group, .exponent = SecretBytes::copy_of(octets)};
  return key;
}

}  // namespace

Reply import_key(const Context& context, ByteView data) {
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  if (const auto active = tlv::only(data, key_tag::kActive)) {
    auto key = read_active(*active);
    if (!key) return sw::k6A80IncorrectData;
    return Reply{sw::k9000Ok}.with(Change{SetActiveKey{std::move(*key)}});
  }
  const auto chip = tlv::only(data, key_tag::kChip);
  if (!chip) return sw::k6A80IncorrectData;
  auto key = read_chip(*chip);
  if (!key) return sw::k6A80IncorrectData;
  const auto& keys = context.card.chip_keys;
  const bool replaces = std::ranges::find(keys, key->id, &ChipKey::id) != keys.end();
  if (key->protocols.size() > kMaxChipProtocols) return sw::k6A80IncorrectData;
  if (!replaces && keys.size() >= kMaxChipKeys) return sw::k6A84NotEnoughMemory;
  return Reply{sw::k9000Ok}.with(Change{SetChipKey{std::move(*key)}});
}

}  // namespace cicada::applet_sim::applet
