#include "cicada/host/issuance/batch.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::base::Fault;
using cicada::test::all_of;
using nlohmann::json;

namespace {

std::string line_of(const Dossier& dossier) {
  const json object{{"number", dossier.number},           {"name", dossier.name},
                    {"birth_date", dossier.birth_date},   {"sex", dossier.sex},
                    {"nationality", dossier.nationality}, {"ethnic_group", dossier.ethnic_group},
                    {"religion", dossier.religion},       {"place_of_origin", dossier.place_of_origin},
                    {"residence", dossier.residence},     {"identifying_marks", dossier.identifying_marks},
                    {"issue_date", dossier.issue_date},   {"expiry_date", *dossier.expiry_date},
                    {"father", dossier.father},           {"mother", dossier.mother},
                    {"spouses", dossier.spouses},         {"issuing_unit", dossier.issuing_unit},
                    {"portrait", dossier.portrait}};
  return object.dump();
}

std::string numbered(const char* number) {
  auto dossier = test::good_dossier();
  dossier.number = number;
  dossier.father = std::string{"Lê Văn "} + (number[11] == '1' ? "Thuần" : "Hải");
  dossier.portrait = std::string{number[11] == '1' ? "1" : "2"} + ".jpg";
  return line_of(dossier);
}

/// A stream that breaks after its text.
class BrokenBuffer final : public std::stringbuf {
 public:
  explicit BrokenBuffer(const std::string& text) : std::stringbuf(text, std::ios::in) {}

 protected:
  int_type underflow() override { throw std::runtime_error{"the disk is gone"}; }
};

}  // namespace

TEST_GROUP(Batch) {
  const test::PortraitFolder* folder = nullptr;
  std::vector<RecordOutcome> outcomes;
  BatchReport report;

  void setup() override {
    folder = new test::PortraitFolder;
    folder->put("1.jpg", test::make_jpeg({.width = 483, .height = 644}));
    folder->put("2.jpg", test::make_jpeg({.width = 486, .height = 648}));
  }
  void teardown() override {
    delete folder;
    outcomes = {};
  }
  void run(const std::string& text) {
    outcomes.clear();
    std::istringstream stream{text};
    const auto result = read_batch(stream, folder->context(),
                                   [this](RecordOutcome&& outcome) { outcomes.push_back(std::move(outcome)); });
    CHECK_OK(result);
    report = *result;
    CHECK(report.balances());
    LONGS_EQUAL(report.records, outcomes.size());
  }
};

TEST(Batch, bad_records_never_stop_the_good_ones) {
  run(numbered("036088981201") + "\nnot json\n" + numbered("03608898120X") + "\n\n" + numbered("036088981202") + "\n");
  LONGS_EQUAL(4, report.records);
  LONGS_EQUAL(2, report.accepted);
  LONGS_EQUAL(2, report.refused);
  LONGS_EQUAL(0, report.held);
  LONGS_EQUAL(1, report.empty_lines);
  LONGS_EQUAL(1, outcomes[0].line);
  LONGS_EQUAL(5, outcomes[3].line);
  CHECK(outcomes[0].accepted() && outcomes[3].accepted());
  CHECK_STRING("J01", outcomes[1].findings.at(0).rule);
  CHECK_STRING("N01", outcomes[2].findings.at(0).rule);
  CHECK_STRING("03608898120X", outcomes[2].number);
  CHECK_STRING("Lê Thế Khởi", outcomes[2].name);
}

TEST(Batch, N02_a_number_stands_once_in_a_file) {
  run(numbered("036088981201") + "\n" + numbered("036088981202") + "\n" + numbered("036088981201") + "\n");
  LONGS_EQUAL(2, report.accepted);
  LONGS_EQUAL(1, outcomes[2].findings.size());
  const auto& finding = outcomes[2].findings[0];
  CHECK_STRING("N02", finding.rule);
  CHECK_STRING("036088981201", finding.value);
  STRCMP_CONTAINS("line 1", finding.message.c_str());
}

TEST(Batch, held_records_are_refused_and_counted_apart) {
  auto dossier = test::good_dossier();
  dossier.ethnic_group = "Klingon";
  run(line_of(dossier) + "\n");
  LONGS_EQUAL(1, report.refused);
  LONGS_EQUAL(1, report.held);
  CHECK(outcomes[0].held());
  dossier.sex = "?";
  run(line_of(dossier) + "\n");
  LONGS_EQUAL(0, report.held);
  CHECK_FALSE(outcomes[0].held());
}

TEST(Batch, warnings_are_counted_and_do_not_refuse) {
  auto dossier = test::good_dossier();
  dossier.number = "003088981207";
  dossier.ethnic_group = "Mông";
  run(line_of(dossier));
  LONGS_EQUAL(1, report.accepted);
  LONGS_EQUAL(2, report.warnings);
}

TEST(Batch, takes_byte_order_marks_carriage_returns_and_a_missing_last_line_end) {
  run("\xEF\xBB\xBF" + numbered("036088981201") + "\r\n  \t\r\n" + numbered("036088981202"));
  LONGS_EQUAL(2, report.accepted);
  LONGS_EQUAL(1, report.empty_lines);
  run("");
  LONGS_EQUAL(0, report.records);
  run("\n\r\n");
  LONGS_EQUAL(0, report.records);
  LONGS_EQUAL(2, report.empty_lines);
}

TEST(Batch, a_line_without_end_is_read_over_in_bounded_memory) {
  run(std::string(8UL * 1024 * 1024, 'x') + "\n" + numbered("036088981201") + "\n");
  LONGS_EQUAL(2, report.records);
  LONGS_EQUAL(1, report.accepted);
  CHECK_STRING("J01", outcomes[0].findings.at(0).rule);
  CHECK(outcomes[0].findings[0].value.size() < 100);
  LONGS_EQUAL(2, outcomes[1].line);
}

TEST(Batch, of_a_disk_that_breaks_is_an_error_and_no_short_batch) {
  BrokenBuffer buffer{numbered("036088981201") + "\n"};
  std::istream stream{&buffer};
  int seen = 0;
  const auto result = read_batch(stream, folder->context(), [&](RecordOutcome&&) { ++seen; });
  CHECK_FAULT(Fault::io, result);
  LONGS_EQUAL(1, seen);
}
