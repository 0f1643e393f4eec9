#include "curve.h"

#include <openssl/obj_mac.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

struct CurveInfo {
  std::string_view name;
  std::string_view oid;
  const char* library_name;
  int nid;
  std::size_t field_size;
  std::size_t order_size;
};

// In the order of enum Curve. OIDs: ANSI X9.62 / SEC 2 for the NIST curves, RFC 5639 §4.1 for Brainpool.
constexpr std::array<CurveInfo, 11> kCurves = {{
    {"P-192", "1.2.840.10045.3.1.1", SN_X9_62_prime192v1, NID_X9_62_prime192v1, 24, 24},
    {"brainpoolP192r1", "1.3.36.3.3.2.8.1.1.3", SN_brainpoolP192r1, NID_brainpoolP192r1, 24, 24},
    {"P-224", "1.3.132.0.33", SN_secp224r1, NID_secp224r1, 28, 28},
    {"brainpoolP224r1", "1.3.36.3.3.2.8.1.1.5", SN_brainpoolP224r1, NID_brainpoolP224r1, 28, 28},
    {"P-256", "1.2.840.10045.3.1.7", SN_X9_62_prime256v1, NID_X9_62_prime256v1, 32, 32},
    {"brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", SN_brainpoolP256r1, NID_brainpoolP256r1, 32, 32},
    {"brainpoolP320r1", "1.3.36.3.3.2.8.1.1.9", SN_brainpoolP320r1, NID_brainpoolP320r1, 40, 40},
    {"P-384", "1.3.132.0.34", SN_secp384r1, NID_secp384r1, 48, 48},
    {"brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11", SN_brainpoolP384r1, NID_brainpoolP384r1, 48, 48},
    {"brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13", SN_brainpoolP512r1, NID_brainpoolP512r1, 64, 64},
    {"P-521", "1.3.132.0.35", SN_secp521r1, NID_secp521r1, 66, 66},
}};

const CurveInfo& info(Curve curve) noexcept {
  return kCurves.at(std::to_underlying(curve));
}

std::optional<Curve> find(auto matches) noexcept {
  const auto* found = std::ranges::find_if(kCurves, matches);
  if (found == kCurves.end()) return std::nullopt;
  return static_cast<Curve>(found - kCurves.begin());
}

Bytes fixed_width(const BIGNUM& value, std::size_t width) {
  Bytes octets(width);
  BN_bn2binpad(&value, octets.data(), static_cast<int>(width));
  return octets;
}

CurveParameters read_parameters(Curve curve) {
  const auto* group = group_of(curve);
  const Bignum p{BN_new()}, a{BN_new()}, b{BN_new()};
  if (group == nullptr || EC_GROUP_get_curve(group, p.get(), a.get(), b.get(), nullptr) != 1) return {};
  auto generator = encode_point(curve, *EC_GROUP_get0_generator(group));
  if (!generator) return {};
  const auto width = field_size(curve);
  return {.p = fixed_width(*p, width),
          .a = fixed_width(*a, width),
          .b = fixed_width(*b, width),
          .generator = *std::move(generator),
          .order = fixed_width(*EC_GROUP_get0_order(group), order_size(curve)),
          .cofactor = static_cast<std::uint32_t>(BN_get_word(EC_GROUP_get0_cofactor(group)))};
}

bool same_integer(ByteView a, ByteView b) {
  const auto strip = [](ByteView value) {
    return value.subspan(
        static_cast<std::size_t>(std::ranges::find_if(value, [](auto octet) { return octet != 0; }) - value.begin()));
  };
  return base::equal(strip(a), strip(b));
}

/// `known` is uncompressed; `given` may be either form.
bool same_point(ByteView known, ByteView given) {
  if (given.size() == known.size()) return base::equal(known, given);
  const auto width = (known.size() - 1) / 2;
  return given.size() == 1 + width && given[0] == 2 + (known.back() & 1) &&
         base::equal(known.subspan(1, width), given.subspan(1));
}

}  // namespace

std::string_view curve_name(Curve curve) noexcept {
  return info(curve).name;
}

std::string_view curve_oid(Curve curve) noexcept {
  return info(curve).oid;
}

std::size_t field_size(Curve curve) noexcept {
  return info(curve).field_size;
}

std::size_t order_size(Curve curve) noexcept {
  return info(curve).order_size;
}

const char* library_name(Curve curve) noexcept {
  return info(curve).library_name;
}

std::optional<Curve> curve_by_oid(std::string_view dotted) noexcept {
  return find([&](const auto& known) { return known.oid == dotted; });
}

std::optional<Curve> curve_by_library_name(std::string_view name) noexcept {
  return find([&](const auto& known) { return known.library_name == name; });
}

const EC_GROUP* group_of(Curve curve) noexcept {
  static const auto kGroups = [] {
    std::array<const EC_GROUP*, kCurves.size()> groups{};
    std::ranges::transform(kCurves, groups.begin(),
                           [](const auto& known) { return EC_GROUP_new_by_curve_name(known.nid); });
    return groups;
  }();
  return kGroups.at(std::to_underlying(curve));
}

const CurveParameters& curve_parameters(Curve curve) {
  static const auto kParameters = [] {
    std::array<CurveParameters, kCurves.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all.at(i) = read_parameters(static_cast<Curve>(i));
    return all;
  }();
  return kParameters.at(std::to_underlying(curve));
}

std::optional<Curve> match_curve(const CurveParameters& given) {
  for (std::size_t i = 0; i < kCurves.size(); ++i) {
    const auto curve = static_cast<Curve>(i);
    const auto& known = curve_parameters(curve);
    if (!known.p.empty() && same_integer(known.p, given.p) && same_integer(known.a, given.a) &&
        same_integer(known.b, given.b) && same_point(known.generator, given.generator) &&
        same_integer(known.order, given.order) && (given.cofactor == 0 || given.cofactor == known.cofactor)) {
      return curve;
    }
  }
  return std::nullopt;
}

Result<Point> decode_point(Curve curve, ByteView octets) {
  const auto width = field_size(curve);
  const bool uncompressed = octets.size() == 1 + 2 * width && octets[0] == 0x04;
  const bool compressed = octets.size() == 1 + width && (octets[0] == 0x02 || octets[0] == 0x03);
  if (!uncompressed && !compressed) {
    return base::fail(
        {.fault = Fault::malformed, .what = "not a point of this curve's size", .clause = "SEC 1 §2.3.4"});
  }
  const auto* group = group_of(curve);
  if (group == nullptr) return base::fail({.fault = Fault::unsupported, .what = "the library lacks the curve"});
  Point point{EC_POINT_new(group)};
  if (!point || EC_POINT_oct2point(group, point.get(), octets.data(), octets.size(), nullptr) != 1 ||
      EC_POINT_is_at_infinity(group, point.get()) != 0 || EC_POINT_is_on_curve(group, point.get(), nullptr) != 1) {
    return refused("the point is not on the curve", Fault::security);
  }
  return point;
}

Result<Bytes> encode_point(Curve curve, const EC_POINT& point) {
  Bytes octets(1 + 2 * field_size(curve));
  const auto size =
      EC_POINT_point2oct(group_of(curve), &point, POINT_CONVERSION_UNCOMPRESSED, octets.data(), octets.size(), nullptr);
  if (size != octets.size()) return refused("the point has no coordinates");
  return octets;
}

}  // namespace cicada::crypto::openssl
