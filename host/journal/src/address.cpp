#include "cicada/host/journal/journal.h"

namespace cicada::host::journal {
namespace {

/// The value of a parameter that is a secret: from behind '=' to '&' or the end.
void hide_parameter(std::string& text, std::string_view name) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + name.size())) {
    const char before = at == 0 ? '\0' : text[at - 1];
    if (before != '?' && before != '&') continue;
    const auto from = at + name.size();
    const auto to = std::min(text.find('&', from), text.size());
    text.replace(from, to - from, "***");
  }
}

}  // namespace

std::string shown_address(std::string_view address) {
  std::string text{address};
  const auto slashes = text.find("://");
  if (slashes == std::string::npos) return text.starts_with("sqlite:") ? text : std::string{"--journal"};
  const auto start = slashes + 3;
  const auto end = std::min(text.find_first_of("/?", start), text.size());
  // A password may hold '@' unescaped: the last one before the host counts, and everything before it is hidden.
  const auto at = text.rfind('@', end);
  const auto colon = text.find(':', start);
  if (at != std::string::npos && at >= start && colon != std::string::npos && colon < at) {
    text.replace(colon + 1, at - colon - 1, "***");
  }
  hide_parameter(text, "password=");
  hide_parameter(text, "sslpassword=");
  return text;
}

}  // namespace cicada::host::journal
