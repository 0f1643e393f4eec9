// Documents in chips of each kind, for cards that misbehave: signed, on curves that are fast.
#pragma once

#include <optional>
#include <string_view>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/host/inspect/credentials.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::tests {

/// A document, and what a reader needs for it.
struct ChipDocument {
  applet_sim::kernel::CardContent content;
  std::string mrz_information;
  bool by_can = false;  ///< opened with the CAN and the MRZ; else with the MRZ
  const host::pki::TestCountry* country = nullptr;
  const host::pki::TrustStore* trust = nullptr;
  const host::pki::CvStore* verifier = nullptr;  ///< null: DG3 is not there

  [[nodiscard]] host::inspect::Credentials credentials() const;
};

/// The document that has what a fault needs (a word of misbehave::known_needs()). Made at the first call, then kept.
const ChipDocument& document_for(std::string_view need);

}  // namespace cicada::tests
