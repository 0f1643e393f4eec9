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

/// CVCA, DV and IS whose keys all follow the plan; the IS may read DG3 and DG4. Fails with crypto.
[[nodiscard]] base::Result<host::pki::TestVerifiers> make_verifiers(const TerminalPlan& plan, const base::Clock& clock);
/// A new key of the plan's kind, and what signs with it. Fail with crypto.
[[nodiscard]] base::Result<crypto::openssl::PrivateKey> make_terminal_key(const TerminalPlan& plan);
[[nodiscard]] base::Result<host::pki::CvSigner> terminal_signer(const crypto::openssl::PrivateKey& key,
                                                                const TerminalPlan& plan);

/// The country as a folder: trust material, and a terminal's certificates and keys. Fails with conflict, io.
[[nodiscard]] base::Result<void> save(const Country& country, const host::pki::TestVerifiers& verifiers,
                                      const std::filesystem::path& folder, base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::tools::lower_tester
