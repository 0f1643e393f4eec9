// Certificates, revocation lists, CMS and the LDS security object, for people.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/crl.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/base/hex.h"
#include "cicada/host/lds/sod.h"
#include "oid_name.h"
#include "show.h"

namespace cicada::tools {
namespace {

std::string period(const asn1::Validity& validity) {
  return fmt::format("{} to {}", base::to_iso_instant(validity.not_before), base::to_iso_instant(validity.not_after));
}

/// A line for an extension value that parses; the octets for one that does not.
template <typename Value, typename Text>
void extension(Page& page, std::string_view label, const base::Result<std::optional<Value>>& value, Text text) {
  if (!value) return page.field(label, "broken: " + value.error().describe());
  if (*value) page.field(label, text(**value));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string general_names(const std::vector<asn1::GeneralName>& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const auto& name : names) texts.push_back(name.text());
  return joined(texts);
}

void show_extensions(const asn1::Certificate& certificate, Page& page) {
  for (const auto& one : certificate.extensions)
    page.field("extension", readable(one.oid) + (one.critical ? " (critical)" : ""));
  const Page::Level level{page};
  extension(page, "authority key identifier", certificate.authority_key_identifier(),
            [](const auto& aki) { return base::to_hex(aki.key_identifier); });
  extension(page, "subject key identifier", certificate.subject_key_identifier(),
            [](const auto& ski) { return base::to_hex(ski); });
  extension(page, "basic constraints", certificate.basic_constraints(), [](const auto& constraints) {
    return fmt::format(
        "CA {}{}", constraints.ca,
        constraints.path_length ? fmt::format(", path length {}", *constraints.path_length) : std::string{});
  });
  extension(page, "private key usage", certificate.private_key_usage_period(), [](const auto& usage) {
    return fmt::format("{} to {}", usage.not_before ? base::to_iso_instant(*usage.not_before) : "?",
                       usage.not_after ? base::to_iso_instant(*usage.not_after) : "?");
  });
  extension(page, "subject alternative name", certificate.subject_alt_name(), general_names);
  extension(page, "issuer alternative name", certificate.issuer_alt_name(), general_names);
  extension(page, "CRL distribution points", certificate.crl_distribution_points(), joined);
  extension(page, "document types", certificate.document_type_list(), joined);
}

void show_public_key(const asn1::SubjectPublicKeyInfo& info, Page& page) {
  page.field("public key", readable(info.algorithm.oid));
  const Page::Level level{page};
  if (const auto rsa = asn1::parse_rsa_public_key(info)) {
    page.field("modulus", fmt::format("{} bits", rsa->modulus.size() * 8));
    page.octets("exponent", rsa->exponent);
  } else if (const auto ec = asn1::parse_ec_public_key(info)) {
    if (ec->named_curve) page.field("named curve", readable(*ec->named_curve));
    if (ec->parameters) page.field("explicit parameters", curve_of(*ec->parameters));
    page.octets("point", ec->point, 65);
  } else {
    page.octets("octets", info.key);
  }
}

void show_signer(const asn1::SignerInfo& signer, Page& page) {
  page.line(fmt::format("signer, version {}", signer.version));
  const Page::Level level{page};
  if (signer.sid.is_key_identifier()) {
    page.octets("key identifier", signer.sid.subject_key_identifier);
  } else {
    const auto issuer = asn1::parse_name(signer.sid.issuer);
    page.field("issuer", issuer ? issuer->to_string() : "unreadable");
    page.octets("serial", signer.sid.serial);
  }
  page.field("digest algorithm", readable(signer.digest_algorithm.oid));
  if (signer.content_type) page.field("signed content type", readable(*signer.content_type));
  if (signer.message_digest) page.octets("signed message digest", *signer.message_digest, 64);
  if (signer.signing_time) page.field("signing time", base::to_iso_instant(*signer.signing_time));
  if (signer.signed_attributes.empty()) page.line("no signed attributes");
  page.field("signature algorithm", readable(signer.signature_algorithm.oid));
  page.octets("signature", signer.signature);
}

void show_security_object(base::ByteView content, Page& page) {
  const auto object = asn1::parse_lds_security_object(content);
  if (!object) return page.field("LDS security object", "broken: " + object.error().describe());
  page.line(fmt::format("LDS security object, version {}", object->version));
  const Page::Level level{page};
  page.field("hash algorithm", readable(object->hash_algorithm.oid));
  for (const auto& group : object->data_groups) page.octets(fmt::format("DG{}", group.number), group.hash, 64);
  if (object->version_info) {
    page.field("LDS version", object->version_info->lds_version);
    page.field("Unicode version", object->version_info->unicode_version);
  }
}

/// The content of a message: one of those that documents and lists have, or octets.
void show_content(const asn1::Oid& type, base::ByteView content, Page& page) {
  if (type == asn1::oids::kLdsSecurityObject) return show_security_object(content, page);
  struct Content {
    asn1::Oid type;
    std::string_view name;
    base::Result<void> (*show)(base::ByteView, Page&);
  };
  static constexpr std::array kContents = {
      Content{asn1::oids::kSecurityObject, "SecurityInfos", show_security_infos},
      Content{asn1::oids::kCscaMasterList, "master list", show_master_list},
      Content{asn1::oids::kDeviationList, "deviation list", show_deviation_list},
  };
  const auto* known = std::ranges::find(kContents, type, &Content::type);
  if (known == kContents.end()) return page.octets("content", content);
  page.line(known->name);
  const Page::Level level{page};
  if (const auto shown = known->show(content, page); !shown) page.field("broken", shown.error().describe());
}

}  // namespace

base::Result<void> show_certificate(base::ByteView der, Page& page) {
  CICADA_TRY(const auto certificate, asn1::parse_certificate(der));
  page.field("subject", certificate.subject.to_string());
  page.field("issuer", certificate.issuer.to_string());
  page.octets("serial", certificate.serial);
  page.field("valid", period(certificate.validity));
  page.field("signature algorithm", readable(certificate.signature_algorithm.oid));
  show_public_key(certificate.public_key, page);
  show_extensions(certificate, page);
  return {};
}

base::Result<void> show_crl(base::ByteView der, Page& page) {
  CICADA_TRY(const auto crl, asn1::parse_certificate_list(der));
  page.field("issuer", crl.issuer.to_string());
  page.field("this update", base::to_iso_instant(crl.this_update));
  page.field("next update", crl.next_update ? base::to_iso_instant(*crl.next_update) : "not given");
  page.field("revoked", std::to_string(crl.revoked.size()));
  const Page::Level level{page};
  for (const auto& entry : crl.revoked) page.octets(base::to_iso_instant(entry.revoked_at), entry.serial);
  return {};
}

base::Result<void> show_cms(base::ByteView der, Page& page) {
  CICADA_TRY(const auto message, asn1::parse_signed_data(der));
  page.field("content type", readable(message.content_type));
  if (message.content) {
    show_content(message.content_type, *message.content, page);
  } else {
    page.line("the content is not in the message");
  }
  for (const auto& certificate : message.certificates) {
    page.line("certificate");
    const Page::Level level{page};
    if (!show_certificate(certificate, page)) page.octets("unreadable", certificate);
  }
  for (const auto& signer : message.signer_infos) show_signer(signer, page);
  return {};
}

base::Result<void> show_public_key_info(base::ByteView der, Page& page) {
  CICADA_TRY(const auto info, asn1::parse_public_key_info(der));
  show_public_key(info, page);
  return {};
}

base::Result<void> show_sod(base::ByteView file, Page& page) {
  CICADA_TRY(const auto sod, host::lds::unwrap_sod(file));
  CICADA_CHECK(show_cms(sod.cms, page));
  if (!sod.trailing.empty()) page.octets("behind the object", sod.trailing);
  return {};
}

}  // namespace cicada::tools
