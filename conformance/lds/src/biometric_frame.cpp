#include "biometric_frame.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "der_rules.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kGroup = 0x7F61;
constexpr Tag kInformation = 0x7F60;
constexpr Tag kCount = 0x02;
constexpr Tag kHeader = 0xA1;
constexpr Tag kRandom = 0x53;
constexpr Tag kBlock = 0x5F2E;
constexpr Tag kConstructedBlock = 0x7F2E;
constexpr Tag kStandardized = 0xA1;
constexpr Tag kSubtype = 0x82;
constexpr Tag kFirstHeaderTag = 0x80;
constexpr Tag kOwner = 0x87;
constexpr Tag kType = 0x88;

Judged<Object> group_of(const Evidence& evidence, const Modality& modality) {
  CICADA_TRY(const auto frame, template_of(evidence, modality.file, modality.tag));
  Level level{frame, Rules::ber};
  return reached(level.expect(kGroup, "the biometric information group template"));
}

/// Behind the count: every object of the group.
Judged<std::vector<Object>> group_members(const Object& group) {
  Level level{group, Rules::ber};
  CICADA_CHECK(reached(level.next("the number of instances")));
  std::vector<Object> members;
  while (!level.at_end()) {
    if (members.size() > kMaxInstances) return undecided("more instances than are looked at", level.position());
    CICADA_TRY(const auto member, level.next("a biometric information template"));
    members.push_back(member);
  }
  return members;
}

Judged<Object> header_of(const Object& information) {
  Level level{information, Rules::ber};
  return level.expect(kHeader, "the biometric header template");
}

Judged<std::optional<Object>> header_element(const Object& information, Tag tag) {
  CICADA_TRY(const auto header, reached(header_of(information)));
  CICADA_TRY(const auto elements, reached(objects_of(header, Rules::ber, "an element of the header")));
  const auto found = std::ranges::find(elements, tag, &Object::tag);
  if (found == elements.end()) return std::nullopt;
  return *found;
}

/// Looks at each instance; leaves with the first objection.
template <typename Rule>
Verdict each(const Evidence& evidence, const Modality& modality, Rule rule, std::string_view what) {
  CICADA_TRY(const auto all, information_templates(evidence, modality));
  for (const auto& one : all) CICADA_CHECK(rule(one));
  return fmt::format("{}, {} instance(s)", what, all.size());
}

Judged<void> header_rules(const Object& information) {
  CICADA_TRY(const auto header, header_of(information));
  CICADA_TRY(const auto elements, objects_of(header, Rules::ber, "an element of the header"));
  std::set<Tag> seen;
  for (const auto& element : elements) {
    if (element.tag < kFirstHeaderTag || element.tag > kType) {
      return breaks(fmt::format("{} is no element of the header", tag_text(element.tag)), element.at);
    }
    if (!seen.insert(element.tag).second) {
      return breaks(fmt::format("{} stands twice in the header", tag_text(element.tag)), element.at);
    }
  }
  return {};
}

Judged<void> need_element(const Object& information, Tag tag, std::span<const FormatType> wanted,
                          std::string_view what) {
  CICADA_TRY(const auto element, header_element(information, tag));
  if (!element) return breaks(fmt::format("the header has no {} ({})", what, tag_text(tag)), information.at);
  if (std::ranges::any_of(wanted, [&](const auto& one) { return base::equal(one, element->value); })) return {};
  return breaks(
      fmt::format("the {} is {}, {} is wanted", what, octets_text(element->value), octets_text(wanted.front())),
      element->at);
}

Judged<void> block_rules(const Object& information, std::span<const Tag> allowed) {
  Level level{information, Rules::ber};
  CICADA_CHECK(reached(level.next("the biometric header template")));
  CICADA_TRY(const auto block, level.next("the biometric data block"));
  if (std::ranges::find(allowed, block.tag) == allowed.end()) {
    return breaks(fmt::format("the biometric data block has tag {}, {} is wanted", tag_text(block.tag),
                              tag_text(allowed.front())),
                  block.at);
  }
  return level.end("the biometric data block");
}

Judged<Object> standardized_of(const Object& information) {
  CICADA_TRY(const auto block, data_block(information));
  Level level{block, Rules::ber};
  CICADA_TRY(const auto standardized, level.expect(kStandardized, "the block in a standardized format"));
  CICADA_CHECK(level.end("the block in a standardized format"));
  return standardized;
}

Judged<Object> block_39794_of(const Object& information, const Modality& modality) {
  CICADA_TRY(const auto standardized, reached(standardized_of(information)));
  Level level{standardized, Rules::der};
  CICADA_TRY(const auto block, level.expect(modality.block_39794, "the image data block"));
  CICADA_CHECK(level.end("the image data block"));
  return block;
}

/// ISO/IEC JTC 1/SC 37.
constexpr std::array<FormatType, 1> kJtc1Sc37{{{0x01, 0x01}}};
constexpr std::array<Tag, 2> kEitherBlock{kBlock, kConstructedBlock};

constexpr std::array<Tag, 1> kOneBlock{kConstructedBlock};

/// b2b1: 01 right, 10 left; b5b4b3: thumb 001 to little finger 101 (ISO/IEC 19785-3, as 9303-10 has it). An iris has a
/// side only.
bool is_registered(std::uint8_t value, const Modality& modality) {
  const auto side = value & 0x03U;
  const auto finger = (value >> 2U) & 0x07U;
  if ((value & 0xE0U) != 0 || (side != 1 && side != 2)) return false;
  return modality.file == File::dg4 ? finger == 0 : finger >= 1 && finger <= 5;
}

}  // namespace

Judged<std::vector<Object>> information_templates(const Evidence& evidence, const Modality& modality) {
  CICADA_TRY(const auto group, group_of(evidence, modality));
  CICADA_TRY(auto members, reached(group_members(group)));
  std::erase_if(members, [](const auto& one) { return one.tag != kInformation; });
  if (!members.empty()) return members;
  if (modality.least == 0) return absent(fmt::format("{} has no instance", to_string(modality.file)));
  return undecided("not reached: there is no biometric information template", group.at);
}

Judged<Object> data_block(const Object& information) {
  Level level{information, Rules::ber};
  CICADA_CHECK(reached(level.next("the biometric header template")));
  return reached(level.next("the biometric data block"));
}

Judged<Object> reached_block_39794(const Object& information, const Modality& modality) {
  return reached(block_39794_of(information, modality));
}

Verdict group_template(const Evidence& evidence, const Modality& modality) {
  CICADA_TRY(const auto frame, template_of(evidence, modality.file, modality.tag));
  Level level{frame, Rules::ber};
  CICADA_TRY(const auto group, level.expect(kGroup, "the biometric information group template"));
  // Without instances, random octets keep the hash from telling that there are none (9303-10 §4.7.3).
  const bool empty = base::equal(group.value, std::array<std::uint8_t, 3>{0x02, 0x01, 0x00});
  if (empty && modality.least == 0) CICADA_CHECK(level.accept(kRandom, "random octets"));
  CICADA_CHECK(level.end("the biometric information group template"));
  return std::string{"7F61, and nothing behind it"};
}

Verdict instances(const Evidence& evidence, const Modality& modality) {
  CICADA_TRY(const auto group, group_of(evidence, modality));
  Level level{group, Rules::ber};
  CICADA_TRY(const auto count, level.expect(kCount, "the number of instances"));
  if (count.value.size() != 1) return breaks("the number of instances has not one octet", count.at);
  const std::size_t said = count.value[0];
  CICADA_TRY(const auto members, reached(group_members(group)));
  const auto found = static_cast<std::size_t>(std::ranges::count(members, kInformation, &Object::tag));
  if (said != found) return breaks(fmt::format("{} instances are announced, there are {}", said, found), count.at);
  if (said < modality.least || said > modality.most) {
    return breaks(fmt::format("{} instances; {} to {} are allowed", said, modality.least, modality.most), count.at);
  }
  return fmt::format("{} instance(s)", said);
}

Verdict information_template_rule(const Evidence& evidence, const Modality& modality) {
  CICADA_TRY(const auto group, group_of(evidence, modality));
  CICADA_TRY(const auto members, group_members(group));
  for (const auto& member : members) {
    if (member.tag != kInformation) {
      return breaks(fmt::format("{} stands in the group, 7F60 is wanted", tag_text(member.tag)), member.at);
    }
  }
  if (members.empty() && modality.least == 0)
    return absent(fmt::format("{} has no instance", to_string(modality.file)));
  if (members.empty()) return breaks("there is no biometric information template", group.at);
  return fmt::format("{} times 7F60", members.size());
}

Verdict header_templates(const Evidence& evidence, const Modality& modality) {
  return each(evidence, modality, header_rules, "A1 first, with elements of a header");
}

Verdict format_owner(const Evidence& evidence, const Modality& modality) {
  return each(
      evidence, modality, [](const auto& one) { return need_element(one, kOwner, kJtc1Sc37, "format owner"); },
      "format owner 0101");
}

Verdict format_type_19794(const Evidence& evidence, const Modality& modality) {
  return each(
      evidence, modality,
      [&](const auto& one) { return need_element(one, kType, modality.formats_19794, "format type"); },
      "format type of ISO/IEC 19794");
}

Verdict format_type_39794(const Evidence& evidence, const Modality& modality) {
  const std::array<FormatType, 1> wanted{modality.format_39794};
  return each(
      evidence, modality, [&](const auto& one) { return need_element(one, kType, wanted, "format type"); },
      "format type of ISO/IEC 39794");
}

Verdict subtype(const Evidence& evidence, const Modality& modality) {
  const auto rule = [&](const Object& one) -> Judged<void> {
    CICADA_TRY(const auto element, header_element(one, kSubtype));
    if (!element) return breaks("the header has no biometric subtype (82)", one.at);
    if (element->value.size() != 1 || !is_registered(element->value[0], modality)) {
      return breaks(fmt::format("the biometric subtype is {}, which is not registered", octets_text(element->value)),
                    element->at);
    }
    return {};
  };
  return each(evidence, modality, rule, "a registered subtype");
}

Verdict data_block_19794(const Evidence& evidence, const Modality& modality) {
  return each(evidence, modality, [](const auto& one) { return block_rules(one, kEitherBlock); }, "5F2E or 7F2E");
}

Verdict data_block_39794(const Evidence& evidence, const Modality& modality) {
  return each(evidence, modality, [](const auto& one) { return block_rules(one, kOneBlock); }, "7F2E");
}

Verdict record_identifier(const Evidence& evidence, const Modality& modality) {
  const auto rule = [&](const Object& one) -> Judged<void> {
    CICADA_TRY(const auto block, data_block(one));
    const auto begin = block.value.first(std::min(block.value.size(), modality.record.size()));
    if (base::equal(begin, modality.record)) return {};
    return breaks(
        fmt::format("the record begins with {}, {} is wanted", octets_text(begin), octets_text(modality.record)),
        block.value_at());
  };
  return each(evidence, modality, rule, "the record's format identifier");
}

Verdict standardized_format(const Evidence& evidence, const Modality& modality) {
  const auto rule = [](const Object& one) -> Judged<void> {
    CICADA_CHECK(standardized_of(one));
    return {};
  };
  return each(evidence, modality, rule, "A1 in the data block");
}

Verdict block_39794(const Evidence& evidence, const Modality& modality) {
  const auto rule = [&](const Object& one) -> Judged<void> {
    CICADA_TRY(const auto block, block_39794_of(one, modality));
    return check_der(block.whole, block.at, "the image data block");
  };
  return each(evidence, modality, rule, tag_text(modality.block_39794));
}

}  // namespace cicada::conformance::lds
