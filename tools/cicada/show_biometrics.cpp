// DG2, DG3, DG4 and images, for people.
#include "cicada/base/hex.h"
#include "cicada/host/image/picture.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "show_parts.h"

namespace cicada::tools {
namespace {

namespace lds = host::lds;

/// Format, size in pixels as the image itself says, octets.
void show_picture(lds::ImageFormat format, base::ByteView image, Page& page) {
  const auto info = host::image::read_info(image);
  page.field("image", info ? fmt::format("{}, {} x {} pixels, {} octets", lds::to_string(format), info->width,
                                         info->height, image.size())
                           : fmt::format("{}, {} octets", lds::to_string(format), image.size()));
}

void show_claimed_size(unsigned width, unsigned height, Page& page) {
  if (width != 0 || height != 0) page.field("size in the record", fmt::format("{} x {} pixels", width, height));
}

void show_captured(const std::string& captured, Page& page) {
  if (!captured.empty()) page.field("captured", captured);
}

std::string gender(std::uint8_t value) {
  switch (value) {
    case 0: return "unspecified";
    case 1: return "male";
    case 2: return "female";
    default: return fmt::format("{} (unknown)", value);
  }
}

void show_face(const lds::FaceImage& face, bool iso39794, Page& page) {
  show_picture(face.format, face.image, page);
  show_claimed_size(face.width, face.height, page);
  show_captured(face.captured, page);
  page.field("gender", gender(face.gender));
  if (iso39794) return;
  page.field("image type", fmt::format("{} (0 basic, 1 full frontal, 2 token frontal)", face.image_type));
  page.field("eyes, hair", fmt::format("{}, {}", face.eye_colour, face.hair_colour));
  page.field("feature points", std::to_string(face.feature_points.size()));
}

std::string finger_name(std::uint8_t position) {
  static constexpr std::array<std::string_view, 5> kFingers{"thumb", "pointer finger", "middle finger", "ring finger",
                                                            "little finger"};
  if (position < 1 || position > 2 * kFingers.size()) return fmt::format("{} (unknown)", position);
  return fmt::format("{} {}", position <= kFingers.size() ? "right" : "left",
                     kFingers.at((position - 1U) % kFingers.size()));
}

std::string eye_name(std::uint8_t eye) {
  return eye == 1 ? "right" : eye == 2 ? "left" : fmt::format("{} (unknown)", eye);
}

/// Header, standard, block when nothing in it was understood, and what is unknown.
void show_template(const lds::BiometricTemplate& one, bool understood, Page& page) {
  for (const auto& object : one.header) page.octets(fmt::format("header {:02X}", object.tag), object.value);
  page.field("block", fmt::format("{}, {} octets", one.iso39794 ? "ISO/IEC 39794" : "ISO/IEC 19794", one.block.size()));
  if (!understood) page.octets("octets", one.block);
  show_unknown(one.unknown, page);
}

template <typename Group, typename Show>
void show_templates(const Group& group, Page& page, Show show) {
  if (group.templates.empty()) page.line("no template: the chip holds none");
  for (std::size_t i = 0; i < group.templates.size(); ++i) {
    page.line(fmt::format("biometric information template {} of {}", i + 1, group.templates.size()));
    const Page::Level level{page};
    show(group.templates[i]);
  }
  show_unknown(group.unknown, page);
  show_deviations(group.deviations, page);
}

}  // namespace

base::Result<void> show_dg2(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg2, lds::parse_dg2(file));
  show_templates(dg2, page, [&page](const lds::FaceTemplate& one) {
    show_template(one, !one.faces.empty(), page);
    for (const auto& face : one.faces) show_face(face, one.iso39794, page);
  });
  return {};
}

base::Result<void> show_dg3(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg3, lds::parse_dg3(file));
  show_templates(dg3, page, [&page](const lds::FingerTemplate& one) {
    show_template(one, !one.record.fingers.empty(), page);
    for (const auto& finger : one.record.fingers) {
      page.field("finger", finger_name(finger.position));
      const Page::Level level{page};
      show_picture(finger.format, finger.image, page);
      show_claimed_size(finger.width, finger.height, page);
      show_captured(finger.captured, page);
      if (!one.iso39794) page.field("quality", std::to_string(finger.quality));
    }
  });
  return {};
}

base::Result<void> show_dg4(base::ByteView file, Page& page) {
  CICADA_TRY(const auto dg4, lds::parse_dg4(file));
  show_templates(dg4, page, [&page](const lds::IrisTemplate& one) {
    show_template(one, !one.record.eyes.empty(), page);
    for (const auto& eye : one.record.eyes) {
      page.field("eye", eye_name(eye.eye));
      const Page::Level level{page};
      show_claimed_size(one.record.width, one.record.height, page);
      for (const auto& iris : eye.images) {
        show_picture(iris.format, iris.image, page);
        show_captured(iris.captured, page);
      }
    }
  });
  return {};
}

base::Result<void> show_image(base::ByteView file, Page& page) {
  page.field("octets", std::to_string(file.size()));
  const auto info = host::image::read_info(file);
  if (!info) {
    page.field("not read further", info.error().describe());
    page.octets("begins with", file);
    return {};
  }
  page.field("size", fmt::format("{} x {} pixels", info->width, info->height));
  page.field("components", std::to_string(info->components));
  return {};
}

}  // namespace cicada::tools
