// LDS_A: EF.COM (9303-10 §4.6.1).
#include <array>
#include <set>

#include <fmt/format.h>

#include "data_groups.h"
#include "lists.h"
#include "security_object.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kTemplate = 0x60;
constexpr Tag kLdsVersion = 0x5F01;
constexpr Tag kUnicodeVersion = 0x5F36;
constexpr Tag kTagList = 0x5C;

bool digits(base::ByteView text) {
  return std::ranges::all_of(text, [](auto c) { return c >= '0' && c <= '9'; });
}

Verdict lds_version(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::com, kTemplate));
  Level level{frame, Rules::ber};
  CICADA_TRY(const auto version, level.expect(kLdsVersion, "the LDS version"));
  const auto text = base::as_text(version.value);
  if (text != "0107" && text != "0108") {
    return breaks(
        fmt::format("the LDS version is {}, 0107 or 0108 in four ASCII digits is wanted", octets_text(version.value)),
        version.at);
  }
  return fmt::format("LDS version {}", text);
}

Verdict unicode_version(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::com, kTemplate));
  Level level{frame, Rules::ber};
  CICADA_CHECK(reached(level.next("the LDS version")));
  CICADA_TRY(const auto version, level.expect(kUnicodeVersion, "the Unicode version"));
  if (version.value.size() != 6 || !digits(version.value)) {
    return breaks(fmt::format("the Unicode version is {}, six ASCII digits are wanted", octets_text(version.value)),
                  version.at);
  }
  return fmt::format("Unicode version {}", base::as_text(version.value));
}

/// Do the groups that the list names have hashes in EF.SOD, and the other way round?
Judged<void> match_security_object(const Evidence& evidence, const std::set<unsigned>& listed, std::size_t at) {
  if (!evidence.files.contains(File::sod)) return {};
  CICADA_TRY(const auto signed_groups, signed_group_numbers(evidence));
  for (const auto number : listed) {
    if (!signed_groups.contains(number)) {
      return breaks(fmt::format("the list names DG{}, EF.SOD has no hash for it", number), at);
    }
  }
  for (const auto number : signed_groups) {
    if (!listed.contains(number)) {
      return breaks(fmt::format("EF.SOD has a hash for DG{}, the list does not name it", number), at);
    }
  }
  return {};
}

Verdict tag_list(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::com, kTemplate));
  Level level{frame, Rules::ber};
  CICADA_CHECK(reached(level.next("the LDS version")));
  CICADA_CHECK(reached(level.next("the Unicode version")));
  CICADA_TRY(const auto list, level.expect(kTagList, "the tag list"));
  CICADA_CHECK(level.end("the tag list"));
  std::set<unsigned> listed;
  for (std::size_t i = 0; i < list.value.size(); ++i) {
    const auto number = data_group_of(list.value[i]);
    const auto at = list.value_at() + i;
    if (!number) return breaks(fmt::format("{:02X} in the list is no data group's tag", list.value[i]), at);
    if (!listed.insert(*number).second) return breaks(fmt::format("the list names DG{} twice", *number), at);
  }
  for (const unsigned number : {1U, 2U}) {
    if (!listed.contains(number)) {
      return breaks(fmt::format("the list does not name DG{}, which every chip has", number), list.at);
    }
  }
  CICADA_CHECK(match_security_object(evidence, listed, list.at));
  return fmt::format("{} data groups{}", listed.size(),
                     evidence.files.contains(File::sod) ? ", those of EF.SOD" : "; EF.SOD was not there to compare");
}

constexpr std::array<Entry, 5> kChecks = {{
    {"ef-com-template-tag", check<[](const Evidence& e) { return template_tag(e, File::com, kTemplate); }>},
    {"ef-com-length", check<[](const Evidence& e) { return template_length(e, File::com); }>},
    {"ef-com-lds-version", check<lds_version>},
    {"ef-com-unicode-version", check<unicode_version>},
    {"ef-com-tag-list", check<tag_list>},
}};

}  // namespace

std::span<const Entry> com_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
