// Data objects that know where in the file they stand.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "judge.h"

namespace cicada::conformance::lds {

using asn1::Rules;
using asn1::Tag;

struct Object {
  Tag tag = 0;
  base::ByteView value;
  base::ByteView whole;
  std::size_t at = 0;  ///< offset of the tag in the file

  [[nodiscard]] std::size_t value_at() const noexcept { return at + whole.size() - value.size(); }
};

/// The data objects of one level, one after the other. `what` names in a finding what was looked for.
class Level {
 public:
  /// `octets` stand at offset `at` of the file.
  Level(base::ByteView octets, std::size_t at, Rules rules) noexcept : reader_(octets, rules), at_(at) {}
  /// What is inside an object.
  Level(const Object& parent, Rules rules) noexcept : Level(parent.value, parent.value_at(), rules) {}

  [[nodiscard]] bool at_end() const noexcept { return reader_.at_end(); }
  [[nodiscard]] std::size_t position() const noexcept { return at_ + reader_.position(); }
  [[nodiscard]] std::optional<Tag> peek() const noexcept { return reader_.at_end() ? std::nullopt : reader_.peek(); }

  [[nodiscard]] Judged<Object> next(std::string_view what);
  [[nodiscard]] Judged<Object> expect(Tag tag, std::string_view what);
  /// The next object if it has this tag.
  [[nodiscard]] Judged<std::optional<Object>> accept(Tag tag, std::string_view what);
  [[nodiscard]] Judged<void> end(std::string_view of) const;

 private:
  asn1::TlvReader reader_;
  std::size_t at_;
};

/// All objects of a level; at most asn1::kMaxObjects.
[[nodiscard]] Judged<std::vector<Object>> objects_of(const Object& parent, Rules rules, std::string_view what);

/// The file's first octet is this template's tag.
[[nodiscard]] Verdict template_tag(const Evidence& evidence, File file, Tag tag);
/// The length behind a template's tag is well formed and covers the rest of the file, no more and no less.
[[nodiscard]] Verdict template_length(const Evidence& evidence, File file);
/// The template itself, as the way to what it holds.
[[nodiscard]] Judged<Object> template_of(const Evidence& evidence, File file, Tag tag);

}  // namespace cicada::conformance::lds
