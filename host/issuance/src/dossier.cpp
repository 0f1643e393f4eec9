#include "cicada/host/issuance/dossier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using nlohmann::json;

/// A key whose value is a text, and where it goes.
struct TextKey {
  std::string_view key;
  std::string Dossier::* text;
  bool may_be_null = false;  ///< null and "" then mean the same
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
    {"father", &Dossier::father, true},
    {"mother", &Dossier::mother, true},
    {"issuing_unit", &Dossier::issuing_unit},
    {"portrait", &Dossier::portrait},
}};
constexpr std::string_view kExpiry = "expiry_date";
constexpr std::string_view kSpouses = "spouses";
/// Keys that may be missing.
struct OptionalKey {
  std::string_view key;
  std::optional<std::string> Dossier::* text;
};
constexpr std::array<OptionalKey, 3> kOptional{{
    {"old_number", &Dossier::old_number},
    {"document_number", &Dossier::document_number},
    {"birth_place", &Dossier::birth_place},
}};
constexpr std::size_t kMaxSpouses = 8;

bool is_known(std::string_view key) {
  return key == kExpiry || key == kSpouses || std::ranges::find(kOptional, key, &OptionalKey::key) != kOptional.end() ||
         std::ranges::find(kTexts, key, &TextKey::key) != kTexts.end();
}

Finding finding(const char* rule, std::string_view field, std::string_view value, std::string message) {
  return {.rule = rule,
          .field = printable(field, 40),
          .value = printable(value),
          .message = std::move(message),
          .severity = Severity::reject};
}

std::string shown(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Finding wrong_type(std::string_view field, const json& value, std::string_view wanted) {
  return finding("J04", field, shown(value), fmt::format("is {}, must be {}", value.type_name(), wanted));
}

/// Values nested deeper are not built: a record has an array in an object.
constexpr int kMaxDepth = 8;

/// Parses one line, remembering keys of the outer object that came twice. Throws json::parse_error.
json parse_line(std::string_view line, Findings& findings) {
  std::set<std::string> seen;
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth) {
      if (!too_deep) findings.push_back(finding("J01", "", "", "nested too deeply"));
      too_deep = true;
      return false;
    }
    if (event == json::parse_event_t::key && depth == 1 && !seen.insert(parsed.get<std::string>()).second) {
      findings.push_back(finding("J01", parsed.get<std::string>(), "", "the key stands twice"));
    }
    return true;
  };
  return json::parse(line.begin(), line.end(), watch);
}

std::optional<json> read_object(std::string_view line, Findings& findings) {
  const auto refuse = [&](std::string message) {
    findings.push_back(finding("J01", "", line, std::move(message)));
    return std::nullopt;
  };
  if (line.size() > kMaxLineSize) return refuse(fmt::format("the line is longer than {} octets", kMaxLineSize));
  if (const auto fault = unicode::first_fault(line)) {
    return refuse(fmt::format("not UTF-8 at octet {} of the line", *fault + 1));
  }
  try {
    auto object = parse_line(line, findings);
    if (!object.is_object()) return refuse("the line is not a JSON object");
    return object;
  } catch (const json::parse_error& error) {
    return refuse(fmt::format("not valid JSON at column {}", error.byte));
  }
}

void read_spouses(const json& value, Dossier& dossier, Findings& findings) {
  if (!value.is_array() || !std::ranges::all_of(value, [](const json& item) { return item.is_string(); })) {
    findings.push_back(wrong_type(kSpouses, value, "an array of strings"));
    return;
  }
  if (value.size() > kMaxSpouses) {
    findings.push_back(finding("J04", kSpouses, shown(value), fmt::format("has more than {} entries", kMaxSpouses)));
    return;
  }
  dossier.spouses = value.get<std::vector<std::string>>();
}

void read_optional(const json& value, std::string_view key, std::optional<std::string>& to, Findings& findings) {
  if (value.is_null()) return;
  if (!value.is_string()) {
    findings.push_back(wrong_type(key, value, "a string or null"));
    return;
  }
  to = value.get<std::string>();
}

void read_texts(const json& object, Dossier& dossier, Findings& findings) {
  for (const auto& [key, text, may_be_null] : kTexts) {
    const auto found = object.find(key);
    if (found == object.end()) {
      findings.push_back(finding("J03", key, "", "the key is missing"));
    } else if (found->is_string()) {
      dossier.*text = found->get<std::string>();
    } else if (!may_be_null || !found->is_null()) {
      findings.push_back(wrong_type(key, *found, may_be_null ? "a string or null" : "a string"));
    }
  }
}

}  // namespace

std::variant<Dossier, Findings> parse_dossier(std::string_view line) {
  Findings findings;
  const auto object = read_object(line, findings);
  if (!object) return findings;
  for (const auto& [key, value] : object->items()) {
    if (!is_known(key)) findings.push_back(finding("J02", key, shown(value), "the key is unknown"));
  }
  Dossier dossier;
  read_texts(*object, dossier, findings);
  for (const auto key : {kExpiry, kSpouses}) {
    if (!object->contains(key)) findings.push_back(finding("J03", key, "", "the key is missing"));
  }
  if (const auto value = object->find(kExpiry); value != object->end()) {
    read_optional(*value, kExpiry, dossier.expiry_date, findings);
  }
  if (const auto value = object->find(kSpouses); value != object->end()) read_spouses(*value, dossier, findings);
  for (const auto& [key, text] : kOptional) {
    if (const auto value = object->find(key); value != object->end()) {
      read_optional(*value, key, dossier.*text, findings);
    }
  }
  if (!findings.empty()) return findings;
  return dossier;
}

}  // namespace cicada::host::issuance
