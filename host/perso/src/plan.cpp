#include "cicada/host/perso/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cicada::host::perso {

namespace {

/// Columns for the label; longer labels push their APDU to the right.
constexpr int kLabelWidth = 36;

bool is_secret(const Step& step, std::size_t offset) {
  return std::ranges::any_of(step.secret(), [offset](const OctetRange& range) {
    return offset >= range.offset && offset - range.offset < range.size;
  });
}

void append_apdu(std::string& text, const Step& step) {
  const auto& command = step.command();
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{:02X} {:02X} {:02X} {:02X}", command.cla, command.ins, command.p1, command.p2);
  if (!command.data.empty()) fmt::format_to(out, " {:02X}", command.data.size());
  for (std::size_t i = 0; i < command.data.size(); ++i) {
    if (is_secret(step, i)) {
      text += " **";
    } else {
      fmt::format_to(out, " {:02X}", command.data[i]);
    }
  }
  if (command.ne) fmt::format_to(out, " {:02X}", *command.ne & 0xFFU);
}

}  // namespace

std::string_view to_string(Phase phase) noexcept {
  switch (phase) {
    case Phase::content: return "content";
    case Phase::personalize: return "personalize";
    case Phase::lock: return "lock";
  }
  return "unknown";
}

std::size_t Plan::count(PhaseRange phases) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(steps, [phases](const Step& step) { return phases.has(step.phase()); }));
}

std::string to_text(const Plan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{:02}:  {:<{}}  ", i, plan.steps[i].label(), kLabelWidth);
    append_apdu(text, plan.steps[i]);
    text += '\n';
  }
  return text;
}

}  // namespace cicada::host::perso
