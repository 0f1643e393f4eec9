#include <fmt/format.h>

#include <array>

#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "clean.h"
#include "html_case.h"
#include "html_frame.h"

namespace cicada::conformance::report {
namespace {

using model::RunRecord;
using model::Verdict;

std::string head_of(const RunRecord& run) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; "
      "script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}: {}</title>\n<style>{}</style>\n</head>\n<body>\n",
      kStyleHash, kScriptHash, escaped(run.title), escaped(run.subject), kStyle);
}

void fact(std::string& to, std::string_view label, std::string_view text) {
  if (!text.empty()) to += fmt::format("<dt>{}</dt><dd>{}</dd>\n", label, escaped(text));
}

std::string facts_of(const RunRecord& run) {
  std::string profiles;
  for (const auto& profile : run.profiles) profiles += (profiles.empty() ? "" : ", ") + profile;
  auto text = fmt::format("<header>\n<h1>{}</h1>\n<dl>\n", escaped(run.title));
  fact(text, "Subject", run.subject);
  fact(text, "Target", run.target);
  fact(text, "Program", run.program);
  fact(text, "Profiles", profiles);
  fact(text, "Order", run.order);
  fact(text, "Started", base::to_iso_instant(run.started));
  fact(text, "Seconds", seconds(run.duration));
  return text + "</dl>\n</header>\n";
}

std::string result_of(const RunRecord& run) {
  const auto counts = counts_of(run);
  const bool good = clean(run);
  return fmt::format(
      "<p class=\"result{}\"><strong>{}</strong> {} case{}: {} passed, {} failed, {} inconclusive, {} not "
      "applicable.</p>\n",
      good ? " clean" : "", good ? "No case failed, and none was inconclusive." : "There are cases to look at.",
      counts.all(), counts.all() == 1 ? "" : "s", counts.pass, counts.fail, counts.inconclusive, counts.not_applicable);
}

std::string row_of(std::string_view name, const Counts& counts, std::chrono::microseconds duration) {
  return fmt::format("<tr><td>{}</td><td>{}</td><td{}>{}</td><td{}>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(name),
                     counts.pass, counts.fail == 0 ? "" : " class=\"some-fail\"", counts.fail,
                     counts.inconclusive == 0 ? "" : " class=\"some-inconclusive\"", counts.inconclusive,
                     counts.not_applicable, seconds(duration));
}

std::string units_of(const RunRecord& run) {
  std::string text =
      "<h2>Units</h2>\n<div class=\"scroll\"><table "
      "class=\"units\"><thead><tr><th>Unit</th><th>pass</th><th>fail</th><th>inconclusive</th>"
      "<th>not applicable</th><th>seconds</th></tr></thead><tbody>\n";
  for (const auto& unit : by_unit(run)) text += row_of(unit.unit, unit.counts, unit.duration);
  return text + row_of("all", counts_of(run), run.duration) + "</tbody></table></div>\n";
}

/// Hidden until the script is there to serve it.
std::string tools_of(const RunRecord& run) {
  std::string text =
      "<div class=\"tools\" hidden><input type=\"search\" id=\"search\" placeholder=\"Search ids, titles, APDUs\" "
      "aria-label=\"Search\">\n<select id=\"verdict\" aria-label=\"Verdict\"><option value=\"\">all verdicts</option>";
  for (const auto verdict : {Verdict::fail, Verdict::inconclusive, Verdict::pass, Verdict::not_applicable})
    text += fmt::format("<option>{}</option>", model::to_string(verdict));
  text += "</select>\n<select id=\"unit\" aria-label=\"Unit\"><option value=\"\">all units</option>";
  for (const auto& unit : by_unit(run)) text += fmt::format("<option>{}</option>", escaped(unit.unit));
  return text +
         "</select>\n<button type=\"button\" id=\"open\">Open all</button> <button type=\"button\" id=\"close\">Close "
         "all</button>\n<span id=\"shown\" class=\"where\" aria-live=\"polite\"></span></div>\n";
}

std::string cases_of(const RunRecord& run) {
  constexpr std::array kSections = {
      std::pair{Verdict::fail, "Failed"}, std::pair{Verdict::inconclusive, "Inconclusive"},
      std::pair{Verdict::pass, "Passed"}, std::pair{Verdict::not_applicable, "Not applicable"}};
  const auto order = worst_first(run);
  std::string text;
  for (const auto& [verdict, title] : kSections) {
    std::string section;
    std::size_t count = 0;
    for (const auto index : order) {
      if (run.records[index].outcome.verdict != verdict) continue;
      section += html_of(run.records[index], index);
      ++count;
    }
    if (count > 0)
      text += fmt::format("<section class=\"cases\">\n<h2>{} ({})</h2>\n{}</section>\n", title, count, section);
  }
  return text;
}

}  // namespace

std::string to_html(const RunRecord& run) {
  return head_of(run) + facts_of(run) + result_of(run) + units_of(run) + tools_of(run) + "<main>\n" + cases_of(run) +
         "</main>\n<footer>Commands and answers hold what the chip said: this page is as sensitive as the card. The "
         "basis of "
         "an expectation is printed (from a test specification's text), inferred (from its title or a neighbour) or "
         "assumed "
         "(from the standard alone).</footer>\n" +
         fmt::format("<script>{}</script>\n</body>\n</html>\n", kScript);
}

}  // namespace cicada::conformance::report
