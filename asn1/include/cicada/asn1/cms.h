// CMS SignedData (RFC 5652): the envelope of EF.SOD, EF.CardSecurity, master lists and deviation lists.
//
// The content of EF.SOD is in lds_security_object.h, that of EF.CardSecurity (oids::kSecurityObject) in
// security_infos.h, those of the lists (oids::kCscaMasterList, oids::kDeviationList) in master_list.h and
// deviation_list.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/oid.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Messages larger than this (octets) are refused; the ICAO master list has about 5 MB.
inline constexpr std::size_t kMaxCmsSize = 32UL * 1024 * 1024;
/// More certificates, revocation lists or signers than this beside the content are refused.
inline constexpr std::size_t kMaxCmsParts = 1024;

/// Names the signer's certificate: by issuer and serial number, or by key identifier.
struct SignerIdentifier {
  base::Bytes issuer;                  ///< DER of the Name; empty with a key identifier
  base::Bytes serial;                  ///< content octets of the INTEGER; empty with a key identifier
  base::Bytes subject_key_identifier;  ///< empty with issuer and serial number
  [[nodiscard]] bool is_key_identifier() const noexcept { return issuer.empty(); }
};

struct SignerInfo {
  std::uint32_t version = 1;
  SignerIdentifier sid;
  AlgorithmIdentifier digest_algorithm;
  base::Bytes signed_attributes;  ///< [0] IMPLICIT (tag A0) as it stood; empty when absent
  std::optional<Oid> content_type;
  std::optional<base::Bytes> message_digest;
  std::optional<base::Instant> signing_time;  ///< nothing when it cannot be read; then a deviation says so
  AlgorithmIdentifier signature_algorithm;
  base::Bytes signature;
  bool has_unsigned_attributes = false;

  /// The signed attributes as they are hashed: the same octets, only the tag is that of SET OF (RFC 5652 §5.4).
  [[nodiscard]] base::Bytes signed_attributes_to_hash() const;
  /// The same attributes in the order that DER wants (X.690 §11.6): some signers hash that and write another. Nothing
  /// when they stand in that order already.
  [[nodiscard]] std::optional<base::Bytes> signed_attributes_sorted() const;
};

/// A parsed message. Nothing in it has been verified.
struct SignedData {
  std::uint32_t version = 0;
  std::vector<AlgorithmIdentifier> digest_algorithms;
  Oid content_type;
  std::optional<base::Bytes> content;     ///< value of eContent, pieces joined; nothing when it is detached
  std::vector<base::Bytes> certificates;  ///< each whole, as it stood
  std::vector<base::Bytes> revocation_lists;
  std::vector<SignerInfo> signer_infos;
  /// Encodings that DER forbids and documents in the field have; tolerated: "indefinite-length", "length-not-shortest",
  /// "content-in-pieces", "signature-in-pieces", "signing-time-not-readable", "element-twice-in-a-set".
  std::vector<base::Literal> deviations;
};

/// Reads a ContentInfo of type signedData: DER, or BER with indefinite lengths and OCTET STRINGs in pieces. Octets that
/// were signed stay as they stood; only where an indefinite length is inside them do they become definite ones.
/// Fails with malformed (also when a signed attribute stands twice or has not exactly one value), unsupported for
/// another content type, or limit.
[[nodiscard]] base::Result<SignedData> parse_signed_data(base::ByteView content_info);

/// The attributes that a signature covers.
struct SignedAttributes {
  Oid content_type;
  base::Bytes message_digest;  ///< hash of the content octets
  std::optional<base::Instant> signing_time;
};
/// Step 1 of signing: DER of SET OF Attribute (tag 31). Hash and sign these octets. Fails with bad_input on a date that
/// cannot be written.
[[nodiscard]] base::Result<base::Bytes> encode_signed_attributes(const SignedAttributes& attributes);

/// What step 2 puts together; everything borrowed.
struct SignedDataParts {
  Oid content_type;
  base::ByteView content;  ///< eContent octets
  AlgorithmIdentifier digest_algorithm;
  base::ByteView certificate;        ///< DER of the signer's certificate; goes into the message
  base::ByteView issuer;             ///< DER of the issuer's name in that certificate
  base::ByteView serial;             ///< content octets of its serial number
  base::ByteView signed_attributes;  ///< from encode_signed_attributes()
  AlgorithmIdentifier signature_algorithm;
  base::ByteView signature;
  /// When given, it names the signer instead of issuer and serial number, which may then be empty (9303-12 recommends
  /// so for master lists).
  base::ByteView subject_key_identifier = {};
  /// DER of further certificates that go into the message: a master list comes with the CSCA of its signer.
  std::span<const base::Bytes> more_certificates = {};
};
/// Step 2: ContentInfo with a SignedData version 3 and one SignerInfo (9303-10 §4.6.2.2): version 1 with issuer and
/// serial number, version 3 with a key identifier. Certificates are sorted as DER wants it. A digest algorithm is
/// written without NULL parameters; the signature algorithm as it is given. Fails with bad_input when
/// `signed_attributes` is no SET or nothing names the signer.
[[nodiscard]] base::Result<base::Bytes> encode_signed_data(const SignedDataParts& parts);

}  // namespace cicada::asn1
