#include "cicada/host/lds/dg11.h"

#include <array>

#include "detail_rows.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kOtherName = 0x5F0F;

constexpr std::array<DetailRow<Dg11>, 13> kRows{{
    {0x5F0E, "full name", &Dg11::full_name},
    {kOtherName, "other name", &Dg11::other_names},
    {0x5F10, "personal number", &Dg11::personal_number},
    {0x5F2B, "date of birth", &Dg11::birth_date},
    {0x5F11, "place of birth", &Dg11::birth_place},
    {0x5F42, "address", &Dg11::address},
    {0x5F12, "telephone", &Dg11::telephone},
    {0x5F13, "profession", &Dg11::profession},
    {0x5F14, "title", &Dg11::title},
    {0x5F15, "personal summary", &Dg11::summary},
    {0x5F16, "proof of citizenship", &Dg11::citizenship_proof},
    {0x5F17, "other documents", &Dg11::other_documents},
    {0x5F18, "custody", &Dg11::custody},
}};
constexpr DetailTable<Dg11> kTable{.ef = Ef::dg11, .prefix = "dg11-", .rows = kRows, .names = kOtherName};

}  // namespace

base::Result<Dg11> parse_dg11(base::ByteView file) {
  return parse_details(file, kTable);
}

base::Result<base::Bytes> build_dg11(const Dg11& dg11) {
  return build_details(dg11, kTable);
}

std::vector<DetailLine> to_lines(const Dg11& dg11) {
  return lines_of(dg11, kTable);
}

}  // namespace cicada::host::lds
