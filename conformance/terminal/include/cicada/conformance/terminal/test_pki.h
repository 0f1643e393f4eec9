// The tests' own verifiers and terminals: certificates below the CVCA that a chip trusts (9303-12 §7.2), right, or
// wrong in one thing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/private_key.h"

namespace cicada::conformance::terminal {

/// A private key with its scheme of id-TA (9303-11 §7.1.5). Copies share the key.
class TaKey {
 public:
  /// A CVCA's own key: PKCS#8, PEM. The scheme is the certificate's. Fails with malformed, unsupported, and conflict
  /// when it is another key than the certificate's.
  [[nodiscard]] static base::Result<TaKey> read(const base::SecretBytes& pem, const asn1::CvPublicKey& certified);
  /// The `n`-th key of this scheme, on `curve`, or with `bits` of a modulus (2048 to 4096, rounded up to a size that is
  /// made). Made once in a process: to make RSA keys for every certificate would be most of a run's time.
  [[nodiscard]] static base::Result<TaKey> make(const asn1::Oid& scheme, std::optional<crypto::openssl::Curve> curve,
                                                std::size_t bits, unsigned n);
  /// The `n`-th key of the same scheme and size.
  [[nodiscard]] base::Result<TaKey> another(unsigned n) const;

  [[nodiscard]] const asn1::Oid& scheme() const noexcept { return scheme_; }
  [[nodiscard]] std::optional<crypto::openssl::Curve> curve() const noexcept;  ///< nothing: RSA
  /// Of the modulus, or of the field.
  [[nodiscard]] std::size_t bits() const;
  [[nodiscard]] asn1::CvPublicKey public_key(bool with_domain) const;
  /// RSA, or r || s (9303-11 §7.1.5).
  [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) const;

 private:
  TaKey(std::shared_ptr<const crypto::openssl::PrivateKey> key, const asn1::Oid& scheme)
      : key_(std::move(key)), scheme_(scheme) {}
  std::shared_ptr<const crypto::openssl::PrivateKey> key_;
  asn1::Oid scheme_;
};

/// Somebody who has a certificate.
struct Holder {
  std::string reference;  ///< certificate holder reference
  asn1::CvRole role{};
  TaKey key;
};

/// What the authority decides.
struct Terms {
  base::Date effective{}, expiration{};
  bool dg3 = true, dg4 = true;
};

/// What is wrong with a certificate. The signature is right for what is signed unless it is itself the matter.
enum class Bend : std::uint8_t {
  none,
  no_signature,              ///< 5F37 is missing
  no_body,                   ///< 7F4E is missing
  no_authorization,          ///< 7F4C is missing
  no_effective,              ///< 5F25 is missing
  no_expiration,             ///< 5F24 is missing
  effective_not_bcd,         ///< a digit is 0A; otherwise a day of the past
  expiration_not_bcd,        ///< a digit is 0A; otherwise not expired
  effective_not_gregorian,   ///< 30 February, of the past
  expiration_not_gregorian,  ///< 30 February, of the year after the last
  expires_before_effective,  ///< the two days change places
  body_tag,                  ///< 7F4F instead of 7F4E
  signature_tag,             ///< 5F38 instead of 5F37
  body_length,               ///< 7F4E says one octet more than it has
  signature_length,          ///< 5F37 says one octet more than there is
  authority_character,       ///< the last character of the CAR
  terminal_type,             ///< 7F4C with an identifier that nobody has defined
  key_scheme,                ///< 7F49 with an identifier that nobody has defined
  shorter_key,               ///< than the authority's
  shorter_curve,             ///< the same, with the domain parameters of the shorter curve
  signature_last_octet,      ///< one more
  signature_short,           ///< without its last octet
  signature_above_modulus,   ///< s + n where that fits, else all ones
  signature_r_zero,
  signature_s_zero,
  key_without_scheme,       ///< 7F49 without 06
  key_without_point,        ///< 7F49 without 86
  key_without_modulus,      ///< 7F49 without 81
  key_without_exponent,     ///< 7F49 without 82
  key_with_unknown_object,  ///< 7F49 with a 77 at its end
};
/// "no-signature" ...: the word that cases use.
[[nodiscard]] std::string_view to_string(Bend bend) noexcept;
[[nodiscard]] std::optional<Bend> bend_from(std::string_view word) noexcept;
[[nodiscard]] std::span<const Bend> all_bends() noexcept;

/// A certificate as PSO:VERIFY CERTIFICATE takes it: 7F4E and 5F37. A CVCA's has the domain of its key, the others do
/// not (9303-12 §7.2.2). Fails with bad_input for a bend that does not exist for such a key (r of an RSA signature, a
/// key shorter than the shortest), with crypto.
[[nodiscard]] base::Result<base::Bytes> issue(const Holder& authority, const Holder& subject, const Terms& terms,
                                              Bend bend = Bend::none);

/// The root that the chip trusts, and names for those below it.
struct TestPki {
  Holder root;
  base::Date effective{}, expiration{};  ///< of the root

  /// Fails with malformed, unsupported, conflict (see TaKey::read), bad_input when the certificate is no CVCA's.
  [[nodiscard]] static base::Result<TestPki> create(base::ByteView cvca_certificate, const base::SecretBytes& cvca_key);

  /// A key like the root's with a name that was not used before: a chip refuses to import one that it knows
  /// (9303-11 §7.1.4). `n` is the key's number.
  [[nodiscard]] base::Result<Holder> holder(asn1::CvRole role, unsigned n, base::Rng& rng) const;
  /// A name for a successor of `old`: the sequence number counts on.
  [[nodiscard]] static std::string successor(const std::string& old);
};

}  // namespace cicada::conformance::terminal
