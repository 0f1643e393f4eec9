// EF.CardSecurity: the signed SecurityInfos of the chip (9303-11 §9.2.11, 9303-10 §3.11.4).
#pragma once

#include <optional>

#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/host/auth/passive.h"
#include "cicada/host/auth/verdict.h"

namespace cicada::host::auth {

/// Judges EF.CardSecurity (the whole file: CMS without a tag around it) like EF.SOD: signature, path to a CSCA,
/// periods, revocation, country.
struct CardSecurity {
  /// sod-signature, ds-path, ds-validity, revocation, country, as they would stand for an EF.SOD; they do not go into
  /// the verdict under these names.
  std::vector<Check> checks = {};
  /// Only when every check that matters passed: the content may be used.
  bool verified = false;
  std::string reason = {};                        ///< why not
  CheckResult result = CheckResult::not_checked;  ///< passed when verified
  std::vector<std::string> deviations = {};       ///< of all checks, each once
  std::optional<asn1::SecurityInfos> infos = {};  ///< content, verified or not; nothing when it cannot be read
};

/// `input` is that of the document's passive authentication: trust, time, policy, issuing State.
[[nodiscard]] CardSecurity judge_card_security(base::ByteView ef_card_security, const PassiveInput& input);

}  // namespace cicada::host::auth
