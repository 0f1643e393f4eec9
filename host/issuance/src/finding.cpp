#include "cicada/host/issuance/finding.h"

#include <fmt/format.h>

#include <algorithm>

#include "unicode.h"

namespace cicada::host::issuance {

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::warn: return "warn";
    case Severity::hold: return "hold";
    case Severity::reject: return "reject";
  }
  return "";
}

bool any_refusing(const Findings& findings) noexcept {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity != Severity::warn; });
}

bool any_rejecting(const Findings& findings) noexcept {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity == Severity::reject; });
}

std::string describe(const Finding& finding) {
  const auto field = finding.field.empty() ? std::string{"record"} : finding.field;
  const auto value = finding.value.empty() ? std::string{} : fmt::format(" \"{}\"", finding.value);
  return fmt::format("{} {}{}: {} ({})", finding.rule, field, value, finding.message, to_string(finding.severity));
}

std::string printable(std::string_view text, std::size_t max_characters) {
  std::string shown;
  std::size_t count = 0;
  while (!text.empty()) {
    if (count++ == max_characters) return shown + "...";
    const auto fault = unicode::first_fault(text.substr(0, 4));
    if (fault == 0) {
      shown += fmt::format("\\x{{{:02X}}}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const auto characters = unicode::decode(text.substr(0, fault.value_or(4)));
    const char32_t first = characters->front();
    std::string octets;
    unicode::append(octets, first);
    text.remove_prefix(octets.size());
    if (unicode::is_invisible(first)) {
      shown += fmt::format("\\u{{{:04X}}}", static_cast<std::uint32_t>(first));
    } else {
      shown += octets;
    }
  }
  return shown;
}

}  // namespace cicada::host::issuance
