#include "file_structure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/structure.h"

namespace cicada::host::auth {

namespace {

constexpr auto kName = CheckName::file_structure;

/// "dg2-unreadable", "com-unreadable"
std::string unreadable(lds::Ef ef) {
  std::string name{lds::info(ef).ef == lds::Ef::atr_info ? "ATR-INFO" : lds::to_string(ef)};
  if (name.starts_with("EF.")) name.erase(0, 3);
  for (auto& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name + "-unreadable";
}

/// What came of all files together.
class Findings {
 public:
  void look_at(lds::Ef ef, base::ByteView file) {
    ++count_;
    const auto found = lds::examine(ef, file);
    if (found.unreadable) refuse(ef, found.unreadable->what.view());
    for (const auto& name : found.deviations) note(name);
  }
  void look_at_cvca(base::ByteView file) {
    ++count_;
    const auto references = asn1::parse_ef_cvca(file);
    if (!references) refuse(lds::Ef::cvca, references.error().what.view());
  }
  void refuse(lds::Ef ef, std::string_view why) {
    ++count_;
    note(unreadable(ef));
    reasons_.push_back(fmt::format("{} cannot be read: {}", lds::to_string(ef), why));
  }
  [[nodiscard]] Check conclude() && {
    if (count_ == 0) return not_needed(kName, "no file was given whose structure is known");
    auto check = passed(kName, fmt::format("{}", fmt::join(reasons_, "; ")));
    check.deviations = std::move(deviations_);
    return check;
  }

 private:
  void note(std::string_view name) {
    if (std::ranges::find(deviations_, name) == deviations_.end()) deviations_.emplace_back(name);
  }

  std::size_t count_ = 0;
  std::vector<std::string> reasons_;
  std::vector<std::string> deviations_;
};

/// Without the padding of the file (9303-10 §4.6.2.3); all of it when it is no object.
base::ByteView object_of(base::ByteView file) {
  const auto size = asn1::object_size(file);
  return size ? file.first(*size) : file;
}

}  // namespace

Check judge_file_structure(const PassiveInput& input, const Check& signature, const Check& hashes) {
  Findings findings;
  for (const auto& [ef, why] : input.unreadable_files) findings.refuse(ef, why);
  if (input.ef_com) findings.look_at(lds::Ef::com, *input.ef_com);
  if (input.ef_atr_info) findings.look_at(lds::Ef::atr_info, *input.ef_atr_info);
  if (input.ef_cvca) findings.look_at_cvca(*input.ef_cvca);
  if (signature.result == CheckResult::passed && hashes.result != CheckResult::failed) {
    for (const auto& [number, file] : input.data_groups) {
      if (const auto ef = lds::data_group(number)) findings.look_at(*ef, object_of(file));
    }
  } else if (!input.data_groups.empty() && input.unreadable_files.empty()) {
    return not_needed(kName, "the data groups are not known to be those that were signed");
  }
  return std::move(findings).conclude();
}

}  // namespace cicada::host::auth
