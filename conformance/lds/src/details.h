// DG11 and DG12: a tag list and the objects that it lists (9303-10 §4.7.11, §4.7.12).
#pragma once

#include <span>

#include "strict_tlv.h"

namespace cicada::conformance::lds {

struct DetailGroup {
  File file;
  Tag tag;
  std::span<const Tag> elements;  ///< that may stand in it, A0 beside them
  Tag repeated;                   ///< element that stands in A0, behind its count
  bool in_order;                  ///< the list has the order of the objects
};

[[nodiscard]] Verdict tag_list(const Evidence& evidence, const DetailGroup& group);
/// The object, as the way to its content; leaves with absent when it is not there.
[[nodiscard]] Judged<Object> element(const Evidence& evidence, const DetailGroup& group, Tag tag);
/// A0 { 02 01 n, n times the repeated element }.
[[nodiscard]] Verdict repetitions(const Evidence& evidence, const DetailGroup& group);

enum class TextKind : std::uint8_t {
  plain,      ///< UTF-8 without control characters
  divided,    ///< the same, '<' between its parts and not at its ends
  full_name,  ///< the same, "<<" once at most: between primary and secondary identifier
};
[[nodiscard]] Verdict text(const Evidence& evidence, const DetailGroup& group, Tag tag, TextKind kind);
/// CCYYMMDD in ASCII, or in four octets of BCD (older documents). `unknown_parts`: 00 may stand for what is not known.
[[nodiscard]] Verdict date(const Evidence& evidence, const DetailGroup& group, Tag tag, bool unknown_parts);
/// CCYYMMDDHHMMSS in ASCII, or in seven octets of BCD.
[[nodiscard]] Verdict moment(const Evidence& evidence, const DetailGroup& group, Tag tag);
/// JPEG or JPEG 2000 by its first octets.
[[nodiscard]] Verdict image(const Evidence& evidence, const DetailGroup& group, Tag tag);
/// Any octets, one at least.
[[nodiscard]] Verdict anything(const Evidence& evidence, const DetailGroup& group, Tag tag);

}  // namespace cicada::conformance::lds
