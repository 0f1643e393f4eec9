// DG5 to DG12 and DG14 to DG16, for people.
#include "cicada/base/hex.h"
#include "cicada/host/image/picture.h"
#include "cicada/host/lds/biometric_template.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/lds/dg16.h"
#include "cicada/host/lds/displayed_images.h"
#include "cicada/host/lds/opaque_group.h"
#include "show_parts.h"

namespace cicada::tools {
namespace {

namespace lds = host::lds;

void show_lines(const std::vector<lds::DetailLine>& lines, Page& page) {
  for (const auto& line : lines) page.field(fmt::format("{:X} {}", line.tag, line.label), line.text);
}

/// The tags that the group says it has, then what it has.
template <typename Group>
void show_group(const Group& group, Page& page) {
  std::string listed;
  for (const auto tag : group.listed) listed += fmt::format("{}{:X}", listed.empty() ? "" : " ", tag);
  page.field("tag list", listed);
  show_lines(lds::to_lines(group), page);
  show_unknown(group.unknown, page);
  show_deviations(group.deviations, page);
}

void show_images(const lds::DisplayedImages& group, Page& page) {
  for (const auto& image : group.images) {
    page.field("image", fmt::format("{}, {} octets", lds::to_string(lds::image_format_of(image)), image.size()));
    const Page::Level level{page};
    if (const auto info = host::image::read_info(image)) {
      page.field("size", fmt::format("{} x {} pixels", info->width, info->height));
    }
  }
  show_unknown(group.unknown, page);
  show_deviations(group.deviations, page);
}

}  // namespace

base::Result<void> show_dg5(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg5, lds::parse_dg5(file));
  show_images(dg5, page);
  return {};
}

base::Result<void> show_dg7(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg7, lds::parse_dg7(file));
  show_images(dg7, page);
  return {};
}

base::Result<void> show_opaque(lds::Ef ef, base::ByteView file, Page& page) {
  CICADA_TRY(const auto group, lds::parse_opaque_group(file, ef));
  if (group.count) page.field("number of features", std::to_string(*group.count));
  if (!group.counts_right) page.line("the number of features is absent or wrong");
  if (!group.content.empty() && group.objects.empty()) page.octets("octets", group.content);
  for (const auto& object : group.objects) page.octets(fmt::format("object {:X}", object.tag), object.value);
  return {};
}

base::Result<void> show_dg11(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg11, lds::parse_dg11(file));
  show_group(dg11, page);
  return {};
}

base::Result<void> show_dg12(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg12, lds::parse_dg12(file));
  show_group(dg12, page);
  return {};
}

base::Result<void> show_dg14(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg14, lds::parse_dg14(file));
  CICADA_CHECK(show_security_infos(dg14.security_infos, page));
  show_unknown(dg14.unknown, page);
  return {};
}

base::Result<void> show_dg15(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg15, lds::parse_dg15(file));
  CICADA_CHECK(show_public_key_info(dg15.public_key_info, page));
  show_unknown(dg15.unknown, page);
  return {};
}

base::Result<void> show_dg16(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg16, lds::parse_dg16(file));
  for (std::size_t i = 0; i < dg16.persons.size(); ++i) {
    page.line(fmt::format("person {} of {}", i + 1, dg16.persons.size()));
    const Page::Level level{page};
    show_lines(lds::to_lines(dg16.persons[i]), page);
    show_unknown(dg16.persons[i].unknown, page);
  }
  show_unknown(dg16.unknown, page);
  show_deviations(dg16.deviations, page);
  return {};
}

}  // namespace cicada::tools
