// Card-verifiable certificates made for the tests of the card, on OpenSSL: right ones, and wrong ones on purpose.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cicada/crypto/openssl/private_key.h"
#include "terminal.h"

namespace verifiable {

using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::crypto::openssl::Curve;

/// Who has a key and a name. `scheme`: family and variant below id-TA, as in 0x23 for ECDSA with SHA-256.
class Party {
 public:
  Party(std::string name, Curve curve, unsigned scheme = 0x23);
  /// RSA with 2048 bits or more.
  Party(std::string name, std::size_t bits, unsigned scheme);

  [[nodiscard]] ByteView name() const { return cicada::base::as_bytes(name_); }
  [[nodiscard]] Bytes sign(ByteView message) const;
  /// The objects inside DO'7F49'.
  [[nodiscard]] std::vector<Bytes> key_objects(bool with_domain) const;
  /// The same key under another name.
  [[nodiscard]] Party named(std::string name) const;
  [[nodiscard]] Party with_scheme(unsigned scheme) const;

 private:
  std::string name_;
  unsigned scheme_;
  std::shared_ptr<const cicada::crypto::openssl::PrivateKey> key_;
};

/// The objects inside DO'7F4E', each encoded, in their order; a test changes what it likes.
struct Draft {
  Bytes profile, authority, public_key, holder, authorization, effective, expiration, extensions;

  [[nodiscard]] Bytes body() const;
};

[[nodiscard]] Bytes date_of(const char* yymmdd);
/// A right one. `authorization`: role and rights, C3 for a CVCA with all rights.
[[nodiscard]] Draft draft(const Party& issuer, const Party& holder, unsigned authorization, const char* effective,
                          const char* expiration);
/// `7F4E 5F37`
[[nodiscard]] Bytes seal(const Party& issuer, const Draft& draft);
[[nodiscard]] Bytes certificate(const Party& issuer, const Party& holder, unsigned authorization, const char* effective,
                                const char* expiration);
/// With the DO'7F21' around it.
[[nodiscard]] Bytes whole(ByteView objects);

}  // namespace verifiable
