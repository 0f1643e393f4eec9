// The tables that rule_breakers() joins.
#pragma once

#include "rule_breakers.h"

namespace cicada::tests {

/// The object of a file, changed on the way down from its template.
void edit_file(LdsDocument& document, File file, std::initializer_list<asn1::Tag> path, const Edit& edit);
/// Octets of a file's end result, not signed again.
void edit_octets(LdsDocument& document, File file, void (*change)(Bytes&));

[[nodiscard]] std::vector<RuleBreaker> com_breakers();
[[nodiscard]] std::vector<RuleBreaker> mrz_breakers();
[[nodiscard]] std::vector<RuleBreaker> frame_breakers();
[[nodiscard]] std::vector<RuleBreaker> face_breakers();
[[nodiscard]] std::vector<RuleBreaker> signed_data_breakers();
[[nodiscard]] std::vector<RuleBreaker> certificate_breakers();
[[nodiscard]] std::vector<RuleBreaker> security_info_breakers();
[[nodiscard]] std::vector<RuleBreaker> card_breakers();
[[nodiscard]] std::vector<RuleBreaker> detail_breakers();

}  // namespace cicada::tests
