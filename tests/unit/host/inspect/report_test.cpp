#include "cicada/host/inspect/report.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "document_on_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::host;
using namespace cicada::test;
using lds::Ef;
using Json = nlohmann::json;

namespace {

Json schema(const char* name) {
  std::ifstream file{std::string{"../docs/schemas/"} + name};
  return Json::parse(file);
}

/// The part of JSON Schema 2020-12 that our schemas use, enough to notice a member that is missing, new or of another
/// type. The tools' own tests ask a full validator.
void check(const Json& value, const Json& rule, const Json& root, const std::string& path) {
  const auto complain = [&](const std::string& what) { FAIL((path + ": " + what).c_str()); };
  if (rule.contains("$ref")) {
    const auto& name = rule["$ref"].get_ref<const std::string&>();
    if (name.starts_with("#/$defs/")) check(value, root["$defs"][name.substr(8)], root, path);
  }
  if (rule.contains("oneOf")) {
    check(value, value.is_null() ? rule["oneOf"][0] : rule["oneOf"][1], root, path);
  }
  if (rule.contains("enum") && std::ranges::find(rule["enum"], value) == rule["enum"].end()) complain("not in enum");
  if (rule.contains("type")) {
    const auto types = rule["type"].is_array() ? rule["type"] : Json::array({rule["type"]});
    const std::string type = value.is_number_integer() ? "integer" : value.type_name();
    if (std::ranges::find(types, Json(type)) == types.end()) complain("is of type " + type);
  }
  if (value.is_array() && rule.contains("items")) {
    for (const auto& item : value) check(item, rule["items"], root, path + "[]");
  }
  if (!value.is_object() || !rule.contains("properties")) return;
  for (const auto& name : rule["required"]) {
    if (!value.contains(name.get<std::string>())) complain("lacks " + name.get<std::string>());
  }
  for (const auto& [name, member] : value.items()) {
    if (rule["properties"].contains(name)) {
      check(member, rule["properties"][name], root, path + "." + name);
    } else if (rule.contains("additionalProperties")) {
      complain("has the unknown member " + name);
    }
  }
}

void check_result(const std::string& text) {
  const auto value = Json::parse(text);
  const auto result = schema("read-result.schema.json");
  const auto verdict = schema("verdict.schema.json");
  check(value, result, result, "result");
  check(value, verdict, verdict, "result");
  for (const auto& [name, member] : value.items()) {
    if (!result["properties"].contains(name) && !verdict["properties"].contains(name)) FAIL(name.c_str());
  }
}

}  // namespace

TEST_GROUP(Report) {
  DocumentOnCard document;
};

TEST(Report, of_a_read_card_has_the_documented_form_and_the_holders_data) {
  const auto inspection = document.read();
  CHECK_OK(inspection);
  const auto text = inspect::to_json(*inspection);
  check_result(text);
  const auto json = Json::parse(text);
  CHECK_STRING("001099000019", json["document"]["number"].get<std::string>());
  CHECK_STRING("Nguyễn Văn Mẫu", json["document"]["name"].get<std::string>());
  CHECK_STRING("1999-06-05", json["document"]["birth_date"].get<std::string>());
  CHECK_STRING("2024-06-05", json["document"]["expiry_date"].get<std::string>());
  CHECK_STRING("male", json["document"]["sex"].get<std::string>());
  LONGS_EQUAL(86, json["transfer"]["apdus"].get<int>());
  LONGS_EQUAL(6, json["files"].size());
  CHECK_STRING("BAC", json["access"]["protocol"].get<std::string>());
  CHECK_STRING("incomplete", json["verdict"].get<std::string>());
  CHECK_STRING("jpeg", json["portrait"]["format"].get<std::string>());
  CHECK_STRING(to_iso_instant(document.clock.now()), json["checked_at"].get<std::string>());
}

TEST(Report, of_a_card_that_did_not_open_has_the_documented_form) {
  document.card.k_mac[0] ^= 0x10U;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  const auto text = inspect::to_json(*inspection);
  check_result(text);
  const auto json = Json::parse(text);
  CHECK(json["document"].is_null());
  CHECK(json["access"]["protocol"].is_null());
  CHECK_STRING("6300", json["access"]["sw"].get<std::string>());
  CHECK_STRING("failed", json["verdict"].get<std::string>());
}

TEST(Report, of_files_that_say_nothing_has_the_documented_form) {
  check_result(inspect::to_json(inspect::inspect_files({}, {}, document.clock.now())));
  check_result(inspect::to_json(inspect::inspect_files(
      {{Ef::dg1, {0x61, 0x00}}, {Ef::dg2, {}}, {Ef::dg13, {0x6D, 0x00}}}, {}, document.clock.now())));
}

TEST(Report, of_a_verdict_alone_is_the_verdict_part) {
  const auto inspection = document.read();
  CHECK_OK(inspection);
  const auto alone = Json::parse(inspect::to_json(inspection->verdict));
  const auto verdict = schema("verdict.schema.json");
  check(alone, verdict, verdict, "verdict");
  const auto whole = Json::parse(inspect::to_json(*inspection));
  CHECK(alone["checks"] == whole["checks"]);
  LONGS_EQUAL(2, alone.size());
}

TEST(Report, survives_octets_that_are_no_utf8) {
  auto& dg13 = document.card.files[0x0D];
  const auto name = std::ranges::search(dg13, as_bytes("Nguy"));
  CHECK(!name.empty());
  name.front() = 0xFF;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  check_result(inspect::to_json(*inspection));
}
