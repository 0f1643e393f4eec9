// LDS_B: what the fields of the MRZ say (9303-3 §4, 9303-4 to 9303-6 §4.2.2).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "country_codes.h"
#include "mrz.h"
#include "text_rules.h"

namespace cicada::conformance::lds {
namespace {

bool is_letter_or_filler(char c) {
  return (c >= 'A' && c <= 'Z') || c == '<';
}

Verdict document_code(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto code = mrz[mrz.layout->code];
  const auto at = mrz.offset(mrz.layout->code);
  const std::string_view first = mrz.layout->format == MrzFormat::td3 ? "P" : "ACI";
  if (!first.contains(code[0])) {
    return breaks(fmt::format("the document code begins with '{}', wanted is one of \"{}\"",
                              printable(base::as_bytes(code.substr(0, 1))), first),
                  at);
  }
  if (!is_letter_or_filler(code[1])) {
    return breaks(fmt::format("the second character of the document code is '{}', a letter or '<' is wanted",
                              printable(base::as_bytes(code.substr(1)))),
                  at + 1);
  }
  // 9303-5 §4.2.2.2: V is for visas; I does not follow A.
  if (code[1] == 'V' || code == "AI") {
    return breaks(fmt::format("the document code {} is not to be used", code), at);
  }
  return fmt::format("document code {}", code);
}

Verdict state_code(const Evidence& evidence, Part MrzLayout::* field, std::string_view what) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto part = mrz.layout->*field;
  const auto code = mrz[part];
  if (!is_state_code(code)) {
    return breaks(fmt::format("{} is '{}', which is no code of 9303-3 §5", what, printable(base::as_bytes(code))),
                  mrz.offset(part));
  }
  return fmt::format("{} {}", what, code);
}

/// Primary and secondary identifier with "<<" between them, words with "<", the rest filled up (9303-3 §4.6).
Judged<void> name_rules(std::string_view name, std::size_t at) {
  const auto foreign = std::ranges::find_if_not(name, is_letter_or_filler);
  if (foreign != name.end()) {
    const auto index = static_cast<std::size_t>(foreign - name.begin());
    return breaks(fmt::format("'{}' in the name, only A to Z and '<' may stand there",
                              printable(base::as_bytes(name.substr(index, 1)))),
                  at + index);
  }
  if (name.front() == '<') return breaks("the primary identifier is empty", at);
  const auto end = name.find_last_not_of('<') + 1;
  const auto divider = name.substr(0, end).find("<<");
  if (divider == std::string_view::npos) return {};
  const auto secondary = name.substr(divider + 2, end - divider - 2);
  if (secondary.front() == '<' || secondary.contains("<<")) {
    return breaks("more than two fillers, or two of them a second time, stand within the name", at + divider);
  }
  return {};
}

Verdict name(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  CICADA_CHECK(name_rules(mrz[mrz.layout->name], mrz.offset(mrz.layout->name)));
  return std::string{"primary and secondary identifier, filled up"};
}

Verdict sex(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto value = mrz[mrz.layout->sex];
  if (!std::string_view{"MF<"}.contains(value[0])) {
    return breaks(fmt::format("sex is '{}', M, F or '<' is wanted", printable(base::as_bytes(value))),
                  mrz.offset(mrz.layout->sex));
  }
  return fmt::format("sex {}", value);
}

constexpr std::array<Entry, 5> kChecks = {{
    {"dg1-document-code", check<document_code>},
    {"dg1-issuing-state",
     check<[](const Evidence& e) { return state_code(e, &MrzLayout::state, "the issuing State"); }>},
    {"dg1-name", check<name>},
    {"dg1-nationality",
     check<[](const Evidence& e) { return state_code(e, &MrzLayout::nationality, "the nationality"); }>},
    {"dg1-sex", check<sex>},
}};

}  // namespace

std::span<const Entry> mrz_field_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
