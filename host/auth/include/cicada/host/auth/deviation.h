// Names of the deviations of security objects that are tolerated, listed and, under a strict policy, refused. Those of
// signatures, CMS messages, certificates and revocation lists are in host/pki.
#pragma once

#include <string_view>

#include "cicada/host/pki/deviation.h"

namespace cicada::host::auth::deviation {

inline constexpr std::string_view kSodWithoutFrame = "sod-without-frame";        ///< a bare ContentInfo, no tag 77
inline constexpr std::string_view kOctetsAfterSod = "octets-after-sod";          ///< after the 77 object, or within it
inline constexpr std::string_view kOverlongLength = "length-not-shortest";       ///< of the 77 object
inline constexpr std::string_view kOldContentType = "content-type-before-9303";  ///< 1.3.27.1.1.1
inline constexpr std::string_view kPaddedDataGroup = "octets-after-data-group";  ///< padding of the file; not hashed
inline constexpr std::string_view kLdsVersionInfo =
    "lds-version-information";  ///< present or absent against the version
inline constexpr std::string_view kComUnreadable = "com-unreadable";
inline constexpr std::string_view kComDiffers = "com-lists-other-data-groups";
// What is wrong within the files has the names of lds::Structure, and "dg1-unreadable" and so on for those that cannot
// be taken apart.

// Active authentication (9303-11 §6.1).
inline constexpr std::string_view kSignatureOfB4 = "iso-9796-2-signature-of-annex-b4";
inline constexpr std::string_view kPaddedRepresentative = "iso-9796-2-message-too-short";  ///< padding before M1
inline constexpr std::string_view kEcdsaInDer = "ecdsa-signature-in-der";
inline constexpr std::string_view kActiveAlgorithmNotNamed = "active-authentication-algorithm-not-named";
inline constexpr std::string_view kHashLongerThanKey = "hash-longer-than-key";

// Chip authentication (9303-11 §6.2).
inline constexpr std::string_view kChipInfoMissing = "chip-authentication-info-missing";
inline constexpr std::string_view kChipInfoVersion = "chip-authentication-info-version";
inline constexpr std::string_view kChipKeyIdUnknown = "chip-authentication-key-id-matches-no-key";
/// EF.CardAccess shows an entry that EF.CardSecurity does not repeat.
inline constexpr std::string_view kCardSecurityIncomplete = "card-security-incomplete";
inline constexpr std::string_view kSetAtInsteadOfKat = "chip-authentication-3des-by-set-at";

// Of the message; one list of names serves EF.SOD, EF.CardSecurity and the lists of host/pki.
using pki::deviation::kDigestNotListed;
using pki::deviation::kNamedCurve;
using pki::deviation::kPssWithoutParameters;
using pki::deviation::kSha1;
using pki::deviation::kSignatureNamesKeyOnly;
using pki::deviation::kSignedDataVersion;
using pki::deviation::kSignerByElimination;
using pki::deviation::kSignerInfoVersion;
using pki::deviation::kSignerNameForm;
using pki::deviation::kSignerNotEmbedded;
using pki::deviation::kUnsignedAttributes;
using pki::deviation::kWeakKey;

}  // namespace cicada::host::auth::deviation
