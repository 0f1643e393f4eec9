// All curves, for loops, and hashes of short texts.
#pragma once

#include <array>
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

}  // namespace cicada::crypto::openssl
