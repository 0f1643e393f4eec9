// What a terminal may do to a command on purpose: a fixed vocabulary.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cicada::conformance::model {

/// Changes of a protected command. Those above the line are made before the MAC is computed, so that it is right for
/// what is sent; those below it after, so that it is not. Several of them are applied in this order.
enum class Tamper : std::uint8_t {
  drop_cryptogram,          ///< no DO'85'/'87'
  drop_le,                  ///< no DO'97'
  wrong_padding,            ///< the plain data end with 00 instead of 80 00 .. (9303-11 §9.8.6.1)
  wrong_padding_indicator,  ///< DO'87' begins with 02
  wrong_cryptogram_tag,     ///< DO'85' for even INS, DO'87' for odd
  empty_cryptogram,         ///< DO'87' holds the padding indicator only
  duplicate_le,             ///< DO'97' twice
  unknown_object,           ///< DO'80' with one octet in front
  stale_ssc,                ///< the counter is not advanced for this command
  skip_ssc,                 ///< the counter is advanced once too often
  class_8c,                 ///< CLA 8C: a proprietary class, protected
  // ----
  drop_mac,         ///< no DO'8E'
  flip_mac,         ///< one bit of DO'8E'
  short_mac,        ///< DO'8E' with seven octets
  flip_cryptogram,  ///< one bit of DO'85'/'87'
  mac_first,        ///< DO'8E' in front
  truncate_lc,      ///< Lc one less than the data field has
  extend_lc,        ///< Lc one more
  no_outer_le,      ///< without the Le octet at the end
  class_00,         ///< the protected data field behind CLA 00
  broken_chain,     ///< CLA with the chaining bit, and nothing follows
};

/// "drop-cryptogram" ...: the word that cases use.
[[nodiscard]] std::string_view to_string(Tamper tamper) noexcept;
[[nodiscard]] std::optional<Tamper> tamper_from(std::string_view word) noexcept;
[[nodiscard]] std::span<const Tamper> all_tampers() noexcept;

}  // namespace cicada::conformance::model
