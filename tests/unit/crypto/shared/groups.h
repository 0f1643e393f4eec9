// The domain parameters of tests/vectors/domain_parameters.json, and numbers beside a given one.
#pragma once

#include <string>

#include "provider.h"
#include "vectors.h"

namespace groups {

using cicada::base::Bytes;
namespace vectors = cicada::tests::vectors;

struct KnownCurve {
  provider::Curve curve;
  std::string tool_name;  ///< what the openssl command calls it
  Bytes p, a, b, generator, order;
};

struct KnownModp {
  provider::Modp group;
  std::string tool_name;
  Bytes p, q, g;
};

/// In the order of the enumeration.
inline std::vector<KnownCurve> curves() {
  std::vector<KnownCurve> all;
  for (const auto& vector : vectors::beginning_with("domain_parameters.json", "curve-")) {
    all.push_back({static_cast<provider::Curve>(all.size()), vectors::text(vector, "openssl_name"),
                   vectors::octets(vector, "p"), vectors::octets(vector, "a"), vectors::octets(vector, "b"),
                   vectors::octets(vector, "generator"), vectors::octets(vector, "order")});
  }
  return all;
}

inline std::vector<KnownModp> modp_groups() {
  std::vector<KnownModp> all;
  for (const auto& vector : vectors::beginning_with("domain_parameters.json", "modp-")) {
    all.push_back({static_cast<provider::Modp>(all.size()), vectors::text(vector, "openssl_name"),
                   vectors::octets(vector, "p"), vectors::octets(vector, "q"), vectors::octets(vector, "g")});
  }
  return all;
}

/// `number` with `addend` added or taken away, as wide as before.
inline Bytes plus(Bytes number, int addend) {
  for (std::size_t i = number.size(); i-- > 0 && addend != 0;) {
    addend += number[i];
    number[i] = static_cast<std::uint8_t>(addend);
    addend >>= 8;
  }
  return number;
}

/// A small number as wide as `like`.
inline Bytes small(int value, const Bytes& like) {
  return plus(Bytes(like.size()), value);
}

/// The point that a vector of Doc 9303 writes without its leading 04.
inline Bytes point(const vectors::json& vector, const char* name) {
  auto octets = vectors::octets(vector, name);
  if (octets.size() % 2 == 0) octets.insert(octets.begin(), 0x04);
  return octets;
}

}  // namespace groups
