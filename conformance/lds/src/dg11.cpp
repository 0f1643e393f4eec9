// LDS_N: DG11 (9303-10 §4.7.11).
#include <array>

#include "details.h"
#include "lists.h"

namespace cicada::conformance::lds {
namespace {

constexpr std::array<Tag, 12> kElements = {0x5F0E, 0x5F10, 0x5F2B, 0x5F11, 0x5F42, 0x5F12,
                                           0x5F13, 0x5F14, 0x5F15, 0x5F16, 0x5F17, 0x5F18};
constexpr DetailGroup kGroup{
    .file = File::dg11, .tag = 0x6B, .elements = kElements, .repeated = 0x5F0F, .in_order = true};

template <Tag Of, TextKind Kind>
Finding text_of(const Evidence& evidence) {
  return check<[](const Evidence& e) { return text(e, kGroup, Of, Kind); }>(evidence);
}

constexpr std::array<Entry, 15> kChecks = {{
    {"dg11-template-tag", check<[](const Evidence& e) { return template_tag(e, File::dg11, kGroup.tag); }>},
    {"dg11-length", check<[](const Evidence& e) { return template_length(e, File::dg11); }>},
    {"dg11-tag-list", check<[](const Evidence& e) { return tag_list(e, kGroup); }>},
    {"dg11-full-name", text_of<0x5F0E, TextKind::full_name>},
    {"dg11-other-names", check<[](const Evidence& e) { return repetitions(e, kGroup); }>},
    {"dg11-personal-number", text_of<0x5F10, TextKind::plain>},
    {"dg11-date-of-birth", check<[](const Evidence& e) { return date(e, kGroup, 0x5F2B, true); }>},
    {"dg11-place-of-birth", text_of<0x5F11, TextKind::divided>},
    {"dg11-address", text_of<0x5F42, TextKind::divided>},
    {"dg11-telephone", text_of<0x5F12, TextKind::plain>},
    {"dg11-profession", text_of<0x5F13, TextKind::plain>},
    {"dg11-title", text_of<0x5F14, TextKind::plain>},
    {"dg11-personal-summary", text_of<0x5F15, TextKind::plain>},
    {"dg11-proof-of-citizenship", check<[](const Evidence& e) { return image(e, kGroup, 0x5F16); }>},
    {"dg11-other-document-numbers", text_of<0x5F17, TextKind::divided>},
}};

}  // namespace

std::span<const Entry> dg11_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
