// EF.COM, DG1 and DG13, for people.
#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "show_parts.h"

namespace cicada::tools {
namespace {

namespace lds = host::lds;

}  // namespace

base::Result<void> show_com(base::ByteView file, Page& page) {
  CICADA_TRY(const auto com, lds::parse_com(file));
  page.field("LDS version", com.lds_version);
  page.field("Unicode version", com.unicode_version);
  for (const auto tag : com.tags) {
    const auto ef = lds::find_by_tag(tag);
    page.field(fmt::format("tag {:02X}", tag), ef ? lds::to_string(*ef) : "no data group");
  }
  show_unknown(com.unknown, page);
  return {};
}

base::Result<void> show_dg1(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg1, lds::parse_dg1(file));
  page.line(lds::to_string(dg1.mrz.fields.format));
  for (const auto& line : dg1.mrz.lines()) page.line(line);
  const auto& mrz = dg1.mrz.fields;
  page.field("document code", mrz.document_code);
  page.field("issuing State", mrz.issuing_state);
  page.field("document number", mrz.document_number);
  page.field("name",
             mrz.primary_identifier + (mrz.secondary_identifier.empty() ? "" : ", " + mrz.secondary_identifier));
  page.field("birth date", mrz.birth_date);
  page.field("sex", std::string(1, mrz.sex));
  page.field("expiry date", mrz.expiry_date);
  page.field("nationality", mrz.nationality);
  page.field("optional data", mrz.optional_data);
  if (!mrz.optional_data_2.empty()) page.field("optional data 2", mrz.optional_data_2);
  for (const auto& check : dg1.mrz.checks) {
    page.field(fmt::format("check digit of {}", lds::to_string(check.what)),
               check.ok() ? std::string{"right"}
                          : fmt::format("WRONG: {} stands there, {} is right", check.printed, check.computed));
  }
  show_deviations(dg1.mrz.deviations, page);
  show_unknown(dg1.unknown, page);
  return {};
}

base::Result<void> show_dg13(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg13, lds::parse_dg13(file));
  if (!dg13.cccd) {
    page.line("content of no known form");
    const Page::Level level{page};
    if (!show_tlv(dg13.content, page)) page.octets("octets", dg13.content);
    return {};
  }
  page.field("version", std::to_string(dg13.version));
  for (const auto& line : lds::to_lines(*dg13.cccd))
    page.field(fmt::format("{:2} {}", line.number, line.label), line.text);
  for (const auto& field : dg13.unknown) {
    page.octets(fmt::format("{:2} unknown", field.number), field.content);
    for (const auto& text : field.texts) page.field("   text", text);
  }
  show_deviations(dg13.deviations, page);
  return {};
}

}  // namespace cicada::tools
