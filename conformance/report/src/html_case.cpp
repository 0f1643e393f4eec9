#include "html_case.h"

#include <fmt/format.h>

#include "cicada/base/hex.h"
#include "cicada/conformance/report/report.h"
#include "clean.h"

namespace cicada::conformance::report {
namespace {

using model::Exchange;
using model::Record;
using model::Verdict;

/// "00A4 0402 ..": breakable groups, so that long APDUs wrap on paper too.
std::string hex_of(base::ByteView octets) {
  constexpr std::size_t kGroup = 8;
  std::string text;
  const auto shown = octets.first(std::min(octets.size(), kMaxShownOctets));
  for (std::size_t at = 0; at < shown.size(); at += kGroup) {
    if (at > 0) text += ' ';
    text += base::to_hex(shown.subspan(at, std::min(kGroup, shown.size() - at)));
  }
  if (shown.size() < octets.size()) text += fmt::format(" … {} octets in all", octets.size());
  return text;
}

void apdu(std::string& to, std::string_view sign, std::string_view kind, base::ByteView octets) {
  if (octets.empty()) return;
  to += fmt::format("<div class=\"{}\"><span class=\"sign\">{}</span> {}</div>", kind, sign, hex_of(octets));
}

std::string row_of(const Exchange& exchange, std::size_t number) {
  auto row = fmt::format("<tr><td>{}</td><td>", number);
  if (!exchange.note.empty()) row += fmt::format("<div class=\"note\">{}</div>", escaped(exchange.note));
  apdu(row, "&gt;", "wire", exchange.command);
  apdu(row, "&gt; meant", "meant", exchange.plain_command);
  apdu(row, "&lt;", "wire", exchange.response);
  apdu(row, "&lt; meant", "meant", exchange.plain_response);
  if (exchange.response.empty() && !exchange.command.empty()) row += "<div class=\"note\">no answer</div>";
  return row + "</td></tr>\n";
}

std::string exchanges_of(const Record& record) {
  if (record.exchanges.empty()) return {};
  std::string table = "<table class=\"apdus\"><thead><tr><th>#</th><th>Commands and answers</th></tr></thead><tbody>\n";
  const auto shown = std::min(record.exchanges.size(), kMaxShownExchanges);
  for (std::size_t i = 0; i < shown; ++i) table += row_of(record.exchanges[i], i + 1);
  if (shown < record.exchanges.size()) {
    table += fmt::format("<tr><td></td><td>{} more are in the JSON report and in the journal</td></tr>\n",
                         record.exchanges.size() - shown);
  }
  return table + "</tbody></table>\n";
}

void fact(std::string& to, std::string_view label, std::string_view text) {
  if (!text.empty()) to += fmt::format("<dt>{}</dt><dd>{}</dd>\n", label, escaped(text));
}

}  // namespace

std::string html_of(const Record& record, std::size_t index) {
  const auto& info = record.info;
  const auto verdict = model::to_string(record.outcome.verdict);
  const bool look = record.outcome.verdict == Verdict::fail || record.outcome.verdict == Verdict::inconclusive ||
                    !record.state_afterwards.empty();
  auto text = fmt::format(
      "<details class=\"case {0}\" id=\"c{1}\" data-verdict=\"{0}\" data-unit=\"{2}\"{3}>\n"
      "<summary><span class=\"badge\">{0}</span> <code>{4}</code>{5} {6} <span class=\"where\">{7}; "
      "{8}</span></summary>\n<dl>\n",
      verdict, index, escaped(info.unit), look ? " open" : "", escaped(info.id),
      record.repetition == 0 ? "" : fmt::format(" <span class=\"where\">run {}</span>", record.repetition + 1),
      escaped(info.title), escaped(info.clause), model::to_string(info.basis));
  fact(text, "Expected", info.expectation);
  fact(text, "Seen", record.outcome.reason);
  fact(text, "Afterwards", record.state_afterwards);
  fact(text, "Clause", info.clause);
  fact(text, "Basis",
       fmt::format("{}{}", model::to_string(info.basis), info.basis_note.empty() ? "" : ": " + info.basis_note));
  fact(text, "Needs", to_text(info.needs));
  fact(text, "Seconds", seconds(record.duration));
  return text + "</dl>\n" + exchanges_of(record) + "</details>\n";
}

}  // namespace cicada::conformance::report
