// Writing findings down; not part of the room's promise.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cicada/host/issuance/finding.h"

namespace cicada::host::issuance {

/// What a finding says, in both languages.
struct Said {
  std::string en;
  std::string vi;
};

/// Findings about one field and its value.
class Notes {
 public:
  Notes(Findings& findings, std::string_view field, std::string_view value)
      : findings_(findings), field_(field), value_(value) {}

  void add(std::string_view rule, Severity severity, Said said) {
    findings_.push_back({.rule = std::string{rule},
                         .field = field_,
                         .value = printable(value_),
                         .message = std::move(said.en),
                         .severity = severity,
                         .message_vi = std::move(said.vi)});
  }
  void reject(std::string_view rule, Said said) { add(rule, Severity::reject, std::move(said)); }
  void hold(std::string_view rule, Said said) { add(rule, Severity::hold, std::move(said)); }
  void warn(std::string_view rule, Said said) { add(rule, Severity::warn, std::move(said)); }

 private:
  Findings& findings_;
  std::string field_;
  std::string value_;  // made printable when there is something to say: mostly there is not
};

}  // namespace cicada::host::issuance
