// The chip's own keys, as octets: what the memory holds. Whoever computes with one makes a key object of it.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/modp_group.h"

namespace cicada::applet_sim::applet {

struct RsaSecret {
  base::SecretBytes p, q;
  base::Bytes exponent;  ///< public

  [[nodiscard]] RsaSecret clone() const { return {.p = p.clone(), .q = q.clone(), .exponent = exponent}; }
};
struct EcSecret {
  crypto::mbedtls::Curve curve{};
  base::SecretBytes scalar;  ///< order_size octets

  [[nodiscard]] EcSecret clone() const { return {.curve = curve, .scalar = scalar.clone()}; }
};
struct DhSecret {
  crypto::mbedtls::Modp group{};
  base::SecretBytes exponent;

  [[nodiscard]] DhSecret clone() const { return {.group = group, .exponent = exponent.clone()}; }
};

/// The key of active authentication (9303-11 §6.1). There is one.
struct ActiveKey {
  std::variant<RsaSecret, EcSecret> secret;
  crypto::mbedtls::HashAlgorithm hash{};

  [[nodiscard]] ActiveKey clone() const {
    return {.secret = std::visit([](const auto& s) -> decltype(secret) { return s.clone(); }, secret), .hash = hash};
  }
};

/// A key of chip authentication (9303-11 §6.2), also of PACE with chip authentication mapping.
struct ChipKey {
  std::optional<std::uint8_t> id = {};  ///< DO'84'; none: the only key, which needs no name
  std::variant<EcSecret, DhSecret> secret;
  std::vector<base::Bytes> protocols = {};  ///< value octets of id-CA-*: what it may be used for

  [[nodiscard]] ChipKey clone() const {
    return {.id = id,
            .secret = std::visit([](const auto& s) -> decltype(secret) { return s.clone(); }, secret),
            .protocols = protocols};
  }
};
inline constexpr std::size_t kMaxChipKeys = 4;
inline constexpr std::size_t kMaxChipProtocols = 4;

}  // namespace cicada::applet_sim::applet
