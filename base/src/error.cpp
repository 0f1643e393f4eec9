#include "cicada/base/error.h"

#include <fmt/format.h>

namespace cicada::base {

std::string_view to_string(Fault fault) noexcept {
  switch (fault) {
    case Fault::bad_input: return "bad input";
    case Fault::not_found: return "not found";
    case Fault::malformed: return "malformed";
    case Fault::limit: return "limit reached";
    case Fault::card_status: return "card status";
    case Fault::security: return "security";
    case Fault::session_dead: return "session dead";
    case Fault::transport: return "transport";
    case Fault::card_removed: return "card removed";
    case Fault::unsupported: return "unsupported";
    case Fault::crypto: return "crypto";
    case Fault::io: return "input/output";
    case Fault::conflict: return "conflict";
  }
  return "unknown";
}

std::string Error::describe() const {
  std::string text{what.view()};
  std::string detail;
  const auto add = [&detail](std::string_view part) {
    if (!detail.empty()) detail += ", ";
    detail += part;
  };
  if (sw != 0) add(fmt::format("sw {:04X}", sw));
  if (at) add(fmt::format("at {}", *at));
  if (!clause.empty()) add(clause.view());
  if (!detail.empty()) text += fmt::format(" ({})", detail);
  if (!hint.empty()) text += fmt::format(": {}", hint.view());
  return text;
}

}  // namespace cicada::base
