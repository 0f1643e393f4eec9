#include "cicada/host/lds/dg2.h"

#include "biometric_group.h"
#include "face_record.h"
#include "iso39794.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

/// The two formats that a portrait may have.
bool is_portrait_image(base::ByteView octets) {
  const auto format = image_format_of(octets);
  return format == ImageFormat::jpeg || format == ImageFormat::jpeg2000;
}

bool is_block(base::ByteView octets) {
  return is_face_record(octets) || is_portrait_image(octets);
}

constexpr BiometricRules kRules{.ef = Ef::dg2,
                                .prefix = "dg2-",
                                .max_templates = kMaxFaceTemplates,
                                .may_be_empty = false,
                                .iso39794_tag = 0x65,
                                .is_block = is_block};

base::Result<void> read_block(FaceTemplate& face, std::vector<std::string>& deviations) {
  if (face.iso39794) {
    const auto content = iso39794_content(face.block, kRules.iso39794_tag);
    auto faces = content ? parse_iso39794_faces(*content) : base::Result<std::vector<FaceImage>>{};
    if (faces && !faces->empty()) {
      face.faces = *std::move(faces);
    } else {
      note(deviations, kRules, "39794-form");
    }
  } else if (is_face_record(face.block)) {
    bool length_is_wrong = false;
    CICADA_TRY(face.faces, parse_face_record(face.block, length_is_wrong));
    if (length_is_wrong) note(deviations, kRules, "record-length");
  } else if (is_portrait_image(face.block)) {
    note(deviations, kRules, "raw-image");
    FaceImage image;
    image.format = image_format_of(face.block);
    image.data_type = image.format == ImageFormat::jpeg ? 0 : 1;
    image.image = face.block;
    face.faces.push_back(std::move(image));
  } else {
    note(deviations, kRules, "unknown-block");
  }
  return {};
}

}  // namespace

const FaceImage* Dg2::portrait() const noexcept {
  for (const auto& face : templates) {
    if (!face.faces.empty()) return face.faces.data();
  }
  return nullptr;
}

base::Result<Dg2> parse_dg2(base::ByteView file) {
  Dg2 dg2;
  CICADA_TRY(auto group, parse_biometric_group(file, kRules, dg2.deviations));
  for (auto& found : group.templates) {
    FaceTemplate face{std::move(found), {}};
    CICADA_CHECK(read_block(face, dg2.deviations));
    dg2.templates.push_back(std::move(face));
  }
  dg2.unknown = std::move(group.unknown);
  return dg2;
}

base::Result<base::Bytes> build_dg2(const FaceImage& face) {
  Dg2 dg2;
  dg2.templates.emplace_back();
  dg2.templates.back().faces.push_back(face);
  return build_dg2(dg2);
}

base::Result<base::Bytes> build_dg2(const Dg2& dg2) {
  constexpr std::uint8_t kNoSubtype = 0;
  BiometricGroup group{.templates = {}, .unknown = dg2.unknown};
  for (const auto& face : dg2.templates) {
    auto written = static_cast<const BiometricTemplate&>(face);
    if (!face.iso39794 && !face.faces.empty()) {
      CICADA_TRY(written.block, build_face_record(face.faces));
    }
    if (written.header.empty()) {
      written.header = biometric_header(biometric::kFace, kNoSubtype, biometric::kFaceRecord);
    }
    group.templates.push_back(std::move(written));
  }
  return build_biometric_group(group, kRules);
}

}  // namespace cicada::host::lds
