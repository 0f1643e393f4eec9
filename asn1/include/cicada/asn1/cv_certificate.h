// Card-verifiable certificates (TR-03110-3 C, 9303-12 §7.2): what a card checks before a terminal may read more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/public_key.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Longer certificates and requests (octets), references (characters) and lists of extensions are refused.
inline constexpr std::size_t kMaxCvCertificateSize = 8192;
inline constexpr std::size_t kMaxCvReferenceSize = 16;
inline constexpr std::size_t kMaxCvExtensions = 16;

/// n and e, unsigned big-endian without leading zeros.
struct CvRsaKey {
  base::Bytes modulus;
  base::Bytes exponent;
};

/// A point, 04 || x || y. Only a CVCA's certificate and requests carry the domain; a DV and its terminals inherit it.
struct CvEcKey {
  std::optional<EcDomainParameters> domain;
  base::Bytes point;
};

/// Data object 7F49. The algorithm (id-TA-RSA-..., id-TA-ECDSA-...) is that of signatures made with this key.
struct CvPublicKey {
  Oid algorithm;
  std::variant<CvRsaKey, CvEcKey> key;
  [[nodiscard]] const CvRsaKey* rsa() const noexcept { return std::get_if<CvRsaKey>(&key); }
  [[nodiscard]] const CvEcKey* ec() const noexcept { return std::get_if<CvEcKey>(&key); }
};

/// The two highest bits of an authorization.
enum class CvRole : std::uint8_t { terminal = 0, dv_foreign = 1, dv_domestic = 2, cvca = 3 };

/// Certificate holder authorization, data object 7F4C: a kind of terminal, the role, and rights bit by bit.
struct CvAuthorization {
  Oid terminal_type;  ///< oids::kRole...: inspection system, authentication terminal, signature terminal
  base::Bytes bits;   ///< 1 octet, 5 for authentication terminals; the two highest bits are the role

  [[nodiscard]] CvRole role() const noexcept;
  /// Is this right given? 0 is the lowest bit of the last octet; for inspection systems 0 is DG3 and 1 is DG4.
  [[nodiscard]] bool allows(std::size_t right) const noexcept;
  friend bool operator==(const CvAuthorization&, const CvAuthorization&) = default;
};

/// Rights of an inspection system (9303-11 §7.1.4).
inline constexpr std::size_t kRightDg3 = 0;
inline constexpr std::size_t kRightDg4 = 1;
/// An authorization as an inspection system has it.
[[nodiscard]] CvAuthorization inspection_system(CvRole role, bool dg3, bool dg4);

/// A data object 73 within 65: whatever the type says.
struct CvExtension {
  Oid type;
  base::Bytes data;  ///< the data objects that follow the identifier, as they stood
  friend bool operator==(const CvExtension&, const CvExtension&) = default;
};

/// What a certificate says. References are ISO 8859-1 texts of 1 to 16 characters: country, mnemonic, sequence number.
struct CvBody {
  std::string authority_reference;  ///< CAR: whose key signed
  CvPublicKey public_key;
  std::string holder_reference;  ///< CHR
  CvAuthorization authorization;
  base::Date effective;   ///< first day, GMT
  base::Date expiration;  ///< last day, GMT
  std::vector<CvExtension> extensions;
};

/// A parsed certificate. Nothing in it has been verified.
struct CvCertificate : CvBody {
  base::Bytes der;        ///< the whole of 7F21 as it stood
  base::Bytes body;       ///< the whole of 7F4E as it stood: what is signed
  base::Bytes signature;  ///< value of 5F37; r || s for ECDSA

  /// The data of PSO:VERIFY CERTIFICATE: 7F4E and 5F37 without the frame around them.
  [[nodiscard]] base::ByteView verify_data() const noexcept;
};

/// What a request says (TR-03110-3 C.2). EC keys come with their domain.
struct CvRequestBody {
  std::optional<std::string> authority_reference;  ///< which key is expected to sign
  CvPublicKey public_key;
  std::string holder_reference;
  std::vector<CvExtension> extensions;
};

/// A parsed request: 7F21 like a certificate, signed with the key that it carries.
struct CvRequest : CvRequestBody {
  base::Bytes der;
  base::Bytes body;
  base::Bytes signature;
};

/// Data object 67: a request, signed by a key that is known already (the predecessor's, or another DV's).
struct AuthenticatedCvRequest {
  base::Bytes der;
  CvRequest request;
  std::string authority_reference;  ///< outer CAR: whose key made the outer signature
  base::Bytes signed_octets;        ///< 7F21 || 42 as they stood
  base::Bytes signature;            ///< outer signature
};

/// Reads one certificate. Nothing is tolerated, because no card does: data objects in their order, lengths in the
/// shortest form, unsigned integers without leading zeros, days that the calendar has, nothing behind the end.
/// Fails with malformed, limit, or unsupported for another profile (5F29) and for keys that are not of id-TA.
[[nodiscard]] base::Result<CvCertificate> parse_cv_certificate(base::ByteView der);
[[nodiscard]] base::Result<CvRequest> parse_cv_request(base::ByteView der);
[[nodiscard]] base::Result<AuthenticatedCvRequest> parse_authenticated_cv_request(base::ByteView der);

/// The data object 7F49 alone, tag included (EAC2 requests, terminal keys). Fails as above.
[[nodiscard]] base::Result<CvPublicKey> parse_cv_public_key(base::ByteView der);
[[nodiscard]] base::Result<base::Bytes> encode_cv_public_key(const CvPublicKey& key);

/// Step 1 of issuing: data object 7F4E. Hash and sign these octets. Fails with bad_input when something does not fit:
/// references, dates outside 2000 to 2099, an authorization of another length than its type has, a key without octets.
[[nodiscard]] base::Result<base::Bytes> encode_cv_body(const CvBody& body);
[[nodiscard]] base::Result<base::Bytes> encode_cv_request_body(const CvRequestBody& body);
/// Step 2: the frame 7F21 around body and signature; for certificates and requests.
[[nodiscard]] base::Bytes encode_cv_certificate(base::ByteView body, base::ByteView signature);

/// What the outer signature of an authenticated request covers: 7F21 || 42.
[[nodiscard]] base::Result<base::Bytes> encode_outer_signed_octets(base::ByteView request,
                                                                   const std::string& authority_reference);
[[nodiscard]] base::Bytes encode_authenticated_cv_request(base::ByteView signed_octets, base::ByteView signature);

/// May this text be a CAR or CHR: 1 to 16 printable characters of ISO 8859-1?
[[nodiscard]] bool is_cv_reference(std::string_view text) noexcept;

}  // namespace cicada::asn1
