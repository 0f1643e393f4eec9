// Names of the deviations of security objects that are tolerated, listed and, under a strict policy, refused. Those of
// certificates and revocation lists are in host/pki.
#pragma once

#include <string_view>

namespace cicada::host::auth::deviation {

inline constexpr std::string_view kOctetsAfterSod = "octets-after-sod";        ///< after the 77 object
inline constexpr std::string_view kOverlongLength = "length-not-shortest";     ///< of the 77 object
inline constexpr std::string_view kSignedDataVersion = "signed-data-version";  ///< not 3
inline constexpr std::string_view kSignerInfoVersion = "signer-info-version";  ///< does not fit the identifier
inline constexpr std::string_view kDigestNotListed = "digest-algorithm-not-listed";
inline constexpr std::string_view kSignerByElimination = "signer-identifier-matches-no-certificate";
inline constexpr std::string_view kSignerNotEmbedded = "signer-certificate-not-in-sod";
inline constexpr std::string_view kSignerNameForm = "signer-name-in-another-form";
inline constexpr std::string_view kUnsignedAttributes = "unsigned-attributes";
inline constexpr std::string_view kSignatureNamesKeyOnly = "signature-algorithm-names-key-only";
inline constexpr std::string_view kPssWithoutParameters = "rsa-pss-without-parameters";
inline constexpr std::string_view kLdsVersionInfo =
    "lds-version-information";  ///< present or absent against the version
inline constexpr std::string_view kSha1 = "sha-1";
inline constexpr std::string_view kComUnreadable = "com-unreadable";
inline constexpr std::string_view kComDiffers = "com-lists-other-data-groups";

// Active authentication (9303-11 §6.1).
inline constexpr std::string_view kWeakKey = "weak-key";
inline constexpr std::string_view kSignatureOfB4 = "iso-9796-2-signature-of-annex-b4";
inline constexpr std::string_view kPaddedRepresentative = "iso-9796-2-message-too-short";  ///< padding before M1
inline constexpr std::string_view kEcdsaInDer = "ecdsa-signature-in-der";
inline constexpr std::string_view kActiveAlgorithmNotNamed = "active-authentication-algorithm-not-named";
inline constexpr std::string_view kHashLongerThanKey = "hash-longer-than-key";

// Chip authentication (9303-11 §6.2).
inline constexpr std::string_view kChipInfoMissing = "chip-authentication-info-missing";
inline constexpr std::string_view kChipInfoVersion = "chip-authentication-info-version";
inline constexpr std::string_view kChipKeyIdUnknown = "chip-authentication-key-id-matches-no-key";
inline constexpr std::string_view kSetAtInsteadOfKat = "chip-authentication-3des-by-set-at";
inline constexpr std::string_view kNamedCurve = "named-curve";

}  // namespace cicada::host::auth::deviation
