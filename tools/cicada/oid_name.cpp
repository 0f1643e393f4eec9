#include "oid_name.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec.h"

namespace cicada::tools {
namespace {

struct Named {
  asn1::Oid oid;
  std::string_view name;
};

namespace oids = asn1::oids;
constexpr std::array kNames = {
    Named{oids::kSha1, "SHA-1"},
    Named{oids::kSha224, "SHA-224"},
    Named{oids::kSha256, "SHA-256"},
    Named{oids::kSha384, "SHA-384"},
    Named{oids::kSha512, "SHA-512"},
    Named{oids::kRsaEncryption, "RSA"},
    Named{oids::kSha1WithRsa, "RSA with SHA-1"},
    Named{oids::kSha224WithRsa, "RSA with SHA-224"},
    Named{oids::kSha256WithRsa, "RSA with SHA-256"},
    Named{oids::kSha384WithRsa, "RSA with SHA-384"},
    Named{oids::kSha512WithRsa, "RSA with SHA-512"},
    Named{oids::kRsassaPss, "RSASSA-PSS"},
    Named{oids::kEcPublicKey, "elliptic curve"},
    Named{oids::kEcdsaWithSha1, "ECDSA with SHA-1"},
    Named{oids::kEcdsaWithSha224, "ECDSA with SHA-224"},
    Named{oids::kEcdsaWithSha256, "ECDSA with SHA-256"},
    Named{oids::kEcdsaWithSha384, "ECDSA with SHA-384"},
    Named{oids::kEcdsaWithSha512, "ECDSA with SHA-512"},
    Named{oids::kSignedData, "signed data"},
    Named{oids::kLdsSecurityObject, "LDS security object"},
    Named{oids::kSubjectKeyIdentifier, "subject key identifier"},
    Named{oids::kAuthorityKeyIdentifier, "authority key identifier"},
    Named{oids::kKeyUsage, "key usage"},
    Named{oids::kPrivateKeyUsagePeriod, "private key usage period"},
    Named{oids::kSubjectAltName, "subject alternative name"},
    Named{oids::kIssuerAltName, "issuer alternative name"},
    Named{oids::kBasicConstraints, "basic constraints"},
    Named{oids::kCrlNumber, "CRL number"},
    Named{oids::kCrlDistributionPoints, "CRL distribution points"},
    Named{oids::kExtendedKeyUsage, "extended key usage"},
    Named{oids::kDocumentTypeList, "document type list"},
    Named{oids::kCscaMasterList, "master list"},
    Named{oids::kDeviationList, "deviation list"},
    Named{oids::kSecurityObject, "security object of EF.CardSecurity"},
    Named{oids::kMasterListSigningKey, "master list signing"},
    Named{oids::kDeviationListSigningKey, "deviation list signing"},
    Named{oids::kIdTa, "terminal authentication"},
    Named{oids::kIdPkDh, "chip authentication key, DH"},
    Named{oids::kIdPkEcdh, "chip authentication key, ECDH"},
    Named{oids::kAaProtocolObject, "active authentication"},
    Named{oids::kEfDirInfo, "copy of EF.DIR"},
    Named{oids::kIdCi, "card information"},
    Named{oids::kIdPt, "privileged terminals"},
    Named{oids::kIdRi, "restricted identification"},
    Named{oids::kRoleInspectionSystem, "inspection system"},
    Named{oids::kRoleAuthenticationTerminal, "authentication terminal"},
    Named{oids::kRoleSignatureTerminal, "signature terminal"},
    Named{oids::kPaceDhGm, "PACE, DH, generic mapping"},
    Named{oids::kPaceDhGm3des, "PACE, DH, generic mapping, 3DES"},
    Named{oids::kPaceDhGmAes128, "PACE, DH, generic mapping, AES-128"},
    Named{oids::kPaceDhGmAes192, "PACE, DH, generic mapping, AES-192"},
    Named{oids::kPaceDhGmAes256, "PACE, DH, generic mapping, AES-256"},
    Named{oids::kPaceEcdhGm, "PACE, ECDH, generic mapping"},
    Named{oids::kPaceEcdhGm3des, "PACE, ECDH, generic mapping, 3DES"},
    Named{oids::kPaceEcdhGmAes128, "PACE, ECDH, generic mapping, AES-128"},
    Named{oids::kPaceEcdhGmAes192, "PACE, ECDH, generic mapping, AES-192"},
    Named{oids::kPaceEcdhGmAes256, "PACE, ECDH, generic mapping, AES-256"},
    Named{oids::kPaceDhIm, "PACE, DH, integrated mapping"},
    Named{oids::kPaceDhIm3des, "PACE, DH, integrated mapping, 3DES"},
    Named{oids::kPaceDhImAes128, "PACE, DH, integrated mapping, AES-128"},
    Named{oids::kPaceDhImAes192, "PACE, DH, integrated mapping, AES-192"},
    Named{oids::kPaceDhImAes256, "PACE, DH, integrated mapping, AES-256"},
    Named{oids::kPaceEcdhIm, "PACE, ECDH, integrated mapping"},
    Named{oids::kPaceEcdhIm3des, "PACE, ECDH, integrated mapping, 3DES"},
    Named{oids::kPaceEcdhImAes128, "PACE, ECDH, integrated mapping, AES-128"},
    Named{oids::kPaceEcdhImAes192, "PACE, ECDH, integrated mapping, AES-192"},
    Named{oids::kPaceEcdhImAes256, "PACE, ECDH, integrated mapping, AES-256"},
    Named{oids::kPaceEcdhCam, "PACE, ECDH, chip authentication mapping"},
    Named{oids::kPaceEcdhCamAes128, "PACE, ECDH, chip authentication mapping, AES-128"},
    Named{oids::kPaceEcdhCamAes192, "PACE, ECDH, chip authentication mapping, AES-192"},
    Named{oids::kPaceEcdhCamAes256, "PACE, ECDH, chip authentication mapping, AES-256"},
    Named{oids::kCaDh3des, "chip authentication, DH, 3DES"},
    Named{oids::kCaDhAes128, "chip authentication, DH, AES-128"},
    Named{oids::kCaDhAes192, "chip authentication, DH, AES-192"},
    Named{oids::kCaDhAes256, "chip authentication, DH, AES-256"},
    Named{oids::kCaEcdh3des, "chip authentication, ECDH, 3DES"},
    Named{oids::kCaEcdhAes128, "chip authentication, ECDH, AES-128"},
    Named{oids::kCaEcdhAes192, "chip authentication, ECDH, AES-192"},
    Named{oids::kCaEcdhAes256, "chip authentication, ECDH, AES-256"},
    Named{oids::kTaRsaV15Sha1, "RSA PKCS#1 v1.5 with SHA-1"},
    Named{oids::kTaRsaV15Sha256, "RSA PKCS#1 v1.5 with SHA-256"},
    Named{oids::kTaRsaV15Sha512, "RSA PKCS#1 v1.5 with SHA-512"},
    Named{oids::kTaRsaPssSha1, "RSA-PSS with SHA-1"},
    Named{oids::kTaRsaPssSha256, "RSA-PSS with SHA-256"},
    Named{oids::kTaRsaPssSha512, "RSA-PSS with SHA-512"},
    Named{oids::kTaEcdsaSha1, "ECDSA with SHA-1"},
    Named{oids::kTaEcdsaSha224, "ECDSA with SHA-224"},
    Named{oids::kTaEcdsaSha256, "ECDSA with SHA-256"},
    Named{oids::kTaEcdsaSha384, "ECDSA with SHA-384"},
    Named{oids::kTaEcdsaSha512, "ECDSA with SHA-512"},
    Named{oids::kEcdsaPlainSha1, "plain ECDSA with SHA-1"},
    Named{oids::kEcdsaPlainSha224, "plain ECDSA with SHA-224"},
    Named{oids::kEcdsaPlainSha256, "plain ECDSA with SHA-256"},
    Named{oids::kEcdsaPlainSha384, "plain ECDSA with SHA-384"},
    Named{oids::kEcdsaPlainSha512, "plain ECDSA with SHA-512"},
    Named{oids::kDeviationDsSignature, "wrong signature by the document signer"},
    Named{oids::kDeviationDsEncoding, "encoding of the document signer"},
    Named{oids::kDeviationCscaEncoding, "encoding of the CSCA"},
    Named{oids::kDeviationAaKeyCompromised, "active authentication key compromised"},
    Named{oids::kDeviationDgMalformed, "data group malformed"},
    Named{oids::kDeviationDgHashWrong, "hash of a data group wrong"},
    Named{oids::kDeviationSodSignatureWrong, "signature of EF.SOD wrong"},
    Named{oids::kDeviationComInconsistent, "EF.COM inconsistent"},
    Named{oids::kDeviationMrzWrongData, "wrong data in the MRZ"},
    Named{oids::kDeviationMrzWrongCheckDigit, "wrong check digit in the MRZ"},
    Named{oids::kDeviationChip, "chip"},
    Named{oids::kDeviationNationalUse, "national use"},
};

}  // namespace

std::string readable(const asn1::Oid& oid) {
  const auto dotted = oid.to_dotted();
  for (const auto& known : kNames) {
    if (known.oid == oid) return fmt::format("{} ({})", known.name, dotted);
  }
  if (const auto curve = crypto::openssl::curve_by_oid(dotted)) {
    return fmt::format("{} ({})", crypto::openssl::curve_name(*curve), dotted);
  }
  return dotted;
}

std::string curve_of(const asn1::EcDomainParameters& parameters) {
  const auto curve = crypto::openssl::match_curve({.p = parameters.p,
                                                   .a = parameters.a,
                                                   .b = parameters.b,
                                                   .generator = parameters.generator,
                                                   .order = parameters.order,
                                                   .cofactor = parameters.cofactor});
  return curve ? std::string{crypto::openssl::curve_name(*curve)} : std::string{"no known curve"};
}

}  // namespace cicada::tools
