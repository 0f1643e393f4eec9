#include "cicada/host/lds/opaque_group.h"

#include <limits>

#include "cicada/asn1/tlv.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kCount = 0x02;

bool has_features(Ef ef) noexcept {
  return ef == Ef::dg8 || ef == Ef::dg9 || ef == Ef::dg10;
}

}  // namespace

base::Result<OpaqueGroup> parse_opaque_group(base::ByteView file, Ef ef) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(ef).tag));
  OpaqueGroup group;
  group.content = base::to_bytes(outer.value);
  const auto objects = asn1::read_all(outer.value);
  if (objects) {
    for (const auto& object : *objects) {
      if (has_features(ef) && object.tag == kCount && !group.count && object.value.size() == 1) {
        group.count = object.value[0];
      } else {
        keep(group.objects, object);
      }
    }
  }
  if (has_features(ef)) group.counts_right = group.count == group.objects.size();
  return group;
}

base::Bytes build_opaque_group(base::ByteView content, Ef ef) {
  return asn1::encode_tlv(info(ef).tag, content);
}

base::Result<base::Bytes> build_feature_group(const std::vector<UnknownObject>& features, Ef ef) {
  if (!has_features(ef) || features.empty() || features.size() > std::numeric_limits<std::uint8_t>::max()) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "DG8, DG9 and DG10 hold 1 to 255 features, other groups none",
                       .clause = "9303-10 §4.7.8"});
  }
  const auto count = static_cast<std::uint8_t>(features.size());
  base::Bytes content;
  asn1::append_tlv(content, kCount, {&count, 1});
  append_all(content, features);
  return build_opaque_group(content, ef);
}

}  // namespace cicada::host::lds
