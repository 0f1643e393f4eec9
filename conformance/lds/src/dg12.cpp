// LDS_O: DG12 (9303-10 §4.7.12).
#include <array>

#include "details.h"
#include "lists.h"

namespace cicada::conformance::lds {
namespace {

constexpr std::array<Tag, 8> kElements = {0x5F19, 0x5F26, 0x5F1B, 0x5F1C, 0x5F1D, 0x5F1E, 0x5F55, 0x5F56};
constexpr DetailGroup kGroup{
    .file = File::dg12, .tag = 0x6C, .elements = kElements, .repeated = 0x5F1A, .in_order = false};

constexpr std::array<Entry, 12> kChecks = {{
    {"dg12-template-tag", check<[](const Evidence& e) { return template_tag(e, File::dg12, kGroup.tag); }>},
    {"dg12-length", check<[](const Evidence& e) { return template_length(e, File::dg12); }>},
    {"dg12-tag-list", check<[](const Evidence& e) { return tag_list(e, kGroup); }>},
    {"dg12-issuing-authority", check<[](const Evidence& e) { return text(e, kGroup, 0x5F19, TextKind::plain); }>},
    {"dg12-date-of-issue", check<[](const Evidence& e) { return date(e, kGroup, 0x5F26, false); }>},
    {"dg12-other-persons", check<[](const Evidence& e) { return repetitions(e, kGroup); }>},
    {"dg12-endorsements", check<[](const Evidence& e) { return text(e, kGroup, 0x5F1B, TextKind::plain); }>},
    {"dg12-tax-exit-requirements", check<[](const Evidence& e) { return text(e, kGroup, 0x5F1C, TextKind::plain); }>},
    {"dg12-image-front", check<[](const Evidence& e) { return image(e, kGroup, 0x5F1D); }>},
    {"dg12-image-rear", check<[](const Evidence& e) { return image(e, kGroup, 0x5F1E); }>},
    {"dg12-personalization-time", check<[](const Evidence& e) { return moment(e, kGroup, 0x5F55); }>},
    {"dg12-personalization-system", check<[](const Evidence& e) { return anything(e, kGroup, 0x5F56); }>},
}};

}  // namespace

std::span<const Entry> dg12_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
