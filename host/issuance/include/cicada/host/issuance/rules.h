// The record rules: which record becomes a card.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/host/issuance/dossier.h"
#include "cicada/host/issuance/finding.h"
#include "cicada/host/issuance/policy.h"
#include "cicada/host/issuance/portrait.h"
#include "cicada/host/lds/mrz.h"

namespace cicada::host::issuance {

/// What the rules need to know besides the record.
struct RuleContext {
  base::Date today;
  std::filesystem::path folder;                 ///< portraits with a relative path are looked for here
  std::optional<PortraitLimits> portrait = {};  ///< in place of the policy's
  bool passport = false;  ///< the records become passports: they have numbers and lives of their own
  /// Whether a card for this number exists or is being made: the all-time index (N02). May be empty.
  std::function<bool(std::string_view number)> already_issued = {};
  /// Whether this number was cancelled (N09). May be empty.
  std::function<bool(std::string_view number)> cancelled = {};
  /// Borrowed. Nothing (nullptr): the law in force on the day of issue, law_on().
  const Policy* policy = nullptr;
};

/// A record that passed. Texts are NFC and clean, dates are days, the portrait is in memory.
struct CheckedDossier {
  std::string number;
  std::string name;
  base::Date birth_date;
  char sex = '<';        ///< 'M' or 'F', as in the MRZ
  std::string sex_text;  ///< "Nam" or "Nữ"
  std::string nationality;
  std::string ethnic_group;  ///< as in the list of 54 groups
  std::string religion;
  std::string place_of_origin;
  std::string residence;
  std::string identifying_marks;
  base::Date issue_date;
  std::optional<base::Date> expiry_date;  ///< nothing: unlimited
  std::string father;
  std::string mother;
  std::vector<std::string> spouses;
  std::string old_number;       ///< empty when there was none
  std::string document_number;  ///< of a passport; else empty
  std::string birth_place;      ///< may be empty
  std::string issuing_unit;
  Portrait portrait;  ///< without octets for a child whose card has no face
  Origin origin = {};
};

/// The outcome of all rules on one record. `dossier` is there when nothing refuses it.
struct CheckResult {
  std::optional<CheckedDossier> dossier;
  Findings findings;
  std::optional<Digest> portrait = {};  ///< of a portrait that is fit for a chip, whatever the record is
};

/// The day on which a card of this age ends: the birthday of 25, 40 or 60 that comes next, or the one after it when the
/// card is issued within the two years before; after that none (Law on citizen identification of 2014, art. 21).
/// A birthday of 29 February is the 28th in other years; check() takes 1 March as well.
[[nodiscard]] std::optional<base::Date> expiry_by_age(base::Date birth, base::Date issue);
/// The same with the birthdays and the grace of a policy (since July 2024 the birthday of 14 is one of them).
[[nodiscard]] std::optional<base::Date> expiry_by_age(base::Date birth, base::Date issue, const Policy::Expiry& law);

/// Applies every rule; never stops at the first finding. The record is not checked against the batch: batch.h does.
/// Safe to call from several threads with one context, when its functions are.
[[nodiscard]] CheckResult check(const Dossier& dossier, const RuleContext& context);

/// Whether a person looked at a record that was held and let it pass: holds then count as warnings.
enum class Release : std::uint8_t { none, by_a_person };

/// The second pass, before signing: every rule but those of the portrait's octets (P01, P02), which the first pass
/// settled. Decodes nothing; microseconds.
[[nodiscard]] CheckResult recheck(const Dossier& dossier, Portrait portrait, const RuleContext& context,
                                  Release release = Release::none);

/// Compares what was built: DG1 against DG13 (C03). Files that are not there are not compared.
[[nodiscard]] Findings check_consistency(base::ByteView dg1, base::ByteView dg13);

}  // namespace cicada::host::issuance
