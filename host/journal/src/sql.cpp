#include "sql.h"

namespace cicada::host::journal {

std::int64_t number_at(const Row& row, std::size_t column) noexcept {
  const auto* value = column < row.size() ? std::get_if<std::int64_t>(&row[column]) : nullptr;
  return value == nullptr ? 0 : *value;
}

const std::string& text_at(const Row& row, std::size_t column) noexcept {
  static const std::string none;
  const auto* value = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr;
  return value == nullptr ? none : *value;
}

const base::Bytes& octets_at(const Row& row, std::size_t column) noexcept {
  static const base::Bytes none;
  const auto* value = column < row.size() ? std::get_if<base::Bytes>(&row[column]) : nullptr;
  return value == nullptr ? none : *value;
}

}  // namespace cicada::host::journal
