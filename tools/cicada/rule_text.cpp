#include "rule_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cicada::tools {

namespace issuance = host::issuance;

std::vector<const issuance::RuleInfo*> rules_in(std::string_view findings, std::string_view reason) {
  std::vector<const issuance::RuleInfo*> rules;
  const auto add = [&rules](const issuance::RuleInfo* rule) {
    if (rule != nullptr && std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
  };
  while (!findings.empty()) {
    const auto code = findings.substr(0, findings.find(','));
    findings.remove_prefix(std::min(findings.size(), code.size() + 1));
    add(issuance::rule_info(code));
  }
  add(issuance::rule_at_start_of(reason));
  return rules;
}

std::string to_text(const issuance::RuleInfo& rule) {
  return fmt::format("{} {}: {} ({})", rule.code, to_string(rule.severity), rule.english, rule.vietnamese);
}

nlohmann::json rule_json(const issuance::RuleInfo& rule) {
  return {{"code", rule.code},
          {"severity", to_string(rule.severity)},
          {"message_en", rule.english},
          {"message_vi", rule.vietnamese}};
}

}  // namespace cicada::tools
