// The object identifiers that identity documents use. Curves are in crypto (curve_by_oid).
#pragma once

#include "cicada/asn1/oid.h"

namespace cicada::asn1::oids {

// Digests (RFC 5754, RFC 3370).
inline constexpr Oid kSha1 = Oid::of("1.3.14.3.2.26");
inline constexpr Oid kSha224 = Oid::of("2.16.840.1.101.3.4.2.4");
inline constexpr Oid kSha256 = Oid::of("2.16.840.1.101.3.4.2.1");
inline constexpr Oid kSha384 = Oid::of("2.16.840.1.101.3.4.2.2");
inline constexpr Oid kSha512 = Oid::of("2.16.840.1.101.3.4.2.3");

// RSA (RFC 8017, RFC 4055).
inline constexpr Oid kRsaEncryption = Oid::of("1.2.840.113549.1.1.1");
inline constexpr Oid kMd5WithRsa = Oid::of("1.2.840.113549.1.1.4");
inline constexpr Oid kSha1WithRsa = Oid::of("1.2.840.113549.1.1.5");
inline constexpr Oid kMgf1 = Oid::of("1.2.840.113549.1.1.8");
inline constexpr Oid kRsassaPss = Oid::of("1.2.840.113549.1.1.10");
inline constexpr Oid kSha256WithRsa = Oid::of("1.2.840.113549.1.1.11");
inline constexpr Oid kSha384WithRsa = Oid::of("1.2.840.113549.1.1.12");
inline constexpr Oid kSha512WithRsa = Oid::of("1.2.840.113549.1.1.13");
inline constexpr Oid kSha224WithRsa = Oid::of("1.2.840.113549.1.1.14");
inline constexpr Oid kOiwSha1WithRsa = Oid::of("1.3.14.3.2.29");  // the older name of kSha1WithRsa

// Elliptic curves (RFC 5480, RFC 3279).
inline constexpr Oid kPrimeField = Oid::of("1.2.840.10045.1.1");
inline constexpr Oid kCharacteristicTwoField = Oid::of("1.2.840.10045.1.2");
inline constexpr Oid kEcPublicKey = Oid::of("1.2.840.10045.2.1");
inline constexpr Oid kEcdsaWithSha1 = Oid::of("1.2.840.10045.4.1");
inline constexpr Oid kEcdsaWithRecommended = Oid::of("1.2.840.10045.4.2");
inline constexpr Oid kEcdsaWithSpecified = Oid::of("1.2.840.10045.4.3");
inline constexpr Oid kEcdsaWithSha224 = Oid::of("1.2.840.10045.4.3.1");
inline constexpr Oid kEcdsaWithSha256 = Oid::of("1.2.840.10045.4.3.2");
inline constexpr Oid kEcdsaWithSha384 = Oid::of("1.2.840.10045.4.3.3");
inline constexpr Oid kEcdsaWithSha512 = Oid::of("1.2.840.10045.4.3.4");

// Diffie-Hellman and DSA keys.
inline constexpr Oid kDhPublicNumber = Oid::of("1.2.840.10046.2.1");
inline constexpr Oid kDhKeyAgreement = Oid::of("1.2.840.113549.1.3.1");
inline constexpr Oid kDsa = Oid::of("1.2.840.10040.4.1");
inline constexpr Oid kDsaWithSha1 = Oid::of("1.2.840.10040.4.3");
inline constexpr Oid kDsaWithSha224 = Oid::of("2.16.840.1.101.3.4.3.1");
inline constexpr Oid kDsaWithSha256 = Oid::of("2.16.840.1.101.3.4.3.2");

// CMS (RFC 5652 §11).
inline constexpr Oid kData = Oid::of("1.2.840.113549.1.7.1");
inline constexpr Oid kSignedData = Oid::of("1.2.840.113549.1.7.2");
inline constexpr Oid kContentType = Oid::of("1.2.840.113549.1.9.3");
inline constexpr Oid kMessageDigest = Oid::of("1.2.840.113549.1.9.4");
inline constexpr Oid kSigningTime = Oid::of("1.2.840.113549.1.9.5");

// Certificate and CRL extensions (RFC 5280 §4.2, §5.2).
inline constexpr Oid kSubjectKeyIdentifier = Oid::of("2.5.29.14");
inline constexpr Oid kKeyUsage = Oid::of("2.5.29.15");
inline constexpr Oid kPrivateKeyUsagePeriod = Oid::of("2.5.29.16");
inline constexpr Oid kSubjectAltName = Oid::of("2.5.29.17");
inline constexpr Oid kIssuerAltName = Oid::of("2.5.29.18");
inline constexpr Oid kBasicConstraints = Oid::of("2.5.29.19");
inline constexpr Oid kCrlNumber = Oid::of("2.5.29.20");
inline constexpr Oid kDeltaCrlIndicator = Oid::of("2.5.29.27");
inline constexpr Oid kIssuingDistributionPoint = Oid::of("2.5.29.28");
inline constexpr Oid kNameConstraints = Oid::of("2.5.29.30");
inline constexpr Oid kCrlDistributionPoints = Oid::of("2.5.29.31");
inline constexpr Oid kCertificatePolicies = Oid::of("2.5.29.32");
inline constexpr Oid kPolicyMappings = Oid::of("2.5.29.33");
inline constexpr Oid kAuthorityKeyIdentifier = Oid::of("2.5.29.35");
inline constexpr Oid kPolicyConstraints = Oid::of("2.5.29.36");
inline constexpr Oid kExtendedKeyUsage = Oid::of("2.5.29.37");
inline constexpr Oid kFreshestCrl = Oid::of("2.5.29.46");
inline constexpr Oid kInhibitAnyPolicy = Oid::of("2.5.29.54");

// Attributes of names (RFC 5280 appendix A, RFC 4519).
inline constexpr Oid kCommonName = Oid::of("2.5.4.3");
inline constexpr Oid kSurname = Oid::of("2.5.4.4");
inline constexpr Oid kSerialNumber = Oid::of("2.5.4.5");
inline constexpr Oid kCountryName = Oid::of("2.5.4.6");
inline constexpr Oid kLocalityName = Oid::of("2.5.4.7");
inline constexpr Oid kStateOrProvinceName = Oid::of("2.5.4.8");
inline constexpr Oid kOrganizationName = Oid::of("2.5.4.10");
inline constexpr Oid kOrganizationalUnitName = Oid::of("2.5.4.11");
inline constexpr Oid kTitle = Oid::of("2.5.4.12");
inline constexpr Oid kGivenName = Oid::of("2.5.4.42");
inline constexpr Oid kEmailAddress = Oid::of("1.2.840.113549.1.9.1");
inline constexpr Oid kDomainComponent = Oid::of("0.9.2342.19200300.100.1.25");

// ICAO (9303-10, 9303-11, 9303-12).
inline constexpr Oid kIcaoMrtdSecurity = Oid::of("2.23.136.1.1");
inline constexpr Oid kLdsSecurityObject = Oid::of("2.23.136.1.1.1");
inline constexpr Oid kOldLdsSecurityObject = Oid::of("1.3.27.1.1.1");  // before ICAO had an arc of its own
inline constexpr Oid kCscaMasterList = Oid::of("2.23.136.1.1.2");
inline constexpr Oid kMasterListSigningKey = Oid::of("2.23.136.1.1.3");
inline constexpr Oid kDocumentTypeList = Oid::of("2.23.136.1.1.4");
inline constexpr Oid kAaProtocolObject = Oid::of("2.23.136.1.1.5");
inline constexpr Oid kNameChange = Oid::of("2.23.136.1.1.6.1");
inline constexpr Oid kDocumentTypeListExtension = Oid::of("2.23.136.1.1.6.2");
inline constexpr Oid kDeviationList = Oid::of("2.23.136.1.1.7");
// What a deviation list says of documents (9303-3 §8).
inline constexpr Oid kDeviationCertOrKey = Oid::of("2.23.136.1.1.7.1");
inline constexpr Oid kDeviationDsSignature = Oid::of("2.23.136.1.1.7.1.1");
inline constexpr Oid kDeviationDsEncoding = Oid::of("2.23.136.1.1.7.1.2");
inline constexpr Oid kDeviationCscaEncoding = Oid::of("2.23.136.1.1.7.1.3");
inline constexpr Oid kDeviationAaKeyCompromised = Oid::of("2.23.136.1.1.7.1.4");
inline constexpr Oid kDeviationLds = Oid::of("2.23.136.1.1.7.2");
inline constexpr Oid kDeviationDgMalformed = Oid::of("2.23.136.1.1.7.2.1");
inline constexpr Oid kDeviationDgHashWrong = Oid::of("2.23.136.1.1.7.2.2");
inline constexpr Oid kDeviationSodSignatureWrong = Oid::of("2.23.136.1.1.7.2.3");
inline constexpr Oid kDeviationComInconsistent = Oid::of("2.23.136.1.1.7.2.4");
inline constexpr Oid kDeviationMrz = Oid::of("2.23.136.1.1.7.3");
inline constexpr Oid kDeviationMrzWrongData = Oid::of("2.23.136.1.1.7.3.1");
inline constexpr Oid kDeviationMrzWrongCheckDigit = Oid::of("2.23.136.1.1.7.3.2");
inline constexpr Oid kDeviationChip = Oid::of("2.23.136.1.1.7.4");
inline constexpr Oid kDeviationNationalUse = Oid::of("2.23.136.1.1.7.5");
inline constexpr Oid kDeviationListSigningKey = Oid::of("2.23.136.1.1.8");
inline constexpr Oid kLds2 = Oid::of("2.23.136.1.1.9");
inline constexpr Oid kEfDirInfo = Oid::of("2.23.136.1.1.13");

// BSI TR-03110, also in 9303-11 §9.2.
inline constexpr Oid kIdPk = Oid::of("0.4.0.127.0.7.2.2.1");
inline constexpr Oid kIdPkDh = Oid::of("0.4.0.127.0.7.2.2.1.1");
inline constexpr Oid kIdPkEcdh = Oid::of("0.4.0.127.0.7.2.2.1.2");
inline constexpr Oid kIdTa = Oid::of("0.4.0.127.0.7.2.2.2");
inline constexpr Oid kIdCa = Oid::of("0.4.0.127.0.7.2.2.3");
inline constexpr Oid kIdPace = Oid::of("0.4.0.127.0.7.2.2.4");
inline constexpr Oid kStandardizedDomainParameters = Oid::of("0.4.0.127.0.7.1.2");
inline constexpr Oid kEcdsaPlainSignatures = Oid::of("0.4.0.127.0.7.1.1.4.1");
inline constexpr Oid kSecurityObject = Oid::of("0.4.0.127.0.7.3.2.1");
inline constexpr Oid kRoles = Oid::of("0.4.0.127.0.7.3.1.2");
inline constexpr Oid kIdRi = Oid::of("0.4.0.127.0.7.2.2.5");
inline constexpr Oid kIdCi = Oid::of("0.4.0.127.0.7.2.2.6");
inline constexpr Oid kIdEidSecurity = Oid::of("0.4.0.127.0.7.2.2.7");
inline constexpr Oid kIdPt = Oid::of("0.4.0.127.0.7.2.2.8");

// PACE: key agreement and mapping, then the cipher (9303-11 §9.2.1).
inline constexpr Oid kPaceDhGm = Oid::of("0.4.0.127.0.7.2.2.4.1");
inline constexpr Oid kPaceDhGm3des = Oid::of("0.4.0.127.0.7.2.2.4.1.1");
inline constexpr Oid kPaceDhGmAes128 = Oid::of("0.4.0.127.0.7.2.2.4.1.2");
inline constexpr Oid kPaceDhGmAes192 = Oid::of("0.4.0.127.0.7.2.2.4.1.3");
inline constexpr Oid kPaceDhGmAes256 = Oid::of("0.4.0.127.0.7.2.2.4.1.4");
inline constexpr Oid kPaceEcdhGm = Oid::of("0.4.0.127.0.7.2.2.4.2");
inline constexpr Oid kPaceEcdhGm3des = Oid::of("0.4.0.127.0.7.2.2.4.2.1");
inline constexpr Oid kPaceEcdhGmAes128 = Oid::of("0.4.0.127.0.7.2.2.4.2.2");
inline constexpr Oid kPaceEcdhGmAes192 = Oid::of("0.4.0.127.0.7.2.2.4.2.3");
inline constexpr Oid kPaceEcdhGmAes256 = Oid::of("0.4.0.127.0.7.2.2.4.2.4");
inline constexpr Oid kPaceDhIm = Oid::of("0.4.0.127.0.7.2.2.4.3");
inline constexpr Oid kPaceDhIm3des = Oid::of("0.4.0.127.0.7.2.2.4.3.1");
inline constexpr Oid kPaceDhImAes128 = Oid::of("0.4.0.127.0.7.2.2.4.3.2");
inline constexpr Oid kPaceDhImAes192 = Oid::of("0.4.0.127.0.7.2.2.4.3.3");
inline constexpr Oid kPaceDhImAes256 = Oid::of("0.4.0.127.0.7.2.2.4.3.4");
inline constexpr Oid kPaceEcdhIm = Oid::of("0.4.0.127.0.7.2.2.4.4");
inline constexpr Oid kPaceEcdhIm3des = Oid::of("0.4.0.127.0.7.2.2.4.4.1");
inline constexpr Oid kPaceEcdhImAes128 = Oid::of("0.4.0.127.0.7.2.2.4.4.2");
inline constexpr Oid kPaceEcdhImAes192 = Oid::of("0.4.0.127.0.7.2.2.4.4.3");
inline constexpr Oid kPaceEcdhImAes256 = Oid::of("0.4.0.127.0.7.2.2.4.4.4");
inline constexpr Oid kPaceEcdhCam = Oid::of("0.4.0.127.0.7.2.2.4.6");
inline constexpr Oid kPaceEcdhCamAes128 = Oid::of("0.4.0.127.0.7.2.2.4.6.2");
inline constexpr Oid kPaceEcdhCamAes192 = Oid::of("0.4.0.127.0.7.2.2.4.6.3");
inline constexpr Oid kPaceEcdhCamAes256 = Oid::of("0.4.0.127.0.7.2.2.4.6.4");

// Chip authentication (9303-11 §9.2.3).
inline constexpr Oid kCaDh = Oid::of("0.4.0.127.0.7.2.2.3.1");
inline constexpr Oid kCaDh3des = Oid::of("0.4.0.127.0.7.2.2.3.1.1");
inline constexpr Oid kCaDhAes128 = Oid::of("0.4.0.127.0.7.2.2.3.1.2");
inline constexpr Oid kCaDhAes192 = Oid::of("0.4.0.127.0.7.2.2.3.1.3");
inline constexpr Oid kCaDhAes256 = Oid::of("0.4.0.127.0.7.2.2.3.1.4");
inline constexpr Oid kCaEcdh = Oid::of("0.4.0.127.0.7.2.2.3.2");
inline constexpr Oid kCaEcdh3des = Oid::of("0.4.0.127.0.7.2.2.3.2.1");
inline constexpr Oid kCaEcdhAes128 = Oid::of("0.4.0.127.0.7.2.2.3.2.2");
inline constexpr Oid kCaEcdhAes192 = Oid::of("0.4.0.127.0.7.2.2.3.2.3");
inline constexpr Oid kCaEcdhAes256 = Oid::of("0.4.0.127.0.7.2.2.3.2.4");

// Terminal authentication and the keys of CV certificates (9303-11 §9.2.5; PKCS#1 v1.5 and SHA-1: TR-03110-3 A.6.4).
inline constexpr Oid kTaRsa = Oid::of("0.4.0.127.0.7.2.2.2.1");
inline constexpr Oid kTaRsaV15Sha1 = Oid::of("0.4.0.127.0.7.2.2.2.1.1");
inline constexpr Oid kTaRsaV15Sha256 = Oid::of("0.4.0.127.0.7.2.2.2.1.2");
inline constexpr Oid kTaRsaPssSha1 = Oid::of("0.4.0.127.0.7.2.2.2.1.3");
inline constexpr Oid kTaRsaPssSha256 = Oid::of("0.4.0.127.0.7.2.2.2.1.4");
inline constexpr Oid kTaRsaV15Sha512 = Oid::of("0.4.0.127.0.7.2.2.2.1.5");
inline constexpr Oid kTaRsaPssSha512 = Oid::of("0.4.0.127.0.7.2.2.2.1.6");
inline constexpr Oid kTaEcdsa = Oid::of("0.4.0.127.0.7.2.2.2.2");
inline constexpr Oid kTaEcdsaSha1 = Oid::of("0.4.0.127.0.7.2.2.2.2.1");
inline constexpr Oid kTaEcdsaSha224 = Oid::of("0.4.0.127.0.7.2.2.2.2.2");
inline constexpr Oid kTaEcdsaSha256 = Oid::of("0.4.0.127.0.7.2.2.2.2.3");
inline constexpr Oid kTaEcdsaSha384 = Oid::of("0.4.0.127.0.7.2.2.2.2.4");
inline constexpr Oid kTaEcdsaSha512 = Oid::of("0.4.0.127.0.7.2.2.2.2.5");

// ECDSA with r and s side by side (TR-03111 §5.2.1.1).
inline constexpr Oid kEcdsaPlainSha1 = Oid::of("0.4.0.127.0.7.1.1.4.1.1");
inline constexpr Oid kEcdsaPlainSha224 = Oid::of("0.4.0.127.0.7.1.1.4.1.2");
inline constexpr Oid kEcdsaPlainSha256 = Oid::of("0.4.0.127.0.7.1.1.4.1.3");
inline constexpr Oid kEcdsaPlainSha384 = Oid::of("0.4.0.127.0.7.1.1.4.1.4");
inline constexpr Oid kEcdsaPlainSha512 = Oid::of("0.4.0.127.0.7.1.1.4.1.5");
inline constexpr Oid kEcdsaPlainRipemd160 = Oid::of("0.4.0.127.0.7.1.1.4.1.6");

// Roles of card-verifiable certificates (TR-03110-4 §2.2.3.2; 9303-12 §7.2.2).
inline constexpr Oid kRoleInspectionSystem = Oid::of("0.4.0.127.0.7.3.1.2.1");
inline constexpr Oid kRoleAuthenticationTerminal = Oid::of("0.4.0.127.0.7.3.1.2.2");
inline constexpr Oid kRoleSignatureTerminal = Oid::of("0.4.0.127.0.7.3.1.2.3");

// LDS2: what a terminal may do with travel records, visas and additional biometrics (9303-10 §8).
inline constexpr Oid kLds2TravelRecordsAccess = Oid::of("2.23.136.1.1.9.1.3");
inline constexpr Oid kLds2VisaRecordsAccess = Oid::of("2.23.136.1.1.9.2.3");
inline constexpr Oid kLds2BiometricsAccess = Oid::of("2.23.136.1.1.9.3.3");

}  // namespace cicada::asn1::oids
