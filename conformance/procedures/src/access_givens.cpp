// Preconditions: from a chip that has just been reset to the strongest access that it offers.
#include "application.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using model::Outcome;

namespace {

/// After a reset the master file is selected (ISO/IEC 7816-4 §8.2.1.1).
Outcome master_file(Scene&) {
  return model::pass();
}

/// A chip that is opened with PACE only may refuse this (9303-11 §4.2): then it stays where it is, and so does what the
/// cases ask.
Outcome application_selected(Scene& scene) {
  const auto seen = scene.terminal.send(select_application(), "SELECT eMRTD application");
  if (!seen) return inconclusive("SELECT of the eMRTD application", seen.error());
  if (!seen->ok() && !scene.ics.claims("PACE")) {
    return model::inconclusive("the eMRTD application cannot be selected in plain");
  }
  return model::pass();
}

Outcome bac_open(Scene& scene) {
  auto outcome = enter_application(scene);
  return outcome.passed() ? open_with_bac(scene) : outcome;
}

Outcome pace_open_master_file(Scene& scene) {
  return open_with_pace(scene);
}

Outcome other_mapping_open(Scene& scene) {
  return open_with_pace(scene, Offers::without_cam);
}

Outcome pace_open(Scene& scene) {
  auto outcome = open_with_pace(scene);
  return outcome.passed() ? enter_application(scene) : outcome;
}

/// PACE before BAC: a chip with both is to be opened with PACE (9303-11 §4.2).
Outcome access_open(Scene& scene) {
  if (scene.ics.claims("PACE")) return pace_open(scene);
  return scene.ics.claims("BAC") ? bac_open(scene) : enter_application(scene);
}

/// BAC stands in the application; the way back is a SELECT under the session.
Outcome access_open_master_file(Scene& scene) {
  if (scene.ics.claims("PACE")) return open_with_pace(scene);
  auto outcome = access_open(scene);
  if (!outcome.passed()) return outcome;
  const auto seen = scene.terminal.transmit({.ins = 0xA4, .p1 = 0x00, .p2 = 0x0C}, "SELECT master file");
  if (!seen) return inconclusive("SELECT of the master file", seen.error());
  return seen->sw == 0x9000 && seen->wrong.empty() ? model::pass()
                                                   : model::inconclusive("the master file cannot be selected");
}

constexpr NamedGiven kGivens[] = {
    {.name = "master-file",
     .means = "The chip has been reset; nothing is selected, nothing is open.",
     .given = master_file},
    {.name = "application-selected",
     .means = "The eMRTD application is selected in plain; a chip with PACE may have refused.",
     .given = application_selected},
    {.name = "bac-open", .means = "The application is selected and a BAC session is open.", .given = bac_open},
    {.name = "pace-open-master-file",
     .means = "A PACE session is open in the master file.",
     .given = pace_open_master_file},
    {.name = "pace-open-other-mapping",
     .means = "A PACE session with generic or integrated mapping is open in the master file.",
     .given = other_mapping_open},
    {.name = "pace-open", .means = "A PACE session is open, the application is selected under it.", .given = pace_open},
    {.name = "access-open",
     .means = "The strongest access that the statement claims is open, the application is selected under it.",
     .given = access_open},
    {.name = "access-open-master-file",
     .means = "The strongest access that the statement claims is open, the master file is selected.",
     .given = access_open_master_file},
};

}  // namespace

std::span<const NamedGiven> access_givens() {
  return kGivens;
}

}  // namespace cicada::conformance::procedures
