#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "key_order.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace mbedtls = crypto::mbedtls;
using base::Bytes;
using base::ByteView;
using base::Result;
using mbedtls::Curve;
using mbedtls::HashAlgorithm;
using mbedtls::Modp;

constexpr std::uint16_t kGenerate = 0x8000;
constexpr std::uint16_t kReadPublic = 0x8100;

constexpr tlv::Tag kModulusBits = 0x80;
constexpr tlv::Tag kOffset = 0x54;
constexpr tlv::Tag kPublicKey = 0x7F49;
constexpr tlv::Tag kModulus = 0x81;
constexpr tlv::Tag kExponent = 0x82;
constexpr tlv::Tag kDhValue = 0x84;
constexpr tlv::Tag kPoint = 0x86;

/// What one answer carries: with padding and R-MAC it fits 256 octets.
constexpr std::size_t kPiece = 224;
constexpr std::size_t kMinBits = 1024;
constexpr std::size_t kMaxBits = 4096;
constexpr std::size_t kBitStep = 256;

// --- What is asked for

struct ActiveOrder {
  std::size_t modulus_bits = 0;  ///< 0: an elliptic curve
  Curve curve{};
  HashAlgorithm hash{};
};

/// `80 02 bits | 81 01 domain`, `82 01 hash`
Result<ActiveOrder> read_active(ByteView value) {
  tlv::Reader reader{value};
  ActiveOrder order;
  if (reader.peek() == kModulusBits) {
    CICADA_TRY(const auto bits, reader.next(kModulusBits));
    if (bits.value.size() != 2) return bad_template("the bits of a modulus are two octets");
    order.modulus_bits = static_cast<std::size_t>((bits.value[0] << 8U) | bits.value[1]);
    if (order.modulus_bits < kMinBits || order.modulus_bits > kMaxBits || order.modulus_bits % kBitStep != 0) {
      return bad_template("a modulus has 1024 to 4096 bits");
    }
  } else {
    CICADA_TRY(const auto domain, take_octet(reader, key_tag::kDomain));
    if (!is_curve(domain)) return bad_template("no curve has this number");
    order.curve = curve_of(domain);
  }
  CICADA_TRY(order.hash, take_hash(reader));
  if (order.modulus_bits == 0 && !goes_with(order.hash, order.curve)) {
    return bad_template("a hash that does not go with the curve");
  }
  if (!reader.at_end()) return bad_template("octets behind the last object");
  return order;
}

/// As take_chip_order, and nothing behind it.
Result<ChipOrder> read_chip(ByteView value) {
  tlv::Reader reader{value};
  CICADA_TRY(auto order, take_chip_order(reader));
  if (!reader.at_end()) return bad_template("octets behind the last object");
  return order;
}

// --- The key, and its public half

Bytes public_key(std::initializer_list<std::pair<tlv::Tag, ByteView>> parts) {
  Bytes inside;
  for (const auto& [tag, value] : parts) tlv::append(inside, tag, value);
  Bytes out;
  tlv::append(out, kPublicKey, inside);
  return out;
}

Result<Bytes> public_half(const RsaSecret& secret) {
  CICADA_TRY(const auto key, mbedtls::RsaPrivateKey::create(secret.p.expose(), secret.q.expose(), secret.exponent));
  return public_key({{kModulus, key.modulus()}, {kExponent, key.exponent()}});
}
Result<Bytes> public_half(const EcSecret& secret) {
  CICADA_TRY(const auto key, mbedtls::EcPrivateKey::create(secret.curve, secret.scalar.expose()));
  return public_key({{kPoint, key.public_point()}});
}
Result<Bytes> public_half(const DhSecret& secret) {
  CICADA_TRY(const auto group, mbedtls::ModpGroup::create(secret.group));
  CICADA_TRY(const auto value, group.power_of_generator(secret.exponent.expose()));
  return public_key({{kDhValue, value}});
}

/// A key, and what is told of it: `7F49 { ... }`.
template <typename Key>
struct Made {
  Key key = {};
  Bytes half = {};
};

/// The public point comes with the key: multiplying once more would take a quarter of a card's whole arithmetic.
Result<Made<EcSecret>> generate_ec(Curve curve, base::Rng& rng) {
  CICADA_TRY(const auto key, mbedtls::EcPrivateKey::generate(curve, rng));
  return Made<EcSecret>{.key = {.curve = curve, .scalar = key.scalar().clone()},
                        .half = public_key({{kPoint, key.public_point()}})};
}

Result<Made<ActiveKey>> generate_active(const ActiveOrder& order, base::Rng& rng) {
  Made<ActiveKey> made{.key = {.secret = {}, .hash = order.hash}};
  if (order.modulus_bits == 0) {
    CICADA_TRY(auto curve, generate_ec(order.curve, rng));
    made.key.secret = std::move(curve.key);
    made.half = std::move(curve.half);
    return made;
  }
  CICADA_TRY(const auto key, mbedtls::RsaPrivateKey::generate(order.modulus_bits, rng));
  RsaSecret secret;
  CICADA_TRY(secret.p, key.prime_p());
  CICADA_TRY(secret.q, key.prime_q());
  secret.exponent = key.exponent();
  made.key.secret = std::move(secret);
  made.half = public_key({{kModulus, key.modulus()}, {kExponent, key.exponent()}});
  return made;
}

Result<Made<ChipKey>> generate_chip(ChipOrder order, base::Rng& rng) {
  Made<ChipKey> made{.key = {.id = order.id, .secret = {}, .protocols = std::move(order.protocols)}};
  if (is_curve(order.domain)) {
    CICADA_TRY(auto curve, generate_ec(curve_of(order.domain), rng));
    made.key.secret = std::move(curve.key);
    made.half = std::move(curve.half);
    return made;
  }
  const auto group = static_cast<Modp>(order.domain);
  CICADA_TRY(const auto numbers, mbedtls::ModpGroup::create(group));
  DhSecret secret{.group = group, .exponent = {}};
  CICADA_TRY(secret.exponent, numbers.random_exponent(rng));
  CICADA_TRY(made.half, public_half(secret));
  made.key.secret = std::move(secret);
  return made;
}

// --- The commands

Reply piece_of(ByteView key, std::size_t offset) {
  if (offset >= key.size()) return sw::k6B00WrongOffset;
  const auto rest = key.subspan(offset);
  return apdu::ResponseApdu{base::to_bytes(rest.first(std::min(rest.size(), kPiece))), sw::k9000Ok};
}

Reply generate(const Context& context, ByteView data) {
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  if (const auto active = tlv::only(data, key_tag::kActive)) {
    const auto order = read_active(*active);
    if (!order) return sw::k6A80IncorrectData;
    auto made = generate_active(*order, context.rng);
    if (!made) return sw::k6F00NoDiagnosis;
    return piece_of(made->half, 0).with(Change{SetActiveKey{std::move(made->key)}});
  }
  const auto chip = tlv::only(data, key_tag::kChip);
  if (!chip) return sw::k6A80IncorrectData;
  auto order = read_chip(*chip);
  if (!order) return sw::k6A80IncorrectData;
  const auto& keys = context.card.chip_keys;
  const bool replaces = std::ranges::find(keys, order->id, &ChipKey::id) != keys.end();
  if (!replaces && keys.size() >= kMaxChipKeys) return sw::k6A84NotEnoughMemory;
  auto made = generate_chip(std::move(*order), context.rng);
  if (!made) return sw::k6F00NoDiagnosis;
  return piece_of(made->half, 0).with(Change{SetChipKey{std::move(made->key)}});
}

struct ReadOrder {
  bool active = false;
  std::optional<std::uint8_t> id;
  std::size_t offset = 0;
};

/// `B6 00` or `A6 { 84 01 key identifier }`, then `54 02 offset` unless it is 0
Result<ReadOrder> read_order(ByteView data) {
  tlv::Reader reader{data};
  ReadOrder order;
  CICADA_TRY(const auto which, reader.next());
  if (which.tag != key_tag::kActive && which.tag != key_tag::kChip) return bad_template("not the template of a key");
  order.active = which.tag == key_tag::kActive;
  tlv::Reader inside{which.value};
  if (!order.active) {
    CICADA_TRY(order.id, take_key_id(inside));
  }
  if (!inside.at_end()) return bad_template("octets behind the last object");
  if (reader.at_end()) return order;
  CICADA_TRY(const auto offset, reader.next(kOffset));
  if (offset.value.size() != 2 || !reader.at_end()) return bad_template("an offset is two octets, and the last object");
  order.offset = static_cast<std::size_t>((offset.value[0] << 8U) | offset.value[1]);
  return order;
}

Reply read_public(const Context& context, ByteView data) {
  const auto order = read_order(data);
  if (!order) return sw::k6A80IncorrectData;
  const auto answer = [&](const auto& secret) {
    const auto half = public_half(secret);
    return half ? piece_of(*half, order->offset) : Reply{sw::k6F00NoDiagnosis};
  };
  const auto& card = context.card;
  if (order->active) {
    if (!card.active_key) return sw::k6A88ReferencedDataNotFound;
    return std::visit(answer, card.active_key->secret);
  }
  const auto* key = card.chip_key(order->id);
  if (key == nullptr) return sw::k6A88ReferencedDataNotFound;
  return std::visit(answer, key->secret);
}

}  // namespace

Reply generate_key_pair(const Context& context, const apdu::CommandView& command) {
  switch (command.p1p2()) {
    case kGenerate: return generate(context, command.data);
    case kReadPublic: return read_public(context, command.data);
    default: return sw::k6A86IncorrectP1P2;
  }
}

}  // namespace cicada::applet_sim::applet
