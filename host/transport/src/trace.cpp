#include "cicada/host/transport/trace.h"

#include "cicada/base/hex.h"

namespace cicada::host::transport {

using base::Fault;
using base::Result;

namespace {

std::unexpected<base::Error> bad_line(base::Literal what, std::size_t number) {
  return base::fail({.fault = Fault::bad_input,
                     .what = what,
                     .hint = "a trace has '> hex' to the card and '< hex' or '!' from the card",
                     .at = number});
}

/// Adds what one line says.
Result<void> take_line(std::string_view line, std::size_t number, std::vector<Exchange>& exchanges, bool& open) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty() || line.starts_with('#')) return {};
  const char mark = line.front();
  if (mark == '!') {
    if (!open) return bad_line("a failure without a command", number);
    open = false;
    return {};
  }
  auto octets = base::from_hex(line.substr(1));
  if (!octets || (mark != '>' && mark != '<')) return bad_line("not a line of a trace", number);
  if (mark == '>') {
    if (open) return bad_line("a command before the last one was answered", number);
    if (exchanges.size() == kMaxExchanges) {
      return base::fail({.fault = Fault::limit, .what = "the trace is too long", .at = number});
    }
    exchanges.push_back({.command = *std::move(octets)});
    open = true;
    return {};
  }
  if (!open) return bad_line("a response without a command", number);
  if (octets->size() < 2) return bad_line("a response has at least two octets", number);
  exchanges.back().response = *std::move(octets);
  open = false;
  return {};
}

}  // namespace

Result<std::vector<Exchange>> parse_trace(std::string_view text) {
  if (!text.starts_with(kTraceHeader)) return bad_line("this is not a trace", 1);
  std::vector<Exchange> exchanges;
  bool open = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    CICADA_CHECK(take_line(text.substr(0, end), number, exchanges, open));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  // A program that was killed in mid-exchange leaves its last command unanswered: that exchange failed.
  return exchanges;
}

}  // namespace cicada::host::transport
