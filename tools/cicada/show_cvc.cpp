// Card-verifiable certificates and requests, EF.CVCA, for people.
#include <fmt/format.h>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/clock.h"
#include "cicada/base/hex.h"
#include "oid_name.h"
#include "show.h"

namespace cicada::tools {
namespace {

/// References are ISO 8859-1.
std::string text_of_reference(const std::string& reference) {
  return asn1::text_of(asn1::tags::kTeletexString, base::as_bytes(reference));
}

std::string_view role_name(asn1::CvRole role) {
  switch (role) {
    case asn1::CvRole::cvca: return "CVCA";
    case asn1::CvRole::dv_domestic: return "document verifier, domestic";
    case asn1::CvRole::dv_foreign: return "document verifier, foreign";
    case asn1::CvRole::terminal: return "terminal";
  }
  return "";
}

std::string rights_text(const asn1::CvAuthorization& authorization) {
  if (authorization.terminal_type != asn1::oids::kRoleInspectionSystem) return base::to_hex(authorization.bits);
  std::string text;
  if (authorization.allows(asn1::kRightDg3)) text += "DG3";
  if (authorization.allows(asn1::kRightDg4)) text += text.empty() ? "DG4" : ", DG4";
  return fmt::format("{} ({})", text.empty() ? "none" : text, base::to_hex(authorization.bits));
}

void show_key(const asn1::CvPublicKey& key, Page& page) {
  page.field("public key", readable(key.algorithm));
  const Page::Level level{page};
  if (const auto* rsa = key.rsa()) {
    page.field("modulus", fmt::format("{} bits", rsa->modulus.size() * 8));
    page.octets("exponent", rsa->exponent);
    return;
  }
  const auto* ec = key.ec();
  page.field("domain", ec->domain ? curve_of(*ec->domain) : "inherited from the CVCA");
  page.octets("point", ec->point, 133);
}

void show_extensions(const std::vector<asn1::CvExtension>& extensions, Page& page) {
  for (const auto& extension : extensions) {
    page.field("extension", readable(extension.type));
    const Page::Level level{page};
    page.octets("data", extension.data);
  }
}

void show_request_fields(const asn1::CvRequest& request, Page& page) {
  page.field("authority", request.authority_reference ? text_of_reference(*request.authority_reference) : "not named");
  page.field("holder", text_of_reference(request.holder_reference));
  show_key(request.public_key, page);
  show_extensions(request.extensions, page);
  page.octets("signature", request.signature);
}

}  // namespace

base::Result<void> show_cv_certificate(base::ByteView der, Page& page) {
  CICADA_TRY(const auto certificate, asn1::parse_cv_certificate(der));
  page.field("authority", text_of_reference(certificate.authority_reference));
  page.field("holder", text_of_reference(certificate.holder_reference));
  page.field("role", fmt::format("{}, {}", role_name(certificate.authorization.role()),
                                 readable(certificate.authorization.terminal_type)));
  page.field("rights", rights_text(certificate.authorization));
  page.field("valid", fmt::format("{} to {}", base::to_iso_date(certificate.effective),
                                  base::to_iso_date(certificate.expiration)));
  show_key(certificate.public_key, page);
  show_extensions(certificate.extensions, page);
  page.octets("signature", certificate.signature);
  return {};
}

base::Result<void> show_cv_request(base::ByteView der, Page& page) {
  CICADA_TRY(const auto request, asn1::parse_cv_request(der));
  show_request_fields(request, page);
  return {};
}

base::Result<void> show_authenticated_cv_request(base::ByteView der, Page& page) {
  CICADA_TRY(const auto outer, asn1::parse_authenticated_cv_request(der));
  show_request_fields(outer.request, page);
  page.field("vouched for by", text_of_reference(outer.authority_reference));
  page.octets("outer signature", outer.signature);
  return {};
}

base::Result<void> show_ef_cvca(base::ByteView file, Page& page) {
  CICADA_TRY(const auto references, asn1::parse_ef_cvca(file));
  for (const auto& reference : references) page.field("trusts", text_of_reference(reference));
  return {};
}

}  // namespace cicada::tools
