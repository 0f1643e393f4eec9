// The rules by subject; not part of the room's promise. Each reads the record as it was sent, writes what it made of it
// into `checked`, and adds findings.
#pragma once

#include "cicada/host/issuance/rules.h"

namespace cicada::host::issuance {

/// T01, T02, T03, T05, A02, S01, S02, S04, N08: every text field.
void check_texts(const Dossier& dossier, CheckedDossier& checked, Findings& findings);

/// The three days as far as they could be read.
struct Days {
  std::optional<base::Date> birth;
  std::optional<base::Date> issue;
};
/// D01, D03, D05, D06, D07.
[[nodiscard]] Days check_dates(const Dossier& dossier, const RuleContext& context, CheckedDossier& checked,
                               Findings& findings);

/// N01, N02 (against the index), N04, N05, N07. `sex` is 'M', 'F' or '<' when it could not be read.
void check_number(const Dossier& dossier, const Days& days, char sex, const RuleContext& context, Findings& findings);

/// N10.
void check_document_number(const Dossier& dossier, bool passport, CheckedDossier& checked, Findings& findings);

/// P01, P02.
[[nodiscard]] Portrait load_portrait(const Dossier& dossier, const RuleContext& context, Findings& findings);

}  // namespace cicada::host::issuance
