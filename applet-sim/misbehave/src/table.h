// A TOML table of which nothing is overlooked: every key is known, has its type, and its place is told.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::misbehave {

class Table {
 public:
  /// `name` is how problems call the table ("fault.act"). Borrows everything.
  Table(const toml::table& table, std::string_view file_name, std::string_view name)
      : table_(table), file_name_(file_name), name_(name) {}

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// Every key is listed in one of the two.
  [[nodiscard]] Checked<void> allow(std::span<const std::string_view> keys,
                                    std::span<const std::string_view> more = {}) const;
  /// A string that is not empty.
  [[nodiscard]] Checked<std::string> text(std::string_view key) const;
  [[nodiscard]] Checked<std::vector<std::string>> texts(std::string_view key) const;
  [[nodiscard]] Checked<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most) const;
  [[nodiscard]] Checked<bool> truth(std::string_view key) const;
  /// Hexadecimal digits, spaces between them allowed; at least one octet.
  [[nodiscard]] Checked<base::Bytes> octets(std::string_view key) const;
  /// The tables `[[key]]`: none when the key is absent.
  [[nodiscard]] Checked<std::vector<const toml::table*>> tables(std::string_view key) const;

  /// About the value of a key; about the table when there is no such key.
  [[nodiscard]] std::unexpected<Problem> refuse(std::string_view key, std::string_view message) const;

 private:
  [[nodiscard]] Checked<const toml::node*> required(std::string_view key) const;

  const toml::table& table_;
  std::string_view file_name_;
  std::string_view name_;
};

}  // namespace cicada::applet_sim::misbehave
