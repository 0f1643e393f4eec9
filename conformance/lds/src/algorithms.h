// Algorithms that documents are signed and hashed with (9303-10 §4.6.2, 9303-12 §4.4).
#pragma once

#include <optional>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/crypto/openssl/hash.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {

using crypto::openssl::HashAlgorithm;

/// The AlgorithmIdentifier in a SEQUENCE; anything else breaks.
[[nodiscard]] Judged<asn1::AlgorithmIdentifier> algorithm_of(const Object& sequence, std::string_view what);

/// SHA-224 to SHA-512, parameters absent or NULL (RFC 5754 §2). SHA-1 and all others break.
[[nodiscard]] Judged<HashAlgorithm> hash_of(const Object& sequence, std::string_view what);

enum class SignatureKind : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa };
struct SignatureScheme {
  SignatureKind kind;
  std::optional<HashAlgorithm> hash;  ///< nothing: rsaEncryption, which leaves it to the digest algorithm
  HashAlgorithm mgf_hash = HashAlgorithm::sha256;
  std::uint32_t salt_length = 0;
};
/// One of the signature algorithms of 9303-12 with parameters as their RFCs want them: NULL for PKCS#1 v1.5, absent for
/// ECDSA, RSASSA-PSS-params with one hash for both uses.
[[nodiscard]] Judged<SignatureScheme> scheme_of(const Object& sequence, std::string_view what);

/// Does `signature` (at offset `at`) over `message` verify with the key in this SubjectPublicKeyInfo? Breaks when not;
/// undecided when the key is of a curve or size that is not computed with. `hash`: what rsaEncryption leaves open.
[[nodiscard]] Judged<void> verify(const SignatureScheme& scheme, HashAlgorithm hash, base::ByteView public_key_info,
                                  base::ByteView message, base::ByteView signature, std::string_view what,
                                  std::size_t at);

}  // namespace cicada::conformance::lds
