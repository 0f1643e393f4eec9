// DG2: what is in the data block.
#include "cicada/base/hex.h"
#include "lds_document_parts.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

using namespace base::literals;
using Kind = DocumentKind;

namespace {

/// Octets of the facial record: where the parts of its one face with two feature points stand.
constexpr std::size_t kFace = 14;
constexpr std::size_t kPoints = kFace + 20;
constexpr std::size_t kImageInformation = kPoints + 16;
constexpr std::size_t kImage = kImageInformation + 12;

/// Writes octets into the record.
void poke(LdsDocument& document, std::size_t at, const Bytes& octets) {
  edit_file(document, File::dg2, {0x75, 0x7F61, 0x7F60, 0x5F2E}, [&](const Bytes& whole) {
    auto record = base::to_bytes(must(asn1::read_only(whole)).value);
    std::ranges::copy(octets, record.begin() + static_cast<std::ptrdiff_t>(at));
    return asn1::encode_tlv(0x5F2E, record);
  });
}

std::vector<RuleBreaker> record_breakers() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{std::move(name), Kind::passport, File::dg2, std::move(check), apply};
  };
  const std::string header = "dg2-facial-record-header";
  const std::string information = "dg2-facial-information";
  const std::string points = "dg2-feature-points";
  const std::string image = "dg2-image-information";
  return {
      one("face-of-another-record", header, [](LdsDocument& d) { poke(d, 0, text_octets("FIR")); }),
      one("face-of-version-020", header, [](LdsDocument& d) { poke(d, 4, text_octets("020")); }),
      one("face-record-longer-than-it-is", header, [](LdsDocument& d) { poke(d, 8, "00000FFF"_hex); }),
      one("face-record-without-faces", header, [](LdsDocument& d) { poke(d, 12, "0000"_hex); }),
      one("face-length-too-large", information, [](LdsDocument& d) { poke(d, kFace, "00000FFF"_hex); }),
      one("face-length-too-small", information, [](LdsDocument& d) { poke(d, kFace, "00000033"_hex); }),
      one("face-with-more-points-than-octets", information, [](LdsDocument& d) { poke(d, kFace + 4, "0FFF"_hex); }),
      one("face-gender-3", information, [](LdsDocument& d) { poke(d, kFace + 6, "03"_hex); }),
      one("face-eyes-8", information, [](LdsDocument& d) { poke(d, kFace + 7, "08"_hex); }),
      one("face-hair-10", information, [](LdsDocument& d) { poke(d, kFace + 8, "0A"_hex); }),
      one("face-reserved-property", information, [](LdsDocument& d) { poke(d, kFace + 9, "800001"_hex); }),
      one("face-properties-without-saying-so", information, [](LdsDocument& d) { poke(d, kFace + 9, "000002"_hex); }),
      one("face-expression-8", information, [](LdsDocument& d) { poke(d, kFace + 12, "0008"_hex); }),
      one("face-pose-181", information, [](LdsDocument& d) { poke(d, kFace + 14, "B5"_hex); }),
      one("face-uncertainty-92", information, [](LdsDocument& d) { poke(d, kFace + 19, "5C"_hex); }),
      one("point-of-type-2", points, [](LdsDocument& d) { poke(d, kPoints, "02"_hex); }),
      one("point-of-group-13", points, [](LdsDocument& d) { poke(d, kPoints + 1, "D1"_hex); }),
      one("point-5-of-group-12", points, [](LdsDocument& d) { poke(d, kPoints + 9, "C5"_hex); }),
      one("point-outside-of-the-image", points, [](LdsDocument& d) { poke(d, kPoints + 2, "00F0"_hex); }),
      one("point-with-reserved-octets", points, [](LdsDocument& d) { poke(d, kPoints + 14, "0001"_hex); }),
      one("image-type-3", image, [](LdsDocument& d) { poke(d, kImageInformation, "03"_hex); }),
      one("image-in-jpeg-2000-that-is-not", image, [](LdsDocument& d) { poke(d, kImageInformation + 1, "01"_hex); }),
      one("image-data-type-2", image, [](LdsDocument& d) { poke(d, kImageInformation + 1, "02"_hex); }),
      one("image-wider-than-it-is", image, [](LdsDocument& d) { poke(d, kImageInformation + 2, "01F4"_hex); }),
      one("image-colour-space-5", image, [](LdsDocument& d) { poke(d, kImageInformation + 6, "05"_hex); }),
      one("image-source-8", image, [](LdsDocument& d) { poke(d, kImageInformation + 7, "08"_hex); }),
      one("image-in-png", image, [](LdsDocument& d) { poke(d, kImage, "89504E47"_hex); }),
  };
}

/// Below the representation of the block of ISO/IEC 39794-5.
void edit_block(LdsDocument& document, std::vector<asn1::Tag> path, const Edit& edit) {
  path.insert(path.begin(), {0x75, 0x7F61, 0x7F60, 0x7F2E, 0xA1, 0x65});
  auto& octets = document.files.at(File::dg2);
  octets = edited(octets, path, edit);
}

using Path = std::vector<asn1::Tag>;
const Path kRepresentation = {0xA1, 0x30};
const Path kImageBlock = {0xA1, 0x30, 0xA1, 0xA0, 0xA0};
const Path kInformation = {0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0xA1};
Path below(Path path, std::initializer_list<asn1::Tag> more) {
  path.insert(path.end(), more);
  return path;
}

std::vector<RuleBreaker> block_breakers() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{std::move(name), Kind::identity_card, File::dg2, std::move(check), apply};
  };
  return {
      one("block-of-generation-2", "dg2-version-block",
          [](LdsDocument& d) { edit_block(d, {0xA0, 0x80}, with_value("02"_hex)); }),
      one("block-of-2020", "dg2-version-block",
          [](LdsDocument& d) { edit_block(d, {0xA0, 0x81}, with_value("07E4"_hex)); }),
      one("block-without-year", "dg2-version-block", [](LdsDocument& d) { edit_block(d, {0xA0, 0x81}, without()); }),
      one("block-with-two-representations", "dg2-representation-blocks",
          [](LdsDocument& d) {
            edit_block(d, kRepresentation, [](const Bytes& whole) { return base::concat({whole, whole}); });
          }),
      one("block-without-representations", "dg2-representation-blocks",
          [](LdsDocument& d) { edit_block(d, {0xA1}, without()); }),
      one("representation-without-number", "dg2-representation",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0x80}), without()); }),
      one("representation-out-of-order", "dg2-representation",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0xA8}), followed_by("A2 00"_hex)); }),
      one("gender-4", "dg2-gender",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0xA8, 0xA0, 0x80}), with_value("04"_hex)); }),
      one("gender-without-code", "dg2-gender",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0xA8, 0xA0, 0x80}), without()); }),
      one("representation-without-image", "dg2-image-representation",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0xA1}), without()); }),
      one("representation-of-a-later-form", "dg2-image-representation",
          [](LdsDocument& d) { edit_block(d, below(kRepresentation, {0xA1, 0xA0}), with_tag(0xA1)); }),
      one("image-in-three-dimensions", "dg2-image-2d",
          [](LdsDocument& d) { edit_block(d, kImageBlock, with_tag(0xA1)); }),
      one("image-block-without-image", "dg2-image-2d",
          [](LdsDocument& d) { edit_block(d, below(kImageBlock, {0x80}), without()); }),
      one("image-block-with-an-empty-image", "dg2-image-2d",
          [](LdsDocument& d) { edit_block(d, below(kImageBlock, {0x80}), with_value({})); }),
      one("image-block-without-information", "dg2-image-2d",
          [](LdsDocument& d) { edit_block(d, kInformation, without()); }),
      one("image-format-png", "dg2-image-data-format",
          [](LdsDocument& d) { edit_block(d, below(kInformation, {0xA0, 0x80}), with_value("05"_hex)); }),
      one("image-format-that-it-is-not", "dg2-image-data-format",
          [](LdsDocument& d) { edit_block(d, below(kInformation, {0xA0, 0x80}), with_value("03"_hex)); }),
      one("face-of-a-general-kind", "dg2-face-image-kind",
          [](LdsDocument& d) { edit_block(d, below(kInformation, {0xA1, 0x80}), with_value("01"_hex)); }),
  };
}

}  // namespace

std::vector<RuleBreaker> face_breakers() {
  auto joined = record_breakers();
  for (auto& one : block_breakers()) joined.push_back(std::move(one));
  return joined;
}

}  // namespace cicada::tests
