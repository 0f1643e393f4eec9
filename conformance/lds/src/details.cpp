#include "details.h"

#include <algorithm>

#include <fmt/format.h>

#include "text_rules.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kTagList = 0x5C;
constexpr Tag kRepeating = 0xA0;
constexpr Tag kCount = 0x02;
constexpr std::size_t kDateDigits = 8;
constexpr std::size_t kMomentDigits = 14;

/// The tags in a tag list; each of one or two octets.
Judged<std::vector<Tag>> listed_tags(const Object& list) {
  std::vector<Tag> tags;
  for (std::size_t i = 0; i < list.value.size(); ++i) {
    Tag tag = list.value[i];
    if ((tag & 0x1FU) == 0x1F) {
      if (++i == list.value.size()) return breaks("the tag list ends within a tag", list.at);
      tag = (tag << 8U) | list.value[i];
    }
    tags.push_back(tag);
  }
  return tags;
}

Judged<std::vector<Object>> objects_behind_list(const Evidence& evidence, const DetailGroup& group) {
  CICADA_TRY(const auto frame, template_of(evidence, group.file, group.tag));
  CICADA_TRY(const auto objects, objects_of(frame, Rules::ber, "a data object"));
  if (objects.empty() || objects.front().tag != kTagList)
    return breaks("the group does not begin with its tag list (5C)", frame.value_at());
  return objects;
}

}  // namespace

Verdict tag_list(const Evidence& evidence, const DetailGroup& group) {
  CICADA_TRY(const auto objects, objects_behind_list(evidence, group));
  CICADA_TRY(auto listed, listed_tags(objects.front()));
  std::vector<Tag> present;
  for (std::size_t i = 1; i < objects.size(); ++i) {
    const auto& object = objects[i];
    const bool known =
        object.tag == kRepeating || std::ranges::find(group.elements, object.tag) != group.elements.end();
    if (!known) return breaks(fmt::format("{} has no place in this group", tag_text(object.tag)), object.at);
    if (std::ranges::find(present, object.tag) != present.end()) {
      return breaks(fmt::format("{} stands twice", tag_text(object.tag)), object.at);
    }
    present.push_back(object.tag);
  }
  // The list names what is in A0; some issuers name A0 itself.
  std::ranges::replace(listed, group.repeated, kRepeating);
  if (!group.in_order) {
    std::ranges::sort(listed);
    std::ranges::sort(present);
  }
  if (listed != present) {
    return breaks(
        fmt::format("the tag list ({}) does not list the {} objects that are there{}",
                    octets_text(objects.front().value), present.size(), group.in_order ? " in their order" : ""),
        objects.front().at);
  }
  return fmt::format("{} objects, as listed", present.size());
}

Judged<Object> element(const Evidence& evidence, const DetailGroup& group, Tag tag) {
  CICADA_TRY(const auto frame, template_of(evidence, group.file, group.tag));
  CICADA_TRY(const auto objects, reached(objects_of(frame, Rules::ber, "a data object")));
  const auto found = std::ranges::find(objects, tag, &Object::tag);
  if (found == objects.end()) return absent(fmt::format("{} has no {}", to_string(group.file), tag_text(tag)));
  return *found;
}

Verdict repetitions(const Evidence& evidence, const DetailGroup& group) {
  CICADA_TRY(const auto object, element(evidence, group, kRepeating));
  Level level{object, Rules::ber};
  CICADA_TRY(const auto count, level.expect(kCount, "the number of repetitions"));
  if (count.value.size() != 1 || count.value[0] == 0) return breaks("the number of repetitions is none", count.at);
  std::size_t found = 0;
  while (!level.at_end()) {
    CICADA_TRY(const auto one, level.expect(group.repeated, "a repetition"));
    if (one.value.empty() || !is_printable_utf8(one.value)) return breaks("a repetition is empty or not UTF-8", one.at);
    ++found;
  }
  if (found != count.value[0]) {
    return breaks(fmt::format("{} repetitions are announced, there are {}", count.value[0], found), count.at);
  }
  return fmt::format("{} times {}", found, tag_text(group.repeated));
}

Verdict text(const Evidence& evidence, const DetailGroup& group, Tag tag, TextKind kind) {
  CICADA_TRY(const auto object, element(evidence, group, tag));
  const auto value = base::as_text(object.value);
  if (value.empty()) return breaks(fmt::format("{} is empty", tag_text(tag)), object.at);
  if (!is_printable_utf8(object.value)) {
    return breaks(fmt::format("{} is not UTF-8 without control characters", tag_text(tag)), object.value_at());
  }
  if (kind == TextKind::plain) return fmt::format("{} characters of UTF-8", value.size());
  if (value.front() == '<' || value.back() == '<') {
    return breaks(fmt::format("{} begins or ends with '<', which divides parts", tag_text(tag)), object.value_at());
  }
  const auto divider = value.find("<<");
  if (kind == TextKind::full_name && divider != std::string_view::npos &&
      value.find("<<", divider + 1) != std::string_view::npos) {
    return breaks("\"<<\" stands more than once in the name", object.value_at() + divider);
  }
  return fmt::format("{} octets of UTF-8, divided by '<'", value.size());
}

Verdict date(const Evidence& evidence, const DetailGroup& group, Tag tag, bool unknown_parts) {
  CICADA_TRY(const auto object, element(evidence, group, tag));
  const auto bcd = object.value.size() == kDateDigits / 2;
  const auto digits = bcd ? digits_of_bcd(object.value) : std::optional{std::string{base::as_text(object.value)}};
  if (!digits || !is_full_date(*digits, unknown_parts ? Unknown::allowed : Unknown::refused)) {
    return breaks(fmt::format("{} is {}, CCYYMMDD is wanted", tag_text(tag), octets_text(object.value)),
                  object.value_at());
  }
  return fmt::format("a date{}", bcd ? " in BCD" : "");
}

Verdict moment(const Evidence& evidence, const DetailGroup& group, Tag tag) {
  CICADA_TRY(const auto object, element(evidence, group, tag));
  const auto bcd = object.value.size() == kMomentDigits / 2;
  const auto digits = bcd ? digits_of_bcd(object.value) : std::optional{std::string{base::as_text(object.value)}};
  const bool good = digits && digits->size() == kMomentDigits &&
                    is_full_date(std::string_view{*digits}.substr(0, kDateDigits), Unknown::refused) &&
                    is_time_of_day(std::string_view{*digits}.substr(kDateDigits));
  if (!good) {
    return breaks(fmt::format("{} is {}, CCYYMMDDHHMMSS is wanted", tag_text(tag), octets_text(object.value)),
                  object.value_at());
  }
  return fmt::format("a moment{}", bcd ? " in BCD" : "");
}

Verdict image(const Evidence& evidence, const DetailGroup& group, Tag tag) {
  CICADA_TRY(const auto object, element(evidence, group, tag));
  const auto kind = image_kind(object.value);
  if (!kind) {
    return breaks(fmt::format("{} begins with {}, which is neither JPEG nor JPEG 2000", tag_text(tag),
                              octets_text(object.value.first(std::min<std::size_t>(object.value.size(), 4)))),
                  object.value_at());
  }
  return std::string{*kind == ImageKind::jpeg ? "JPEG" : "JPEG 2000"};
}

Verdict anything(const Evidence& evidence, const DetailGroup& group, Tag tag) {
  CICADA_TRY(const auto object, element(evidence, group, tag));
  if (object.value.empty()) return breaks(fmt::format("{} is empty", tag_text(tag)), object.at);
  return fmt::format("{} octets", object.value.size());
}

}  // namespace cicada::conformance::lds
