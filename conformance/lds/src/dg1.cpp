// LDS_B: DG1, frame and comparison (9303-10 §4.7.1).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lists.h"
#include "mrz.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kTemplate = 0x61;
constexpr Tag kMrz = 0x5F1F;

constexpr std::array<MrzLayout, 3> kLayouts = {{
    {.format = MrzFormat::td1,
     .size = 90,
     .code = {0, 2},
     .state = {2, 3},
     .name = {60, 30},
     .number = {5, 9},
     .number_digit = {14, 1},
     .nationality = {45, 3},
     .birth = {30, 6},
     .birth_digit = {36, 1},
     .sex = {37, 1},
     .expiry = {38, 6},
     .expiry_digit = {44, 1},
     .optional = {15, 15},
     .optional_digit = {},
     .optional_2 = {48, 11},
     .composite = {59, 1}},
    {.format = MrzFormat::td2,
     .size = 72,
     .code = {0, 2},
     .state = {2, 3},
     .name = {5, 31},
     .number = {36, 9},
     .number_digit = {45, 1},
     .nationality = {46, 3},
     .birth = {49, 6},
     .birth_digit = {55, 1},
     .sex = {56, 1},
     .expiry = {57, 6},
     .expiry_digit = {63, 1},
     .optional = {64, 7},
     .optional_digit = {},
     .optional_2 = {},
     .composite = {71, 1}},
    {.format = MrzFormat::td3,
     .size = 88,
     .code = {0, 2},
     .state = {2, 3},
     .name = {5, 39},
     .number = {44, 9},
     .number_digit = {53, 1},
     .nationality = {54, 3},
     .birth = {57, 6},
     .birth_digit = {63, 1},
     .sex = {64, 1},
     .expiry = {65, 6},
     .expiry_digit = {71, 1},
     .optional = {72, 14},
     .optional_digit = {86, 1},
     .optional_2 = {},
     .composite = {87, 1}},
}};

Judged<Object> mrz_object(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::dg1, kTemplate));
  Level level{frame, Rules::ber};
  CICADA_TRY(const auto object, level.expect(kMrz, "the MRZ"));
  if (layout_of(object.value.size()) == nullptr) {
    return breaks(
        fmt::format("the MRZ has {} characters; 90 (TD1), 72 (TD2) or 88 (TD3) are wanted", object.value.size()),
        object.at);
  }
  CICADA_CHECK(level.end("the MRZ"));
  return object;
}

Verdict mrz_data_object(const Evidence& evidence) {
  CICADA_TRY(const auto object, mrz_object(evidence));
  return fmt::format("5F1F with {} characters", object.value.size());
}

Verdict equals_printed(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  if (!evidence.printed_mrz) return undecided("the printed MRZ was not supplied");
  std::string printed = *evidence.printed_mrz;
  std::erase_if(printed, [](char c) { return c == '\n' || c == '\r'; });
  if (printed == mrz.text) return std::string{"the printed MRZ"};
  const auto different = std::ranges::mismatch(printed, mrz.text);
  const auto at = static_cast<std::size_t>(different.in2 - mrz.text.begin());
  return breaks(
      fmt::format("DG1 and the printed MRZ ({} characters) differ from character {} on", printed.size(), at + 1),
      mrz.at + at);
}

constexpr std::array<Entry, 4> kFrame = {{
    {"dg1-template-tag", check<[](const Evidence& e) { return template_tag(e, File::dg1, kTemplate); }>},
    {"dg1-length", check<[](const Evidence& e) { return template_length(e, File::dg1); }>},
    {"dg1-mrz-object", check<mrz_data_object>},
    {"dg1-equals-printed-mrz", check<equals_printed>},
}};

}  // namespace

const MrzLayout* layout_of(std::size_t size) noexcept {
  for (const auto& layout : kLayouts) {
    if (layout.size == size) return &layout;
  }
  return nullptr;
}

Judged<Mrz> mrz_of(const Evidence& evidence) {
  CICADA_TRY(const auto object, reached(mrz_object(evidence)));
  return Mrz{.layout = layout_of(object.value.size()), .text = base::as_text(object.value), .at = object.value_at()};
}

char check_digit(std::string_view text) noexcept {
  static constexpr std::array<unsigned, 3> kWeights{7, 3, 1};
  unsigned sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    unsigned value = 0;
    if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'Z') value = static_cast<unsigned>(c - 'A') + 10;
    sum += value * kWeights.at(i % 3);
  }
  return static_cast<char>('0' + sum % 10);
}

char composite_check_digit(const Mrz& mrz) {
  const auto from = [&](std::size_t at, std::size_t size) { return std::string{mrz.text.substr(at, size)}; };
  switch (mrz.layout->format) {
    case MrzFormat::td1: return check_digit(from(5, 25) + from(30, 7) + from(38, 7) + from(48, 11));
    case MrzFormat::td2: return check_digit(from(36, 10) + from(49, 7) + from(57, 14));
    case MrzFormat::td3: break;
  }
  return check_digit(from(44, 10) + from(57, 7) + from(65, 22));
}

std::span<const Entry> dg1_checks() noexcept {
  static const std::vector<Entry> joined = [] {
    std::vector<Entry> entries;
    for (const auto list : {std::span<const Entry>{kFrame}, mrz_field_checks(), mrz_number_checks()}) {
      entries.insert(entries.end(), list.begin(), list.end());
    }
    return entries;
  }();
  return joined;
}

}  // namespace cicada::conformance::lds
