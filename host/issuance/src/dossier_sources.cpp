// The keys of a record that say where it comes from and what other sources know.
#include <algorithm>
#include <span>

#include "record_keys.h"

namespace cicada::host::issuance {
namespace {

/// A code of ours: it goes into file names, tables and logs, so nothing else may be in it.
void read_code(StrictObject& object, std::string_view key, std::string& to, std::size_t most) {
  std::string text;
  object.text(key, text, Need::optional);
  if (text.empty()) return;
  if (!is_code(text, most)) {
    object.refuse(key, text,
                  {"must be letters, digits, \".\", \"_\" and \"-\", and not too long",
                   "chỉ gồm chữ cái không dấu, chữ số, \".\", \"_\", \"-\" và không quá dài"});
    return;
  }
  to = std::move(text);
}

void read_unit(StrictObject& unit, UnitCodes& codes) {
  read_code(unit, "province", codes.province, kMaxCode);
  read_code(unit, "district", codes.district, kMaxCode);
  read_code(unit, "commune", codes.commune, kMaxCode);
}

/// A word of a list.
void check_word(StrictObject& object, std::string_view key, std::string_view word,
                std::span<const std::string_view> words) {
  if (std::ranges::find(words, word) != words.end()) return;
  object.refuse(key, word, {"is no word of its list (see the schema)", "không có trong danh mục (xem lược đồ)"});
}

void read_population(StrictObject& object, Evidence& evidence) {
  auto& population = evidence.population.emplace();
  object.truth("found", population.found, Need::required);
  object.text("at", population.at, Need::optional);
  object.text("digest", population.digest, Need::optional);
  object.text("status", population.status, Need::optional);
  if (!population.status.empty()) check_word(object, "status", population.status, kStatuses);
}

void read_photo(StrictObject& object, Evidence& evidence) {
  auto& photo = evidence.photo.emplace();
  object.text("taken_on", photo.taken_on, Need::optional);
  object.number(
      "faces", 0, 99, [&](std::int64_t count) { photo.faces = static_cast<unsigned>(count); }, Need::optional);
  object.texts("faults", photo.faults, kPhotoFaults.size(), Need::optional);
  for (const auto& fault : photo.faults) check_word(object, "faults", fault, kPhotoFaults);
  object.truth("other_person", photo.other_person, Need::optional);
}

void read_finger(StrictObject& object, Evidence::Fingerprints& prints) {
  Evidence::Finger finger;
  object.text("finger", finger.finger, Need::required);
  if (!finger.finger.empty()) check_word(object, "finger", finger.finger, kFingers);
  object.number(
      "quality", 0, 100, [&](std::int64_t value) { finger.quality = static_cast<unsigned>(value); }, Need::optional);
  object.text("missing", finger.missing, Need::optional);
  prints.fingers.push_back(std::move(finger));
}

void read_fingerprints(StrictObject& object, Evidence& evidence) {
  auto& prints = evidence.fingerprints.emplace();
  object.text("duplicate_of", prints.duplicate_of, Need::optional);
  object.truth("swapped", prints.swapped, Need::optional);
  object.objects("fingers", kMaxSources, [&](StrictObject& finger) { read_finger(finger, prints); }, Need::optional);
}

void read_delivery(StrictObject& object, Evidence& evidence) {
  auto& delivery = evidence.delivery.emplace();
  object.text("phone", delivery.phone, Need::optional);
  object.text("address", delivery.address, Need::optional);
}

void read_sourced(StrictObject& sources, std::string_view key, std::vector<SourcedText>& to) {
  const auto read = [&](StrictObject& entry) {
    SourcedText sourced;
    entry.text("source", sourced.source, Need::required);
    entry.text("value", sourced.value, Need::required);
    to.push_back(std::move(sourced));
  };
  sources.objects(key, kMaxSources, read, Need::optional);
}

}  // namespace

bool is_code(std::string_view text, std::size_t most) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= most && text.front() != '.' && std::ranges::all_of(text, fits);
}

void read_origin(StrictObject& record, Origin& origin) {
  read_code(record, "dossier", origin.dossier, kMaxDossierId);
  record.number(
      "version", 1, kMaxVersion, [&](std::int64_t version) { origin.version = static_cast<std::uint32_t>(version); },
      Need::optional);
  record.object("unit", [&](StrictObject& unit) { read_unit(unit, origin.unit); }, Need::optional);
  read_code(record, "team", origin.team, kMaxCode);
  read_code(record, "machine", origin.machine, kMaxCode);
  read_code(record, "shift", origin.shift, kMaxCode);
  record.number(
      "priority", 0, kMaxPriority, [&](std::int64_t priority) { origin.priority = static_cast<int>(priority); },
      Need::optional);
  record.text("captured_on", origin.captured_on, Need::optional);
}

void read_sources(StrictObject& sources, Evidence& evidence) {
  sources.object("population", [&](StrictObject& o) { read_population(o, evidence); }, Need::optional);
  sources.object("photo", [&](StrictObject& o) { read_photo(o, evidence); }, Need::optional);
  sources.object("fingerprints", [&](StrictObject& o) { read_fingerprints(o, evidence); }, Need::optional);
  sources.object("delivery", [&](StrictObject& o) { read_delivery(o, evidence); }, Need::optional);
  read_sourced(sources, "birth_dates", evidence.birth_dates);
  read_sourced(sources, "names", evidence.names);
  sources.text("mrz_name", evidence.mrz_name, Need::optional);
  sources.texts("other_numbers", evidence.other_numbers, kMaxSources, Need::optional);
  sources.texts("cancelled_numbers", evidence.cancelled_numbers, kMaxSources, Need::optional);
  sources.texts("form_differences", evidence.form_differences, kMaxSources, Need::optional);
  sources.text("guardian", evidence.guardian, Need::optional);
  sources.text("father_birth_date", evidence.father_birth_date, Need::optional);
  sources.text("mother_birth_date", evidence.mother_birth_date, Need::optional);
}

}  // namespace cicada::host::issuance
