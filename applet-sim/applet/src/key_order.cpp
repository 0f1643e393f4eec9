#include "key_order.h"

#include <algorithm>

namespace cicada::applet_sim::applet {
namespace {

using base::Bytes;
using base::ByteView;
using base::Result;
using crypto::mbedtls::Curve;
using crypto::mbedtls::HashAlgorithm;

constexpr std::uint8_t kFirstCurve = 8;
constexpr std::uint8_t kLastCurve = 18;
constexpr std::uint8_t kLastModp = 2;
constexpr std::uint8_t kMaxKeyId = 127;

/// id-CA-DH-* or id-CA-ECDH-*, whatever the domain parameters want.
bool fits(ByteView oid, std::uint8_t domain) {
  constexpr std::array<std::uint8_t, 8> kIdCa = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03};
  constexpr std::uint8_t kDh = 1;
  constexpr std::uint8_t kEcdh = 2;
  constexpr std::uint8_t kLastCipher = 4;
  if (oid.size() != kIdCa.size() + 2 || !base::equal(oid.first(kIdCa.size()), kIdCa)) return false;
  const auto cipher = oid[kIdCa.size() + 1];
  return oid[kIdCa.size()] == (is_curve(domain) ? kEcdh : kDh) && cipher >= 1 && cipher <= kLastCipher;
}

}  // namespace

Result<std::uint8_t> take_octet(tlv::Reader& reader, tlv::Tag tag) {
  CICADA_TRY(const auto object, reader.next(tag));
  if (object.value.size() != 1) return bad_template("an object of the wrong length");
  return object.value[0];
}

bool is_curve(std::uint8_t domain) noexcept {
  return domain >= kFirstCurve && domain <= kLastCurve;
}

bool is_modp(std::uint8_t domain) noexcept {
  return domain <= kLastModp;
}

Curve curve_of(std::uint8_t domain) noexcept {
  static_assert(static_cast<std::uint8_t>(Curve::p521) == kLastCurve - kFirstCurve);
  return static_cast<Curve>(domain - kFirstCurve);
}

Result<HashAlgorithm> take_hash(tlv::Reader& reader) {
  CICADA_TRY(const auto hash, take_octet(reader, key_tag::kHash));
  if (hash == 0 || hash > static_cast<std::uint8_t>(HashAlgorithm::sha512) + 1) {
    return bad_template("no hash has this number");
  }
  return static_cast<HashAlgorithm>(hash - 1);
}

bool goes_with(HashAlgorithm hash, Curve curve) noexcept {
  return hash != HashAlgorithm::sha1 && crypto::mbedtls::hash_size(hash) <= crypto::mbedtls::order_size(curve);
}

Result<std::optional<std::uint8_t>> take_key_id(tlv::Reader& reader) {
  if (reader.peek() != key_tag::kKeyId) return std::nullopt;
  CICADA_TRY(const auto id, take_octet(reader, key_tag::kKeyId));
  if (id > kMaxKeyId) return bad_template("a key identifier is 0 to 127");
  return id;
}

Result<ChipOrder> take_chip_order(tlv::Reader& reader) {
  ChipOrder order;
  CICADA_TRY(order.domain, take_octet(reader, key_tag::kDomain));
  if (!is_curve(order.domain) && !is_modp(order.domain)) return bad_template("no group has this number");
  CICADA_TRY(order.id, take_key_id(reader));
  while (reader.peek() == key_tag::kOid) {
    CICADA_TRY(const auto oid, reader.next(key_tag::kOid));
    auto protocol = base::to_bytes(oid.value);
    if (!fits(protocol, order.domain)) return bad_template("not a protocol of chip authentication with such a key");
    if (std::ranges::find(order.protocols, protocol) != order.protocols.end()) return bad_template("a protocol twice");
    order.protocols.push_back(std::move(protocol));
  }
  if (order.protocols.empty()) return bad_template("a key without a protocol");
  return order;
}

}  // namespace cicada::applet_sim::applet
