// Preconditions: terminal authentication done.
#include "eac_run.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using model::Outcome;

namespace {

Outcome terminal_ready(Scene& scene) {
  const auto run = EacRun::begin(scene);
  return run ? model::pass() : run.error();
}

Outcome terminal_authenticated(Scene& scene) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(*chain, run->pki().root.reference));
  return run->authenticate(chain->system);
}

constexpr NamedGiven kGivens[] = {
    {.name = "terminal-ready",
     .means = "The application is selected and the chip authenticated; terminal authentication has not begun.",
     .given = terminal_ready},
    {.name = "terminal-authenticated",
     .means = "The application is selected, and terminal authentication has opened what the chip has to itself.",
     .given = terminal_authenticated},
};

}  // namespace

std::span<const NamedGiven> terminal_givens() {
  return kGivens;
}

}  // namespace cicada::conformance::procedures
