#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "cicada/crypto/openssl/hash.h"
#include "folder.h"
#include "html_frame.h"
#include "sample_run.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::tests;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Somebody else's parser: Debian's python3 runs `program` over `text`, which it finds in sys.argv[1].
bool python_accepts(std::string_view program, const std::string& text) {
  const Folder folder;
  const auto script = folder / "check.py";
  const auto file = folder / "report";
  std::ofstream{script} << program;
  std::ofstream{file, std::ios::binary} << text;
  const int code =
      std::system(("/usr/bin/python3 '" + script.string() + "' '" + file.string() + "' 2>/dev/null").c_str());
  return code == 0;
}

/// Elements, attributes and numbers as the schema of Jenkins' JUnit plugin has them.
constexpr std::string_view kJunitCheck = R"py(
import sys, xml.etree.ElementTree as E
allowed = {'testsuites': {'name', 'tests', 'failures', 'errors', 'time', 'disabled'},
  'testsuite': {'name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname', 'id', 'package', 'disabled'},
  'properties': set(), 'property': {'name', 'value'}, 'testcase': {'name', 'classname', 'time', 'assertions', 'status'},
  'skipped': {'message'}, 'failure': {'type', 'message'}, 'error': {'type', 'message'}, 'system-out': set()}
inside = {'testsuites': {'testsuite'}, 'testsuite': {'properties', 'testcase'}, 'properties': {'property'},
  'testcase': {'skipped', 'failure', 'error', 'system-out'}}
root = E.parse(sys.argv[1]).getroot()
assert root.tag == 'testsuites'
for e in root.iter():
    assert set(e.attrib) <= allowed[e.tag], (e.tag, e.attrib)
    for child in e: assert child.tag in inside.get(e.tag, set()), (e.tag, child.tag)
totals = [0, 0, 0]
for suite in root:
    cases = suite.findall('testcase')
    n = [len(cases), len(suite.findall('*/failure')), len(suite.findall('*/error'))]
    assert n == [int(suite.get(k)) for k in ('tests', 'failures', 'errors')], n
    assert len(suite.findall('*/skipped')) == int(suite.get('skipped'))
    totals = [a + b for a, b in zip(totals, n)]
assert totals == [int(root.get(k)) for k in ('tests', 'failures', 'errors')]
)py";

/// Every element closes, only known ones stand there, no attribute calls a script, nothing is loaded.
constexpr std::string_view kHtmlCheck = R"py(
import sys
from html.parser import HTMLParser
known = set('html head meta title style body header h1 h2 dl dt dd p strong table thead tbody tr th td div span code input '
            'select option button main section details summary footer script'.split())
void = {'meta', 'input'}
class P(HTMLParser):
    stack, scripts, ids = [], 0, set()
    def handle_starttag(self, tag, attrs):
        assert tag in known, tag
        for k, v in attrs:
            assert not k.startswith('on') and k not in ('src', 'href', 'action'), (tag, k)
            if k == 'id': assert v not in self.ids, v; self.ids.add(v)
        if tag == 'script': self.scripts += 1
        if tag not in void: self.stack.append(tag)
    def handle_endtag(self, tag):
        assert self.stack and self.stack[-1] == tag, (tag, self.stack)
        self.stack.pop()
p = P()
p.feed(open(sys.argv[1], encoding='utf-8').read()); p.close()
assert p.stack == [] and p.scripts == 1, (p.stack, p.scripts)
)py";

constexpr std::string_view kSchemaCheck = R"py(
import sys, json, jsonschema
jsonschema.Draft202012Validator(json.load(open('../docs/schemas/conformance-report.schema.json'))).validate(json.load(open(sys.argv[1])))
)py";

std::string base64(cicada::base::ByteView octets) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = (bits << 8U) | (i + k < octets.size() ? octets[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k > octets.size() ? '=' : kDigits[(bits >> (18 - 6 * k)) & 0x3FU];
  }
  return text;
}

std::string sha256(std::string_view text) {
  const auto hash =
      cicada::crypto::openssl::hash(cicada::crypto::openssl::HashAlgorithm::sha256, cicada::base::as_bytes(text));
  return base64(hash.value());
}

}  // namespace

TEST_GROUP(Summary){};

TEST(Summary, counts_each_verdict_by_unit) {
  const auto units = report::by_unit(sample_run());
  LONGS_EQUAL(2, units.size());
  CHECK_STRING("A", units[0].unit);
  LONGS_EQUAL(1, units[0].counts.pass);
  LONGS_EQUAL(1, units[0].counts.fail);
  LONGS_EQUAL(3000, units[0].duration.count());
  LONGS_EQUAL(1, units[1].counts.inconclusive);
  LONGS_EQUAL(1, units[1].counts.not_applicable);
  LONGS_EQUAL(4, report::counts_of(sample_run()).all());
}

TEST(Summary, is_clean_only_when_nothing_failed_was_open_or_left_the_chip_unwell) {
  auto run = sample_run();
  CHECK_FALSE(report::clean(run));
  run.records.erase(run.records.begin() + 1);
  CHECK_FALSE(report::clean(run));  // one is inconclusive
  run.records.erase(run.records.begin() + 1);
  CHECK(report::clean(run));
  run.records[0].state_afterwards = "SELECT: 6A82";
  CHECK_FALSE(report::clean(run));
}

TEST(Summary, puts_failures_first) {
  const auto order = report::worst_first(sample_run());
  LONGS_EQUAL(1, order[0]);
  LONGS_EQUAL(2, order[1]);
  LONGS_EQUAL(0, order[2]);
  LONGS_EQUAL(3, order[3]);
}

TEST_GROUP(ReportText){};

TEST(ReportText, shows_what_failed_with_what_was_wanted_seen_and_by_what_right) {
  const auto text = report::to_text(sample_run());
  for (const auto* part : {"A_2", "9000 came, 6982 was wanted", "expected     Refused.", "9303-11 §4.2",
                           "inferred (from the title)", "the chip did not answer", "there are cases to look at"})
    CHECK_TEXT(has(text, part), part);
  CHECK_FALSE(has(text, "B_2"));  // nobody has to look at what does not apply
  CHECK(text.find("A_2") < text.find("B_1"));
}

TEST(ReportText, lets_no_octet_of_a_chip_control_the_terminal) {
  const auto text = report::to_text(hostile_run());
  for (const char c : text) CHECK(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  CHECK_FALSE(has(text, "\xE2\x80\xAE"));
  CHECK_FALSE(has(text, "\x80\xC0"));
}

TEST(ReportText, names_a_case_that_passed_and_left_the_chip_unwell) {
  auto run = sample_run();
  run.records[0].state_afterwards = "SELECT of the application: 6A82";
  const auto text = report::to_text(run);
  CHECK(has(text, "pass, but"));
  CHECK(has(text, "afterwards   SELECT of the application: 6A82"));
}

TEST_GROUP(ReportJunit){};

TEST(ReportJunit, has_the_elements_and_numbers_of_the_common_schema) {
  CHECK(python_accepts(kJunitCheck, report::to_junit(sample_run())));
  auto run = sample_run();
  run.records[0].state_afterwards = "SELECT of the application: 6A82";
  run.records[0].repetition = 1;
  CHECK(python_accepts(kJunitCheck, report::to_junit(run)));
}

TEST(ReportJunit, stays_well_formed_whatever_a_chip_says) {
  CHECK(python_accepts(kJunitCheck, report::to_junit(hostile_run())));
}

TEST(ReportJunit, is_refused_by_that_check_when_a_number_is_wrong) {
  auto text = report::to_junit(sample_run());
  const auto at = text.find("failures=\"1\"");
  CHECK(at != std::string::npos);
  text.replace(at, 12, "failures=\"2\"");
  CHECK_FALSE(python_accepts(kJunitCheck, text));
}

TEST_GROUP(ReportJson){};

TEST(ReportJson, fits_its_schema) {
  CHECK(python_accepts(kSchemaCheck, report::to_json(sample_run())));
  CHECK(python_accepts(kSchemaCheck, report::to_json(hostile_run())));
}

TEST(ReportJson, with_a_key_too_many_does_not) {
  auto text = report::to_json(sample_run());
  text.replace(text.find("\"subject\""), 9, "\"subjekt\"");
  CHECK_FALSE(python_accepts(kSchemaCheck, text));
}

TEST_GROUP(ReportHtml){};

TEST(ReportHtml, is_one_page_that_loads_nothing) {
  const auto page = report::to_html(sample_run());
  CHECK(python_accepts(kHtmlCheck, page));
  CHECK_FALSE(has(page, "http://"));
  CHECK_FALSE(has(page, "https://"));
  CHECK(has(page, "default-src 'none'"));
  for (const auto* part : {"00A4020C02011E", "step 1", "Refused.", "9303-11 §4.2", "inferred: from the title",
                           "@media print", "prefers-color-scheme: dark", "BAC, CA|PACE"})
    CHECK_TEXT(has(page, part), part);
}

TEST(ReportHtml, shows_failures_first_and_open) {
  const auto page = report::to_html(sample_run());
  CHECK(page.find(">A_2<") < page.find(">B_1<"));
  CHECK(page.find(">B_1<") < page.find(">A_1<"));
  CHECK(page.find(">A_1<") < page.find(">B_2<"));
  LONGS_EQUAL(2, count(page, "\" open>"));
}

TEST(ReportHtml, stays_whole_whatever_a_chip_says) {
  const auto page = report::to_html(hostile_run());
  CHECK(python_accepts(kHtmlCheck, page));
  LONGS_EQUAL(1, count(page, "<script"));
  CHECK_FALSE(has(page, "<img"));
}

TEST(ReportHtml, is_refused_by_that_check_when_a_text_is_not_escaped) {
  auto page = report::to_html(sample_run());
  page.replace(page.find("Refused."), 8, "<b onclick=x>");
  CHECK_FALSE(python_accepts(kHtmlCheck, page));
}

TEST(ReportHtml, names_its_script_and_style_by_their_hashes) {
  CHECK_STRING(sha256(report::kStyle), report::kStyleHash);
  CHECK_STRING(sha256(report::kScript), report::kScriptHash);
}

TEST(ReportHtml, cuts_what_is_too_long_and_says_so) {
  auto run = sample_run();
  run.records[1].exchanges.resize(report::kMaxShownExchanges + 5, run.records[1].exchanges[0]);
  run.records[1].exchanges[0].response = cicada::base::Bytes(5000, 0xAB);
  const auto page = report::to_html(run);
  CHECK(has(page, "5 more are in the JSON report"));
  CHECK(has(page, "5000 octets in all"));
}
