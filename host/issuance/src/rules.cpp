#include "cicada/host/issuance/rules.h"

#include "cicada/base/file.h"
#include "notes.h"
#include "rule_groups.h"

namespace cicada::host::issuance {
namespace {

const Policy& policy_for(const RuleContext& context, const Days& days) {
  return context.policy != nullptr ? *context.policy : law_on(days.issue.value_or(context.today));
}

/// Every rule but the portrait's.
CheckedDossier check_all(const Dossier& dossier, const Days& days, const Law& law, Findings& findings) {
  CheckedDossier checked;
  checked.number = dossier.number;
  checked.origin = dossier.origin;
  check_texts(dossier, checked, findings);
  check_spelling(checked, findings);
  check_dates(dossier, days, law, checked, findings);
  check_family(dossier, days, law, checked, findings);
  check_number(dossier, days, checked, law, findings);
  check_document_number(dossier, law.context.passport, checked, findings);
  check_unit(dossier, days, law, findings);
  check_papers(dossier, checked, findings);
  check_enrolment(dossier, days, law, findings);
  return checked;
}

}  // namespace

Portrait load_portrait(const Dossier& dossier, const RuleContext& context, const PortraitLimits& limits,
                       Findings& findings) {
  Notes notes{findings, "portrait", dossier.portrait};
  if (dossier.portrait.empty() || dossier.portrait.find('\0') != std::string::npos) {
    notes.reject("P01", {"no portrait is named", "không ghi tệp ảnh chân dung"});
    return {};
  }
  const auto file = base::read_file(context.folder / dossier.portrait, kMaxPortraitFile);
  if (!file) {
    notes.reject("P01",
                 {"the portrait cannot be read: " + file.error().describe(), "không đọc được tệp ảnh chân dung"});
    return {};
  }
  const auto before = findings.size();
  auto portrait = check_portrait(*file, limits, findings);
  for (auto i = before; i < findings.size(); ++i) findings[i].value = printable(dossier.portrait);
  return portrait;
}

CheckResult check(const Dossier& dossier, const RuleContext& context) {
  CheckResult result;
  const auto days = read_days(dossier, result.findings);
  const Law law{.context = context, .policy = policy_for(context, days)};
  auto checked = check_all(dossier, days, law, result.findings);
  if (has_face(days, law)) {
    checked.portrait = load_portrait(dossier, context, context.portrait.value_or(law.policy.portrait), result.findings);
  }
  if (!checked.portrait.jpeg.empty()) result.portrait = checked.portrait.digest;
  apply(law.policy, result.findings);
  if (!any_refusing(result.findings)) result.dossier = std::move(checked);
  return result;
}

CheckResult recheck(const Dossier& dossier, Portrait portrait, const RuleContext& context, Release release) {
  CheckResult result;
  const auto days = read_days(dossier, result.findings);
  const Law law{.context = context, .policy = policy_for(context, days)};
  auto checked = check_all(dossier, days, law, result.findings);
  if (has_face(days, law)) {
    if (portrait.jpeg.empty()) {
      Notes{result.findings, "portrait", dossier.portrait}.reject("P01", {"no portrait", "không có ảnh chân dung"});
    }
    checked.portrait = std::move(portrait);
  }
  if (!checked.portrait.jpeg.empty()) result.portrait = checked.portrait.digest;
  apply(law.policy, result.findings);
  if (release == Release::by_a_person) {
    for (auto& finding : result.findings) {
      if (finding.severity == Severity::hold) finding.severity = Severity::warn;
    }
  }
  if (!any_refusing(result.findings)) result.dossier = std::move(checked);
  return result;
}

}  // namespace cicada::host::issuance
