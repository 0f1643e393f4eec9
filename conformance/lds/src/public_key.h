// Public keys in certificates, DG14, DG15 and EF.CardSecurity, held against the rules.
#pragma once

#include "strict_tlv.h"

namespace cicada::conformance::lds {

/// What kinds of key, and in which form, a place allows.
struct KeyRules {
  bool rsa = false;
  bool ec = false;
  bool dh = false;
  bool standardized = false;  ///< standardizedDomainParameters (TR-03110) beside explicit ones
  std::size_t min_rsa_bits = 1024;
};
/// Of certificates (9303-12 §4.1.6.3), of active authentication (9303-11 §6.1.1), of chip authentication.
inline constexpr KeyRules kCertificateKey{.rsa = true, .ec = true, .min_rsa_bits = 2048};
inline constexpr KeyRules kActiveAuthenticationKey{.rsa = true, .ec = true};
inline constexpr KeyRules kChipAuthenticationEcKey{.ec = true, .standardized = true};
inline constexpr KeyRules kChipAuthenticationDhKey{.dh = true, .standardized = true};

/// SubjectPublicKeyInfo: SEQUENCE of an AlgorithmIdentifier and a BIT STRING, DER, nothing else.
struct KeyParts {
  Object whole, algorithm, bits;
};
[[nodiscard]] Judged<KeyParts> key_parts(const Object& info, std::string_view what);
/// The algorithm is one of those allowed and its parameters are in the form that the rules want: NULL for RSA; for EC
/// explicit parameters with cofactor and uncompressed generator of a known curve; for DH p, g and q.
[[nodiscard]] Judged<void> key_algorithm_rules(const KeyParts& key, const KeyRules& rules, std::string_view what);
/// The key itself: positive minimal numbers, or an uncompressed point on the curve, or an element of the group.
[[nodiscard]] Judged<void> key_value_rules(const KeyParts& key, const KeyRules& rules, std::string_view what);
/// All of that.
[[nodiscard]] Judged<void> key_rules(const Object& info, const KeyRules& rules, std::string_view what);
/// Curve or group of the key as a number of 9303-11 §9.5.1, however it is said; nothing for others.
[[nodiscard]] std::optional<std::uint32_t> domain_number(base::ByteView info);

}  // namespace cicada::conformance::lds
