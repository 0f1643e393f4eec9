// What every page has: its style and its script. Both are named by their hashes in the page's own content security
// policy, so that nothing else on it can run, whatever a chip has sent.
#pragma once

#include <string_view>

namespace cicada::conformance::report {

inline constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --quiet: #5b6470; --line: #d5dae0; --soft: #f4f6f8;
  --pass: #1a7f37; --fail: #c4202b; --inconclusive: #9a6400; --not-applicable: #66707c; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --page: #14181d; --quiet: #9aa5b1; --line: #343c46;
  --soft: #1d232a; --pass: #4ac26b; --fail: #ff6b70; --inconclusive: #e0a63a; --not-applicable: #97a2ae; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; color: var(--text); background: var(--page);
  font: 1rem/1.5 system-ui, "Noto Sans", sans-serif; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
code, .apdus { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.scroll { overflow-x: auto; }
.units tbody tr:last-child { font-weight: 600; }
.units td + td, .units th + th { text-align: right; font-variant-numeric: tabular-nums; }
.units .some-fail { color: var(--fail); font-weight: 600; }
.units .some-inconclusive { color: var(--inconclusive); font-weight: 600; }
.result { margin: 1rem 0; padding: .6rem 1rem; border-left: .35rem solid var(--fail); background: var(--soft); }
.result.clean { border-color: var(--pass); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; position: sticky; top: 0; padding: .6rem 0;
  background: var(--page); border-bottom: 1px solid var(--line); }
.tools[hidden] { display: none; }
.tools input[type=search] { flex: 1 1 16rem; padding: .35rem .6rem; font: inherit; color: inherit; background: var(--soft);
  border: 1px solid var(--line); border-radius: .3rem; }
.tools button, .tools select { padding: .35rem .7rem; font: inherit; color: inherit; background: var(--soft);
  border: 1px solid var(--line); border-radius: .3rem; }
.case { border: 1px solid var(--line); border-left: .35rem solid var(--quiet); margin: .4rem 0; padding: .35rem .8rem; }
.case[hidden] { display: none; }
.case summary { cursor: pointer; overflow-wrap: anywhere; }
.badge { display: inline-block; min-width: 7.5rem; font-weight: 600; }
.where, .note { color: var(--quiet); font-size: .9em; }
.pass { border-left-color: var(--pass); } .pass .badge { color: var(--pass); }
.fail { border-left-color: var(--fail); } .fail .badge { color: var(--fail); }
.inconclusive { border-left-color: var(--inconclusive); } .inconclusive .badge { color: var(--inconclusive); }
.not-applicable .badge { color: var(--not-applicable); }
.apdus { font-size: .8rem; table-layout: fixed; }
.apdus th:first-child, .apdus td:first-child { width: 3.5rem; color: var(--quiet); }
.apdus div { overflow-wrap: anywhere; }
.apdus .note { font-family: system-ui, sans-serif; }
.meant { color: var(--quiet); }
.sign { user-select: none; color: var(--quiet); }
footer { margin: 2rem 0 0; color: var(--quiet); font-size: .9rem; }
@media (max-width: 40rem) { body { padding: .8rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; }
  .badge { min-width: 0; } th, td { padding: .25rem .3rem; } }
@media print {
  :root { color-scheme: light; --text: #000; --page: #fff; --quiet: #444; --line: #bbb; --soft: #fff;
    --pass: #14632b; --fail: #a01018; --inconclusive: #6d4700; --not-applicable: #444; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  .tools { display: none; }
  .case { break-inside: auto; } .case summary { break-after: avoid; list-style: none; }
  .apdus { font-size: 7pt; } tr { break-inside: avoid; }
  @page { margin: 15mm; }
}
)css";

inline constexpr std::string_view kScript = R"js(
(function () {
  'use strict';
  var tools = document.querySelector('.tools');
  var search = document.getElementById('search');
  var verdict = document.getElementById('verdict');
  var unit = document.getElementById('unit');
  var shown = document.getElementById('shown');
  var cases = Array.prototype.slice.call(document.querySelectorAll('details.case'));
  var texts = cases.map(function (c) { return c.textContent.toLowerCase(); });
  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    cases.forEach(function (c, i) {
      var fits = (!verdict.value || c.dataset.verdict === verdict.value) && (!unit.value || c.dataset.unit === unit.value) &&
        words.every(function (w) { return texts[i].indexOf(w) >= 0; });
      c.hidden = !fits;
      if (fits) count += 1;
    });
    document.querySelectorAll('section.cases').forEach(function (s) { s.hidden = !s.querySelector('details.case:not([hidden])'); });
    shown.textContent = count + ' of ' + cases.length + ' cases';
  }
  function all(open) { cases.forEach(function (c) { if (!c.hidden) c.open = open; }); }
  search.addEventListener('input', apply);
  verdict.addEventListener('change', apply);
  unit.addEventListener('change', apply);
  document.getElementById('open').addEventListener('click', function () { all(true); });
  document.getElementById('close').addEventListener('click', function () { all(false); });
  tools.hidden = false;
  apply();
}());
)js";

/// SHA-256 of the two, base64, as a content security policy names them. A test computes them anew.
inline constexpr std::string_view kStyleHash = "NRvRQU3Si3EpQCyp+hjA00yx4lsEzKcsxQ7MD6da0jA=";
inline constexpr std::string_view kScriptHash = "OnoKfeJ1HYcmIAZZGRCSzrJWIQM49EG1Qf4JOUnpqX0=";

}  // namespace cicada::conformance::report
