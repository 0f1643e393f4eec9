// LDS_L: EF.ATR/INFO (9303-10 §3.11.1, ISO/IEC 7816-4 §12.1.1.9).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "der_rules.h"
#include "lists.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kCapabilities = 0x47;
constexpr Tag kExtendedLength = 0x7F66;
constexpr std::uint8_t kCommandChaining = 0x80;

Judged<std::vector<Object>> content_of(const Evidence& evidence) {
  CICADA_TRY(const auto file, file_of(evidence, File::atr_info));
  if (file.empty()) return breaks("the file is empty", 0);
  return objects_of({.tag = 0, .value = file, .whole = file, .at = 0}, Rules::ber, "a data object");
}

Judged<Object> object_of(const Evidence& evidence, Tag tag, std::string_view what) {
  CICADA_TRY(const auto objects, reached(content_of(evidence)));
  const auto found = std::ranges::find(objects, tag, &Object::tag);
  if (found == objects.end()) return breaks(fmt::format("{} ({}) is not there", what, tag_text(tag)), 0);
  return *found;
}

/// What is constructed holds well formed objects too.
Judged<void> inner_rules(const Object& object) {
  const bool is_constructed = asn1::Tlv{.tag = object.tag, .value = {}, .whole = {}}.constructed();
  if (!is_constructed) return {};
  CICADA_CHECK(objects_of(object, Rules::ber, "a data object in a template"));
  return {};
}

Verdict structure(const Evidence& evidence) {
  CICADA_TRY(const auto objects, content_of(evidence));
  for (const auto& object : objects) CICADA_CHECK(inner_rules(object));
  return fmt::format("{} data objects", objects.size());
}

Verdict extended_length(const Evidence& evidence) {
  CICADA_CHECK(object_of(evidence, kExtendedLength, "extended length information"));
  return std::string{"7F66"};
}

Verdict buffer_sizes(const Evidence& evidence) {
  CICADA_TRY(const auto object, reached(object_of(evidence, kExtendedLength, "extended length information")));
  Level level{object, Rules::der};
  std::array<std::uint32_t, 2> sizes{};
  for (auto& size : sizes) {
    CICADA_TRY(const auto number, level.expect(asn1::tags::kInteger, "a number of octets"));
    CICADA_TRY(size, small_integer(number, "a number of octets"));
    if (size == 0) return breaks("a number of octets is 0", number.at);
  }
  CICADA_CHECK(level.end("extended length information"));
  return fmt::format("commands of {} octets, responses of {}", sizes[0], sizes[1]);
}

Verdict capabilities(const Evidence& evidence) {
  CICADA_TRY(const auto object, object_of(evidence, kCapabilities, "card capabilities"));
  if (object.value.size() != 3) {
    return breaks(fmt::format("card capabilities have {} octets, three are wanted", object.value.size()), object.at);
  }
  if ((object.value[2] & kCommandChaining) == 0) {
    return breaks(fmt::format("the third octet is {:02X}: b8, command chaining, is not set", object.value[2]),
                  object.value_at() + 2);
  }
  return fmt::format("card capabilities {}", octets_text(object.value));
}

constexpr std::array<Entry, 4> kChecks = {{
    {"ef-atr-info-structure", check<structure>},
    {"ef-atr-info-extended-length", check<extended_length>},
    {"ef-atr-info-buffer-sizes", check<buffer_sizes>},
    {"ef-atr-info-capabilities", check<capabilities>},
}};

}  // namespace

std::span<const Entry> atr_info_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
