// Preconditions: chip authentication done.
#include "chip_test_run.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using model::Outcome;

namespace {

/// With the first key that goes by GENERAL AUTHENTICATE, or else the first.
Outcome chip_authenticated(Scene& scene) {
  base::Bytes content;
  if (auto outcome = read_file(scene, "DG14", content); !outcome.passed()) return outcome;
  const auto keys = chip_keys_for(scene, {});
  if (!keys) return keys.error();
  const auto* const access = find_given("access-open");
  if (access == nullptr) return model::inconclusive("nothing opens the application");
  if (const auto done = scene.terminal.reset(); !done) return inconclusive("reset", done.error());
  if (auto outcome = access->given(scene); !outcome.passed()) return outcome;
  const auto* key = &keys->front();
  for (const auto& other : *keys) {
    if (other.by_key_agreement_template()) continue;
    key = &other;
    break;
  }
  auto run = terminal::run_chip_authentication(scene.terminal, *key);
  if (!run) return inconclusive("chip authentication", run.error());
  scene.terminal.open(std::move(run->session));
  return check_alive(scene.terminal, "a command after chip authentication");
}

constexpr NamedGiven kGivens[] = {
    {.name = "chip-authenticated",
     .means = "The application is selected, and chip authentication has replaced the keys of its session.",
     .given = chip_authenticated},
};

}  // namespace

std::span<const NamedGiven> chip_givens() {
  return kGivens;
}

}  // namespace cicada::conformance::procedures
