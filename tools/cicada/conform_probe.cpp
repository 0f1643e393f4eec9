// cicada conform --probe: a statement, drafted.
#include <algorithm>
#include <iostream>

#include "cicada/base/rng.h"
#include "cicada/conformance/runner/probe.h"
#include "conform.h"
#include "conform_target.h"

namespace cicada::tools {

Exit probe_card(const ConformOptions& options) {
  SystemWorld world;
  auto target = open_target(options.card, world);
  if (!target) return complain(options.card.subject(), target.error());
  base::SystemRng rng;
  conformance::runner::ProbeAccess access{.mrz = options.mrz,
                                          .can = base::SecretBytes::copy_of(base::as_bytes(options.can))};
  std::erase_if(access.mrz, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  const auto draft = conformance::runner::draft_statement(**target, rng, std::move(access));
  if (!draft) return complain(options.card.subject(), draft.error());
  std::cout << *draft;
  return Exit::done;
}

}  // namespace cicada::tools
