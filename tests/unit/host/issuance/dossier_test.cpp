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

json whole_sources() {
  return {
      {"population", {{"found", true}, {"at", "2022-09-21T07:00:00Z"}, {"digest", "00ff"}, {"status", "alive"}}},
      {"photo", {{"taken_on", "2022-09-20"}, {"faces", 1}, {"faults", {"tilt"}}, {"other_person", true}}},
      {"fingerprints",
       {{"duplicate_of", "036088981208"},
        {"swapped", true},
        {"fingers", {{{"finger", "left-thumb"}, {"quality", 80}}, {{"finger", "left-index"}, {"missing", "lost"}}}}}},
      {"delivery", {{"phone", "0912345678"}, {"address", "Nam Định"}}},
      {"birth_dates", {{{"source", "household book"}, {"value", "1988-06-12"}}}},
      {"names", {{{"source", "old card"}, {"value", "Lê Khởi"}}}},
      {"mrz_name", "LE<<THE<KHOI"},
      {"other_numbers", {"036088981208"}},
      {"cancelled_numbers", {"036088981209"}},
      {"form_differences", {"residence"}},
      {"guardian", "Bùi Thị Nhạn"},
      {"father_birth_date", "1960-01-02"},
      {"mother_birth_date", "1961-01-02"}};
}

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
          {"portrait", "p.jpg"},
          {"dossier", "HT-2022.000_17"},
          {"version", 2},
          {"unit", {{"province", "042"}, {"district", "447"}, {"commune", "18694"}}},
          {"team", "TO-07"},
          {"machine", "MAY-3"},
          {"shift", "S2"},
          {"priority", 5},
          {"captured_on", "2022-09-20"},
          {"sources", whole_sources()}};
}

bool may_be_missing(const std::string& key) {
  static const std::set<std::string> kKeys{
      "old_number", "document_number", "birth_place", "dossier",  "version",     "unit",
      "team",       "machine",         "shift",       "priority", "captured_on", "sources"};
  return kKeys.contains(key);
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
    if (may_be_missing(key)) {
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
    record[key] = key == "version" || key == "priority" ? json("5") : json(5);
    expect("J04", key.c_str(), record.dump());
    record[key] = key == "unit" || key == "sources" ? json::array() : json::object();
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

TEST(DossierLine, says_where_the_record_comes_from) {
  const auto dossier = std::get<Dossier>(parse_dossier(good().dump()));
  CHECK((dossier.origin == Origin{.dossier = "HT-2022.000_17",
                                  .version = 2,
                                  .unit = {.province = "042", .district = "447", .commune = "18694"},
                                  .team = "TO-07",
                                  .machine = "MAY-3",
                                  .shift = "S2",
                                  .priority = 5,
                                  .captured_on = "2022-09-20"}));
  auto bare = good();
  for (const auto* key : {"dossier", "version", "unit", "team", "machine", "shift", "priority", "captured_on"}) {
    bare.erase(key);
  }
  const auto other = std::get<Dossier>(parse_dossier(bare.dump()));
  CHECK_STRING("036088981207", other.origin.dossier);  // its number is its id
  LONGS_EQUAL(1, other.origin.version);
  CHECK(other.origin.unit.empty());
}

TEST(DossierLine, brings_along_what_others_said) {
  const auto sources = std::get<Dossier>(parse_dossier(good().dump())).sources;
  CHECK(sources.population && sources.population->found);
  CHECK_STRING("alive", sources.population->status);
  CHECK_STRING("2022-09-20", sources.photo->taken_on.value());
  LONGS_EQUAL(1, sources.photo->faces.value());
  CHECK_STRING("tilt", sources.photo->faults.at(0));
  CHECK(sources.photo->other_person && sources.fingerprints->swapped);
  LONGS_EQUAL(80, sources.fingerprints->fingers.at(0).quality.value());
  CHECK_STRING("lost", sources.fingerprints->fingers.at(1).missing);
  CHECK_STRING("household book", sources.birth_dates.at(0).source);
  CHECK_STRING("Lê Khởi", sources.names.at(0).value);
  CHECK_STRING("036088981209", sources.cancelled_numbers.at(0));
  CHECK_STRING("Bùi Thị Nhạn", sources.guardian.value());
  CHECK_STRING("1961-01-02", sources.mother_birth_date.value());
}

TEST(DossierLine, is_refused_for_codes_that_are_none) {
  for (const auto* const bad : {"../x", ".x", "a b", "Hà", "a/b", "a\nb"}) {
    for (const auto* key : {"dossier", "team", "machine", "shift"}) {
      auto record = good();
      record[key] = bad;
      expect("J04", key, record.dump());
    }
    auto record = good();
    record["unit"]["commune"] = bad;
    expect("J04", "unit.commune", record.dump());
  }
  auto record = good();
  record["dossier"] = std::string(65, 'a');
  expect("J04", "dossier", record.dump());
}

TEST(DossierLine, is_refused_for_numbers_out_of_their_range) {
  for (const auto& bad : {json(0), json(-1), json(10'000), json(1.5), json("2"), json(18446744073709551615ULL)}) {
    auto record = good();
    record["version"] = bad;
    expect("J04", "version", record.dump());
  }
  auto record = good();
  record["priority"] = 100;
  expect("J04", "priority", record.dump());
}

TEST(DossierLine, names_the_path_of_what_is_wrong_inside) {
  auto record = good();
  record["sources"]["population"].erase("found");
  expect("J03", "sources.population.found", record.dump());
  record = good();
  record["sources"]["photo"]["face"] = 1;
  expect("J02", "sources.photo.face", record.dump());
  record = good();
  record["sources"]["fingerprints"]["fingers"][1]["finger"] = "left-toe";
  expect("J04", "sources.fingerprints.fingers[1].finger", record.dump().c_str());
  record = good();
  record["sources"]["population"]["status"] = "sleeping";
  expect("J04", "sources.population.status", record.dump());
  record = good();
  record["unit"] = "042";
  expect("J04", "unit", record.dump());
  record = good();
  record["sources"]["other_numbers"] = json::array();
  for (int i = 0; i < 17; ++i) record["sources"]["other_numbers"].push_back("1");
  expect("J04", "sources.other_numbers", record.dump());
}

TEST(DossierLine, is_refused_for_a_key_twice_at_any_depth) {
  auto text = good().dump();
  const std::string once = R"("province":"042")";
  text.insert(text.find(once), once + ",");
  expect("J01", "province", text);
  // The same key in two objects is no repetition.
  CHECK(std::holds_alternative<Dossier>(parse_dossier(good().dump())));
}

TEST(DossierLine, tells_whose_it_was_even_when_it_is_refused) {
  auto record = good();
  record.erase("name");
  const auto parsed = parse_record(record.dump());
  LONGS_EQUAL(1, parsed.findings.size());
  CHECK_STRING("HT-2022.000_17", parsed.dossier.origin.dossier);
  LONGS_EQUAL(2, parsed.dossier.origin.version);
  CHECK_STRING("036088981207", parsed.dossier.number);
}
