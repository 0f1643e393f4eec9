// The fields of the Vietnamese DG13 by number; not part of the room's promise.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/host/lds/dg13.h"

namespace cicada::host::lds {

inline constexpr std::uint32_t kParentsField = 13;
inline constexpr std::uint32_t kSpousesField = 14;
inline constexpr std::uint32_t kOldNumberField = 15;
inline constexpr std::uint32_t kLastKnownField = 16;
inline constexpr std::uint32_t kMaxVersion = 255;

/// 1.0.10646.1.0.8: UTF-8 as a transfer syntax of ISO/IEC 10646.
inline constexpr std::array<std::uint8_t, 6> kUtf8Transfer{0x28, 0xD3, 0x16, 0x01, 0x00, 0x08};

/// How a field of one text is written.
struct TextField {
  std::uint32_t number;
  bool printable;  ///< PrintableString instead of UTF8String
  std::string_view label;
  std::string CccdData::* text;
};
inline constexpr std::array<TextField, 14> kTextFields{{
    {1, true, "number", &CccdData::number},
    {2, false, "name", &CccdData::name},
    {3, true, "date of birth", &CccdData::birth_date},
    {4, false, "sex", &CccdData::sex},
    {5, false, "nationality", &CccdData::nationality},
    {6, false, "ethnic group", &CccdData::ethnic_group},
    {7, false, "religion", &CccdData::religion},
    {8, false, "place of origin", &CccdData::place_of_origin},
    {9, false, "residence", &CccdData::residence},
    {10, false, "identifying marks", &CccdData::identifying_marks},
    {11, true, "date of issue", &CccdData::issue_date},
    {12, false, "date of expiry", &CccdData::expiry_date},
    {15, true, "old number", &CccdData::old_number},
    {16, true, "chip", &CccdData::chip_id},
}};

[[nodiscard]] inline std::string* text_place(CccdData& data, std::uint32_t number) noexcept {
  for (const auto& field : kTextFields) {
    if (field.number == number) return &(data.*field.text);
  }
  return nullptr;
}

}  // namespace cicada::host::lds
