#include "biometric_group.h"

#include <algorithm>
#include <array>

#include "notes.h"

namespace cicada::host::lds {
namespace {

using asn1::Tag;
using base::ByteView;
using base::fail;
using base::Fault;

constexpr Tag kGroup = 0x7F61;     ///< biometric information group
constexpr Tag kTemplate = 0x7F60;  ///< biometric information template
constexpr Tag kHeader = 0xA1;      ///< biometric header template; inside 7F2E also around the block
constexpr Tag kBlock = 0x5F2E;     ///< biometric data block
constexpr Tag kBlock39794 = 0x7F2E;
constexpr Tag kCount = 0x02;

bool starts_with(ByteView bytes, ByteView start) {
  return bytes.size() >= start.size() && base::equal(bytes.first(start.size()), start);
}

base::Result<std::vector<UnknownObject>> read_header_objects(ByteView value) {
  CICADA_TRY(const auto objects, asn1::read_all(value));
  std::vector<UnknownObject> header;
  for (const auto& object : objects) keep(header, object);
  return header;
}

/// A block under a tag that no standard gives it: the first object that looks like one.
bool find_misplaced_block(BiometricTemplate& found, const BiometricRules& rules) {
  const auto misplaced = std::ranges::find_if(found.unknown, [&rules](const UnknownObject& object) {
    return rules.is_block(object.value) || iso39794_content(object.value, rules.iso39794_tag);
  });
  if (misplaced == found.unknown.end()) return false;
  found.block = std::move(misplaced->value);
  found.unknown.erase(misplaced);
  return true;
}

base::Result<BiometricTemplate> read_template(ByteView content, const BiometricRules& rules,
                                              std::vector<std::string>& deviations) {
  CICADA_TRY(const auto objects, asn1::read_all(content));
  BiometricTemplate found;
  bool has_header = false;
  Tag block_tag = 0;
  for (const auto& object : objects) {
    if (object.tag == kHeader && !has_header) {
      has_header = true;
      CICADA_TRY(found.header, read_header_objects(object.value));
    } else if ((object.tag == kBlock || object.tag == kBlock39794) && block_tag == 0) {
      block_tag = object.tag;
      found.block = base::to_bytes(object.value);
    } else {
      keep(found.unknown, object);
    }
  }
  if (!has_header) note(deviations, rules, "no-header");
  if (block_tag == 0 && !find_misplaced_block(found, rules)) {
    return fail({.fault = Fault::malformed,
                 .what = "a biometric template has no data block (5F2E or 7F2E)",
                 .clause = "9303-10 §4.7.2.1"});
  }
  const bool has_39794 = iso39794_content(found.block, rules.iso39794_tag).has_value();
  const bool has_record = rules.is_block(found.block);
  found.iso39794 = has_39794 || (block_tag == kBlock39794 && !has_record);
  if (block_tag != (found.iso39794 ? kBlock39794 : kBlock)) note(deviations, rules, "block-tag");
  return found;
}

/// The content of 7F61, or all of the file where it is missing; the unknown objects beside it.
base::Result<ByteView> templates_of(ByteView content, const BiometricRules& rules, BiometricGroup& group,
                                    std::vector<std::string>& deviations) {
  asn1::TlvReader reader{content};
  if (reader.peek() == kTemplate || reader.peek() == kCount) {
    note(deviations, rules, "no-group");
    return content;
  }
  CICADA_TRY(const auto inner, reader.expect(kGroup));
  CICADA_TRY(const auto others, asn1::read_all(reader.rest()));
  for (const auto& object : others) keep(group.unknown, object);
  return inner.value;
}

}  // namespace

std::optional<std::uint32_t> BiometricTemplate::header_number(std::uint32_t tag) const noexcept {
  for (const auto& object : header) {
    if (object.tag != tag || object.value.empty() || object.value.size() > sizeof(std::uint32_t)) continue;
    std::uint32_t value = 0;
    for (const auto octet : object.value) value = value << 8U | octet;
    return value;
  }
  return std::nullopt;
}

std::string_view to_string(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return "JPEG";
    case ImageFormat::jpeg2000: return "JPEG 2000";
    case ImageFormat::wsq: return "WSQ";
    case ImageFormat::png: return "PNG";
    case ImageFormat::unknown: return "unknown";
  }
  return "";
}

std::string_view file_extension(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return ".jpg";
    case ImageFormat::jpeg2000: return ".jp2";
    case ImageFormat::wsq: return ".wsq";
    case ImageFormat::png: return ".png";
    case ImageFormat::unknown: return ".bin";
  }
  return "";
}

ImageFormat image_format_of(ByteView image) noexcept {
  static constexpr std::array<std::uint8_t, 3> kJpeg{0xFF, 0xD8, 0xFF};
  static constexpr std::array<std::uint8_t, 8> kJp2{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20};
  static constexpr std::array<std::uint8_t, 4> kCodestream{0xFF, 0x4F, 0xFF, 0x51};
  static constexpr std::array<std::uint8_t, 3> kWsq{0xFF, 0xA0, 0xFF};
  static constexpr std::array<std::uint8_t, 8> kPng{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
  if (starts_with(image, kJpeg)) return ImageFormat::jpeg;
  if (starts_with(image, kJp2) || starts_with(image, kCodestream)) return ImageFormat::jpeg2000;
  if (starts_with(image, kWsq)) return ImageFormat::wsq;
  if (starts_with(image, kPng)) return ImageFormat::png;
  return ImageFormat::unknown;
}

std::vector<UnknownObject> biometric_header(std::uint8_t type, std::uint8_t subtype, std::uint16_t format) {
  return {{.tag = 0x81, .value = {type}},
          {.tag = 0x82, .value = {subtype}},
          {.tag = 0x87, .value = {0x01, 0x01}},  // ISO/IEC JTC 1/SC 37
          {.tag = 0x88, .value = {static_cast<std::uint8_t>(format >> 8U), static_cast<std::uint8_t>(format)}}};
}

std::optional<ByteView> iso39794_content(ByteView block, Tag tag) {
  if (block.empty()) return std::nullopt;
  if (block.front() == kHeader) {
    const auto wrapped = asn1::read_only(block, kHeader);
    if (!wrapped) return std::nullopt;
    block = wrapped->value;
  }
  const auto inner = asn1::read_only(block, tag);
  if (!inner) return std::nullopt;
  return inner->value;
}

void note(std::vector<std::string>& deviations, const BiometricRules& rules, std::string_view name) {
  note(deviations, std::string{rules.prefix} + std::string{name});
}

base::Result<BiometricGroup> parse_biometric_group(ByteView file, const BiometricRules& rules,
                                                   std::vector<std::string>& deviations) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(rules.ef).tag));
  BiometricGroup group;
  CICADA_TRY(const auto content, templates_of(outer.value, rules, group, deviations));
  CICADA_TRY(const auto objects, asn1::read_all(content));
  std::optional<asn1::Tlv> count;
  for (const auto& object : objects) {
    if (object.tag == kCount && !count) {
      count = object;
    } else if (object.tag != kTemplate) {
      keep(group.unknown, object);
    } else if (group.templates.size() == rules.max_templates) {
      return fail({.fault = Fault::limit,
                   .what = "a biometric data group has more templates than any chip",
                   .clause = "9303-10 §4.7.2"});
    } else {
      CICADA_TRY(auto found, read_template(object.value, rules, deviations));
      group.templates.push_back(std::move(found));
    }
  }
  const bool counted = count && count->value.size() == 1 && count->value[0] == group.templates.size();
  if (!counted) note(deviations, rules, "instance-count");
  // "None" has to be said: a group without templates that claims some, or says nothing, has lost them.
  if (group.templates.empty() && !(rules.may_be_empty && counted)) {
    return fail(
        {.fault = Fault::malformed, .what = "a biometric data group has no template", .clause = "9303-10 §4.7.2"});
  }
  return group;
}

base::Result<base::Bytes> build_biometric_group(const BiometricGroup& group, const BiometricRules& rules) {
  if (group.templates.size() > rules.max_templates || (group.templates.empty() && !rules.may_be_empty)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a biometric data group with no template, or with more than a chip holds",
                 .clause = "9303-10 §4.7.2"});
  }
  const auto count = static_cast<std::uint8_t>(group.templates.size());
  base::Bytes content;
  asn1::append_tlv(content, kCount, {&count, 1});
  for (const auto& one : group.templates) {
    if (one.block.empty()) return fail({.fault = Fault::bad_input, .what = "a biometric template has no data block"});
    base::Bytes header;
    append_all(header, one.header);
    base::Bytes inner = asn1::encode_tlv(kHeader, header);
    asn1::append_tlv(inner, one.iso39794 ? kBlock39794 : kBlock, one.block);
    append_all(inner, one.unknown);
    asn1::append_tlv(content, kTemplate, inner);
  }
  base::Bytes file_content = asn1::encode_tlv(kGroup, content);
  append_all(file_content, group.unknown);
  return asn1::encode_tlv(info(rules.ef).tag, file_content);
}

}  // namespace cicada::host::lds
