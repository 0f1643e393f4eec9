// What is wrong, or odd, in a citizen's record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::host::issuance {

/// What a finding means for the card. A record with a reject or a hold gets no card now.
enum class Severity : std::uint8_t {
  warn,    ///< the card is made; somebody should know
  hold,    ///< no card until a person has looked at it
  reject,  ///< no card until the sender has corrected the record
};
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

/// One rule that a record broke. All texts are the sender's own data or ours; `value` is shortened and printable.
struct Finding {
  std::string rule;     ///< "D03"
  std::string field;    ///< name of the field in the record: "birth_date"; "" for the whole record
  std::string value;    ///< what stood there
  std::string message;  ///< English
  Severity severity = Severity::reject;
  std::string message_vi = {};  ///< the same in Vietnamese
};
using Findings = std::vector<Finding>;

[[nodiscard]] bool any_refusing(const Findings& findings) noexcept;
/// Some that the sender must correct.
[[nodiscard]] bool any_rejecting(const Findings& findings) noexcept;
/// "D03 birth_date \"1999-02-31\": no such day (reject)"
[[nodiscard]] std::string describe(const Finding& finding);

/// Text as it may be shown: at most `max_characters`, control and invisible characters escaped as \u{XXXX}, octets
/// that are not UTF-8 as \x{XX}, "..." where it was cut.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_characters = 60);

}  // namespace cicada::host::issuance
