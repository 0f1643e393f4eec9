#include "cicada/host/lds/dg2.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/tlv.h"
#include "face_record.h"

namespace cicada::host::lds {
namespace {

using asn1::Tag;
using base::ByteView;
using base::fail;
using base::Fault;

constexpr Tag kGroup = 0x7F61;     ///< biometric information group
constexpr Tag kTemplate = 0x7F60;  ///< biometric information template
constexpr Tag kHeader = 0xA1;      ///< biometric header template
constexpr Tag kBlock = 0x5F2E;     ///< biometric data block
constexpr Tag kBlock39794 = 0x7F2E;
constexpr Tag kCount = 0x02;

constexpr std::array<std::uint8_t, 3> kJpegStart{0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 8> kJp2Start{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20};
constexpr std::array<std::uint8_t, 4> kCodestreamStart{0xFF, 0x4F, 0xFF, 0x51};

bool starts_with(ByteView bytes, ByteView start) {
  return bytes.size() >= start.size() && base::equal(bytes.first(start.size()), start);
}

/// Type: face; owner: ISO/IEC JTC 1/SC 37; format: ISO/IEC 19794-5. @clause 9303-10 §4.7.2.1
base::Bytes header_of_a_face() {
  static constexpr std::array<std::uint8_t, 1> kFace{0x02};
  static constexpr std::array<std::uint8_t, 1> kNoSubtype{0x00};
  static constexpr std::array<std::uint8_t, 2> kSc37{0x01, 0x01};
  static constexpr std::array<std::uint8_t, 2> kFacialRecord{0x00, 0x08};
  base::Bytes content;
  asn1::append_tlv(content, 0x81, kFace);
  asn1::append_tlv(content, 0x82, kNoSubtype);
  asn1::append_tlv(content, 0x87, kSc37);
  asn1::append_tlv(content, 0x88, kFacialRecord);
  return asn1::encode_tlv(kHeader, content);
}

base::Result<void> read_block(ByteView block, FaceTemplate& face, Dg2& dg2) {
  face.block = base::to_bytes(block);
  if (is_face_record(block)) {
    CICADA_TRY(face.faces, parse_face_record(block, dg2.deviations));
    return {};
  }
  if (const auto format = image_format_of(block); format != ImageFormat::unknown) {
    dg2.deviations.emplace_back("dg2-raw-image");
    FaceImage image;
    image.format = format;
    image.data_type = format == ImageFormat::jpeg ? 0 : 1;
    image.image = base::to_bytes(block);
    face.faces.push_back(std::move(image));
    return {};
  }
  dg2.deviations.emplace_back("dg2-unknown-block");
  return {};
}

base::Result<FaceTemplate> read_template(ByteView content, Dg2& dg2) {
  CICADA_TRY(const auto objects, asn1::read_all(content));
  FaceTemplate face;
  bool has_block = false;
  for (const auto& object : objects) {
    if (object.tag == kHeader && face.header.empty()) {
      CICADA_TRY(const auto header, asn1::read_all(object.value));
      for (const auto& item : header) face.header.push_back({.tag = item.tag, .value = base::to_bytes(item.value)});
    } else if (object.tag == kBlock && !has_block) {
      has_block = true;
      CICADA_CHECK(read_block(object.value, face, dg2));
    } else if (object.tag == kBlock39794 && !has_block) {
      has_block = face.iso39794 = true;
      face.block = base::to_bytes(object.value);
    } else {
      face.unknown.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
    }
  }
  if (!has_block) {
    return fail({.fault = Fault::malformed,
                 .what = "a biometric template has no data block (5F2E or 7F2E)",
                 .clause = "9303-10 §4.7.2.1"});
  }
  return face;
}

}  // namespace

std::string_view to_string(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return "JPEG";
    case ImageFormat::jpeg2000: return "JPEG 2000";
    case ImageFormat::unknown: return "unknown";
  }
  return "";
}

std::string_view file_extension(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return ".jpg";
    case ImageFormat::jpeg2000: return ".jp2";
    case ImageFormat::unknown: return ".bin";
  }
  return "";
}

ImageFormat image_format_of(ByteView image) noexcept {
  if (starts_with(image, kJpegStart)) return ImageFormat::jpeg;
  if (starts_with(image, kJp2Start) || starts_with(image, kCodestreamStart)) return ImageFormat::jpeg2000;
  return ImageFormat::unknown;
}

const FaceImage* Dg2::portrait() const noexcept {
  for (const auto& face : templates) {
    if (!face.faces.empty()) return face.faces.data();
  }
  return nullptr;
}

base::Result<Dg2> parse_dg2(ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg2).tag));
  CICADA_TRY(const auto group, asn1::read_only(outer.value, kGroup));
  asn1::TlvReader reader{group.value};
  CICADA_TRY(const auto count, reader.expect(kCount));
  Dg2 dg2;
  while (!reader.at_end()) {
    if (dg2.templates.size() == kMaxFaceTemplates) {
      return fail({.fault = Fault::limit, .what = "DG2 has more than nine templates", .clause = "9303-10 §4.7.2"});
    }
    CICADA_TRY(const auto object, reader.expect(kTemplate));
    CICADA_TRY(auto face, read_template(object.value, dg2));
    dg2.templates.push_back(std::move(face));
  }
  if (dg2.templates.empty()) {
    return fail({.fault = Fault::malformed, .what = "DG2 has no template", .clause = "9303-10 §4.7.2"});
  }
  if (count.value.size() != 1 || count.value[0] != dg2.templates.size()) {
    dg2.deviations.emplace_back("dg2-instance-count");
  }
  return dg2;
}

base::Result<base::Bytes> build_dg2(const FaceImage& face) {
  static constexpr std::array<std::uint8_t, 1> kOne{1};
  CICADA_TRY(const auto record, build_face_record(face));
  base::Bytes content = header_of_a_face();
  asn1::append_tlv(content, kBlock, record);
  base::Bytes group;
  asn1::append_tlv(group, kCount, kOne);
  asn1::append_tlv(group, kTemplate, content);
  return asn1::encode_tlv(info(Ef::dg2).tag, asn1::encode_tlv(kGroup, group));
}

}  // namespace cicada::host::lds
