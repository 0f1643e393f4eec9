#include "strict_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace cicada::host::issuance {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxPath = 40;

/// What nlohmann calls a value, in Vietnamese.
std::string_view type_in_vietnamese(const json& value) {
  switch (value.type()) {
    case json::value_t::null: return "null";
    case json::value_t::object: return "đối tượng";
    case json::value_t::array: return "mảng";
    case json::value_t::string: return "chuỗi";
    case json::value_t::boolean: return "true/false";
    default: return "số";
  }
}

Said or_null(Said wanted, Need need) {
  if (need == Need::required) return wanted;
  return {wanted.en + " or null", wanted.vi + " hoặc null"};
}

}  // namespace

std::string shown(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

StrictObject::StrictObject(const json& object, std::string path, Findings& findings)
    : object_(object), path_(std::move(path)), findings_(findings) {}

std::string StrictObject::path_of(std::string_view key) const {
  return printable(path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key), kMaxPath);
}

void StrictObject::refuse(std::string_view key, std::string_view value, Said said) {
  Notes{findings_, path_of(key), value}.reject("J04", std::move(said));
}

void StrictObject::wrong_type(std::string_view key, const json& value, Said wanted) {
  refuse(key, shown(value),
         {fmt::format("is {}, must be {}", value.type_name(), wanted.en),
          fmt::format("là {}, phải là {}", type_in_vietnamese(value), wanted.vi)});
}

/// The value, when there is one to read.
const json* StrictObject::find(std::string_view key, Need need) {
  asked_.emplace(key);
  const auto found = object_.find(key);
  if (found == object_.end()) {
    if (need != Need::optional) {
      Notes{findings_, path_of(key), ""}.reject("J03", {"the key is missing", "thiếu trường này"});
    }
    return nullptr;
  }
  if (found->is_null() && need != Need::required) return nullptr;
  return &*found;
}

void StrictObject::text(std::string_view key, std::string& to, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_string()) return wrong_type(key, *value, or_null({"a string", "chuỗi"}, need));
  to = value->get_ref<const std::string&>();
}

void StrictObject::text(std::string_view key, std::optional<std::string>& to, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_string()) return wrong_type(key, *value, or_null({"a string", "chuỗi"}, need));
  to = value->get_ref<const std::string&>();
}

void StrictObject::texts(std::string_view key, std::vector<std::string>& to, std::size_t most, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_array() || !std::ranges::all_of(*value, [](const json& item) { return item.is_string(); })) {
    return wrong_type(key, *value, {"an array of strings", "mảng các chuỗi"});
  }
  if (value->size() > most) {
    return refuse(key, shown(*value),
                  {fmt::format("has more than {} entries", most), fmt::format("có hơn {} mục", most)});
  }
  to = value->get<std::vector<std::string>>();
}

void StrictObject::truth(std::string_view key, bool& to, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_boolean()) return wrong_type(key, *value, {"true or false", "true hoặc false"});
  to = value->get<bool>();
}

void StrictObject::number(std::string_view key, std::int64_t least, std::int64_t most,
                          const std::function<void(std::int64_t)>& store, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_number_integer()) return wrong_type(key, *value, {"a whole number", "số nguyên"});
  // Numbers past 2^63 come as unsigned ones and would turn negative.
  const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  if (huge || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most) {
    return refuse(key, shown(*value),
                  {fmt::format("must be from {} to {}", least, most), fmt::format("phải từ {} đến {}", least, most)});
  }
  store(value->get<std::int64_t>());
}

void StrictObject::object(std::string_view key, const std::function<void(StrictObject&)>& read, Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_object()) return wrong_type(key, *value, or_null({"an object", "đối tượng"}, need));
  StrictObject inner{*value, path_of(key), findings_};
  read(inner);
  inner.finish();
}

void StrictObject::objects(std::string_view key, std::size_t most, const std::function<void(StrictObject&)>& read,
                           Need need) {
  const auto* const value = find(key, need);
  if (value == nullptr) return;
  if (!value->is_array() || !std::ranges::all_of(*value, [](const json& item) { return item.is_object(); })) {
    return wrong_type(key, *value, {"an array of objects", "mảng các đối tượng"});
  }
  if (value->size() > most) {
    return refuse(key, shown(*value),
                  {fmt::format("has more than {} entries", most), fmt::format("có hơn {} mục", most)});
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    StrictObject inner{(*value)[i], fmt::format("{}[{}]", path_of(key), i), findings_};
    read(inner);
    inner.finish();
  }
}

void StrictObject::finish() {
  for (const auto& [key, value] : object_.items()) {
    if (asked_.contains(key)) continue;
    Notes{findings_, path_of(key), shown(value)}.reject("J02", {"the key is unknown", "không biết trường này"});
  }
}

}  // namespace cicada::host::issuance
