// What a rule's code means, for people: wherever a report shows one.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/host/issuance/rule_table.h"

namespace cicada::tools {

/// The rules that a job's findings ("N05,T01") and its reason ("C06 keys") name, each once.
[[nodiscard]] std::vector<const host::issuance::RuleInfo*> rules_in(std::string_view findings, std::string_view reason);

/// "C06 hold: the card was torn off ... (thẻ bị rút ...)"
[[nodiscard]] std::string to_text(const host::issuance::RuleInfo& rule);
/// code, severity, message_en, message_vi: as in a rejects file.
[[nodiscard]] nlohmann::json rule_json(const host::issuance::RuleInfo& rule);

}  // namespace cicada::tools
