// The terminal's half of PACE and chip authentication for the tests of the card: on OpenSSL, able to be wrong.
#pragma once

#include <optional>
#include <variant>

#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "terminal.h"

namespace terminal {

/// The content octets of id-PACE-* and id-CA-*: `family` 1 to 4 and 6, `cipher` 1 (3DES) to 4 (AES-256).
[[nodiscard]] Bytes pace_oid(unsigned family, unsigned cipher);
[[nodiscard]] Bytes ca_oid(unsigned family, unsigned cipher);

/// One group, whatever its kind.
class Group {
 public:
  explicit Group(unsigned domain);

  [[nodiscard]] bool is_curve() const { return std::holds_alternative<cicada::crypto::openssl::EcGroup>(group_); }
  [[nodiscard]] Bytes generator() const;
  [[nodiscard]] Bytes random_key(cicada::base::Rng& rng) const;
  [[nodiscard]] Bytes multiply(ByteView scalar, ByteView element) const;
  [[nodiscard]] Bytes combine(ByteView a, ByteView b) const;
  [[nodiscard]] Bytes agree(ByteView scalar, ByteView element) const;
  /// The generator of integrated mapping.
  [[nodiscard]] Bytes map(ByteView r) const;
  [[nodiscard]] std::size_t field_bits() const;

 private:
  std::variant<cicada::crypto::openssl::EcGroup, cicada::crypto::openssl::ModpGroup> group_;
};

/// KDF of 9303-11 §9.7.1 with the key size of the cipher.
[[nodiscard]] Bytes derive_key(Cipher cipher, ByteView secret, std::uint8_t counter);
/// Session keys from a shared secret, SSC 0.
[[nodiscard]] Messaging open_messaging(Cipher cipher, ByteView shared_secret);

/// One run. The requests are data fields of GENERAL AUTHENTICATE; what the card answers is taken in order.
class Pace {
 public:
  Pace(Bytes oid, unsigned domain, ByteView password, std::uint64_t seed = 7);

  [[nodiscard]] Bytes mse(unsigned reference, bool with_domain = true) const;
  [[nodiscard]] static Bytes nonce_request() { return {0x7C, 0x00}; }
  void take_nonce(ByteView answer);
  [[nodiscard]] Bytes map_request() const;
  void take_map(ByteView answer);
  [[nodiscard]] Bytes agree_request() const;
  void take_agree(ByteView answer);
  [[nodiscard]] Bytes token_request() const;
  /// Checks T_IC; what stands behind it is kept in `rest`.
  void take_token(ByteView answer);

  /// MSE:Set AT and the four steps, plain; fails the test when one is not answered by 9000.
  [[nodiscard]] static Messaging run(const Wire& wire, const Bytes& oid, unsigned domain, ByteView password,
                                     unsigned reference, std::uint64_t seed = 7);
  [[nodiscard]] Messaging messaging() const { return open_messaging(cipher_, shared_); }

  /// Chip authentication mapping: DO'8A' in `rest` proves the key.
  [[nodiscard]] bool chip_proves(ByteView chip_public_key) const;

  Bytes rest;              ///< objects behind DO'86'
  Bytes chip_public;       ///< PK_DH,IC
  Bytes terminal_public;   ///< PK_DH,IFD
  Bytes map_key, eph_key;  ///< private keys, may be replaced before they are used

 private:
  [[nodiscard]] Bytes token(ByteView public_key) const;
  [[nodiscard]] bool integrated() const { return oid_[8] == 3 || oid_[8] == 4; }

  Bytes oid_;
  unsigned domain_;
  Cipher cipher_;
  Group group_;
  Bytes k_pi_, s_, t_, generator_, chip_map_public_, shared_;
};

}  // namespace terminal
