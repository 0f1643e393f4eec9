// A chip with a document in it, composed in memory.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/security_infos.h"
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

/// Where a SecurityInfo stands.
struct Infos {
  std::vector<asn1::SecurityInfo> shown;    ///< EF.CardAccess, and again in DG14 and EF.CardSecurity
  std::vector<asn1::SecurityInfo> of_dg14;  ///< DG14 only
  std::vector<asn1::SecurityInfo> of_chip;  ///< public keys of the chip: DG14 and EF.CardSecurity
  /// In the place of what follows from the three above.
  std::optional<std::vector<asn1::SecurityInfo>> all_of_card_security = {};

  [[nodiscard]] std::vector<asn1::SecurityInfo> in_dg14() const;
  [[nodiscard]] std::vector<asn1::SecurityInfo> in_card_security() const;
};

/// A document on its way: what may be changed before it is signed, and after. May throw misissue::Failure.
struct Bend {
  /// Keys are made; what is said about them is not written yet.
  std::function<void(Infos&, applet_sim::kernel::CardContent&)> infos = {};
  /// Data groups before EF.SOD is signed.
  std::function<void(std::map<host::lds::Ef, base::Bytes>&)> groups = {};
  /// All files, as the chip will hold them.
  std::function<void(std::map<host::lds::Ef, base::Bytes>&)> files = {};
  /// The chip, finished.
  std::function<void(applet_sim::kernel::CardContent&)> chip = {};
};

/// Whom the chip trusts: CVCA certificates, the newest first, one or two.
using TrustPoints = std::span<const asn1::CvCertificate>;

/// Makes the document of a plan. The chip's keys come from `rng`. Fails with bad_input for a plan that makes no card,
/// crypto.
[[nodiscard]] base::Result<Document> make_document(const Plan& plan, const Country& country, TrustPoints trusted,
                                                   base::Rng& rng, const Bend& bend = {});

/// The card file of a document: what a simulated chip would find in its memory. Fails as
/// kernel::Card::create_personalized.
[[nodiscard]] base::Result<base::Bytes> card_file_of(const applet_sim::kernel::CardContent& content, base::Rng& rng,
                                                     const base::Clock& clock);

}  // namespace cicada::tools::lower_tester
