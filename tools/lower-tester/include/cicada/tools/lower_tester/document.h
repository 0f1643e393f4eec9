// A chip with a document in it, composed in memory.
#pragma once

#include <map>
#include <string>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/tools/lower_tester/country.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

/// Printed on every test document.
inline constexpr std::string_view kCan = "123456";
inline constexpr std::string_view kPin = "789012";
inline constexpr std::string_view kPuk = "3456789012";

struct Document {
  applet_sim::kernel::CardContent content;
  host::lds::Mrz mrz;
  std::string mrz_text;         ///< the whole zone without line breaks
  std::string mrz_information;  ///< what BAC and PACE derive their keys from
  /// Data groups as they were signed.
  std::map<host::lds::Ef, base::Bytes> groups;
};

/// Makes the document of a plan. `verifiers`: those that the chip trusts; may be null without terminal authentication.
/// The chip's keys come from `rng`. Fails with bad_input for a plan that makes no card, crypto.
[[nodiscard]] base::Result<Document> make_document(const Plan& plan, const Country& country,
                                                   const host::pki::TestVerifiers* verifiers, base::Rng& rng);

/// The card file of a document: what a simulated chip would find in its memory. Fails as
/// kernel::Card::create_personalized.
[[nodiscard]] base::Result<base::Bytes> card_file_of(const applet_sim::kernel::CardContent& content, base::Rng& rng,
                                                     const base::Clock& clock);

}  // namespace cicada::tools::lower_tester
