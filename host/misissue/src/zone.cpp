// DG1 (9303-10 §4.7.1): zones that say what no zone can say, and some that seldom do. All are signed.
#include "cicada/host/lds/mrz.h"
#include "surgery.h"
#include "tables.h"
#include "zone_text.h"

namespace cicada::host::misissue {

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr std::string_view kFields = "9303-3 §4";
constexpr std::string_view kGroup = "9303-10 §4.7.1";
constexpr std::string_view kDate = "9303-3 §4.8";
constexpr std::string_view kDigit = "9303-3 §4.9";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kDg1 = 1;
using Part = Field ZoneForm::*;

void change_zone(Scene& scene, const std::function<void(Zone&)>& change) {
  Zone zone{scene.groups.at(kDg1)};
  change(zone);
  scene.groups[kDg1] = zone.file();
}

/// Another text in a field, under check digits that are right.
void say(Scene& scene, Part part, std::string_view text) {
  change_zone(scene, [part, text](Zone& zone) {
    zone.set(zone.form().*part, text);
    zone.set_digits();
    zone.set_composite();
  });
}

/// One digit that is wrong; the last one is right over it.
template <Part part>
void spoil(Scene& scene) {
  change_zone(scene, [](Zone& zone) {
    zone.spoil(zone.form().*part);
    zone.set_composite();
  });
}

/// The day of birth without a part: two characters from this place, or all of it.
void forget_birth(Scene& scene, std::size_t at, std::size_t size) {
  const Zone zone{scene.groups.at(kDg1)};
  auto date = zone.of(zone.form().birth);
  date.replace(at, size, size, '<');
  say(scene, &ZoneForm::birth, date);
}

void abbreviate_name(Scene& scene) {
  const Zone zone{scene.groups.at(kDg1)};
  say(scene, &ZoneForm::name,
      must(lds::build_name_field("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG SUKSAWAT", zone.form().name.size)));
}

void renumber(Scene& scene) {
  const Zone zone{scene.groups.at(kDg1)};
  auto number = zone.of(zone.form().number);
  number.front() = number.front() == 'X' ? 'Y' : 'X';
  say(scene, &ZoneForm::number, number);
}

Fault row(std::string_view name, std::string_view title, std::string_view clause, Outcome outcome,
          std::string_view reason, void (*commit)(Scene&), CheckName check = kCheck) {
  return {name, title, clause, check, outcome, reason, commit, kCountry, {}, kDg1};
}

std::vector<Fault> unusual_zones() {
  return {
      row("zone-with-optional-data", "The zone has optional data.", kFields, kSound, "",
          [](Scene& s) { say(s, &ZoneForm::optional, "ZE184226B"); }),
      row("zone-with-abbreviated-name", "The secondary identifier is cut where the field ends.", "9303-3 §4.6", kSound,
          "", abbreviate_name),
      row("zone-without-secondary-name", "The name has a primary identifier only.", "9303-3 §4.6", kSound, "",
          [](Scene& s) { say(s, &ZoneForm::name, "ARKFREITH"); }),
      row("zone-without-optional-data", "There is no optional data, and its check digit is 0.", "9303-4 §4.2.2", kSound,
          "", [](Scene& s) { say(s, &ZoneForm::optional, ""); }),
      row("zone-birth-without-day", "The day of birth is not known.", kDate, kSound, "",
          [](Scene& s) { forget_birth(s, 4, 2); }),
      row("zone-birth-without-month", "The month of birth is not known.", kDate, kSound, "",
          [](Scene& s) { forget_birth(s, 2, 2); }),
      row("zone-birth-without-year", "The year of birth is not known.", kDate, kSound, "",
          [](Scene& s) { forget_birth(s, 0, 2); }),
      row("zone-birth-unknown", "Nothing is known of the date of birth.", kDate, kSound, "",
          [](Scene& s) { forget_birth(s, 0, 6); }),
      row("zone-with-another-name", "The zone in the chip has another name than the printed one.", "9303-11 §5.1",
          kSound, "", [](Scene& s) { say(s, &ZoneForm::name, "SOMEBODY<<ELSE"); }),
      row("zone-with-another-number", "The zone in the chip has another number than the printed one.", "9303-11 §5.1",
          kSound, "", renumber),
  };
}

std::vector<Fault> wrong_frames() {
  return {
      row("zone-tag-wrong", "DG1 begins with tag 62.", kGroup, kTolerated, "dg1-unreadable",
          [](Scene& s) { set_tag(s, kDg1, 0x62); }),
      row("zone-length-short", "The length of DG1 is one too small.", kGroup, kTolerated, "dg1-unreadable",
          [](Scene& s) { shorten_length(s, kDg1); }),
      row("zone-length-long", "The length of DG1 is one too large.", kGroup, kTolerated, "dg1-unreadable",
          [](Scene& s) { lengthen_length(s, kDg1); }),
      row("zone-missing", "DG1 has no machine readable zone.", kGroup, kTolerated, "dg1-unreadable",
          [](Scene& s) {
            auto& file = s.groups.at(kDg1);
            file = operated(file, {}, [](Objects& objects) { take_out(objects, 0x5F1F); });
          }),
  };
}

std::vector<Fault> wrong_fields() {
  return {
      row("zone-code-unknown", "The zone is that of no kind of document.", kFields, kTolerated, "mrz-document-code",
          [](Scene& s) { say(s, &ZoneForm::code, "X"); }),
      row("zone-state-malformed", "The issuing State has a digit in it.", kFields, kTolerated, "mrz-issuing-state",
          [](Scene& s) { say(s, &ZoneForm::state, "V1M"); }),
      row("zone-name-void", "The zone has no name.", "9303-3 §4.6", kTolerated, "mrz-without-name",
          [](Scene& s) { say(s, &ZoneForm::name, ""); }),
      row("zone-nationality-malformed", "The nationality has a digit in it.", kFields, kTolerated, "mrz-nationality",
          [](Scene& s) { say(s, &ZoneForm::nationality, "V1M"); }),
      row("zone-birth-malformed", "The date of birth has a letter in it.", kDate, kTolerated, "mrz-birth-date",
          [](Scene& s) { say(s, &ZoneForm::birth, "9A0812"); }),
      row("zone-birth-impossible", "The date of birth has a month 13.", kDate, kTolerated, "mrz-birth-date",
          [](Scene& s) { say(s, &ZoneForm::birth, "961312"); }),
      row("zone-sex-unknown", "The sex is neither M, F nor left open.", "9303-3 §4.5", kTolerated, "mrz-sex",
          [](Scene& s) { say(s, &ZoneForm::sex, "Q"); }),
      row("zone-expiry-malformed", "The date of expiry has a letter in it.", kDate, kTolerated, "mrz-expiry-date",
          [](Scene& s) { say(s, &ZoneForm::expiry, "3A0605"); }),
      row("zone-expiry-impossible", "The date of expiry has a month 13.", kDate, kTolerated, "mrz-expiry-date",
          [](Scene& s) { say(s, &ZoneForm::expiry, "341305"); }),
      row("zone-number-digit-wrong", "The check digit of the document number is wrong.", kDigit, kTolerated,
          "mrz-check-digit", spoil<&ZoneForm::number_digit>),
      row("zone-birth-digit-wrong", "The check digit of the date of birth is wrong.", kDigit, kTolerated,
          "mrz-check-digit", spoil<&ZoneForm::birth_digit>),
      row("zone-expiry-digit-wrong", "The check digit of the date of expiry is wrong.", kDigit, kTolerated,
          "mrz-check-digit", spoil<&ZoneForm::expiry_digit>),
      row("zone-optional-digit-wrong", "The check digit of the optional data is wrong.", kDigit, kTolerated,
          "mrz-check-digit", spoil<&ZoneForm::optional_digit>),
      row("zone-composite-digit-wrong", "The last check digit is wrong.", kDigit, kTolerated, "mrz-check-digit",
          [](Scene& s) { change_zone(s, [](Zone& zone) { zone.spoil(zone.form().composite); }); }),
  };
}

}  // namespace

std::vector<Fault> faults_of_the_zone() {
  auto all = unusual_zones();
  for (auto part : {wrong_frames(), wrong_fields()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace cicada::host::misissue
