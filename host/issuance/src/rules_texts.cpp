// T01, T02, T03, T05, A02, A03, S01 to S04, N08.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/issuance/vietnamese.h"
#include "notes.h"
#include "rule_groups.h"
#include "tables.h"

namespace cicada::host::issuance {
namespace {

/// Octets of UTF-8 that an address or another free text may have (A02).
constexpr std::size_t kMaxTextOctets = 255;
constexpr std::size_t kOldNumberSize = 9;

enum class Empty : std::uint8_t { allowed, refused };

/// A02: `clean` is what became of `text`. "|" separates the fields of the card's QR code.
void check_size(const std::string& clean, const std::string& text, std::string_view field, Empty empty,
                Findings& findings) {
  Notes notes{findings, field, text};
  if (clean.empty() && empty == Empty::refused) notes.reject("A02", {"is empty", "để trống"});
  if (clean.size() > kMaxTextOctets) {
    notes.reject("A02", {fmt::format("has {} octets, {} are allowed", clean.size(), kMaxTextOctets),
                         fmt::format("dài {} byte, chỉ được {} byte", clean.size(), kMaxTextOctets)});
  }
  if (clean.find('|') != std::string::npos)
    notes.reject("A02", {"holds \"|\", which separates the fields of the QR code",
                         "có dấu \"|\", là dấu ngăn các trường của mã QR"});
}

std::string free_text(const std::string& text, std::string_view field, Empty empty, Findings& findings) {
  auto clean = clean_text(text, field, findings);
  check_size(clean, text, field, empty, findings);
  return clean;
}

/// Text without what stands around it.
std::string_view trimmed(std::string_view text, std::string_view around) {
  const auto first = text.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(around) - first + 1);
}

/// A03: an address without ", ," and ", -": parts between commas in which nothing stands, or a hyphen in front.
std::string without_junk(const std::string& address, std::string_view field, Findings& findings) {
  std::string clean;
  bool junk = false;
  for (std::string_view rest = address; !rest.empty();) {
    const auto part = rest.substr(0, rest.find(','));
    const bool last = part.size() == rest.size();
    rest.remove_prefix(last ? part.size() : part.size() + 1);
    const auto kept = trimmed(part, " -");
    junk = junk || kept.empty() || trimmed(part, " ").starts_with('-') || (!last && rest.empty());
    if (kept.empty()) continue;
    if (!clean.empty()) clean += ", ";
    clean += kept;
  }
  if (!junk) return address;
  Notes{findings, field, address}.warn("A03", {"empty parts between commas, or stray hyphens; cleaned",
                                               "có phần trống giữa các dấu phẩy hoặc dấu nối thừa; đã làm sạch"});
  return clean;
}

/// A place: A02 and A03.
std::string address(const std::string& text, std::string_view field, Findings& findings) {
  const auto clean = without_junk(clean_text(text, field, findings), field, findings);
  check_size(clean, text, field, Empty::refused, findings);
  return clean;
}

std::string name(const std::string& text, std::string_view field, NameOf whose, Findings& findings) {
  auto clean = clean_text(text, field, findings);
  check_name(clean, field, whose, findings);
  return clean;
}

void check_sex(const Dossier& dossier, CheckedDossier& checked, Findings& findings) {
  checked.sex_text = clean_text(dossier.sex, "sex", findings);
  if (checked.sex_text == "Nam") {
    checked.sex = 'M';
  } else if (checked.sex_text == "N\u1EEF") {
    checked.sex = 'F';
  } else {
    Notes{findings, "sex", dossier.sex}.reject("S01",
                                               {"is neither \"Nam\" nor \"Nữ\"", "không phải \"Nam\" hoặc \"Nữ\""});
  }
}

void check_nationality(const Dossier& dossier, CheckedDossier& checked, Findings& findings) {
  checked.nationality = clean_text(dossier.nationality, "nationality", findings);
  if (checked.nationality != "Vi\u1EC7t Nam") {
    Notes{findings, "nationality", dossier.nationality}.reject("S04",
                                                               {"is not \"Việt Nam\"", "không phải \"Việt Nam\""});
  }
}

void check_ethnic_group(const Dossier& dossier, CheckedDossier& checked, Findings& findings) {
  const auto clean = clean_text(dossier.ethnic_group, "ethnic_group", findings);
  Notes notes{findings, "ethnic_group", dossier.ethnic_group};
  const auto listed = ethnic_group(clean);
  checked.ethnic_group = listed.value_or(clean);
  if (!listed) {
    notes.hold("S02", {"is not in the list of 54 groups", "không có trong danh mục 54 dân tộc"});
  } else if (*listed != clean) {
    notes.warn("S02", {fmt::format("is listed as \"{}\"; written so", *listed),
                       fmt::format("danh mục ghi là \"{}\"; đã ghi theo danh mục", *listed)});
  }
}

void check_old_number(const Dossier& dossier, CheckedDossier& checked, Findings& findings) {
  checked.old_number = dossier.old_number.value_or("");
  if (!dossier.old_number) return;
  const auto& old = *dossier.old_number;
  if (old.size() != kOldNumberSize || !std::ranges::all_of(old, [](char c) { return c >= '0' && c <= '9'; })) {
    Notes{findings, "old_number", old}.hold("N08", {"is not 9 digits; leave the key out when there was none",
                                                    "không phải 9 chữ số; bỏ trống nếu không có số CMND"});
  }
}

}  // namespace

void check_texts(const Dossier& dossier, CheckedDossier& checked, Findings& findings) {
  checked.name = name(dossier.name, "name", NameOf::holder, findings);
  check_sex(dossier, checked, findings);
  check_nationality(dossier, checked, findings);
  check_ethnic_group(dossier, checked, findings);
  checked.religion = free_text(dossier.religion, "religion", Empty::refused, findings);
  if (!checked.religion.empty() && !is_religion(checked.religion)) {
    Notes{findings, "religion", dossier.religion}.warn(
        "S03", {"is not in the list of religions", "không có trong danh mục tôn giáo"});
  }
  checked.place_of_origin = address(dossier.place_of_origin, "place_of_origin", findings);
  checked.residence = address(dossier.residence, "residence", findings);
  checked.identifying_marks = free_text(dossier.identifying_marks, "identifying_marks", Empty::allowed, findings);
  checked.issuing_unit = free_text(dossier.issuing_unit, "issuing_unit", Empty::refused, findings);
  checked.father = name(dossier.father, "father", NameOf::relative, findings);
  checked.mother = name(dossier.mother, "mother", NameOf::relative, findings);
  for (std::size_t i = 0; i < dossier.spouses.size(); ++i) {
    const auto field = fmt::format("spouses[{}]", i);
    auto spouse = name(dossier.spouses[i], field, NameOf::relative, findings);
    if (spouse.empty())
      Notes{findings, field, dossier.spouses[i]}.reject("T05", {"the name is empty", "họ tên để trống"});
    checked.spouses.push_back(std::move(spouse));
  }
  check_old_number(dossier, checked, findings);
  if (dossier.birth_place) {
    checked.birth_place = address(*dossier.birth_place, "birth_place", findings);
  }
}

}  // namespace cicada::host::issuance
