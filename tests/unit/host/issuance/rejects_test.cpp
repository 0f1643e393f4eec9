#include "cicada/host/issuance/rejects.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using nlohmann::json;

namespace {

const std::filesystem::path kSamples = "../personalization-scripts/samples";

/// The keys that a schema requires and allows are exactly those of an object (but `optional`).
void fits(const json& object, const json& schema, const std::set<std::string>& optional) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  for (const auto& key : schema.at("required")) CHECK_TEXT(keys.contains(key.get<std::string>()), key.dump().c_str());
  for (const auto& key : keys) CHECK_TEXT(schema.at("properties").contains(key), key.c_str());
  LONGS_EQUAL(schema.at("properties").size(), schema.at("required").size() + optional.size());
}

}  // namespace

TEST_GROUP(Rejects) {
  std::vector<json> lines;

  void teardown() override {
    lines = {};
  }
  void read() {
    std::ifstream records{kSamples / "refused.jsonl"};
    CHECK_OK(read_batch(records, {.today = test::day(2026, 7, 1), .folder = kSamples}, [this](RecordOutcome&& outcome) {
      if (!outcome.accepted()) lines.push_back(json::parse(reject_line(outcome)));
    }));
  }
};

TEST(Rejects, have_a_line_for_each_record_that_became_no_card) {
  read();
  LONGS_EQUAL(21, lines.size());  // 23 records, two of which only warn
  std::ifstream file{"../docs/schemas/rejects.schema.json"};
  const auto schema = json::parse(file);
  for (const auto& line : lines) {
    fits(line, schema, {"portrait"});
    fits(line.at("findings").at(0), schema.at("properties").at("findings").at("items"), {});
    CHECK(line.at("state") == "rejected" || line.at("state") == "held");
    for (const auto& finding : line.at("findings")) {
      CHECK_TEXT(!finding.at("message_en").get<std::string>().empty(), finding.dump().c_str());
      CHECK_TEXT(!finding.at("message_vi").get<std::string>().empty(), finding.dump().c_str());
      CHECK_TEXT(finding.at("message_vi") != finding.at("message_en"), finding.dump().c_str());
    }
  }
}

TEST(Rejects, say_which_record_and_why) {
  read();
  const auto& first = lines.at(0);
  LONGS_EQUAL(3, first.at("line").get<int>());
  CHECK_STRING("O36092983425", first.at("dossier").get<std::string>());
  LONGS_EQUAL(1, first.at("version").get<int>());
  const auto& finding = first.at("findings").at(0);
  CHECK_STRING("N01", finding.at("code").get<std::string>());
  CHECK_STRING("reject", finding.at("severity").get<std::string>());
  CHECK_STRING("number", finding.at("field").get<std::string>());
  CHECK_STRING("O36092983425", finding.at("value").get<std::string>());
  CHECK_STRING("không đủ 12 chữ số", finding.at("message_vi").get<std::string>());
}

TEST(Rejects, are_one_line_each_whatever_the_record_was) {
  RecordOutcome record;
  record.findings = {{.rule = "J01", .field = "", .value = "\xFF\n\"", .message = "no", .message_vi = "không"}};
  const auto line = reject_line(record);
  LONGS_EQUAL(1, std::ranges::count(line, '\n'));
  CHECK(line.ends_with("}\n"));
  CHECK(json::parse(line).is_object());
}

TEST(Rejects, tell_journals_the_codes_only) {
  const Findings findings{{.rule = "D03", .field = {}, .value = "1988-02-30", .message = {}},
                          {.rule = "T05", .field = {}, .value = {}, .message = {}},
                          {.rule = "D03", .field = {}, .value = {}, .message = {}}};
  CHECK_STRING("D03,T05", codes_of(findings));
  CHECK_STRING("", codes_of({}));
}

TEST(Rejects, name_a_corrected_record_by_the_same_id_and_a_higher_version) {
  const test::PortraitFolder folder;
  const auto outcome_of = [&](const char* sex, int version) {
    std::ifstream file{kSamples / "citizens.jsonl"};
    std::string line;
    std::getline(file, line);
    auto record = json::parse(line);
    record["dossier"] = "HT-1";
    record["version"] = version;
    record["sex"] = sex;
    return examine({.line = 1, .text = record.dump()}, RecordFormat{},
                   {.today = test::day(2026, 7, 1), .folder = kSamples})
        .value();
  };
  const auto wrong = outcome_of("?", 1);
  const auto right = outcome_of("Nữ", 2);
  CHECK(!wrong.accepted() && right.accepted());
  CHECK_STRING(wrong.origin.dossier, right.origin.dossier);
  LONGS_EQUAL(2, right.origin.version);
  CHECK(wrong.content != right.content);
  CHECK(wrong.portrait == right.portrait);
}
