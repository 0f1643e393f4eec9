#include "cicada/applet_sim/protocol/agreement/domain.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/hash.h"

namespace cicada::applet_sim::protocol::agreement {
namespace {

using crypto::mbedtls::Curve;
using crypto::mbedtls::EcGroup;
using crypto::mbedtls::Modp;
using crypto::mbedtls::ModpGroup;

constexpr tlv::Tag kPublicKey = 0x7F49;
constexpr tlv::Tag kOid = 0x06;
constexpr tlv::Tag kPoint = 0x86;
constexpr tlv::Tag kInteger = 0x84;

constexpr DomainId kFirstModp = 0;
constexpr std::array kModps = {Modp::modp_1024_160, Modp::modp_2048_224, Modp::modp_2048_256};

struct NumberedCurve {
  Curve curve;
  std::size_t field_bits;
};
constexpr DomainId kFirstCurve = 8;
constexpr std::array kCurves = {
    NumberedCurve{Curve::p192, 192},
    NumberedCurve{Curve::brainpool_p192r1, 192},
    NumberedCurve{Curve::p224, 224},
    NumberedCurve{Curve::brainpool_p224r1, 224},
    NumberedCurve{Curve::p256, 256},
    NumberedCurve{Curve::brainpool_p256r1, 256},
    NumberedCurve{Curve::brainpool_p320r1, 320},
    NumberedCurve{Curve::p384, 384},
    NumberedCurve{Curve::brainpool_p384r1, 384},
    NumberedCurve{Curve::brainpool_p512r1, 512},
    NumberedCurve{Curve::p521, 521},
};

const NumberedCurve* curve_of(DomainId id) {
  const auto index = static_cast<std::size_t>(id) - kFirstCurve;
  return index < kCurves.size() ? &kCurves.at(index) : nullptr;
}

std::optional<Modp> modp_of(DomainId id) {
  const auto index = static_cast<std::size_t>(id) - kFirstModp;
  return index < kModps.size() ? std::optional{kModps.at(index)} : std::nullopt;
}

base::ByteView without_leading_zeros(base::ByteView integer) {
  while (!integer.empty() && integer.front() == 0) integer = integer.subspan(1);
  return integer;
}

}  // namespace

base::Result<Kind> kind_of(DomainId id) {
  if (curve_of(id) != nullptr) return Kind::ecdh;
  if (modp_of(id)) return Kind::dh;
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "no standardized domain parameters have this number",
                     .clause = "9303-11 §9.5.1",
                     .at = id});
}

DomainId domain_of(Curve curve) noexcept {
  const auto* found = std::ranges::find(kCurves, curve, &NumberedCurve::curve);
  return static_cast<DomainId>(kFirstCurve + (found - kCurves.begin()));
}

DomainId domain_of(Modp group) noexcept {
  const auto* found = std::ranges::find(kModps, group);
  return static_cast<DomainId>(kFirstModp + (found - kModps.begin()));
}

base::Result<Domain> Domain::create(DomainId id) {
  CICADA_TRY(const auto kind, kind_of(id));
  if (kind == Kind::ecdh) {
    CICADA_TRY(auto group, EcGroup::create(curve_of(id)->curve));
    return Domain{id, std::move(group)};
  }
  CICADA_TRY(auto group, ModpGroup::create(*modp_of(id)));
  return Domain{id, std::move(group)};
}

std::size_t Domain::field_bits() const noexcept {
  const auto* numbered = curve_of(id_);
  return numbered != nullptr ? numbered->field_bits : 8 * field()->size();
}

const base::Bytes& Domain::generator() const noexcept {
  return curve() != nullptr ? curve()->generator() : field()->generator();
}

base::Result<base::SecretBytes> Domain::random_private_key(base::Rng& rng) const {
  return curve() != nullptr ? curve()->random_scalar(rng) : field()->random_exponent(rng);
}

base::Result<base::Bytes> Domain::multiply(base::ByteView scalar, base::ByteView element) const {
  return curve() != nullptr ? curve()->multiply(scalar, element) : field()->power(element, scalar);
}

base::Result<base::Bytes> Domain::combine(base::ByteView p, base::ByteView q) const {
  return curve() != nullptr ? curve()->add(p, q) : field()->multiply(p, q);
}

base::Result<base::SecretBytes> Domain::agree(base::ByteView private_key, base::ByteView public_key) const {
  return curve() != nullptr ? curve()->agree(private_key, public_key) : field()->agree(private_key, public_key);
}

base::Result<void> Domain::check(base::ByteView element) const {
  return curve() != nullptr ? curve()->check(element) : field()->check(element);
}

bool Domain::same(base::ByteView a, base::ByteView b) const noexcept {
  if (curve() != nullptr) return base::equal(a, b);
  return base::equal(without_leading_zeros(a), without_leading_zeros(b));
}

base::Bytes Domain::encode(base::ByteView element) const {
  return base::to_bytes(curve() != nullptr ? element : without_leading_zeros(element));
}

base::Result<base::Bytes> Domain::compress(base::ByteView public_key) const {
  if (curve() == nullptr) {
    return crypto::mbedtls::hash(crypto::mbedtls::HashAlgorithm::sha1, public_key);
  }
  return base::to_bytes(public_key.subspan(1, crypto::mbedtls::field_size(curve()->curve())));
}

base::Bytes Domain::public_key_object(base::ByteView oid, base::ByteView public_key) const {
  const auto tag = curve() != nullptr ? kPoint : kInteger;
  base::Bytes object;
  tlv::append_header(
      object, kPublicKey,
      tlv::header_size(kOid, oid.size()) + oid.size() + tlv::header_size(tag, public_key.size()) + public_key.size());
  tlv::append(object, kOid, oid);
  tlv::append(object, tag, public_key);
  return object;
}

}  // namespace cicada::applet_sim::protocol::agreement
