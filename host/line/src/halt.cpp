#include "halt.h"

#include <utility>

namespace cicada::host::line {

using base::Error;
using base::Fault;

Halt stop(StationEnd end, const Error& error, std::string detail) {
  return {.then = Halt::Then::stop, .error = error, .detail = std::move(detail), .end = end};
}

Halt quarantine(std::string reason, base::Literal what, std::string detail) {
  return {.then = Halt::Then::quarantine,
          .reason = std::move(reason),
          .error = {.fault = Fault::conflict, .what = what},
          .detail = std::move(detail)};
}

Halt from_card(const Error& error, std::string reason, std::string detail) {
  switch (error.fault) {
    case Fault::transport: return stop(StationEnd::reader, error, std::move(detail));
    case Fault::card_removed: return {.then = Halt::Then::again, .error = error, .detail = std::move(detail)};
    case Fault::bad_input:
    case Fault::not_found:
    case Fault::crypto:
    case Fault::io:
    case Fault::conflict: return stop(StationEnd::trouble, error, std::move(detail));
    case Fault::malformed:
    case Fault::limit:
    case Fault::card_status:
    case Fault::security:
    case Fault::session_dead:
    case Fault::unsupported: break;
  }
  return {.then = Halt::Then::quarantine, .reason = std::move(reason), .error = error, .detail = std::move(detail)};
}

Halt from_vault(const Error& error, std::string detail) {
  return stop(is_away(error) ? StationEnd::vault_away : StationEnd::trouble, error, std::move(detail));
}

Halt from_journal(const Error& error, std::string detail) {
  if (!is_away(error)) return stop(StationEnd::trouble, error, std::move(detail));
  return {.then = Halt::Then::again_with_journal,
          .error = error,
          .detail = std::move(detail),
          .end = StationEnd::journal_away};
}

}  // namespace cicada::host::line
