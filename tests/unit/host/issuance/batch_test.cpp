#include "cicada/host/issuance/batch.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cicada/crypto/openssl/hash.h"
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

TEST(Batch, P04_a_portrait_is_of_one_person) {
  auto other = json::parse(numbered("036088981202"));
  other["portrait"] = "1.jpg";
  run(numbered("036088981201") + "\n" + other.dump() + "\n");
  LONGS_EQUAL(1, report.accepted);
  const auto* const finding = test::find(outcomes[1].findings, "P04", "portrait");
  CHECK_TEXT(finding != nullptr, all_of(outcomes[1].findings).c_str());
  STRCMP_CONTAINS("line 1", finding->message.c_str());
  CHECK(outcomes[0].portrait.has_value() && outcomes[0].portrait == outcomes[1].portrait);
  // The same person again is N02 and no more.
  run(numbered("036088981201") + "\n" + numbered("036088981201") + "\n");
  LONGS_EQUAL(1, outcomes[1].findings.size());
}

TEST(Batch, P04_sees_through_other_metadata) {
  const auto jpeg = test::make_jpeg({.width = 483, .height = 644});
  folder->put("3.jpg", test::with_segment(jpeg, 0xFE, base::as_bytes("taken at home")));
  auto other = json::parse(numbered("036088981202"));
  other["portrait"] = "3.jpg";
  run(numbered("036088981201") + "\n" + other.dump() + "\n");
  CHECK(test::find(outcomes[1].findings, "P04", "portrait") != nullptr);
}

TEST(Batch, a_rejected_record_has_no_say_about_later_ones_but_its_number) {
  auto bad = json::parse(numbered("036088981201"));
  bad["sex"] = "?";
  auto good = json::parse(numbered("036088981202"));
  good["portrait"] = "1.jpg";
  run(bad.dump() + "\n" + good.dump() + "\n");
  CHECK_TEXT(outcomes[1].accepted(), all_of(outcomes[1].findings).c_str());
  run(bad.dump() + "\n" + numbered("036088981201") + "\n");
  CHECK(test::find(outcomes[1].findings, "N02", "number") != nullptr);
}

TEST(Batch, N03_one_person_has_one_number) {
  auto other = json::parse(numbered("036088981202"));
  other["father"] = "LÊ VĂN THUẦN";
  run(numbered("036088981201") + "\n" + other.dump() + "\n");
  const auto* const finding = test::find(outcomes[1].findings, "N03", "number");
  CHECK_TEXT(finding != nullptr && outcomes[1].held(), all_of(outcomes[1].findings).c_str());
  // A brother, and somebody of whose parents one is not known.
  run(numbered("036088981201") + "\n" + numbered("036088981202") + "\n");
  LONGS_EQUAL(2, report.accepted);
  other["mother"] = nullptr;
  auto first = json::parse(numbered("036088981201"));
  first["mother"] = nullptr;
  run(first.dump() + "\n" + other.dump() + "\n");
  LONGS_EQUAL(2, report.accepted);
}

TEST(Batch, N08_an_old_number_is_of_one_person) {
  auto first = json::parse(numbered("036088981201"));
  auto other = json::parse(numbered("036088981202"));
  first["old_number"] = other["old_number"] = "161234567";
  run(first.dump() + "\n" + other.dump() + "\n");
  CHECK(test::find(outcomes[1].findings, "N08", "old_number") != nullptr && outcomes[1].held());
  other["old_number"] = "161234568";
  run(first.dump() + "\n" + other.dump() + "\n");
  LONGS_EQUAL(2, report.accepted);
}

TEST(Batch, D02_a_commune_of_new_years_children_is_named_at_the_end) {
  const auto births = [](const char* commune, int new_year, int all) {
    BatchRules batch;
    for (int i = 0; i < all; ++i) {
      RecordOutcome record;
      record.keys.commune = commune;
      record.keys.has_birth = true;
      record.keys.born_on_first_of_january = i < new_year;
      batch.check(record);
    }
    return batch.finish();
  };
  const auto findings = births("042/18694", 10, 50);
  LONGS_EQUAL(1, findings.size());
  CHECK_STRING("D02", findings[0].rule);
  CHECK_STRING("042/18694", findings[0].value);
  CHECK(findings[0].severity == Severity::warn);
  STRCMP_CONTAINS("10 of 50", findings[0].message.c_str());
  LONGS_EQUAL(0, births("042/18694", 9, 50).size());   // not a fifth
  LONGS_EQUAL(0, births("042/18694", 49, 49).size());  // too few people to tell
  LONGS_EQUAL(0, births("", 50, 50).size());           // the records do not say where
}

TEST(Batch, D02_is_counted_from_records) {
  auto record = json::parse(numbered("036088981201"));
  record["birth_date"] = "1988-01-01";
  record["expiry_date"] = "2028-01-01";
  record["unit"] = {{"province", "036"}, {"commune", "13717"}};
  std::istringstream stream{record.dump()};
  auto policy = law_2021();
  policy.first_january_least = 1;
  auto context = folder->context();
  context.policy = &policy;
  const auto result = read_batch(stream, context, [](RecordOutcome&&) {});
  CHECK_OK(result);
  LONGS_EQUAL(1, result->findings.size());
  CHECK_STRING("036/13717", result->findings[0].value);
}

TEST(Batch, outcomes_say_whose_record_it_was_and_which_octets) {
  auto record = json::parse(numbered("036088981201"));
  record["dossier"] = "A-1";
  record["version"] = 3;
  const auto text = record.dump();
  run("\xEF\xBB\xBF" + text + "\r\n{\"dossier\":\"A-2\"}\n");
  CHECK_STRING("A-1", outcomes[0].origin.dossier);
  LONGS_EQUAL(3, outcomes[0].origin.version);
  CHECK_STRING("A-1", outcomes[0].dossier->origin.dossier);
  CHECK_STRING("A-2", outcomes[1].origin.dossier);  // although it is no record
  // Mark and line end are not the record's.
  const auto digest = crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(text)).value();
  CHECK_BYTES(base::ByteView{digest}, base::ByteView{outcomes[0].content});
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
