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
inline constexpr std::string_view kNamedCurve = "named-curve";
inline constexpr std::string_view kWeakKey = "weak-key";
inline constexpr std::string_view kSha1 = "sha-1";
inline constexpr std::string_view kForbiddenExtension = "forbidden-extension";
inline constexpr std::string_view kExtendedKeyUsage = "ds-with-extended-key-usage";
inline constexpr std::string_view kCscaExpired = "csca-expired";
inline constexpr std::string_view kDsExpiredValidAtSigning = "ds-expired-valid-at-signing";
inline constexpr std::string_view kNameWithoutCountry = "name-without-country";
inline constexpr std::string_view kCountryNotUpperCase = "country-not-upper-case";

// Revocation lists (9303-12 §7.1.4).
inline constexpr std::string_view kCrlWithoutAki = "crl-without-authority-key-identifier";
inline constexpr std::string_view kCrlWithoutNextUpdate = "crl-without-next-update";
inline constexpr std::string_view kCrlOfAnotherName = "crl-of-another-name-of-the-country";
inline constexpr std::string_view kCrlDatedLater = "crl-dated-after-the-check";

}  // namespace cicada::host::pki::deviation
