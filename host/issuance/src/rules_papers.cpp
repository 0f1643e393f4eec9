// T04, and what other papers say about the person: N03, D04, T06, T07, T08, F01, F02, A01.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/mrz.h"
#include "notes.h"
#include "rule_groups.h"
#include "syllables.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

std::vector<std::u32string> words_of(std::string_view text) {
  std::vector<std::u32string> words;
  const auto characters = unicode::decode(text);
  if (!characters) return words;
  for (std::u32string_view rest = *characters; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(U' '));
    if (!word.empty()) words.emplace_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return words;
}

std::u32string lower_case(std::u32string word) {
  std::ranges::transform(word, word.begin(), unicode::to_lower);
  return word;
}

/// Words that sound the same: wherever the tone mark stands, i or y.
bool same_sound(const std::u32string& a, const std::u32string& b) {
  const auto sound = [](const std::u32string& word) {
    auto syllable = read_syllable(word);
    if (syllable) std::ranges::replace(syllable->letters, U'y', U'i');
    return syllable;
  };
  const auto first = sound(a);
  return first && first == sound(b);
}

enum class Likeness : std::uint8_t { same, other_mark_place, other };

Likeness compare_names(std::string_view a, std::string_view b) {
  const auto left = words_of(a);
  const auto right = words_of(to_nfc(b).value_or(""));
  if (left.size() != right.size()) return Likeness::other;
  auto likeness = Likeness::same;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower_case(left[i]) == lower_case(right[i])) continue;
    if (!same_sound(left[i], right[i])) return Likeness::other;
    likeness = Likeness::other_mark_place;
  }
  return likeness;
}

void check_other_name(const SourcedText& other, std::string_view name, Findings& findings) {
  Notes notes{findings, "sources.names", other.value};
  switch (compare_names(name, other.value)) {
    case Likeness::same: return;
    case Likeness::other_mark_place:
      notes.warn("T07", {fmt::format("{} puts a tone mark elsewhere, or writes i for y", printable(other.source)),
                         fmt::format("{} đặt dấu thanh ở vị trí khác, hoặc viết i thay y", printable(other.source))});
      return;
    case Likeness::other:
      notes.hold("T08", {fmt::format("{} has another name", printable(other.source)),
                         fmt::format("{} ghi họ tên khác", printable(other.source))});
  }
}

/// T06. The field of the zone may be padded with fillers.
void check_mrz_name(std::string supplied, std::string_view name, Findings& findings) {
  constexpr std::size_t kPlaces = 30;
  const auto spelled = transliterate(name);
  if (!spelled) return;  // T05 has said so
  const auto wanted = lds::build_name_field(spelled->primary, spelled->secondary, kPlaces).value_or("");
  const auto shown = supplied;
  supplied.resize(std::max(supplied.size(), kPlaces), '<');
  if (supplied == wanted) return;
  Notes{findings, "sources.mrz_name", shown}.reject(
      "T06", {fmt::format("the name transliterates to {}", wanted), fmt::format("họ tên phiên âm thành {}", wanted)});
}

void check_parent(std::string_view field, const std::optional<std::string>& text, const Days& days, unsigned least,
                  Findings& findings) {
  if (!text) return;
  const auto born = read_day(field, *text, findings);
  if (!born || !days.birth || *days.birth >= birthday(*born, static_cast<int>(least))) return;
  Notes{findings, field, *text}.hold("F01",
                                     {fmt::format("the parent was not {} years old when the child was born", least),
                                      fmt::format("cha hoặc mẹ chưa đủ {} tuổi khi sinh con", least)});
}

}  // namespace

void check_spelling(const CheckedDossier& checked, Findings& findings) {
  // Other groups spell their names by the sounds of their own languages.
  if (checked.ethnic_group != "Kinh") return;
  Notes notes{findings, "name", checked.name};
  const auto words = words_of(checked.name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto syllable = read_syllable(words[i]);
    const auto word = unicode::encode(words[i]);
    if (std::ranges::any_of(words[i], [](char32_t c) { return !unicode::is_letter(c); })) continue;
    if (!syllable || !is_possible(*syllable)) {
      notes.hold("T04", {fmt::format("\"{}\" is no syllable of Vietnamese", word),
                         fmt::format("\"{}\" không phải một tiếng đúng chính tả tiếng Việt", word)});
    } else if (const auto meant = i == 0 && words.size() > 1 ? family_name_meant(*syllable) : ""; !meant.empty()) {
      notes.hold("T04", {fmt::format("family name \"{}\"; is it \"{}\"?", word, meant),
                         fmt::format("họ \"{}\"; có phải \"{}\" không?", word, meant)});
    }
  }
}

void check_papers(const Dossier& dossier, const CheckedDossier& checked, Findings& findings) {
  const auto& sources = dossier.sources;
  for (const auto& other : sources.other_numbers) {
    if (other == dossier.number) continue;
    Notes{findings, "sources.other_numbers", other}.hold(
        "N03", {"the same person has this number too", "người này còn có số định danh khác"});
  }
  for (const auto& other : sources.birth_dates) {
    if (other.value == dossier.birth_date) continue;
    Notes{findings, "sources.birth_dates", other.value}.hold(
        "D04", {fmt::format("{} has another day of birth", printable(other.source)),
                fmt::format("{} ghi ngày sinh khác", printable(other.source))});
  }
  for (const auto& other : sources.names) check_other_name(other, checked.name, findings);
  if (sources.mrz_name) check_mrz_name(*sources.mrz_name, checked.name, findings);
}

void check_family(const Dossier& dossier, const Days& days, const Law& law, const CheckedDossier& checked,
                  Findings& findings) {
  const auto& ages = law.policy.ages;
  if (!checked.father.empty() && compare_names(checked.father, checked.mother) == Likeness::same) {
    Notes{findings, "mother", dossier.mother}.hold("F01", {"father and mother have one name", "cha và mẹ trùng tên"});
  }
  const auto check_own = [&](std::string_view field, const std::string& parent) {
    if (parent.empty() || compare_names(parent, checked.name) != Likeness::same) return;
    Notes{findings, field, parent}.hold(
        "F01", {"the parent has the holder's name", "cha hoặc mẹ trùng tên với người được cấp thẻ"});
  };
  check_own("father", checked.father);
  check_own("mother", checked.mother);
  check_parent("sources.father_birth_date", dossier.sources.father_birth_date, days, ages.parent, findings);
  check_parent("sources.mother_birth_date", dossier.sources.mother_birth_date, days, ages.parent, findings);
  const auto marries = static_cast<int>(checked.sex == 'F' ? ages.woman_marries : ages.man_marries);
  if (dossier.spouses.empty() || !days.birth || !days.issue || *days.issue >= birthday(*days.birth, marries)) return;
  Notes{findings, "spouses", dossier.spouses.front()}.warn(
      "F02", {fmt::format("a spouse, but under {} years", marries),
              fmt::format("có vợ hoặc chồng nhưng chưa đủ {} tuổi", marries)});
}

void check_unit(const Dossier& dossier, const Days& days, const Law& law, Findings& findings) {
  const auto day = days.of_age();
  if (!law.policy.units || !day) return;
  const auto& unit = dossier.origin.unit;
  const auto check_level = [&](UnitLevel level, std::string_view code) {
    if (code.empty()) return;
    const auto found = law.policy.units->find(level, code, *day);
    Notes notes{findings, fmt::format("unit.{}", to_string(level)), code};
    if (found.answer == Units::Answer::unknown) {
      notes.hold("A01", {"no such unit in the list", "không có đơn vị này trong danh mục"});
    } else if (found.answer == Units::Answer::ended) {
      const auto became = found.unit->became.empty() ? std::string{} : fmt::format(" ({})", found.unit->became);
      notes.hold("A01",
                 {fmt::format("{} did not exist on {}{}", found.unit->name, base::to_iso_date(*day), became),
                  fmt::format("{} không tồn tại vào ngày {}{}", found.unit->name, base::to_iso_date(*day), became)});
    }
  };
  check_level(UnitLevel::province, unit.province);
  check_level(UnitLevel::district, unit.district);
  check_level(UnitLevel::commune, unit.commune);
}

}  // namespace cicada::host::issuance
