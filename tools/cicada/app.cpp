#include "app.h"

#include <fmt/format.h>

#include <iostream>

#include "cicada/host/journal/journal.h"

namespace cicada::tools {

Exit exit_for(const base::Error& error) noexcept {
  using base::Fault;
  switch (error.fault) {
    case Fault::security: return Exit::check_failed;
    case Fault::bad_input:
    case Fault::not_found:
    case Fault::malformed:
    case Fault::limit:
    case Fault::unsupported:
    case Fault::conflict: return Exit::bad_input;
    case Fault::card_status:
    case Fault::session_dead:
    case Fault::transport:
    case Fault::card_removed:
    case Fault::crypto:
    case Fault::io: return Exit::trouble;
  }
  return Exit::trouble;
}

Exit complain(std::string_view subject, std::string_view text, Exit exit) {
  std::cerr << fmt::format("cicada: {}: {}\n", subject, text);
  return exit;
}

Exit complain(std::string_view subject, const base::Error& error) {
  return complain(subject, error.describe(), exit_for(error));
}

Exit complain_of_journal(const std::string& address, const base::Error& error) {
  return complain(host::journal::shown_address(address), error.describe(),
                  error.fault == base::Fault::malformed ? Exit::trouble : exit_for(error));
}

Exit complain(const base::Problem& problem) {
  std::cerr << "cicada: " << problem.text << '\n';
  return exit_for({.fault = problem.fault, .what = ""});
}

CLI::Validator not_empty() {
  return {[](const std::string& text) { return text.empty() ? std::string{"an empty value"} : std::string{}; }, ""};
}

}  // namespace cicada::tools
