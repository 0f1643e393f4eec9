// N02, N03, N08, P04 and D02 over the records of one file.
#include <fmt/format.h>

#include <cstring>

#include "cicada/host/issuance/batch.h"
#include "notes.h"

namespace cicada::host::issuance {
namespace {

Said in_line(std::string_view en, std::string_view vi, std::size_t line) {
  return {fmt::format("{} (line {})", en, line), fmt::format("{} (dòng {})", vi, line)};
}

}  // namespace

std::size_t BatchRules::DigestHash::operator()(const Digest& digest) const noexcept {
  std::size_t head = 0;
  std::memcpy(&head, digest.data(), sizeof head);
  return head;
}

void BatchRules::check_number(const RecordOutcome& record, Findings& findings) {
  if (record.keys.number.empty()) return;  // N01 has refused it
  const auto [place, fresh] = numbers_.emplace(record.keys.number, record.line);
  if (fresh) return;
  Notes{findings, "number", record.number}.reject(
      "N02", {fmt::format("stands in line {} already", place->second), fmt::format("đã có ở dòng {}", place->second)});
}

void BatchRules::check_person(const RecordOutcome& record, Findings& findings) {
  const auto& keys = record.keys;
  // A hash of 64 bits: among a million records a false alarm has a chance of one to thirty million.
  const auto person = std::hash<std::string>{}(keys.person);
  if (const auto found = people_.find(person); !keys.person.empty() && found != people_.end()) {
    if (found->second.number != keys.number) {
      Notes{findings, "number", record.number}.hold(
          "N03", in_line("the same name, birth and parents with another number",
                         "trùng họ tên, ngày sinh, cha mẹ nhưng khác số", found->second.line));
    }
  }
  if (const auto found = old_numbers_.find(keys.old_number); found != old_numbers_.end()) {
    if (found->second.number != keys.number) {
      Notes{findings, "old_number", keys.old_number}.hold(
          "N08", in_line("is another person's too", "trùng với người khác", found->second.line));
    }
  }
  if (!keys.portrait) return;
  if (const auto found = portraits_.find(*keys.portrait); found != portraits_.end()) {
    if (found->second.number == keys.number) return;
    Notes{findings, "portrait", ""}.reject(
        "P04", in_line("is another person's too", "trùng với người khác", found->second.line));
  }
}

void BatchRules::check(RecordOutcome& record) {
  const auto& keys = record.keys;
  if (keys.has_birth && !keys.commune.empty()) {
    auto& births = births_[keys.commune];
    ++births.records;
    if (keys.born_on_first_of_january) ++births.first_of_january;
  }
  Findings findings;
  check_number(record, findings);
  check_person(record, findings);
  if (policy_ != nullptr) apply(*policy_, findings);
  record.findings.insert(record.findings.end(), findings.begin(), findings.end());
  if (any_refusing(findings)) record.dossier.reset();
  if (any_rejecting(record.findings)) return;
  const Place place{.line = record.line, .number = keys.number};
  if (!keys.person.empty()) people_.emplace(std::hash<std::string>{}(keys.person), place);
  if (!keys.old_number.empty()) old_numbers_.emplace(keys.old_number, place);
  if (keys.portrait) portraits_.emplace(*keys.portrait, place);
}

Findings BatchRules::finish() const {
  const auto& policy = policy_ != nullptr ? *policy_ : law_2021();
  Findings findings;
  for (const auto& [commune, births] : births_) {
    if (births.records < policy.first_january_least) continue;
    if (births.first_of_january * 100 < births.records * policy.first_january_percent) continue;
    Notes{findings, "birth_date", commune}.warn(
        "D02", {fmt::format("{} of {} people are born on 1 January", births.first_of_january, births.records),
                fmt::format("{} trên {} người sinh ngày 01/01", births.first_of_january, births.records)});
  }
  apply(policy, findings);
  return findings;
}

}  // namespace cicada::host::issuance
