#include "cicada/host/lds/dg12.h"

#include <array>

#include "detail_rows.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kOtherPerson = 0x5F1A;

constexpr std::array<DetailRow<Dg12>, 9> kRows{{
    {0x5F19, "issuing authority", &Dg12::issuing_authority},
    {0x5F26, "date of issue", &Dg12::issue_date},
    {kOtherPerson, "other person", &Dg12::other_persons},
    {0x5F1B, "endorsements", &Dg12::endorsements},
    {0x5F1C, "tax or exit requirements", &Dg12::tax_or_exit},
    {0x5F1D, "image of the front", &Dg12::front_image},
    {0x5F1E, "image of the rear", &Dg12::rear_image},
    {0x5F55, "personalized at", &Dg12::personalization_time, kMomentDigits},
    {0x5F56, "personalization system", &Dg12::personalization_system},
}};
constexpr DetailTable<Dg12> kTable{.ef = Ef::dg12, .prefix = "dg12-", .rows = kRows, .names = kOtherPerson};

}  // namespace

base::Result<Dg12> parse_dg12(base::ByteView file) {
  return parse_details(file, kTable);
}

base::Result<base::Bytes> build_dg12(const Dg12& dg12) {
  return build_details(dg12, kTable);
}

std::vector<DetailLine> to_lines(const Dg12& dg12) {
  return lines_of(dg12, kTable);
}

}  // namespace cicada::host::lds
