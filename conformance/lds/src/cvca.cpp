// LDS_F: EF.CVCA (9303-10 §4.6.6).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "country_codes.h"
#include "lists.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {
namespace {

constexpr std::size_t kSize = 36;
constexpr std::size_t kMaxReferences = 2;
constexpr Tag kReference = 0x42;
constexpr std::size_t kMaxReference = 16;
constexpr std::size_t kCountry = 2;
constexpr std::size_t kSequence = 5;

/// Country code, mnemonic of up to nine characters, sequence number of five (9303-12 §7.2.2).
Judged<void> reference_rules(const Object& object) {
  const auto text = base::as_text(object.value);
  if (text.size() > kMaxReference || text.size() < kCountry + kSequence) {
    return breaks(
        fmt::format("a reference of {} octets, {} to {} are wanted", text.size(), kCountry + kSequence, kMaxReference),
        object.at);
  }
  if (!is_two_letter_code(text.substr(0, kCountry))) {
    return breaks(fmt::format("the reference {} begins with no country code", printable(object.value)), object.at);
  }
  const auto tail = text.substr(text.size() - kSequence);
  const bool good = std::ranges::all_of(
      tail, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
  if (!good) return breaks(fmt::format("the reference {} has no sequence number", printable(object.value)), object.at);
  return {};
}

Verdict content(const Evidence& evidence) {
  CICADA_TRY(const auto file, file_of(evidence, File::cvca));
  if (file.size() != kSize) return breaks(fmt::format("the file has {} octets, 36 are wanted", file.size()), 0);
  Level level{file, 0, Rules::der};
  std::size_t count = 0;
  while (level.peek() == kReference) {
    CICADA_TRY(const auto object, level.next("a reference"));
    if (++count > kMaxReferences) return breaks("more than two references", object.at);
    CICADA_CHECK(reference_rules(object));
  }
  if (count == 0) return breaks("the file begins with no reference (42)", 0);
  for (auto at = level.position(); at < file.size(); ++at) {
    if (file[at] != 0) return breaks(fmt::format("{:02X} stands where 00 fills up the file", file[at]), at);
  }
  return fmt::format("{} reference(s), filled up with 00", count);
}

constexpr std::array<Entry, 1> kChecks = {{{"ef-cvca-content", check<content>}}};

}  // namespace

std::span<const Entry> cvca_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
