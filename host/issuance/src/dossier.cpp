#include "cicada/host/issuance/dossier.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "notes.h"
#include "record_keys.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using nlohmann::json;

/// A key whose value is a text, and where it goes.
struct TextKey {
  std::string_view key;
  std::string Dossier::* text;
  Need need = Need::required;
};
constexpr std::array<TextKey, 15> kTexts{{
    {"number", &Dossier::number},
    {"name", &Dossier::name},
    {"birth_date", &Dossier::birth_date},
    {"sex", &Dossier::sex},
    {"nationality", &Dossier::nationality},
    {"ethnic_group", &Dossier::ethnic_group},
    {"religion", &Dossier::religion},
    {"place_of_origin", &Dossier::place_of_origin},
    {"residence", &Dossier::residence},
    {"identifying_marks", &Dossier::identifying_marks},
    {"issue_date", &Dossier::issue_date},
    {"father", &Dossier::father, Need::nullable},
    {"mother", &Dossier::mother, Need::nullable},
    {"issuing_unit", &Dossier::issuing_unit},
    {"portrait", &Dossier::portrait, Need::nullable},
}};
/// Texts that may be nothing.
struct OptionalKey {
  std::string_view key;
  std::optional<std::string> Dossier::* text;
  Need need = Need::optional;
};
constexpr std::array<OptionalKey, 4> kOptional{{
    {"expiry_date", &Dossier::expiry_date, Need::nullable},
    {"old_number", &Dossier::old_number},
    {"document_number", &Dossier::document_number},
    {"birth_place", &Dossier::birth_place},
}};

/// Values nested deeper are not built: a record has arrays of objects in objects.
constexpr int kMaxDepth = 8;

/// Parses one line, remembering keys of an object that came twice. Throws json::parse_error.
json parse_line(std::string_view line, Findings& findings) {
  std::map<int, std::set<std::string>> seen;  // by depth
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth) {
      if (!too_deep) Notes{findings, "", ""}.reject("J01", {"nested too deeply", "lồng nhau quá sâu"});
      too_deep = true;
      return false;
    }
    if (event == json::parse_event_t::object_end) seen.erase(depth + 1);
    if (event == json::parse_event_t::key && !seen[depth].insert(parsed.get<std::string>()).second) {
      Notes{findings, printable(parsed.get<std::string>(), 40), ""}.reject(
          "J01", {"the key stands twice", "trường này xuất hiện hai lần"});
    }
    return true;
  };
  return json::parse(line.begin(), line.end(), watch);
}

std::optional<json> read_object(std::string_view line, Findings& findings) {
  const auto refuse = [&](Said said) {
    Notes{findings, "", line}.reject("J01", std::move(said));
    return std::nullopt;
  };
  if (line.size() > kMaxLineSize) {
    return refuse({fmt::format("the line is longer than {} octets", kMaxLineSize),
                   fmt::format("dòng dài quá {} byte", kMaxLineSize)});
  }
  if (const auto fault = unicode::first_fault(line)) {
    return refuse({fmt::format("not UTF-8 at octet {} of the line", *fault + 1),
                   fmt::format("không phải UTF-8 tại byte {} của dòng", *fault + 1)});
  }
  try {
    auto object = parse_line(line, findings);
    if (!object.is_object()) return refuse({"the line is not a JSON object", "dòng không phải đối tượng JSON"});
    return object;
  } catch (const json::parse_error& error) {
    return refuse(
        {fmt::format("not valid JSON at column {}", error.byte), fmt::format("JSON sai tại cột {}", error.byte)});
  }
}

}  // namespace

ParsedRecord record_of(const json& object) {
  ParsedRecord parsed;
  auto& dossier = parsed.dossier;
  StrictObject record{object, "", parsed.findings};
  for (const auto& [key, text, need] : kTexts) record.text(key, dossier.*text, need);
  for (const auto& [key, text, need] : kOptional) record.text(key, dossier.*text, need);
  record.texts("spouses", dossier.spouses, kMaxSpouses, Need::required);
  read_origin(record, dossier.origin);
  if (dossier.origin.dossier.empty()) dossier.origin.dossier = dossier.number;
  record.object("sources", [&](StrictObject& sources) { read_sources(sources, dossier.sources); }, Need::optional);
  record.finish();
  return parsed;
}

ParsedRecord parse_record(std::string_view line) {
  Findings findings;
  const auto object = read_object(line, findings);
  if (!object) return {.dossier = {}, .findings = std::move(findings)};
  auto parsed = record_of(*object);
  parsed.findings.insert(parsed.findings.begin(), findings.begin(), findings.end());
  return parsed;
}

std::variant<Dossier, Findings> parse_dossier(std::string_view line) {
  auto parsed = parse_record(line);
  if (!parsed.findings.empty()) return std::move(parsed.findings);
  return std::move(parsed.dossier);
}

}  // namespace cicada::host::issuance
