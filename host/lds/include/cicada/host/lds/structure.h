// Is a file built as Doc 9303 says, and does it say what a file of its kind can say?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::lds {

/// What stands out in a file. Whose file it is, and whether anybody signed it, is not asked here.
struct Structure {
  std::optional<base::Error> unreadable = {};  ///< it cannot be taken apart: malformed, unsupported or limit
  /// Departures from the standard by name, each once: those of the file's own type ("dg2-record-length", "mrz-sex") and
  ///   EF.COM: "com-without-lds-version", "com-lds-version" (not 01xx), "com-without-unicode-version",
  ///     "com-unicode-version" (not 040000)
  ///   DG1: "mrz-document-code", "mrz-issuing-state", "mrz-nationality", "mrz-without-name", "mrz-birth-date",
  ///     "mrz-expiry-date", "mrz-check-digit"
  ///   DG2, DG3, DG4, with the group's name in front: "-format-owner", "-format-type", "-biometric-type", "-subtype"
  ///     (DG3 and DG4), each also when the object is missing and must be there
  ///   DG2: "dg2-face-information", "dg2-image-information": numbers that ISO/IEC 19794-5 does not define, or Doc 9303
  ///     does not allow
  ///   DG14: "dg14-protocol-unknown" (of chip authentication), "dg14-chip-authentication-version", "dg14-entry-form"
  ///   EF.ATR/INFO: "atr-info-without-lengths" (announced, and not there)
  std::vector<std::string> deviations = {};

  [[nodiscard]] bool sound() const noexcept { return !unreadable && deviations.empty(); }
};

/// Looks at the whole content of EF.COM, DG1 to DG4, DG14, DG15 or EF.ATR/INFO. Nothing is said about another file.
[[nodiscard]] Structure examine(Ef ef, base::ByteView file);

}  // namespace cicada::host::lds
