// How a check is written: the rule returns what it saw, or leaves with a finding.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/conformance/lds/checks.h"

namespace cicada::conformance::lds {

/// A value, or the finding that ends the check. CICADA_TRY and CICADA_CHECK work with it.
template <typename T>
using Judged = std::expected<T, Finding>;
/// What a rule returns: a few words on what was seen when all is well.
using Verdict = Judged<std::string>;

[[nodiscard]] inline std::unexpected<Finding> breaks(std::string text, std::optional<std::size_t> at = {}) {
  return std::unexpected(Finding{Ruling::breaks, std::move(text), at});
}
[[nodiscard]] inline std::unexpected<Finding> absent(std::string text) {
  return std::unexpected(Finding{Ruling::absent, std::move(text), {}});
}
[[nodiscard]] inline std::unexpected<Finding> undecided(std::string text, std::optional<std::size_t> at = {}) {
  return std::unexpected(Finding{Ruling::undecided, std::move(text), at});
}

/// The way to what a rule is about: an objection on the way is another rule's, so this rule cannot be applied.
template <typename T>
[[nodiscard]] Judged<T> reached(Judged<T> way) {
  if (!way && way.error().ruling == Ruling::breaks) {
    way.error().ruling = Ruling::undecided;
    way.error().text.insert(0, "not reached: ");
  }
  return way;
}

/// The octets of a file. Leaves with absent when it is not there, with undecided when it is too large.
[[nodiscard]] Judged<base::ByteView> file_of(const Evidence& evidence, File file);

/// "5F1F"
[[nodiscard]] std::string tag_text(asn1::Tag tag);
/// "01 02 03", at most sixteen octets and then "...".
[[nodiscard]] std::string octets_text(base::ByteView octets);
/// The text as it can be printed: what is not printable ASCII becomes '?'; at most 64 characters.
[[nodiscard]] std::string printable(base::ByteView text);

template <auto Rule>
Finding check(const Evidence& evidence) {
  Verdict verdict = Rule(evidence);
  if (!verdict) return std::move(verdict.error());
  return {Ruling::meets, std::move(*verdict), {}};
}

using Entry = std::pair<std::string_view, Check>;

}  // namespace cicada::conformance::lds
