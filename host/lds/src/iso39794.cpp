#include "iso39794.h"

#include <array>
#include <limits>

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"

namespace cicada::host::lds {
namespace {

using asn1::Tag;
using base::ByteView;
using base::fail;
using base::Fault;

/// [n] of a primitive type, and of a constructed one or a CHOICE (which is tagged explicitly). X.690 §8.14
constexpr Tag primitive(unsigned n) {
  return 0x80 + n;
}
constexpr Tag constructed(unsigned n) {
  return 0xA0 + n;
}

/// The first object of the level with this tag; nothing when there is none or the level is broken.
std::optional<ByteView> find(ByteView level, Tag tag) {
  asn1::TlvReader reader{level};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object) return std::nullopt;
    if (object->tag == tag) return object->value;
  }
  return std::nullopt;
}

base::Result<ByteView> need(ByteView level, Tag tag) {
  const auto found = find(level, tag);
  if (!found) {
    return fail({.fault = Fault::malformed,
                 .what = "a biometric block of ISO/IEC 39794 lacks one of its elements",
                 .clause = "ISO/IEC 39794",
                 .at = tag});
  }
  return *found;
}

/// A number that fits `Number`; 0 when it is absent, too large or broken.
template <typename Number>
Number number(ByteView level, Tag tag) {
  const auto found = find(level, tag);
  const auto value = found ? asn1::small_integer(*found) : base::Result<std::uint32_t>{0};
  return value && *value <= std::numeric_limits<Number>::max() ? static_cast<Number>(*value) : Number{0};
}

/// A code is a CHOICE of [0] the code and [1] { [0] the code to fall back to, ... }. 0 when there is neither.
std::uint8_t code(ByteView level, unsigned n) {
  const auto choice = find(level, constructed(n));
  if (!choice) return 0;
  if (find(*choice, primitive(0))) return number<std::uint8_t>(*choice, primitive(0));
  const auto extension = find(*choice, constructed(1));
  return extension ? number<std::uint8_t>(*extension, primitive(0)) : std::uint8_t{0};
}

/// { [0] year, [1] month, [2] day, [3] hour, [4] minute, [5] second }: as much as is there, as ISO 8601 text.
std::string date_time(ByteView level, unsigned n) {
  static constexpr std::array<std::string_view, 6> kBefore{"", "-", "-", "T", ":", ":"};
  const auto block = find(level, constructed(n));
  std::string text;
  for (unsigned part = 0; block && part < kBefore.size() && find(*block, primitive(part)); ++part) {
    const std::size_t digits = part == 0 ? 4 : 2;
    auto value = std::to_string(number<std::uint16_t>(*block, primitive(part)));
    if (value.size() < digits) value.insert(0, digits - value.size(), '0');
    text.append(kBefore.at(part)).append(value);
  }
  return text;
}

/// The representations of a block: the elements of [1].
base::Result<std::vector<ByteView>> representations(ByteView content, std::size_t most) {
  CICADA_TRY(const auto list, need(content, constructed(1)));
  CICADA_TRY(const auto elements, asn1::read_all(list));
  std::vector<ByteView> found;
  for (const auto& element : elements) {
    if (element.tag != asn1::tags::kSequence) continue;
    if (found.size() == most) {
      return fail({.fault = Fault::limit, .what = "more representations of ISO/IEC 39794 than any chip has"});
    }
    found.push_back(element.value);
  }
  if (found.empty()) {
    return fail({.fault = Fault::malformed, .what = "a block of ISO/IEC 39794 has no representation"});
  }
  return found;
}

/// The picture and what is known of its form.
void set_image(FaceImage& face, ByteView image) {
  face.image = base::to_bytes(image);
  face.format = image_format_of(image);
  face.data_type = face.format == ImageFormat::jpeg2000 ? 1 : 0;
}

base::Result<FaceImage> read_face(ByteView representation) {
  FaceImage face;
  // [1] CHOICE { [0] base CHOICE { [0] 2D block { [0] octets, [1] about the image } } }
  CICADA_TRY(const auto choice, need(representation, constructed(1)));
  CICADA_TRY(const auto base_choice, need(choice, constructed(0)));
  CICADA_TRY(const auto block, need(base_choice, constructed(0)));
  CICADA_TRY(const auto image, need(block, primitive(0)));
  set_image(face, image);
  if (const auto about = find(block, constructed(1))) {
    const auto size = find(*about, constructed(7));
    face.width = size ? number<std::uint16_t>(*size, primitive(0)) : std::uint16_t{0};
    face.height = size ? number<std::uint16_t>(*size, primitive(1)) : std::uint16_t{0};
  }
  face.captured = date_time(representation, 2);
  if (const auto person = find(representation, constructed(8))) {
    // 1 other, 2 male, 3 female; ISO/IEC 19794-5 counts 0 unspecified, 1 male, 2 female.
    const auto gender = code(*person, 0);
    face.gender = gender == 2 || gender == 3 ? static_cast<std::uint8_t>(gender - 1) : std::uint8_t{0};
  }
  return face;
}

base::Result<FingerImage> read_finger(ByteView representation) {
  FingerImage finger;
  CICADA_TRY(const auto image, need(representation, primitive(3)));
  finger.image = base::to_bytes(image);
  finger.format = image_format_of(image);
  finger.position = code(representation, 0);
  finger.impression = code(representation, 1);
  finger.captured = date_time(representation, 4);
  return finger;
}

base::Result<IrisFeature> read_iris(ByteView representation) {
  IrisFeature feature;
  CICADA_TRY(const auto image, need(representation, primitive(8)));
  feature.eye = number<std::uint8_t>(representation, primitive(0));
  feature.images.emplace_back();
  auto& iris = feature.images.back();
  iris.image = base::to_bytes(image);
  iris.format = image_format_of(image);
  iris.captured = date_time(representation, 7);
  return feature;
}

template <typename Item, typename Read>
base::Result<std::vector<Item>> read_each(ByteView content, std::size_t most, Read read) {
  CICADA_TRY(const auto list, representations(content, most));
  std::vector<Item> items;
  for (const auto representation : list) {
    CICADA_TRY(auto item, read(representation));
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

base::Result<std::vector<FingerImage>> parse_iso39794_fingers(ByteView content) {
  return read_each<FingerImage>(content, kMaxFingerImages, read_finger);
}

base::Result<std::vector<FaceImage>> parse_iso39794_faces(ByteView content) {
  return read_each<FaceImage>(content, kMaxFaceImages, read_face);
}

base::Result<std::vector<IrisFeature>> parse_iso39794_irises(ByteView content) {
  return read_each<IrisFeature>(content, kMaxIrisImages, read_iris);
}

}  // namespace cicada::host::lds
