// What the holder or the document gave the reader to open the chip with.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"

namespace cicada::host::inspect {

/// Keys and passwords. A reader with passwords looks for PACE first; one with keys for BAC only does not ask the chip
/// whether it does PACE. Move-only.
struct Credentials {
  std::optional<access::BacKeys> bac = {};
  /// For PACE, in the order in which they are tried, each once.
  std::vector<access::PacePassword> pace = {};
  /// The text behind `bac`: terminal authentication signs the document number in it. Empty: not known.
  base::SecretBytes mrz_information = {};
  /// The caller knows that this is a Vietnamese identity card.
  bool is_cccd = false;

  /// Opens with PACE and with BAC. Fails with bad_input (access::BacKeys::from_mrz_information).
  [[nodiscard]] static base::Result<Credentials> from_mrz_information(std::string_view mrz_information);
  /// Takes what is known of PACE away: BAC, without the question for EF.CardAccess.
  void only_bac() { pace.clear(); }
};

}  // namespace cicada::host::inspect
