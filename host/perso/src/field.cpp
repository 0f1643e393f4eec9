#include "field.h"

#include <string>

namespace cicada::host::perso {

namespace {

/// In the order of Field. Numbers say how many octets their largest value takes.
constexpr std::array<FieldInfo, kFields> kInfos{{
    {.name = "aid", .least = 5, .most = 16},
    {.name = "fid", .number = true, .least = 2, .most = 2},
    {.name = "sfi", .number = true, .least = 1, .most = 1},
    {.name = "sfi-shifted", .number = true, .least = 1, .most = 1},
    {.name = "size", .number = true, .least = 2, .most = 2},
    {.name = "condition", .least = 1, .most = 8},
    {.name = "offset", .number = true, .least = 2, .most = 2},
    {.name = "data", .least = 1, .most = 0xFFFF, .large = true},
    {.name = "k-enc", .least = 16, .most = 16, .secret = true},
    {.name = "k-mac", .least = 16, .most = 16, .secret = true},
    {.name = "mrz-number", .least = 9, .most = 22, .secret = true},
    {.name = "mrz-birth", .least = 6, .most = 6, .secret = true},
    {.name = "mrz-expiry", .least = 6, .most = 6, .secret = true},
    {.name = "reference", .number = true, .least = 1, .most = 1},
    {.name = "password", .least = 6, .most = 20, .secret = true},
    {.name = "oid", .least = 10, .most = 10},
    {.name = "domain", .number = true, .least = 1, .most = 1},
    {.name = "bits", .number = true, .least = 2, .most = 2},
    {.name = "hash", .number = true, .least = 1, .most = 1},
    {.name = "key-id", .number = true, .least = 1, .most = 1, .optional = true},
    {.name = "protocols", .least = 12, .most = 48},
    {.name = "modulus", .least = 128, .most = 512, .large = true},
    {.name = "public-exponent", .least = 1, .most = 8},
    {.name = "private-exponent", .least = 1, .most = 512, .secret = true, .large = true},
    {.name = "prime-p", .least = 64, .most = 256, .secret = true, .large = true},
    {.name = "prime-q", .least = 64, .most = 256, .secret = true, .large = true},
    {.name = "exponent-p", .least = 1, .most = 256, .secret = true, .large = true},
    {.name = "exponent-q", .least = 1, .most = 256, .secret = true, .large = true},
    {.name = "coefficient", .least = 1, .most = 256, .secret = true, .large = true},
    {.name = "private-value", .least = 20, .most = 66, .secret = true},
    {.name = "public-value", .least = 49, .most = 256, .large = true},
    {.name = "cvca-fid", .number = true, .least = 2, .most = 2},
    {.name = "date", .least = 6, .most = 6},
    {.name = "document-number", .least = 10, .most = 23, .optional = true},
    {.name = "block", .number = true, .least = 1, .most = 1},
    {.name = "flags", .number = true, .least = 1, .most = 1},
    {.name = "body", .least = 1, .most = 0xFFFF, .large = true},
    {.name = "mrz-password", .least = 20, .most = 20, .secret = true, .optional = true},
    {.name = "can-password", .least = 6, .most = 6, .secret = true, .optional = true},
    {.name = "curve-prime", .least = 24, .most = 66, .large = true},
    {.name = "curve-a", .least = 24, .most = 66, .large = true},
    {.name = "curve-b", .least = 24, .most = 66, .large = true},
    {.name = "curve-generator", .least = 49, .most = 133, .large = true},
    {.name = "curve-order", .least = 24, .most = 66, .large = true},
    {.name = "curve-cofactor", .number = true, .least = 1, .most = 1},
}};

}  // namespace

const FieldInfo& info(Field field) noexcept {
  return kInfos.at(index(field));
}

std::optional<Field> field_by_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kInfos.size(); ++i) {
    if (kInfos.at(i).name == name) return static_cast<Field>(i);
  }
  return {};
}

std::string names(const FieldSet& set) {
  std::string text;
  for (std::size_t i = 0; i < kFields; ++i) {
    if (!set.test(i)) continue;
    if (!text.empty()) text += ", ";
    text += kInfos.at(i).name;
  }
  return text.empty() ? "none" : text;
}

}  // namespace cicada::host::perso
