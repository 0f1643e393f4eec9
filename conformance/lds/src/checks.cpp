#include "cicada/conformance/lds/checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lists.h"

namespace cicada::conformance::lds {
namespace {

constexpr std::array<std::pair<File, std::string_view>, 23> kFiles = {{
    {File::com, "EF.COM"},
    {File::sod, "EF.SOD"},
    {File::dg1, "DG1"},
    {File::dg2, "DG2"},
    {File::dg3, "DG3"},
    {File::dg4, "DG4"},
    {File::dg5, "DG5"},
    {File::dg6, "DG6"},
    {File::dg7, "DG7"},
    {File::dg8, "DG8"},
    {File::dg9, "DG9"},
    {File::dg10, "DG10"},
    {File::dg11, "DG11"},
    {File::dg12, "DG12"},
    {File::dg13, "DG13"},
    {File::dg14, "DG14"},
    {File::dg15, "DG15"},
    {File::dg16, "DG16"},
    {File::card_access, "EF.CardAccess"},
    {File::card_security, "EF.CardSecurity"},
    {File::atr_info, "EF.ATR/INFO"},
    {File::dir, "EF.DIR"},
    {File::cvca, "EF.CVCA"},
}};

const std::vector<Entry>& registry() {
  static const std::vector<Entry> entries = [] {
    std::vector<Entry> joined;
    for (const auto list : {com_checks(), dg1_checks(), dg2_checks(), dg3_checks(), dg4_checks(), sod_checks(),
                            dg14_checks(), cvca_checks(), card_access_checks(), dg15_checks(), card_security_checks(),
                            atr_info_checks(), dg11_checks(), dg12_checks()})
      joined.insert(joined.end(), list.begin(), list.end());
    return joined;
  }();
  return entries;
}

constexpr std::size_t kShownOctets = 16;
constexpr std::size_t kShownCharacters = 64;

}  // namespace

std::string_view to_string(File file) noexcept {
  for (const auto& [known, name] : kFiles) {
    if (known == file) return name;
  }
  return "unknown file";
}

std::optional<File> file_from(std::string_view name) noexcept {
  for (const auto& [file, known] : kFiles) {
    if (known == name) return file;
  }
  return std::nullopt;
}

std::string_view to_string(Ruling ruling) noexcept {
  switch (ruling) {
    case Ruling::meets: return "meets";
    case Ruling::breaks: return "breaks";
    case Ruling::absent: return "absent";
    case Ruling::undecided: break;
  }
  return "undecided";
}

Check find(std::string_view name) noexcept {
  for (const auto& [known, check] : registry()) {
    if (known == name) return check;
  }
  return nullptr;
}

std::span<const std::pair<std::string_view, Check>> all() noexcept {
  return registry();
}

Judged<base::ByteView> file_of(const Evidence& evidence, File file) {
  const auto found = evidence.files.find(file);
  if (found == evidence.files.end()) return absent(fmt::format("{} is not there", to_string(file)));
  if (found->second.size() > kMaxFile) {
    return undecided(fmt::format("{} has {} octets, more than are looked at", to_string(file), found->second.size()));
  }
  return base::ByteView{found->second};
}

std::string tag_text(asn1::Tag tag) {
  return fmt::format("{:02X}", tag);
}

std::string octets_text(base::ByteView octets) {
  std::string text;
  for (const auto octet : octets.first(std::min(octets.size(), kShownOctets))) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{:02X}", octet);
  }
  if (octets.size() > kShownOctets) text += " ...";
  return text;
}

std::string printable(base::ByteView text) {
  std::string shown;
  for (const auto octet : text.first(std::min(text.size(), kShownCharacters))) {
    shown += octet >= 0x20 && octet < 0x7F ? static_cast<char>(octet) : '?';
  }
  if (text.size() > kShownCharacters) shown += "...";
  return shown;
}

}  // namespace cicada::conformance::lds
