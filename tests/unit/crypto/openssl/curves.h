// What the tests of curves and keys share.
#pragma once

#include <array>
#include <stdexcept>
#include <string_view>

#include "cicada/crypto/openssl/ec.h"

namespace cicada::crypto::openssl {

inline constexpr std::array kAllCurves = {
    Curve::p192,
    Curve::brainpool_p192r1,
    Curve::p224,
    Curve::brainpool_p224r1,
    Curve::p256,
    Curve::brainpool_p256r1,
    Curve::brainpool_p320r1,
    Curve::p384,
    Curve::brainpool_p384r1,
    Curve::brainpool_p512r1,
    Curve::p521,
};

inline Curve curve_named(std::string_view name) {
  for (const auto curve : kAllCurves) {
    if (curve_name(curve) == name) return curve;
  }
  throw std::runtime_error{"no such curve"};
}

inline base::Bytes digest_of_text(std::string_view text, HashAlgorithm algorithm = HashAlgorithm::sha256) {
  return hash(algorithm, base::as_bytes(text)).value();
}

inline EcPublicKey public_half(const EcPrivateKey& key) {
  return EcPublicKey::create(key.curve(), key.public_point()).value();
}

/// `order` plus a small number, as wide as the order (no curve has an order so near to the top that it overflows).
inline base::Bytes plus(base::Bytes integer, std::uint8_t addend) {
  unsigned carry = addend;
  for (std::size_t i = integer.size(); i-- > 0 && carry != 0;) {
    carry += integer[i];
    integer[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  return integer;
}

inline base::Bytes minus_one(base::Bytes integer) {
  for (std::size_t i = integer.size(); i-- > 0;) {
    if (integer[i]-- != 0) break;
  }
  return integer;
}

}  // namespace cicada::crypto::openssl
