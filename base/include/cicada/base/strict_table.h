// A TOML table of which nothing is overlooked: every key is known, has its type, and its place is told.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/problem.h"

namespace cicada::base {

/// Names separated by ", ".
[[nodiscard]] std::string join(std::span<const std::string_view> names);

/// Longest line that parse_toml takes, octets. Bounds how deep a dotted key can nest (a.b.c...), which the TOML library
/// does not.
inline constexpr std::size_t kMaxTomlLine = 4096;
/// A document. Refuses text that is not TOML, or that has a line of more than kMaxTomlLine octets.
[[nodiscard]] Checked<toml::table> parse_toml(std::string_view text, std::string_view file_name);

class StrictTable {
 public:
  /// `name` is how messages call the table ("file"); the empty name is the document. Borrows the table.
  StrictTable(const toml::table& table, std::string_view file_name, std::string_view name)
      : table_(table), file_name_(file_name), name_(name) {}

  /// Refuses any key that is not listed.
  [[nodiscard]] Checked<void> allow(std::span<const std::string_view> keys) const;

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// A string that is not empty.
  [[nodiscard]] Checked<std::string> text(std::string_view key) const;
  /// A string that is one of `choices`; gives its index.
  [[nodiscard]] Checked<std::size_t> choice(std::string_view key, std::span<const std::string_view> choices) const;
  /// An integer from `least` to `most`. Hexadecimal literals (0x011E) are shown as such in messages.
  [[nodiscard]] Checked<std::uint32_t> number(std::string_view key, std::int64_t least, std::int64_t most) const;
  /// An array of integers from `least` to `most`.
  [[nodiscard]] Checked<std::vector<std::uint32_t>> numbers(std::string_view key, std::int64_t least,
                                                            std::int64_t most) const;
  /// A string of hexadecimal digits: `least` to `most` octets.
  [[nodiscard]] Checked<Bytes> octets(std::string_view key, std::size_t least, std::size_t most) const;
  /// An array of strings that are each one of `choices` and differ; gives the indices.
  [[nodiscard]] Checked<std::vector<std::size_t>> choices(std::string_view key,
                                                          std::span<const std::string_view> choices) const;
  /// An array of strings that are not empty; one string alone is an array of one.
  [[nodiscard]] Checked<std::vector<std::string>> texts(std::string_view key) const;
  [[nodiscard]] Checked<bool> truth(std::string_view key) const;
  /// The keys, as they stand.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// The table `[key]`.
  [[nodiscard]] Checked<StrictTable> table(std::string_view key) const;
  /// The tables `[[key]]`, at least one.
  [[nodiscard]] Checked<std::vector<StrictTable>> tables(std::string_view key) const;

  /// A problem with the value of a key (or, when the key is absent or empty, with the table).
  [[nodiscard]] std::unexpected<Problem> refuse(std::string_view key, std::string_view message) const;
  [[nodiscard]] std::uint32_t line() const { return table_.source().begin.line; }

 private:
  [[nodiscard]] Checked<const toml::node*> required(std::string_view key) const;
  [[nodiscard]] std::unexpected<Problem> refuse_at(const toml::source_position& at, std::string_view key,
                                                   std::string_view message) const;
  [[nodiscard]] std::unexpected<Problem> wrong_type(const toml::node& node, std::string_view key,
                                                    std::string_view wanted) const;

  const toml::table& table_;
  std::string_view file_name_;
  std::string_view name_;
};

}  // namespace cicada::base
