// The rules by subject; not part of the room's promise. Each reads the record as it was sent, writes what it made of it
// into `checked`, and adds findings.
#pragma once

#include "cicada/host/issuance/rules.h"

namespace cicada::host::issuance {

/// What every group of rules is told.
struct Law {
  const RuleContext& context;
  const Policy& policy;
};

/// The days as far as they could be read.
struct Days {
  std::optional<base::Date> birth;
  std::optional<base::Date> issue;
  std::optional<base::Date> captured;
  /// On which the person's age counts: of the capture, or else of the issue.
  [[nodiscard]] std::optional<base::Date> of_age() const { return captured ? captured : issue; }
};

/// T01, T02, T03, T05, A02, A03, S01 to S04, N08: every text field.
void check_texts(const Dossier& dossier, CheckedDossier& checked, Findings& findings);
/// T04.
void check_spelling(const CheckedDossier& checked, Findings& findings);

/// D01, D03: reads the days.
[[nodiscard]] Days read_days(const Dossier& dossier, Findings& findings);
/// D05, D06, D07.
void check_dates(const Dossier& dossier, const Days& days, const Law& law, CheckedDossier& checked, Findings& findings);
/// F01, F02.
void check_family(const Dossier& dossier, const Days& days, const Law& law, const CheckedDossier& checked,
                  Findings& findings);

/// N01, N02 (against the index), N04 to N07, N09. `checked` has sex and place of birth.
void check_number(const Dossier& dossier, const Days& days, const CheckedDossier& checked, const Law& law,
                  Findings& findings);
/// N10.
void check_document_number(const Dossier& dossier, bool passport, CheckedDossier& checked, Findings& findings);

/// A01.
void check_unit(const Dossier& dossier, const Days& days, const Law& law, Findings& findings);

/// N03, D04, T06, T07, T08: what other papers say about the person.
void check_papers(const Dossier& dossier, const CheckedDossier& checked, Findings& findings);
/// P03, P05, B01, B02, B03, X01 to X04: what enrolment and databases say.
void check_enrolment(const Dossier& dossier, const Days& days, const Law& law, Findings& findings);

/// P01, P02.
[[nodiscard]] Portrait load_portrait(const Dossier& dossier, const RuleContext& context, const PortraitLimits& limits,
                                     Findings& findings);
/// Whether a card for somebody of this age has a face on it (D05 when the record says otherwise).
[[nodiscard]] bool has_face(const Days& days, const Law& law);

/// Reads a day, or says D03.
[[nodiscard]] std::optional<base::Date> read_day(std::string_view field, std::string_view text, Findings& findings);
/// The day somebody becomes `age`. 29 February is the 28th (or, when `late`, 1 March) in a year without one.
[[nodiscard]] base::Date birthday(base::Date birth, int age, bool late = false);

}  // namespace cicada::host::issuance
