#include "cicada/base/strict_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cicada/base/hex.h"

namespace cicada::base {

namespace {

/// Longest value that a message repeats.
constexpr std::size_t kMaxShown = 60;

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return node.is_array_of_tables() ? "an array of tables" : "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a float";
    case toml::node_type::boolean: return "a boolean";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time";
    case toml::node_type::date_time: return "a date-time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

std::string shown(std::string_view value) {
  if (value.size() <= kMaxShown) return fmt::format("\"{}\"", value);
  return fmt::format("\"{}...\"", value.substr(0, kMaxShown));
}

std::string shown(std::int64_t value, bool hexadecimal) {
  return hexadecimal && value >= 0 ? fmt::format("0x{:04X}", value) : fmt::format("{}", value);
}

}  // namespace

std::string join(std::span<const std::string_view> names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

Checked<toml::table> parse_toml(std::string_view text, std::string_view file_name) {
  auto rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    if (line.size() > kMaxTomlLine) {
      return std::unexpected(
          Problem{.fault = Fault::limit,
                  .text = fmt::format("{}:{}:1: the line is longer than {} octets", file_name, number, kMaxTomlLine)});
    }
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  try {
    return toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    return std::unexpected(
        Problem{.fault = Fault::bad_input,
                .text = fmt::format("{}:{}:{}: not TOML: {}", file_name, at.line, at.column, error.description())});
  }
}

Checked<void> StrictTable::allow(std::span<const std::string_view> keys) const {
  for (const auto& [key, value] : table_) {
    if (std::ranges::find(keys, key.str()) != keys.end()) continue;
    return refuse_at(key.source().begin, key.str(), fmt::format("unknown key; allowed here: {}", join(keys)));
  }
  return {};
}

Checked<std::string> StrictTable::text(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_string();
  if (value == nullptr) return wrong_type(*node, key, "a string");
  if (value->get().empty()) return refuse(key, "must not be empty");
  return value->get();
}

Checked<std::size_t> StrictTable::choice(std::string_view key, std::span<const std::string_view> choices) const {
  CICADA_TRY(const auto value, text(key));
  const auto found = std::ranges::find(choices, value);
  if (found == choices.end()) {
    return refuse(key, fmt::format("{} is not one of: {}", shown(value), join(choices)));
  }
  return static_cast<std::size_t>(found - choices.begin());
}

Checked<std::uint32_t> StrictTable::number(std::string_view key, std::int64_t least, std::int64_t most) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_integer();
  if (value == nullptr) return wrong_type(*node, key, "an integer");
  if (value->get() < least || value->get() > most) {
    const bool hexadecimal = (value->flags() & toml::value_flags::format_as_hexadecimal) != toml::value_flags::none;
    return refuse(key, fmt::format("{} is out of range; allowed: {} to {}", shown(value->get(), hexadecimal),
                                   shown(least, hexadecimal), shown(most, hexadecimal)));
  }
  return static_cast<std::uint32_t>(value->get());
}

Checked<std::vector<std::uint32_t>> StrictTable::numbers(std::string_view key, std::int64_t least,
                                                         std::int64_t most) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const array = node->as_array();
  if (array == nullptr) return wrong_type(*node, key, "an array of integers");
  std::vector<std::uint32_t> numbers;
  for (const auto& element : *array) {
    const auto* const value = element.as_integer();
    if (value == nullptr) return wrong_type(element, key, "an array of integers");
    if (value->get() < least || value->get() > most) {
      return refuse_at(element.source().begin, key,
                       fmt::format("{} is out of range; allowed: {} to {}", value->get(), least, most));
    }
    numbers.push_back(static_cast<std::uint32_t>(value->get()));
  }
  return numbers;
}

Checked<Bytes> StrictTable::octets(std::string_view key, std::size_t least, std::size_t most) const {
  CICADA_TRY(const auto value, text(key));
  auto octets = from_hex(value);
  if (!octets) return refuse(key, fmt::format("{} is not hexadecimal", shown(value)));
  if (octets->size() < least || octets->size() > most) {
    return refuse(key, fmt::format("{} octets; allowed: {} to {}", octets->size(), least, most));
  }
  return *std::move(octets);
}

Checked<std::vector<std::size_t>> StrictTable::choices(std::string_view key,
                                                       std::span<const std::string_view> choices) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const array = node->as_array();
  if (array == nullptr) return wrong_type(*node, key, "an array of strings");
  std::vector<std::size_t> indices;
  for (const auto& element : *array) {
    const auto* const value = element.as_string();
    if (value == nullptr) return wrong_type(element, key, "an array of strings");
    const auto found = std::ranges::find(choices, value->get());
    if (found == choices.end()) {
      return refuse_at(element.source().begin, key,
                       fmt::format("{} is not one of: {}", shown(value->get()), join(choices)));
    }
    const auto index = static_cast<std::size_t>(found - choices.begin());
    if (std::ranges::find(indices, index) != indices.end()) {
      return refuse_at(element.source().begin, key, fmt::format("{} stands here twice", shown(value->get())));
    }
    indices.push_back(index);
  }
  return indices;
}

Checked<std::vector<std::string>> StrictTable::texts(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  if (node->is_string()) {
    CICADA_TRY(auto only, text(key));
    return std::vector{std::move(only)};
  }
  const auto* const array = node->as_array();
  if (array == nullptr) return wrong_type(*node, key, "a string or an array of strings");
  std::vector<std::string> found;
  for (const auto& element : *array) {
    const auto* const value = element.as_string();
    if (value == nullptr) return wrong_type(element, key, "an array of strings");
    if (value->get().empty()) return refuse_at(element.source().begin, key, "must not hold an empty string");
    found.push_back(value->get());
  }
  return found;
}

Checked<bool> StrictTable::truth(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const value = node->as_boolean();
  if (value == nullptr) return wrong_type(*node, key, "true or false");
  return value->get();
}

std::vector<std::string> StrictTable::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : table_) keys.emplace_back(key.str());
  return keys;
}

Checked<StrictTable> StrictTable::table(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  const auto* const found = node->as_table();
  if (found == nullptr) return wrong_type(*node, key, fmt::format("a table, [{}]", key));
  return StrictTable{*found, file_name_, key};
}

Checked<std::vector<StrictTable>> StrictTable::tables(std::string_view key) const {
  CICADA_TRY(const auto* const node, required(key));
  if (!node->is_array_of_tables()) return wrong_type(*node, key, fmt::format("tables, [[{}]]", key));
  std::vector<StrictTable> found;
  for (const auto& element : *node->as_array()) found.emplace_back(*element.as_table(), file_name_, key);
  return found;
}

std::unexpected<Problem> StrictTable::refuse(std::string_view key, std::string_view message) const {
  const auto* const node = table_.get(key);
  return refuse_at(node == nullptr ? table_.source().begin : node->source().begin, key, message);
}

Checked<const toml::node*> StrictTable::required(std::string_view key) const {
  const auto* const node = table_.get(key);
  if (node != nullptr) return node;
  return refuse_at(table_.source().begin, key, "this key is missing");
}

std::unexpected<Problem> StrictTable::refuse_at(const toml::source_position& at, std::string_view key,
                                                std::string_view message) const {
  const auto separator = name_.empty() || key.empty() ? "" : ".";
  return std::unexpected(Problem{
      .fault = Fault::bad_input,
      .text = fmt::format("{}:{}:{}: {}{}{}: {}", file_name_, at.line, at.column, name_, separator, key, message)});
}

std::unexpected<Problem> StrictTable::wrong_type(const toml::node& node, std::string_view key,
                                                 std::string_view wanted) const {
  return refuse_at(node.source().begin, key, fmt::format("must be {}, not {}", wanted, type_name(node)));
}

}  // namespace cicada::base
