#include "table.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/base/hex.h"

namespace cicada::applet_sim::misbehave {

std::unexpected<Problem> Table::refuse(std::string_view key, std::string_view message) const {
  const auto* const node = table_.get(key);
  const auto at = (node != nullptr ? node->source() : table_.source()).begin;
  return std::unexpected{
      Problem{fmt::format("{}:{}:{}: {}.{}: {}", file_name_, at.line, at.column, name_, key, message)}};
}

Checked<const toml::node*> Table::required(std::string_view key) const {
  const auto* const node = table_.get(key);
  if (node == nullptr) return refuse(key, "is missing");
  return node;
}

Checked<void> Table::allow(std::span<const std::string_view> keys, std::span<const std::string_view> more) const {
  for (const auto& [key, value] : table_) {
    const bool known =
        std::ranges::find(keys, key.str()) != keys.end() || std::ranges::find(more, key.str()) != more.end();
    if (!known) return refuse(key.str(), "unknown key, or one that does not belong here");
  }
  return {};
}

Checked<std::string> Table::text(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_string();
  if (value == nullptr || value->get().empty()) return refuse(key, "must be a string that is not empty");
  return value->get();
}

Checked<std::vector<std::string>> Table::texts(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const array = node->as_array();
  if (array == nullptr) return refuse(key, "must be an array of strings");
  std::vector<std::string> texts;
  for (const auto& entry : *array) {
    const auto* const value = entry.as_string();
    if (value == nullptr) return refuse(key, "must be an array of strings");
    texts.push_back(value->get());
  }
  return texts;
}

Checked<std::int64_t> Table::number(std::string_view key, std::int64_t least, std::int64_t most) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_integer();
  if (value == nullptr) return refuse(key, "must be an integer");
  if (value->get() < least || value->get() > most) {
    return refuse(key, fmt::format("{} is out of range; allowed: {} to {}", value->get(), least, most));
  }
  return value->get();
}

Checked<bool> Table::truth(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_boolean();
  if (value == nullptr) return refuse(key, "must be true or false");
  return value->get();
}

Checked<base::Bytes> Table::octets(std::string_view key) const {
  CICADA_TRY(auto digits, text(key));
  std::erase(digits, ' ');
  auto octets = base::from_hex(digits);
  if (!octets || octets->empty()) return refuse(key, "must be pairs of hexadecimal digits");
  if (octets->size() > kMaxActionOctets) return refuse(key, "has more than 4,096 octets");
  return *std::move(octets);
}

Checked<std::vector<const toml::table*>> Table::tables(std::string_view key) const {
  std::vector<const toml::table*> tables;
  const auto* const node = table_.get(key);
  if (node == nullptr) return tables;
  const auto* const array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) return refuse(key, "must be tables, as in [[...]]");
  for (const auto& entry : *array) tables.push_back(entry.as_table());
  return tables;
}

}  // namespace cicada::applet_sim::misbehave
