#include "group.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

struct CurveInfo {
  mbedtls_ecp_group_id id;  ///< none: mbedTLS 2.28 lacks the curve, see kOwnCurves
  std::size_t octets;       ///< of the prime, and for all of these of the order
};

// In the order of enum Curve.
constexpr std::array<CurveInfo, kCurveCount> kCurves = {{
    {MBEDTLS_ECP_DP_SECP192R1, 24},
    {MBEDTLS_ECP_DP_NONE, 24},
    {MBEDTLS_ECP_DP_SECP224R1, 28},
    {MBEDTLS_ECP_DP_NONE, 28},
    {MBEDTLS_ECP_DP_SECP256R1, 32},
    {MBEDTLS_ECP_DP_BP256R1, 32},
    {MBEDTLS_ECP_DP_NONE, 40},
    {MBEDTLS_ECP_DP_SECP384R1, 48},
    {MBEDTLS_ECP_DP_BP384R1, 48},
    {MBEDTLS_ECP_DP_BP512R1, 64},
    {MBEDTLS_ECP_DP_SECP521R1, 66},
}};

struct OwnCurve {
  Curve curve;
  const char *p, *a, *b, *x, *y, *n;  ///< hexadecimal
};

constexpr std::array<OwnCurve, 3> kOwnCurves = {{
    {.curve = Curve::brainpool_p192r1,  // RFC 5639 §3.2
     .p = "C302F41D932A36CDA7A3463093D18DB78FCE476DE1A86297",
     .a = "6A91174076B1E0E19C39C031FE8685C1CAE040E5C69A28EF",
     .b = "469A28EF7C28CCA3DC721D044F4496BCCA7EF4146FBF25C9",
     .x = "C0A0647EAAB6A48753B033C56CB0F0900A2F5C4853375FD6",
     .y = "14B690866ABD5BB88B5F4828C1490002E6773FA2FA299B8F",
     .n = "C302F41D932A36CDA7A3462F9E9E916B5BE8F1029AC4ACC1"},
    {.curve = Curve::brainpool_p224r1,  // RFC 5639 §3.3
     .p = "D7C134AA264366862A18302575D1D787B09F075797DA89F57EC8C0FF",
     .a = "68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43",
     .b = "2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B",
     .x = "0D9029AD2C7E5CF4340823B2A87DC68C9E4CE3174C1E6EFDEE12C07D",
     .y = "58AA56F772C0726F24C6B89E4ECDAC24354B9E99CAA3F6D3761402CD",
     .n = "D7C134AA264366862A18302575D0FB98D116BC4B6DDEBCA3A5A7939F"},
    {.curve = Curve::brainpool_p320r1,  // RFC 5639 §3.5
     .p = "D35E472036BC4FB7E13C785ED201E065F98FCFA6F6F40DEF4F92B9EC7893EC28FCD412B1F1B32E27",
     .a = "3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4",
     .b = "520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6",
     .x = "43BD7E9AFB53D8B85289BCC48EE5BFE6F20137D10A087EB6E7871E2A10A599C710AF8D0D39E20611",
     .y = "14FDD05545EC1CC8AB4093247F77275E0743FFED117182EAA9C77877AAAC6AC7D35245D1692E8EE1",
     .n = "D35E472036BC4FB7E13C785ED201E065F98FCFA5B68F12A32D482EC7EE8658E98691555B44C59311"},
}};

/// Fills the group as mbedtls_ecp_group_load() fills its own, with the general reduction modulo p. The library takes
/// any group whose fields are set: its id serves only to look it up.
bool fill(Group& group, const OwnCurve& curve) {
  const auto read = [](mbedtls_mpi& number, const char* text) {
    return mbedtls_mpi_read_string(&number, 16, text) == 0;
  };
  if (!read(group.P, curve.p) || !read(group.A, curve.a) || !read(group.B, curve.b) || !read(group.N, curve.n) ||
      mbedtls_ecp_point_read_string(&group.G, 16, curve.x, curve.y) != 0) {
    return false;
  }
  group.pbits = mbedtls_mpi_bitlen(&group.P);
  group.nbits = mbedtls_mpi_bitlen(&group.N);
  return true;
}

ByteView without_leading_zeros(ByteView integer) noexcept {
  while (!integer.empty() && integer[0] == 0) integer = integer.subspan(1);
  return integer;
}

bool same(const mbedtls_mpi& known, ByteView given) {
  const auto stripped = without_leading_zeros(given);
  const auto octets = octets_of(known, mbedtls_mpi_size(&known));
  return octets && base::equal(*octets, stripped);
}

}  // namespace

std::size_t field_size(Curve curve) noexcept {
  return kCurves.at(std::to_underlying(curve)).octets;
}

std::size_t order_size(Curve curve) noexcept {
  return kCurves.at(std::to_underlying(curve)).octets;
}

std::optional<Curve> match_curve(const CurveParameters& given) {
  if (given.cofactor > 1) return std::nullopt;
  for (std::size_t i = 0; i < kCurves.size(); ++i) {
    const auto curve = static_cast<Curve>(i);
    Group group;
    Mpi a;
    if (!group.load(curve) || !same(group.P, given.p) || !group.coefficient_a(a)) continue;
    EcPoint generator;
    if (same(a, given.a) && same(group.B, given.b) && same(group.N, given.order) &&
        group.read_point(given.generator, generator) && mbedtls_ecp_point_cmp(&group.G, &generator) == 0) {
      return curve;
    }
  }
  return std::nullopt;
}

Result<void> Group::load(Curve curve) {
  const auto known = kCurves.at(std::to_underlying(curve)).id;
  if (known != MBEDTLS_ECP_DP_NONE) {
    if (mbedtls_ecp_group_load(this, known) == 0) return {};
    return base::fail({.fault = Fault::unsupported, .what = "the library lacks the curve"});
  }
  const auto* own = std::ranges::find(kOwnCurves, curve, &OwnCurve::curve);
  if (own != kOwnCurves.end() && fill(*this, *own)) return {};
  return base::fail({.fault = Fault::crypto, .what = "the curve could not be set up"});
}

Result<void> Group::read_point(ByteView octets, EcPoint& point) const {
  const auto width = field_octets();
  if (octets.size() != 1 + 2 * width || octets[0] != 0x04) {
    return base::fail({.fault = Fault::malformed,
                       .what = "not an uncompressed point of this curve's size",
                       .clause = "SEC 1 §2.3.4"});
  }
  if (mbedtls_mpi_read_binary(&point.X, &octets[1], width) != 0 ||
      mbedtls_mpi_read_binary(&point.Y, &octets[1 + width], width) != 0 || mbedtls_mpi_lset(&point.Z, 1) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "out of memory"});
  }
  // Refuses coordinates that are not below p, and points off the curve.
  if (mbedtls_ecp_check_pubkey(this, &point) != 0) {
    return base::fail({.fault = Fault::security, .what = "the point is not on the curve"});
  }
  return {};
}

Result<Bytes> Group::write_point(const EcPoint& point) const {
  if (mbedtls_mpi_cmp_int(&point.Z, 0) == 0) {
    return base::fail({.fault = Fault::security, .what = "the result is the point at infinity"});
  }
  const auto width = field_octets();
  Bytes octets(1 + 2 * width, 0x04);
  if (mbedtls_mpi_write_binary(&point.X, &octets[1], width) != 0 ||
      mbedtls_mpi_write_binary(&point.Y, &octets[1 + width], width) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "the point has no coordinates"});
  }
  return octets;
}

bool Group::coefficient_a(Mpi& a) const {
  return (A.p == nullptr ? mbedtls_mpi_sub_int(&a, &P, 3) : mbedtls_mpi_copy(&a, &A)) == 0;
}

}  // namespace cicada::crypto::mbedtls
