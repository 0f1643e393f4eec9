#include "cicada/host/issuance/dossier.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::test::all_of;
using nlohmann::json;

namespace {

json good() {
  return {{"number", "036088981207"},
          {"name", "Lê Thế Khởi"},
          {"birth_date", "1988-06-13"},
          {"sex", "Nam"},
          {"nationality", "Việt Nam"},
          {"ethnic_group", "Kinh"},
          {"religion", "Không"},
          {"place_of_origin", "Nam Định"},
          {"residence", "Nam Định"},
          {"identifying_marks", ""},
          {"issue_date", "2022-10-04"},
          {"expiry_date", "2028-06-13"},
          {"father", "Lê Văn Thuần"},
          {"mother", nullptr},
          {"spouses", {"Bùi Thị Nhạn", "Trần Thị Bưởi"}},
          {"old_number", "161234567"},
          {"document_number", nullptr},
          {"birth_place", "Nam Định"},
          {"issuing_unit", "Cục Cảnh sát"},
          {"portrait", "p.jpg"}};
}

/// The line must be refused with exactly this finding.
void expect(const char* rule, const char* field, std::string_view line) {
  const auto parsed = parse_dossier(line);
  const auto* const findings = std::get_if<Findings>(&parsed);
  CHECK_TEXT(findings != nullptr, "the line was accepted");
  CHECK_TEXT(findings->size() == 1, all_of(*findings).c_str());
  CHECK_STRING(rule, findings->front().rule);
  CHECK_STRING(field, findings->front().field);
  CHECK(findings->front().severity == Severity::reject);
  CHECK_FALSE(findings->front().message.empty());
}

}  // namespace

TEST_GROUP(DossierLine){};

TEST(DossierLine, is_read_field_by_field) {
  const auto parsed = parse_dossier(good().dump());
  const auto* const dossier = std::get_if<Dossier>(&parsed);
  CHECK(dossier != nullptr);
  CHECK_STRING("036088981207", dossier->number);
  CHECK_STRING("Lê Thế Khởi", dossier->name);
  CHECK_STRING("1988-06-13", dossier->birth_date);
  CHECK_STRING("2028-06-13", *dossier->expiry_date);
  CHECK_STRING("", dossier->mother);
  LONGS_EQUAL(2, dossier->spouses.size());
  CHECK_STRING("Trần Thị Bưởi", dossier->spouses[1]);
  CHECK_STRING("161234567", *dossier->old_number);
  CHECK_STRING("p.jpg", dossier->portrait);
}

TEST(DossierLine, may_say_null_where_there_is_nothing) {
  auto record = good();
  record["expiry_date"] = nullptr;
  record["father"] = nullptr;
  record.erase("old_number");
  const auto parsed = parse_dossier(record.dump());
  const auto* const dossier = std::get_if<Dossier>(&parsed);
  CHECK(dossier != nullptr);
  CHECK(!dossier->expiry_date);
  CHECK(!dossier->old_number);
  CHECK_STRING("", dossier->father);
}

TEST(DossierLine, without_a_key_names_it) {
  const auto whole = good();
  for (const auto& [key, value] : whole.items()) {
    auto record = good();
    record.erase(key);
    if (key == "old_number" || key == "document_number" || key == "birth_place") {
      CHECK(std::holds_alternative<Dossier>(parse_dossier(record.dump())));
    } else {
      expect("J03", key.c_str(), record.dump());
    }
  }
}

TEST(DossierLine, with_a_wrong_type_names_the_field) {
  const auto whole = good();
  for (const auto& [key, value] : whole.items()) {
    auto record = good();
    record[key] = 5;
    expect("J04", key.c_str(), record.dump());
    record[key] = json::object();
    expect("J04", key.c_str(), record.dump());
  }
  auto record = good();
  record["number"] = nullptr;
  expect("J04", "number", record.dump());
  record = good();
  record["spouses"] = {"A", 1};
  expect("J04", "spouses", record.dump());
  record["spouses"] = std::vector<std::string>(9, "A");
  expect("J04", "spouses", record.dump());
}

TEST(DossierLine, with_an_unknown_key_names_it_and_its_value) {
  auto record = good();
  record["blood_group"] = "O";
  expect("J02", "blood_group", record.dump());
  const auto parsed = parse_dossier(record.dump());
  CHECK_STRING("\"O\"", std::get<Findings>(parsed).front().value);
}

TEST(DossierLine, with_a_key_twice_is_refused) {
  auto text = good().dump();
  text.insert(1, R"("name":"Lê Thế Khác",)");
  expect("J01", "name", text);
}

TEST(DossierLine, that_is_no_json_object_is_refused) {
  for (const std::string_view line : {"", "x", "[]", "5", "\"a\"", "null", "{", "{\"a\":}", "{} {}", "{\"a\":1}\n{"}) {
    const auto parsed = parse_dossier(line);
    const auto* const findings = std::get_if<Findings>(&parsed);
    CHECK(findings != nullptr);
    CHECK_STRING("J01", findings->front().rule);
  }
  expect("J01", "", "{\"name\":\"\xC3\x28\"}");
  expect("J01", "", good().dump() + std::string(kMaxLineSize, ' '));
}

TEST(DossierLine, that_is_nested_deeply_is_refused_and_not_followed) {
  auto text = good().dump();
  const auto deep = std::string(20'000, '[') + std::string(20'000, ']');
  text.insert(1, "\"deep\":" + deep + ",");
  const auto parsed = parse_dossier(text);
  const auto* const findings = std::get_if<Findings>(&parsed);
  CHECK(findings != nullptr);
  CHECK(test::find(*findings, "J01", "") != nullptr);
}

TEST(DossierLine, of_every_truncation_is_refused) {
  const auto text = good().dump();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK(std::holds_alternative<Findings>(parse_dossier(std::string_view{text}.substr(0, size))));
  }
}

TEST(DossierLine, has_the_keys_of_the_schema) {
  std::ifstream file{"../personalization-scripts/schemas/dossier.schema.json"};
  const auto schema = json::parse(file);
  CHECK_EQUAL(false, schema.at("additionalProperties").get<bool>());
  // Every key that the schema has is known to the parser, and the other way round.
  std::set<std::string> in_schema;
  for (const auto& [key, description] : schema.at("properties").items()) {
    CHECK_TEXT(description.contains("description"), key.c_str());
    in_schema.insert(key);
  }
  std::set<std::string> in_code;
  const auto whole = good();
  for (const auto& [key, value] : whole.items()) in_code.insert(key);
  CHECK(in_schema == in_code);
  // What the schema requires the parser requires.
  const auto required = schema.at("required").get<std::set<std::string>>();
  for (const auto& key : in_schema) {
    auto record = good();
    record.erase(key);
    CHECK_EQUAL_TEXT(required.contains(key), std::holds_alternative<Findings>(parse_dossier(record.dump())),
                     key.c_str());
  }
}
