#include "cicada/conformance/report/record_json.h"
#include "cicada/conformance/report/report.h"
#include "sample_run.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::tests;

namespace {

std::string refusal(std::string_view line) {
  const auto record = report::record_from_json(line);
  return record ? "" : record.error().text;
}

std::string with(std::string line, std::string_view what, std::string_view instead) {
  const auto at = line.find(what);
  if (at == std::string::npos) return "not found";
  return line.replace(at, what.size(), instead);
}

}  // namespace

TEST_GROUP(RecordJson){};

TEST(RecordJson, comes_back_as_it_went) {
  for (auto& record : sample_run().records) {
    record.repetition = 3;
    record.state_afterwards = "SELECT: 6A82";
    record.exchanges[0].plain_command = cicada::base::Bytes{1, 2};
    const auto line = report::to_json_line(record);
    LONGS_EQUAL(std::string::npos, line.find('\n'));
    const auto again = report::record_from_json(line);
    CHECK(again.has_value());
    CHECK_STRING(line, report::to_json_line(*again));
    CHECK_BYTES(record.exchanges[0].command, again->exchanges[0].command);
    CHECK_STRING("PACE", again->info.needs[1][1]);
  }
}

TEST(RecordJson, stays_one_line_of_utf8_whatever_a_chip_says) {
  const auto line = report::to_json_line(hostile_run().records[1]);
  LONGS_EQUAL(std::string::npos, line.find('\n'));
  CHECK(report::record_from_json(line).has_value());
}

TEST(RecordJson, refuses_what_is_not_a_record_and_says_why) {
  const auto line = report::to_json_line(sample_run().records[1]);
  CHECK_STRING("", refusal(line));
  CHECK_STRING("this is not JSON", refusal(""));
  CHECK_STRING("this is not JSON", refusal(line.substr(0, line.size() - 1)));
  CHECK_STRING("a record is not an object", refusal("[1,2]"));
  CHECK_STRING("a record has no \"id\"", refusal("{}"));
  CHECK_STRING("a record \"id\" is not a text", refusal(with(line, "\"A_2\"", "7")));
  CHECK_STRING("a record \"verdict\" is none of the words that it may be", refusal(with(line, "\"fail\"", "\"fine\"")));
  CHECK_STRING("a record \"repetition\" is not a number from 0 to 4294967295",
               refusal(with(line, "\"repetition\":0", "\"repetition\":-1")));
  CHECK_STRING("a record \"needs\" is not a list of texts", refusal(with(line, "[\"BAC\"", "[1")));
  CHECK_STRING("a record has a key that is not known here", refusal(with(line, "{\"id\"", "{\"x\":1,\"id\"")));
  CHECK_STRING("exchange 0 \"response\" is not hexadecimal", refusal(with(line, "\"6982\"", "\"698\"")));
  CHECK_STRING("exchange 0 is not an object", refusal(with(line, "{\"command\"", "7,{\"command\"")));
}

TEST(RecordJson, survives_nesting_without_end) {
  CHECK_STRING("this is not JSON", refusal(std::string(1'000'000, '[')));
  CHECK_STRING("this is not JSON", refusal(std::string(report::kMaxRecordLine, '{')));
  CHECK_STRING("the line is too long", refusal(std::string(report::kMaxRecordLine + 1, ' ')));
}

TEST(RecordJson, cuts_exchanges_that_no_line_can_hold) {
  auto record = sample_run().records[0];
  record.exchanges[0].response = cicada::base::Bytes(64'000, 0x11);
  record.exchanges.resize(200, record.exchanges[0]);
  const auto line = report::to_json_line(record);
  CHECK(line.size() <= report::kMaxRecordLine);
  const auto again = report::record_from_json(line);
  CHECK(again.has_value());
  CHECK_STRING("100 more exchanges were not kept", again->exchanges.back().note);
}

TEST(RecordJson, is_found_in_a_report) {
  const auto records = report::records_from_report(report::to_json(sample_run()));
  CHECK(records.has_value());
  LONGS_EQUAL(4, records->size());
  CHECK_STRING("B_1", (*records)[2].info.id);
  CHECK_FALSE(report::records_from_report("{}").has_value());
  CHECK_FALSE(report::records_from_report("{\"cases\":[{}]}").has_value());
}
