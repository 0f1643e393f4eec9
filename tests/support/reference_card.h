// P18: the reference card that whole reads are measured with, signed so that it verifies.
//
//   EF.COM 24   EF.SOD 1,905   DG1 93   DG2 15,360   DG13 600   DG14 400   octets: 18,382 in all
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::tests {

/// Standardized domain parameters of PACE (9303-11 §9.5.1).
inline constexpr std::uint8_t kPaceOnP256 = 12;
inline constexpr std::uint8_t kPaceOnBrainpoolP256r1 = 13;

struct ReferenceCard {
  std::map<host::lds::Ef, base::Bytes> files;
  std::string mrz;              ///< two lines of a passport (TD3), joined
  std::string mrz_information;  ///< what BAC's keys are derived from
  host::pki::TestCountry country;
  std::uint8_t pace_domain = kPaceOnBrainpoolP256r1;  ///< of EF.CardAccess and DG14

  [[nodiscard]] base::Result<host::pki::TrustStore> trust() const;
  /// The card as the simulator takes it: BAC, everything else behind it.
  [[nodiscard]] base::Result<applet_sim::kernel::CardContent> content() const;
  /// The same with PACE beside it: generic mapping, AES-128, the MRZ as password.
  [[nodiscard]] base::Result<applet_sim::kernel::CardContent> pace_content() const;
  /// EF.CardAccess of that card; DG14 repeats it.
  [[nodiscard]] static base::Bytes card_access(std::uint8_t pace_domain = kPaceOnBrainpoolP256r1);
};

/// Signed with RSA-2048: its signatures all have one length, so EF.SOD can be made to measure.
[[nodiscard]] base::Result<ReferenceCard> make_reference_card(std::uint8_t pace_domain = kPaceOnBrainpoolP256r1);

}  // namespace cicada::tests
