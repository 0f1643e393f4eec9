// Passive authentication: are these the data that the State signed (9303-11 §5.1)?
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/host/auth/verdict.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::auth {

/// How much deviation from the standard is put up with.
struct Policy {
  /// Every deviation, tolerated otherwise and listed, makes its check fail.
  bool strict = false;
  /// The deviations that BSI TR-03105-5.1 wants an inspection system to refuse make their check fail, and so does an
  /// algorithm that Doc 9303 does not know; the others are tolerated and listed (conformance/decisions.md).
  bool conforming = false;
  /// A DS certificate that has expired since, but whose key signed in its time, is a deviation and not a failure: for
  /// cards that live longer than their signer's certificate. Needs to know when the document was signed.
  bool accept_expired_signer = false;
  /// A data group that EF.SOD lists and that was not given leaves dg-hashes open. Not so for DG3 and DG4, which few may
  /// read. False: for readers that ask for some groups only.
  bool every_group = false;
};

/// EF.SOD taken apart, for whoever asks it more than once (sod.h).
struct ParsedSod;
/// Never null; that the file cannot be taken apart is what it then says to everybody.
[[nodiscard]] std::shared_ptr<const ParsedSod> take_apart_sod(base::ByteView ef_sod);

/// The evidence. Octets are borrowed, as the chip sent them; nothing is re-encoded before it is hashed.
struct PassiveInput {
  base::ByteView ef_sod;
  /// What take_apart_sod() made of `ef_sod`; null: it is taken apart where it is asked.
  std::shared_ptr<const ParsedSod> parsed_sod = nullptr;
  /// Number (1 to 16) to whole file: tag, length, content. Padding behind it (00 or FF) is a deviation and not hashed
  /// (9303-10 §4.6.2.3). A group that could not be read is left out.
  std::map<int, base::ByteView> data_groups = {};
  const pki::TrustStore* trust = nullptr;  ///< null: no trust material; then nothing is said about the signer
  base::Instant at{};                      ///< the moment of the check
  std::optional<base::ByteView> ef_com = std::nullopt;
  std::optional<base::ByteView> ef_atr_info = std::nullopt;
  std::optional<base::ByteView> ef_cvca = std::nullopt;
  /// Files that the chip has in a form in which they could not be read to their end, and why.
  std::map<lds::Ef, std::string> unreadable_files = {};
  Policy policy = {};
  /// The day the document was issued, if a data group or the print says so. A signingTime in EF.SOD is used if not.
  std::optional<base::Instant> issued_at = std::nullopt;
  /// Issuing State and document code as in the printed MRZ; empty: those of DG1, if it is among the data groups.
  std::string issuing_state = {};
  std::string document_code = {};
};

/// The checks of passive authentication: sod-signature, dg-hashes, file-structure, ds-path, ds-validity, revocation,
/// country. Never fails: broken evidence makes failed checks.
[[nodiscard]] std::vector<Check> passive_authentication(const PassiveInput& input);

/// A whole verdict without a card: passive authentication, and the checks that need a chip as not checked. Active and
/// chip authentication matter for a document whose security object lists DG15 or DG14.
[[nodiscard]] Verdict judge_files(const PassiveInput& input);

/// What EF.SOD lists, before anything is verified: for planning what to read, and for telling whether a chip check is
/// to be expected. In ascending order. Fails with malformed, unsupported or limit.
[[nodiscard]] base::Result<std::vector<int>> listed_data_groups(base::ByteView ef_sod);
[[nodiscard]] base::Result<std::vector<int>> listed_data_groups(const ParsedSod& sod);

}  // namespace cicada::host::auth
