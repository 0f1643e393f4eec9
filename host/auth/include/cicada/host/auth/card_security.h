// EF.CardSecurity: the signed SecurityInfos of the chip (9303-11 §9.2.11, 9303-10 §3.11.4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/host/auth/passive.h"
#include "cicada/host/auth/verdict.h"

namespace cicada::host::auth {

/// What EF.CardSecurity says, and whether it counts.
struct CardSecurity {
  /// sod-signature, ds-path, ds-validity, revocation and country, as they would stand for an EF.SOD; under these names
  /// they do not go into the verdict.
  std::vector<Check> checks = {};
  std::string reason = {};  ///< why it does not count
  /// passed: signature and path are right and no check failed; the content may be used.
  CheckResult result = CheckResult::not_checked;
  std::vector<std::string> deviations = {};       ///< of all checks, each once
  std::optional<asn1::SecurityInfos> infos = {};  ///< content, whatever the checks say; nothing when it cannot be read

  [[nodiscard]] bool verified() const noexcept { return result == CheckResult::passed; }
};

/// Judges EF.CardSecurity (the whole file: CMS without a tag around it) like EF.SOD. `input` is that of the document's
/// passive authentication: trust, time, policy, issuing State. Never fails.
[[nodiscard]] CardSecurity judge_card_security(base::ByteView ef_card_security, const PassiveInput& input);

/// The SecurityInfos in EF.CardSecurity, without a look at the signature: for deciding what to ask the chip next.
/// Fails with malformed, unsupported or limit.
[[nodiscard]] base::Result<asn1::SecurityInfos> infos_of_card_security(base::ByteView ef_card_security);

}  // namespace cicada::host::auth
