// Writing findings down; not part of the room's promise.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cicada/host/issuance/finding.h"

namespace cicada::host::issuance {

/// Findings about one field and its value.
class Notes {
 public:
  Notes(Findings& findings, std::string_view field, std::string_view value)
      : findings_(findings), field_(field), value_(printable(value)) {}

  void add(std::string_view rule, Severity severity, std::string message) {
    findings_.push_back({.rule = std::string{rule},
                         .field = field_,
                         .value = value_,
                         .message = std::move(message),
                         .severity = severity});
  }
  void reject(std::string_view rule, std::string message) { add(rule, Severity::reject, std::move(message)); }
  void hold(std::string_view rule, std::string message) { add(rule, Severity::hold, std::move(message)); }
  void warn(std::string_view rule, std::string message) { add(rule, Severity::warn, std::move(message)); }

 private:
  Findings& findings_;
  std::string field_;
  std::string value_;
};

}  // namespace cicada::host::issuance
