// Names of the deviations that real documents show and that are tolerated, listed and, under a strict policy, refused.
#pragma once

#include <string_view>

namespace cicada::host::pki::deviation {

// Certificates (9303-12 §7.1).
inline constexpr std::string_view kDsWithoutAki = "ds-without-authority-key-identifier";
inline constexpr std::string_view kCscaWithoutSki = "csca-without-subject-key-identifier";
inline constexpr std::string_view kDsWithoutKeyUsage = "ds-without-key-usage";
inline constexpr std::string_view kCscaWithoutKeyUsage = "csca-without-key-usage";
inline constexpr std::string_view kKeyUsageNotCritical = "key-usage-not-critical";
inline constexpr std::string_view kPathLengthNotZero = "csca-path-length-not-zero";
inline constexpr std::string_view kNameInAnotherForm = "name-in-another-form";    ///< equal only by tolerant comparison
inline constexpr std::string_view kSerialNotProper = "serial-number-not-proper";  ///< negative, zero or over 20 octets
inline constexpr std::string_view kVersionNotThree = "certificate-version-not-3";
inline constexpr std::string_view kLengthNotShortest = "length-not-shortest";
inline constexpr std::string_view kTimeForm = "time-form";  ///< without seconds, with a fraction, with an offset
inline constexpr std::string_view kNullDiffers = "algorithm-null-differs";     ///< outside, and in the signed part
inline constexpr std::string_view kNegativeKeyNumber = "rsa-number-negative";  ///< its leading 00 was forgotten
inline constexpr std::string_view kNamedCurve = "named-curve";
inline constexpr std::string_view kWeakKey = "weak-key";
inline constexpr std::string_view kSha1 = "sha-1";
inline constexpr std::string_view kForbiddenExtension = "forbidden-extension";
inline constexpr std::string_view kExtendedKeyUsage = "ds-with-extended-key-usage";
inline constexpr std::string_view kCscaExpired = "csca-expired";
inline constexpr std::string_view kDsExpiredValidAtSigning = "ds-expired-valid-at-signing";
inline constexpr std::string_view kNameWithoutCountry = "name-without-country";
inline constexpr std::string_view kCountryNotUpperCase = "country-not-upper-case";

inline constexpr std::string_view kCscaWithoutBasicConstraints = "csca-without-basic-constraints";
inline constexpr std::string_view kAkiOfAnotherKey = "authority-key-identifier-of-another-key";
inline constexpr std::string_view kExtensionUnreadable = "extension-not-readable";  ///< one that decides nothing
inline constexpr std::string_view kLinkInDocument = "link-certificate-in-document";
inline constexpr std::string_view kCountryForm = "country-not-two-letters";
inline constexpr std::string_view kStateForm = "alternative-name-without-state-code";

// Signatures.
/// Neither of 9303-12 §4.1.6 nor known otherwise: what it covers was not checked.
inline constexpr std::string_view kAlgorithmNotAllowed = "algorithm-not-allowed";
inline constexpr std::string_view kSignatureNamesKeyOnly = "signature-algorithm-names-key-only";
inline constexpr std::string_view kSignatureNamesHashOnly = "signature-algorithm-names-hash-only";
inline constexpr std::string_view kSignatureAlgorithmForm = "signature-algorithm-not-of-9303";
inline constexpr std::string_view kSignatureAlgorithmParameters = "signature-algorithm-with-parameters";
inline constexpr std::string_view kPssWithoutParameters = "rsa-pss-without-parameters";
inline constexpr std::string_view kPssWithoutHash =
    "rsa-pss-without-hash";  ///< the default is SHA-1, the digest is not
inline constexpr std::string_view kPssWithoutMaskHash = "rsa-pss-without-mask-hash";
inline constexpr std::string_view kPssSaltLength = "rsa-pss-salt-length";  ///< another than the parameters say
inline constexpr std::string_view kPssKeySignedPkcs1 = "rsa-pss-key-signed-pkcs1";
inline constexpr std::string_view kRsaWithoutNull = "rsa-signature-algorithm-without-null";  ///< RFC 3370 §3.2
inline constexpr std::string_view kDigestInfoWithoutNull = "digest-info-without-null";
inline constexpr std::string_view kEcdsaPlain = "ecdsa-plain-signature";
inline constexpr std::string_view kEcdsaIntegerForm = "ecdsa-integer-form";  ///< r or s padded or without its 00

// CMS messages (RFC 5652, 9303-10 §4.6.2.2).
inline constexpr std::string_view kIndefiniteLength = "indefinite-length";
inline constexpr std::string_view kContentInPieces = "content-in-pieces";
inline constexpr std::string_view kSignatureInPieces = "signature-in-pieces";
inline constexpr std::string_view kElementTwice = "element-twice-in-a-set";  ///< a certificate, a digest algorithm
inline constexpr std::string_view kSigningTimeUnreadable = "signing-time-not-readable";
inline constexpr std::string_view kAttributesNotSorted = "signed-attributes-not-sorted";
inline constexpr std::string_view kSignedDataVersion = "signed-data-version";  ///< not 3
inline constexpr std::string_view kSignerInfoVersion = "signer-info-version";  ///< does not fit the identifier
inline constexpr std::string_view kDigestNotListed = "digest-algorithm-not-listed";
inline constexpr std::string_view kUnsignedAttributes = "unsigned-attributes";
inline constexpr std::string_view kSignerByElimination = "signer-identifier-matches-no-certificate";
inline constexpr std::string_view kSignerNotEmbedded = "signer-certificate-not-in-sod";
inline constexpr std::string_view kSignerNameForm = "signer-name-in-another-form";
inline constexpr std::string_view kSignerKeyIdentifierComputed = "signer-certificate-without-key-identifier";

// Master lists and deviation lists (9303-12 §8).
inline constexpr std::string_view kListSignerWithoutUsage = "list-signer-without-extended-key-usage";
/// A deviation list of the State says that the keys for active authentication of such documents are known to others.
inline constexpr std::string_view kListedAaKey = "deviation-list:aa-key-compromised";

// Revocation lists (9303-12 §7.1.4).
inline constexpr std::string_view kCrlWithoutAki = "crl-without-authority-key-identifier";
inline constexpr std::string_view kCrlWithoutNextUpdate = "crl-without-next-update";
inline constexpr std::string_view kCrlOfAnotherName = "crl-of-another-name-of-the-country";
inline constexpr std::string_view kCrlDatedLater = "crl-dated-after-the-check";

}  // namespace cicada::host::pki::deviation
