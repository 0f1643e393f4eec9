// What a template of a dialect can ask for: docs/personalization-scripts.md lists the fields for people.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

#include "cicada/base/bytes.h"

namespace cicada::host::perso {

enum class Field : std::uint8_t {
  aid,
  fid,
  sfi,
  sfi_shifted,
  size,
  condition,
  offset,
  data,
  k_enc,
  k_mac,
  mrz_number,
  mrz_birth,
  mrz_expiry,
  reference,
  password,
  oid,
  domain,
  bits,
  hash,
  key_id,
  protocols,
  modulus,
  public_exponent,
  private_exponent,
  prime_p,
  prime_q,
  exponent_p,
  exponent_q,
  coefficient,
  private_value,
  public_value,
  cvca_fid,
  date,
  document_number,
  block,
  flags,
  body,
  mrz_password,
  can_password,
  curve_prime,
  curve_a,
  curve_b,
  curve_generator,
  curve_order,
  curve_cofactor,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::curve_cofactor) + 1;

using FieldSet = std::bitset<kFields>;
[[nodiscard]] constexpr std::size_t index(Field field) noexcept {
  return static_cast<std::size_t>(field);
}
[[nodiscard]] inline FieldSet fields(std::initializer_list<Field> list) {
  FieldSet set;
  for (const auto field : list) set.set(index(field));
  return set;
}

struct FieldInfo {
  std::string_view name;    ///< in a template: {name} or, of a number, {name:octets}
  bool number = false;      ///< big-endian, as many octets as the template says; else octets as they are
  std::uint16_t least = 0;  ///< octets; of a number, the fewest that hold its largest value
  std::uint16_t most = 0;   ///< octets; of a number the same as least
  bool secret = false;      ///< masked in a printed plan
  bool optional = false;    ///< some cards have none: may stand in an object of its own only, 84?({key-id:1})
  bool large = false;       ///< whether it fits a command is known when there is a card, not before
};
[[nodiscard]] const FieldInfo& info(Field field) noexcept;
/// Nothing when there is none.
[[nodiscard]] std::optional<Field> field_by_name(std::string_view name) noexcept;
/// "aid, fid": the fields of a set by their names.
[[nodiscard]] std::string names(const FieldSet& set);

/// What fields stand for at one step. Borrows octets.
class Values {
 public:
  Values& set(Field field, std::uint32_t number) {
    values_.at(index(field)) = number;
    return *this;
  }
  Values& set(Field field, base::ByteView octets) {
    values_.at(index(field)) = octets;
    return *this;
  }
  [[nodiscard]] bool has(Field field) const noexcept { return values_.at(index(field)).index() != 0; }
  /// 0 when it is no number.
  [[nodiscard]] std::uint32_t number(Field field) const noexcept {
    const auto* value = std::get_if<std::uint32_t>(&values_.at(index(field)));
    return value == nullptr ? 0 : *value;
  }
  /// Empty when it is a number, or not there.
  [[nodiscard]] base::ByteView octets(Field field) const noexcept {
    const auto* value = std::get_if<base::ByteView>(&values_.at(index(field)));
    return value == nullptr ? base::ByteView{} : *value;
  }

 private:
  std::array<std::variant<std::monostate, std::uint32_t, base::ByteView>, kFields> values_{};
};

}  // namespace cicada::host::perso
