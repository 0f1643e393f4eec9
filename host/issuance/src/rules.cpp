#include "cicada/host/issuance/rules.h"

#include "cicada/base/file.h"
#include "notes.h"
#include "rule_groups.h"

namespace cicada::host::issuance {

Portrait load_portrait(const Dossier& dossier, const RuleContext& context, Findings& findings) {
  Notes notes{findings, "portrait", dossier.portrait};
  if (dossier.portrait.empty() || dossier.portrait.find('\0') != std::string::npos) {
    notes.reject("P01", "no portrait is named");
    return {};
  }
  const auto file = base::read_file(context.folder / dossier.portrait, kMaxPortraitFile);
  if (!file) {
    notes.reject("P01", "the portrait cannot be read: " + file.error().describe());
    return {};
  }
  const auto before = findings.size();
  auto portrait = check_portrait(*file, context.portrait, findings);
  for (auto i = before; i < findings.size(); ++i) findings[i].value = printable(dossier.portrait);
  return portrait;
}

CheckResult check(const Dossier& dossier, const RuleContext& context) {
  CheckResult result;
  CheckedDossier checked;
  checked.number = dossier.number;
  check_texts(dossier, checked, result.findings);
  const auto days = check_dates(dossier, context, checked, result.findings);
  check_number(dossier, days, checked.sex, context, result.findings);
  check_document_number(dossier, context.passport, checked, result.findings);
  checked.portrait = load_portrait(dossier, context, result.findings);
  if (!any_refusing(result.findings)) result.dossier = std::move(checked);
  return result;
}

}  // namespace cicada::host::issuance
