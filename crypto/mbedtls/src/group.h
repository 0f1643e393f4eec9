// The library's group of a curve with an owner, and points on it.
#pragma once

#include <mbedtls/ecp.h>

#include "cicada/crypto/mbedtls/ec.h"
#include "mpi.h"

namespace cicada::crypto::mbedtls {

/// Of enum Curve.
inline constexpr std::size_t kCurveCount = 11;

struct EcPoint : mbedtls_ecp_point {
  EcPoint() noexcept : mbedtls_ecp_point{} { mbedtls_ecp_point_init(this); }
  EcPoint(const EcPoint&) = delete;
  EcPoint& operator=(const EcPoint&) = delete;
  EcPoint(EcPoint&&) = delete;
  EcPoint& operator=(EcPoint&&) = delete;
  ~EcPoint() { mbedtls_ecp_point_free(this); }
};

/// Once it is loaded. The library stores multiples of the generator in it when it first multiplies it.
struct Group : mbedtls_ecp_group {
  Group() noexcept : mbedtls_ecp_group{} { mbedtls_ecp_group_init(this); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  Group(Group&&) = delete;
  Group& operator=(Group&&) = delete;
  ~Group() { mbedtls_ecp_group_free(this); }

  /// Fails with unsupported when the library was built without the curve.
  [[nodiscard]] base::Result<void> load(Curve curve);

  /// `octets` is 04 || x || y: malformed in another form or length, security for coordinates that are not below p or a
  /// point off the curve.
  base::Result<void> read_point(base::ByteView octets, EcPoint& point) const;
  /// Fails with security for infinity.
  [[nodiscard]] base::Result<base::Bytes> write_point(const EcPoint& point) const;

  /// The coefficient a, which the library leaves out where it is p - 3. False when out of memory.
  [[nodiscard]] bool coefficient_a(Mpi& a) const;

  [[nodiscard]] std::size_t field_octets() const noexcept { return (pbits + 7) / 8; }
  [[nodiscard]] std::size_t order_octets() const noexcept { return (nbits + 7) / 8; }
};

}  // namespace cicada::crypto::mbedtls
