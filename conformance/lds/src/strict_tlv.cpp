#include "strict_tlv.h"

#include <fmt/format.h>

#include "cicada/base/error.h"

namespace cicada::conformance::lds {

using base::ByteView;

namespace {

std::unexpected<Finding> not_well_formed(const base::Error& error, std::size_t start, std::string_view what) {
  return breaks(fmt::format("{}: {}", what, error.what.view()), start + error.at.value_or(0));
}

}  // namespace

Judged<Object> Level::next(std::string_view what) {
  const auto start = position();
  if (reader_.at_end()) return breaks(fmt::format("{} is missing: the data end here", what), start);
  const auto object = reader_.next();
  if (!object) return not_well_formed(object.error(), at_, what);
  return Object{.tag = object->tag, .value = object->value, .whole = object->whole, .at = start};
}

Judged<Object> Level::expect(Tag tag, std::string_view what) {
  const auto start = position();
  CICADA_TRY(const auto object, next(what));
  if (object.tag != tag) {
    return breaks(fmt::format("{} has tag {}, found is {}", what, tag_text(tag), tag_text(object.tag)), start);
  }
  return object;
}

Judged<std::optional<Object>> Level::accept(Tag tag, std::string_view what) {
  if (peek() != tag) return std::nullopt;
  CICADA_TRY(const auto object, next(what));
  return object;
}

Judged<void> Level::end(std::string_view of) const {
  if (at_end()) return {};
  return breaks(fmt::format("{} octets follow where {} ends", reader_.rest().size(), of), position());
}

Judged<std::vector<Object>> objects_of(const Object& parent, Rules rules, std::string_view what) {
  std::vector<Object> objects;
  Level level{parent, rules};
  while (!level.at_end()) {
    if (objects.size() == asn1::kMaxObjects) return undecided("more data objects than are looked at", level.position());
    CICADA_TRY(const auto object, level.next(what));
    objects.push_back(object);
  }
  return objects;
}

Verdict template_tag(const Evidence& evidence, File file, Tag tag) {
  CICADA_TRY(const auto octets, file_of(evidence, file));
  if (octets.empty()) return breaks("the file is empty", 0);
  if (octets[0] != tag) {
    return breaks(fmt::format("the file begins with {:02X}, its template has tag {}", octets[0], tag_text(tag)), 0);
  }
  return fmt::format("template {}", tag_text(tag));
}

Verdict template_length(const Evidence& evidence, File file) {
  CICADA_TRY(const auto octets, file_of(evidence, file));
  const auto header = asn1::read_header(octets, Rules::ber);
  if (!header) return not_well_formed(header.error(), 0, "length");
  const auto left = octets.size() - header->header_size;
  if (header->content_size > left) {
    return breaks(fmt::format("the length says {} octets, {} follow", header->content_size, left), 1);
  }
  if (header->content_size < left) {
    return breaks(
        fmt::format("{} octets follow the {} of the template", left - header->content_size, header->content_size),
        header->total_size());
  }
  const bool shortest = asn1::read_header(octets, Rules::der).has_value();
  return fmt::format("{} octets{}", header->content_size,
                     shortest ? "" : "; the length is not in its shortest form, which ISO/IEC 7816-4 allows");
}

Judged<Object> template_of(const Evidence& evidence, File file, Tag tag) {
  CICADA_TRY(const auto octets, file_of(evidence, file));
  Level level{octets, 0, Rules::ber};
  CICADA_TRY(const auto object, reached(level.expect(tag, "the template")));
  return object;
}

}  // namespace cicada::conformance::lds
