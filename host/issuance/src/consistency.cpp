// C03: the groups of one card tell of one person.
#include <algorithm>

#include "cicada/host/issuance/rules.h"
#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "notes.h"

namespace cicada::host::issuance {
namespace {

/// "31/12/1999" as the zone has it: "991231"; empty when it is no such text.
std::string to_mrz_form(std::string_view date) {
  if (date.size() != 10 || date[2] != '/' || date[5] != '/') return {};
  return std::string{date.substr(8, 2)} + std::string{date.substr(3, 2)} + std::string{date.substr(0, 2)};
}

void compare(std::string_view field, std::string_view dg1, std::string_view dg13, Findings& findings) {
  if (dg1 == dg13) return;
  Notes{findings, field, dg1}.reject("C03",
                                     {"DG13 says \"" + printable(dg13) + "\"", "DG13 ghi \"" + printable(dg13) + "\""});
}

void compare_names(const lds::Mrz& zone, const std::string& name, Findings& findings) {
  const auto as_field = [](std::string_view primary, std::string_view secondary) {
    return lds::build_name_field(primary, secondary, 30).value_or("");
  };
  const auto spelled = transliterate(name);
  compare("name", as_field(zone.primary_identifier, zone.secondary_identifier),
          spelled ? as_field(spelled->primary, spelled->secondary) : std::string{}, findings);
}

}  // namespace

Findings check_consistency(base::ByteView dg1_file, base::ByteView dg13_file) {
  Findings findings;
  if (dg1_file.empty() || dg13_file.empty()) return findings;
  const auto dg1 = lds::parse_dg1(dg1_file);
  const auto dg13 = lds::parse_dg13(dg13_file);
  if (!dg1)
    Notes{findings, "DG1", ""}.reject("C03", {"cannot be read back: " + dg1.error().describe(), "không đọc lại được"});
  if (!dg13)
    Notes{findings, "DG13", ""}.reject("C03",
                                       {"cannot be read back: " + dg13.error().describe(), "không đọc lại được"});
  if (!dg1 || !dg13) return findings;
  if (!dg13->cccd) {
    Notes{findings, "DG13", ""}.reject("C03", {"is not of the Vietnamese form", "không đúng cấu trúc Việt Nam"});
    return findings;
  }
  const auto& zone = dg1->mrz.fields;
  const auto& data = *dg13->cccd;
  if (!dg1->mrz.checks_ok())
    Notes{findings, "DG1", dg1->mrz.text}.reject("C03", {"a check digit is wrong", "sai số kiểm tra"});
  const auto last_nine = data.number.size() < 9 ? data.number : data.number.substr(data.number.size() - 9);
  compare("number", zone.document_number, last_nine, findings);
  compare("number", zone.optional_data.substr(0, 12), data.number, findings);
  compare("birth_date", zone.birth_date, to_mrz_form(data.birth_date), findings);
  const bool unlimited = data.expiry_date == lds::kUnlimitedText;
  compare("expiry_date", zone.expiry_date, unlimited ? std::string{lds::kNoExpiry} : to_mrz_form(data.expiry_date),
          findings);
  compare("sex", zone.sex == 'M' ? "Nam" : "N\u1EEF", data.sex, findings);
  compare_names(zone, data.name, findings);
  return findings;
}

}  // namespace cicada::host::issuance
