#include "cicada/host/issuance/rejects.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cicada/base/hex.h"

namespace cicada::host::issuance {
namespace {

nlohmann::ordered_json json_of(const Finding& finding) {
  return {{"code", finding.rule},   {"severity", to_string(finding.severity)}, {"field", finding.field},
          {"value", finding.value}, {"message_en", finding.message},           {"message_vi", finding.message_vi}};
}

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::accepted: return "accepted";
    case Verdict::held: return "held";
    case Verdict::rejected: break;
  }
  return "rejected";
}

std::string dump(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string finding_line(const RecordOutcome& record, Verdict verdict) {
  nlohmann::ordered_json object{{"dossier", record.origin.dossier},
                                {"version", record.origin.version},
                                {"line", record.line},
                                {"number", record.number},
                                {"state", to_string(verdict)},
                                {"content", base::to_hex(record.content)}};
  if (record.portrait) object["portrait"] = base::to_hex(*record.portrait);
  object["findings"] = nlohmann::ordered_json::array();
  for (const auto& finding : record.findings) object["findings"].push_back(json_of(finding));
  return dump(object) + '\n';
}

std::string reject_line(const RecordOutcome& record) {
  return finding_line(record, record.held() ? Verdict::held : Verdict::rejected);
}

std::string codes_of(const Findings& findings) {
  std::vector<std::string_view> seen;
  std::string codes;
  for (const auto& finding : findings) {
    if (std::ranges::find(seen, finding.rule) != seen.end()) continue;
    seen.push_back(finding.rule);
    codes += (codes.empty() ? "" : ",") + finding.rule;
  }
  return codes;
}

}  // namespace cicada::host::issuance
