// The library's groups for our curves, and points on them.
#pragma once

#include "cicada/crypto/openssl/ec.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

/// The library's name: "prime256v1".
[[nodiscard]] const char* library_name(Curve curve) noexcept;
[[nodiscard]] std::optional<Curve> curve_by_library_name(std::string_view name) noexcept;
/// Made once; null when the library lacks the curve.
[[nodiscard]] const EC_GROUP* group_of(Curve curve) noexcept;

/// Octets as a point of the curve: uncompressed or compressed form, on the curve, not infinity.
[[nodiscard]] base::Result<Point> decode_point(Curve curve, base::ByteView octets);
/// Uncompressed form.
[[nodiscard]] base::Result<base::Bytes> encode_point(Curve curve, const EC_POINT& point);

}  // namespace cicada::crypto::openssl
