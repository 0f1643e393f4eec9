// SecurityInfos, master and deviation lists, EF.DIR and EF.ATR/INFO, for people.
#include <fmt/format.h>

#include "cicada/asn1/deviation_list.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/name.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/hex.h"
#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/dir.h"
#include "oid_name.h"
#include "show.h"

namespace cicada::tools {
namespace {

template <typename... Shows>
struct Each : Shows... {
  using Shows::operator()...;
};

std::string version_and_id(std::uint32_t version, std::string_view label, const std::optional<std::uint32_t>& id) {
  return id ? fmt::format("version {}, {} {}", version, label, *id) : fmt::format("version {}", version);
}

std::string domain_of(const asn1::AlgorithmIdentifier& algorithm) {
  const auto standardized = asn1::standardized_domain(algorithm);
  if (standardized && *standardized) return fmt::format("standardized domain {}", **standardized);
  return readable(algorithm.oid);
}

void show_data(const asn1::SecurityInfo& entry, Page& page) {
  const Page::Level level{page};
  const auto optional_id = [&page](std::string_view label, const std::optional<std::uint32_t>& id) {
    if (id) page.field(label, std::to_string(*id));
  };
  std::visit(Each{
                 [&](const asn1::PaceInfo& info) {
                   page.line(version_and_id(info.version, "domain parameters", info.parameter_id));
                 },
                 [&](const asn1::PaceDomainParameterInfo& info) {
                   page.field("domain", domain_of(info.domain_parameter));
                   optional_id("parameter id", info.parameter_id);
                 },
                 [&](const asn1::ChipAuthenticationInfo& info) {
                   page.line(version_and_id(info.version, "key", info.key_id));
                 },
                 [&](const asn1::ChipAuthenticationPublicKeyInfo& info) {
                   optional_id("key id", info.key_id);
                   page.field("domain", domain_of(info.public_key.algorithm));
                   page.octets("key", info.public_key.key, 133);
                 },
                 [&](const asn1::TerminalAuthenticationInfo& info) {
                   page.line(fmt::format("version {}", info.version));
                   if (info.ef_cvca) page.field("EF.CVCA", fmt::format("{:04X}", info.ef_cvca->file_id));
                 },
                 [&](const asn1::ActiveAuthenticationInfo& info) {
                   page.line(fmt::format("version {}", info.version));
                   page.field("signature algorithm", readable(info.signature_algorithm));
                 },
                 [&](const asn1::EfDirInfo& info) {
                   if (!show_ef_dir(info.ef_dir, page)) page.octets("EF.DIR", info.ef_dir);
                 },
                 [&](const asn1::UnknownInfo& info) { page.octets("data", info.data); },
             },
             entry.info);
}

void show_deviations(const std::vector<base::Literal>& deviations, Page& page) {
  for (const auto& deviation : deviations) page.field("deviation", deviation.view());
}

void show_documents(const asn1::DeviationDocuments& documents, Page& page) {
  if (documents.document_type) page.field("document type", *documents.document_type);
  if (documents.signer) {
    const auto& signer = *documents.signer;
    if (!signer.issuer.empty()) {
      const auto issuer = asn1::parse_name(signer.issuer);
      page.field("signer's issuer", issuer ? issuer->to_string() : "unreadable");
      page.octets("signer's serial", signer.serial);
    }
    if (!signer.subject_key_identifier.empty()) page.octets("signer's key identifier", signer.subject_key_identifier);
    if (!signer.certificate_digest.empty()) page.octets("signer's digest", signer.certificate_digest, 64);
  }
  if (documents.first_issued && documents.last_issued) {
    page.field("issued", fmt::format("{} to {}", base::to_iso_instant(*documents.first_issued),
                                     base::to_iso_instant(*documents.last_issued)));
  }
  for (const auto& number : documents.document_numbers) page.field("document", number);
}

}  // namespace

base::Result<void> show_security_infos(base::ByteView set, Page& page) {
  CICADA_TRY(const auto infos, asn1::parse_security_infos(set));
  for (const auto& entry : infos.entries) {
    page.line(readable(entry.protocol));
    show_data(entry, page);
  }
  show_deviations(infos.deviations, page);
  return {};
}

base::Result<void> show_master_list(base::ByteView content, Page& page) {
  CICADA_TRY(const auto list, asn1::parse_master_list(content));
  page.field("certificates", std::to_string(list.certificates.size()));
  for (const auto& der : list.certificates) {
    const Page::Level level{page};
    const auto certificate = asn1::parse_certificate(der);
    if (!certificate) {
      page.field("unreadable", certificate.error().describe());
      continue;
    }
    page.line(fmt::format("{}, serial {}, valid until {}", certificate->subject.to_string(),
                          base::to_hex(certificate->serial), base::to_iso_instant(certificate->validity.not_after)));
  }
  show_deviations(list.deviations, page);
  return {};
}

base::Result<void> show_deviation_list(base::ByteView content, Page& page) {
  CICADA_TRY(const auto list, asn1::parse_deviation_list(content));
  for (const auto& entry : list.entries) {
    page.line("documents");
    const Page::Level level{page};
    show_documents(entry.documents, page);
    for (const auto& description : entry.descriptions) {
      page.field("deviation", readable(description.type));
      const Page::Level deeper{page};
      if (!description.text.empty()) page.field("text", description.text);
      if (const auto group = description.data_group())
        page.field("data group", std::to_string(*group));
      else if (!description.parameters.empty())
        page.octets("parameters", description.parameters);
      if (!description.national_use.empty()) page.octets("national use", description.national_use);
    }
  }
  show_deviations(list.deviations, page);
  return {};
}

base::Result<void> show_ef_dir(base::ByteView file, Page& page) {
  CICADA_TRY(const auto entries, host::lds::parse_dir(file));
  for (const auto& entry : entries) {
    page.octets("application", entry.aid);
    const Page::Level level{page};
    for (const auto& object : entry.unknown) page.octets(fmt::format("object {:02X}", object.tag), object.value);
  }
  return {};
}

base::Result<void> show_atr_info(base::ByteView file, Page& page) {
  CICADA_TRY(const auto info, host::lds::parse_atr_info(file));
  if (info.capabilities) {
    page.octets("capabilities", *info.capabilities);
    page.field("command chaining", info.command_chaining() ? "yes" : "no");
    page.field("extended length", info.extended_length() ? "yes" : "no");
  }
  if (info.extended_lengths) {
    page.field("longest command", fmt::format("{} octets", info.extended_lengths->max_command));
    page.field("longest response", fmt::format("{} octets", info.extended_lengths->max_response));
  }
  for (const auto& object : info.unknown) page.octets(fmt::format("object {:02X}", object.tag), object.value);
  return {};
}

}  // namespace cicada::tools
