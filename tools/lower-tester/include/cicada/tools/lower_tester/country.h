// The State behind test cards: who signs documents, and who may read fingerprints.
#pragma once

#include <filesystem>
#include <string>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

/// CSCA, document signer and their list; the signer of security objects is ready.
struct Country {
  host::pki::TestCountry pki;
  host::issuance::SodSigner signer;
};
/// Fails with crypto.
[[nodiscard]] base::Result<Country> make_country(base::Rng& rng, const base::Clock& clock);

/// CVCA, DV and IS whose keys all follow the plan. The IS may read what `dg3` and `dg4` say. Fails with crypto.
struct Rights {
  bool dg3 = true;
  bool dg4 = true;
};
[[nodiscard]] base::Result<host::pki::TestVerifiers> make_verifiers(const TerminalPlan& plan, Rights rights,
                                                                    const base::Clock& clock);

/// The country as a folder: trust material, and a terminal's certificates and keys. Fails with conflict, io.
[[nodiscard]] base::Result<void> save(const Country& country, const host::pki::TestVerifiers& verifiers,
                                      const std::filesystem::path& folder, base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::tools::lower_tester
