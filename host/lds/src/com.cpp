#include "cicada/host/lds/com.h"

#include "cicada/asn1/tlv.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kLdsVersion = 0x5F01;
constexpr asn1::Tag kUnicodeVersion = 0x5F36;
constexpr asn1::Tag kTagList = 0x5C;

}  // namespace

std::vector<Ef> EfCom::data_groups() const {
  std::vector<Ef> found;
  for (const auto tag : tags) {
    const auto ef = find_by_tag(tag);
    if (ef && data_group_number(*ef) != 0) found.push_back(*ef);
  }
  return found;
}

base::Result<EfCom> parse_com(base::ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::com).tag));
  CICADA_TRY(const auto objects, asn1::read_all(outer.value));
  EfCom com;
  com.lds_version.clear();
  com.unicode_version.clear();
  bool has_list = false;
  for (const auto& object : objects) {
    if (object.tag == kLdsVersion && com.lds_version.empty()) {
      com.lds_version = base::as_text(object.value);
    } else if (object.tag == kUnicodeVersion && com.unicode_version.empty()) {
      com.unicode_version = base::as_text(object.value);
    } else if (object.tag == kTagList && !has_list) {
      has_list = true;
      com.tags.assign(object.value.begin(), object.value.end());
    } else {
      com.unknown.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
    }
  }
  if (!has_list) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "EF.COM has no list of data groups (5C)",
                       .clause = "9303-10 §4.6.1"});
  }
  return com;
}

base::Bytes build_com(const EfCom& com) {
  base::Bytes content;
  asn1::append_tlv(content, kLdsVersion, base::as_bytes(com.lds_version));
  asn1::append_tlv(content, kUnicodeVersion, base::as_bytes(com.unicode_version));
  asn1::append_tlv(content, kTagList, com.tags);
  for (const auto& object : com.unknown) asn1::append_tlv(content, object.tag, object.value);
  return asn1::encode_tlv(info(Ef::com).tag, content);
}

}  // namespace cicada::host::lds
