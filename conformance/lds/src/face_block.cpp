// LDS_C_18 to LDS_C_25: the face image data block of ISO/IEC 39794-5 in ICAO's application profile. IMPLICIT tags; a
// CHOICE is tagged explicitly; what comes behind the known elements may be of a later edition and is skipped.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "biometric_frame.h"
#include "cicada/asn1/der.h"
#include "der_rules.h"
#include "face.h"
#include "text_rules.h"

namespace cicada::conformance::lds {
namespace {

/// [n] primitive, [n] constructed.
constexpr Tag primitive(unsigned n) {
  return 0x80 + n;
}
constexpr Tag constructed(unsigned n) {
  return 0xA0 + n;
}

Judged<std::optional<Object>> find_in(const Object& parent, Tag tag) {
  CICADA_TRY(const auto objects, reached(objects_of(parent, Rules::der, "an element of the block")));
  const auto found = std::ranges::find(objects, tag, &Object::tag);
  if (found == objects.end()) return std::nullopt;
  return *found;
}

Judged<Object> need_in(const Object& parent, Tag tag, std::string_view what) {
  CICADA_TRY(const auto found, find_in(parent, tag));
  if (!found) return breaks(fmt::format("{} ({}) is missing", what, tag_text(tag)), parent.at);
  return *found;
}

Judged<std::vector<Object>> representations_of(const Object& block) {
  CICADA_TRY(const auto list, need_in(block, constructed(1), "the representation blocks"));
  return objects_of(list, Rules::der, "a representation block");
}

Judged<Object> base_of(const Object& representation) {
  CICADA_TRY(const auto image, need_in(representation, constructed(1), "the image representation"));
  Level level{image, Rules::der};
  CICADA_TRY(const auto base, level.expect(constructed(0), "the base of the image representation"));
  CICADA_CHECK(level.end("the image representation"));
  return base;
}

struct Image2d {
  Object data, information;
};
Judged<Image2d> image_2d_of(const Object& base) {
  Level level{base, Rules::der};
  CICADA_TRY(const auto block, level.expect(constructed(0), "the 2D image block"));
  CICADA_CHECK(level.end("the base of the image representation"));
  Image2d image;
  CICADA_TRY(image.data, need_in(block, primitive(0), "the image"));
  CICADA_TRY(image.information, need_in(block, constructed(1), "the image information"));
  if (image.data.value.empty()) return breaks("the image is empty", image.data.at);
  return image;
}

/// A code: CHOICE of [0] ENUMERATED and [1] an extension; nothing for an extension.
Judged<std::optional<std::uint32_t>> code_in(const Object& choice, std::string_view what) {
  Level level{choice, Rules::der};
  CICADA_TRY(const auto object, level.next(what));
  CICADA_CHECK(level.end(what));
  if (object.tag == constructed(1)) return std::nullopt;
  if (object.tag != primitive(0)) return breaks(fmt::format("{} has tag {}", what, tag_text(object.tag)), object.at);
  CICADA_TRY(const auto code, small_integer(object, what));
  return code;
}

template <typename Rule>
Verdict each_block(const Evidence& evidence, Rule rule, std::string_view what) {
  CICADA_TRY(const auto templates, information_templates(evidence, kFace));
  for (const auto& one : templates) {
    CICADA_TRY(const auto block, reached_block_39794(one, kFace));
    CICADA_CHECK(rule(block));
  }
  return std::string{what};
}

template <typename Rule>
Verdict each_representation(const Evidence& evidence, Rule rule, std::string_view what) {
  return each_block(
      evidence,
      [&](const Object& block) -> Judged<void> {
        CICADA_TRY(const auto all, reached(representations_of(block)));
        if (all.empty()) return undecided("not reached: there is no representation block", block.at);
        for (const auto& one : all) CICADA_CHECK(rule(one));
        return {};
      },
      what);
}

Judged<Image2d> reached_image(const Object& representation) {
  CICADA_TRY(const auto base, reached(base_of(representation)));
  return reached(image_2d_of(base));
}

constexpr std::uint32_t kGeneration = 3;
constexpr std::uint32_t kYear = 2019;

Judged<void> version_rules(const Object& block) {
  Level level{block, Rules::der};
  CICADA_TRY(const auto version, level.expect(constructed(0), "the version block"));
  Level parts{version, Rules::der};
  CICADA_TRY(const auto generation, parts.expect(primitive(0), "the generation"));
  CICADA_TRY(const auto year, parts.expect(primitive(1), "the year"));
  CICADA_TRY(const auto generation_number, small_integer(generation, "the generation"));
  CICADA_TRY(const auto year_number, small_integer(year, "the year"));
  if (generation_number != kGeneration || year_number != kYear) {
    return breaks(
        fmt::format("generation {} of {}, {} of {} is wanted", generation_number, year_number, kGeneration, kYear),
        version.at);
  }
  return {};
}

Judged<void> blocks_rules(const Object& block) {
  CICADA_TRY(const auto all, representations_of(block));
  if (all.size() != 1 || all.front().tag != asn1::tags::kSequence) {
    return breaks(fmt::format("{} representation blocks, one SEQUENCE is wanted", all.size()), block.at);
  }
  return {};
}

/// representationId first; then elements with rising numbers.
Judged<void> representation_rules(const Object& representation) {
  Level level{representation, Rules::der};
  CICADA_TRY(const auto id, level.expect(primitive(0), "representationId"));
  CICADA_CHECK(small_integer(id, "representationId"));
  unsigned before = 0;
  while (!level.at_end()) {
    CICADA_TRY(const auto element, level.next("an element of the representation"));
    const auto number = element.tag & 0x1FU;
    const bool context = element.tag < 0x100 && (element.tag & 0xC0U) == 0x80;
    if (!context || number <= before) {
      return breaks(fmt::format("{} stands behind element {} of the representation", tag_text(element.tag), before),
                    element.at);
    }
    before = number;
  }
  return {};
}

constexpr std::uint32_t kLastGender = 3;
constexpr std::uint32_t kJpeg = 2;
constexpr std::uint32_t kJpeg2000Lossless = 4;
constexpr std::uint32_t kMrtd = 0;

Judged<void> data_format_rules(const Image2d& image) {
  CICADA_TRY(const auto choice, need_in(image.information, constructed(0), "the image data format"));
  CICADA_TRY(const auto code, code_in(choice, "the image data format"));
  if (!code || *code < kJpeg || *code > kJpeg2000Lossless) {
    return breaks("the image data format is none of JPEG (2), JPEG 2000 lossy (3), lossless (4)", choice.at);
  }
  const auto wanted = *code == kJpeg ? ImageKind::jpeg : ImageKind::jpeg2000;
  if (image_kind(image.data.value) != wanted) {
    return breaks(fmt::format("the image data format is {}, the image is another", *code), choice.at);
  }
  return {};
}

}  // namespace

Verdict version_block(const Evidence& evidence) {
  return each_block(evidence, version_rules, "generation 3 of 2019");
}

Verdict representation_blocks(const Evidence& evidence) {
  return each_block(evidence, blocks_rules, "one representation block");
}

Verdict representation_block(const Evidence& evidence) {
  return each_representation(evidence, representation_rules, "an identifier, and elements in their order");
}

Verdict gender(const Evidence& evidence) {
  std::size_t found = 0;
  const auto rule = [&](const Object& representation) -> Judged<void> {
    CICADA_TRY(const auto identity, find_in(representation, constructed(8)));
    if (!identity) return {};
    CICADA_TRY(const auto choice, find_in(*identity, constructed(0)));
    if (!choice) return {};
    ++found;
    CICADA_TRY(const auto code, code_in(*choice, "the gender"));
    if (code && *code > kLastGender) return breaks(fmt::format("gender {}, 0 to 3 are defined", *code), choice->at);
    return {};
  };
  CICADA_TRY(auto seen, each_representation(evidence, rule, "a gender that is defined"));
  if (found == 0) return absent("the block says no gender");
  return seen;
}

Verdict image_representation(const Evidence& evidence) {
  const auto rule = [](const Object& representation) -> Judged<void> {
    CICADA_CHECK(base_of(representation));
    return {};
  };
  return each_representation(evidence, rule, "an image representation with its base");
}

Verdict image_2d(const Evidence& evidence) {
  const auto rule = [](const Object& representation) -> Judged<void> {
    CICADA_TRY(const auto base, reached(base_of(representation)));
    CICADA_CHECK(image_2d_of(base));
    return {};
  };
  return each_representation(evidence, rule, "a 2D image block with image and information");
}

Verdict image_data_format(const Evidence& evidence) {
  const auto rule = [](const Object& representation) -> Judged<void> {
    CICADA_TRY(const auto image, reached_image(representation));
    return data_format_rules(image);
  };
  return each_representation(evidence, rule, "the format that the image has");
}

Verdict face_image_kind(const Evidence& evidence) {
  std::size_t found = 0;
  const auto rule = [&](const Object& representation) -> Judged<void> {
    CICADA_TRY(const auto image, reached_image(representation));
    CICADA_TRY(const auto choice, find_in(image.information, constructed(1)));
    if (!choice) return {};
    ++found;
    CICADA_TRY(const auto code, code_in(*choice, "the kind of face image"));
    if (code != kMrtd) return breaks("the kind of face image is not that of an MRTD (0)", choice->at);
    return {};
  };
  CICADA_TRY(auto seen, each_representation(evidence, rule, "a face image of an MRTD"));
  if (found == 0) return absent("the block says no kind of face image");
  return seen;
}

}  // namespace cicada::conformance::lds
