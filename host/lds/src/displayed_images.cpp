#include "cicada/host/lds/displayed_images.h"

#include <optional>

#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/ef.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

using base::fail;
using base::Fault;

constexpr asn1::Tag kCount = 0x02;
constexpr asn1::Tag kPortrait = 0x5F40;
constexpr asn1::Tag kSignature = 0x5F43;

struct ImageRules {
  Ef ef;
  std::string_view prefix;
  asn1::Tag image;
};
constexpr ImageRules kDg5{.ef = Ef::dg5, .prefix = "dg5-", .image = kPortrait};
constexpr ImageRules kDg7{.ef = Ef::dg7, .prefix = "dg7-", .image = kSignature};

base::Result<DisplayedImages> parse(base::ByteView file, const ImageRules& rules) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(rules.ef).tag));
  CICADA_TRY(const auto objects, asn1::read_all(outer.value));
  DisplayedImages group;
  const auto add = [&](std::string_view name) {
    note(group.deviations, std::string{rules.prefix} + std::string{name});
  };
  std::optional<std::uint8_t> count;
  for (const auto& object : objects) {
    if (object.tag == kCount && !count && object.value.size() == 1) {
      count = object.value[0];
    } else if (object.tag == kPortrait || object.tag == kSignature) {
      if (group.images.size() == kMaxDisplayedImages) {
        return fail({.fault = Fault::limit, .what = "more displayed images than any chip has"});
      }
      if (object.tag != rules.image) add("image-tag");
      if (object.value.empty()) add("empty-object");
      group.images.push_back(base::to_bytes(object.value));
    } else {
      keep(group.unknown, object);
    }
  }
  if (group.images.empty()) {
    return fail({.fault = Fault::malformed,
                 .what = "a group of displayed images has none (5F40 or 5F43)",
                 .clause = "9303-10 §4.7.5"});
  }
  if (count != group.images.size()) add("image-count");
  return group;
}

base::Result<base::Bytes> build(const DisplayedImages& group, const ImageRules& rules) {
  if (group.images.empty() || group.images.size() > kMaxDisplayedImages) {
    return fail({.fault = Fault::bad_input,
                 .what = "a group of displayed images with none, or with more than a chip holds",
                 .clause = "9303-10 §4.7.5"});
  }
  const auto count = static_cast<std::uint8_t>(group.images.size());
  base::Bytes content;
  asn1::append_tlv(content, kCount, {&count, 1});
  for (const auto& image : group.images) asn1::append_tlv(content, rules.image, image);
  append_all(content, group.unknown);
  return asn1::encode_tlv(info(rules.ef).tag, content);
}

}  // namespace

base::Result<DisplayedImages> parse_dg5(base::ByteView file) {
  return parse(file, kDg5);
}

base::Result<DisplayedImages> parse_dg7(base::ByteView file) {
  return parse(file, kDg7);
}

base::Result<base::Bytes> build_dg5(const DisplayedImages& dg5) {
  return build(dg5, kDg5);
}

base::Result<base::Bytes> build_dg7(const DisplayedImages& dg7) {
  return build(dg7, kDg7);
}

}  // namespace cicada::host::lds
