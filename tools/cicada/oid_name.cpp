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
