// The inspection of a document: open the chip, read it, judge it (9303-11 §4 and §5).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/access/attempts.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/auth/passive.h"
#include "cicada/host/auth/verdict.h"
#include "cicada/host/inspect/credentials.h"
#include "cicada/host/inspect/events.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/pki/cv_store.h"

namespace cicada::host::inspect {

/// What a card may make us do, at most.
struct Caps {
  std::size_t file_size = 1024UL * 1024;   ///< octets of one file; a passport photo has 10,000 to 50,000
  std::size_t restarts = 3;                ///< access procedures after a session that the card ended
  std::chrono::milliseconds time{60'000};  ///< of the whole inspection; asked before each command
};

/// Files by what they are; content exactly as the chip sent it.
using Files = std::map<lds::Ef, base::Bytes>;

/// How the evidence is judged.
struct JudgeOptions {
  const pki::TrustStore* trust = nullptr;  ///< null: the signer's checks are "not checked"
  auth::Policy policy = {};
  /// The day of the signature, if the caller knows it; a signingTime in EF.SOD is used if not. The day of issue in DG13
  /// is not taken for it: that is the day of the decision, and a card may be signed later with a younger key.
  std::optional<base::Instant> issued_at = {};
};

/// How far a reader goes to open a chip.
struct AccessPolicy {
  /// A chip that offered PACE and did not open with it is not tried with BAC: whoever sits between could have made PACE
  /// fail to be left with the weaker one (9303-11 §4.2). True does it all the same, and the verdict lists it.
  bool allow_bac_after_failed_pace = false;
  /// See access::PaceOptions.
  bool spend_last_try = false;
};

struct InspectionOptions {
  Credentials credentials;  ///< opens the chip
  AccessPolicy access = {};
  /// Waits between attempts that the chip refused; null: does not wait. Outlives the call, so that it can grow from one
  /// inspection to the next.
  access::AttemptDelay* attempts = nullptr;
  /// Data groups to read. Nothing: all that EF.SOD and EF.COM list, except DG3 and DG4 when there is no `verifier`:
  /// they need a right, and are listed as unread without being asked for.
  std::optional<std::vector<lds::Ef>> wanted = {};
  /// Octets of the largest response asked for with extended length; 0: short length only, which every chip knows.
  std::uint32_t extended_response = 0;
  /// Ask the chip (EF.ATR/INFO) what it can, instead. One that does not say is tried with the largest there is. Either
  /// way a chip that does not take it is read with short length.
  bool ask_for_lengths = false;
  /// Chip and active authentication, for documents that have DG14 and DG15 and where these groups are read.
  bool prove_chip = true;
  /// The inspection system's certificates and key: with them DG3 and DG4 are read, after terminal authentication.
  const pki::CvStore* verifier = nullptr;
  JudgeOptions judge = {};
  Caps caps = {};
  EventHandler on_event = {};
  /// The stop watch; replaced in tests.
  std::function<std::chrono::steady_clock::time_point()> watch = std::chrono::steady_clock::now;
};

/// A file that the document lists and that could not be read.
struct Unread {
  lds::Ef ef{};
  std::uint16_t sw = 0;  ///< 6982 closed, 6A82 absent, ...; 0: not asked for
  std::string reason = {};
  bool malformed = false;  ///< it is there, and does not have its tag or ends before its length
};

/// Where the reader's knowledge of PACE came from.
enum class CardAccessSource : std::uint8_t {
  not_asked,  ///< the credentials are for BAC only
  none,       ///< the chip has no EF.CardAccess
  chip,       ///< EF.CardAccess of the chip
  built_in,   ///< it could not be read; what all CCCD say was taken in its place
};
/// "not-asked", "none", "chip", "built-in"
[[nodiscard]] std::string_view to_string(CardAccessSource source) noexcept;

/// How the chip was opened.
struct AccessReport {
  CardAccessSource card_access = CardAccessSource::not_asked;
  std::optional<access::PaceOffer> offer = {};        ///< the strongest that was offered and is known
  std::optional<access::PasswordKind> password = {};  ///< with which PACE opened the chip
  std::optional<std::uint8_t> tries_left = {};        ///< of a PIN or PUK, when the chip said so
  std::vector<std::string> deviations = {};           ///< tolerated: "bac-after-failed-pace"
};

/// What came of it. "Read" is not "verified": that is what the verdict says.
struct Inspection {
  Files files = {};
  std::vector<Unread> unread = {};
  std::string_view access_protocol = {};  ///< "PACE", "BAC", "none" (no access control); empty: not opened
  AccessReport access = {};
  std::optional<base::Error> access_error = {};  ///< why access was refused
  iso7816::Counters transfer = {};               ///< since the inspection began
  std::chrono::milliseconds elapsed{0};
  base::Instant at{};  ///< the moment of the verdict
  /// Departures of the chip from the straight way, by name: "sfi-not-supported", "length-probed-first",
  /// "le-160", "session-restarted", "card-access-by-select", "card-access-built-in", "mf-not-selectable",
  /// "no-access-control", "extended-length-untold".
  std::vector<std::string> notes = {};
  auth::Verdict verdict = {};
};

/// Runs the whole procedure with the chip in the field; the steps are listed in src/procedure.cpp.
/// Refused access is a result (access_error, and the check `access` failed). Fails with transport or card_removed; with
/// security or malformed when the chip breaks secure messaging; with session_dead when it ends sessions again and
/// again; with limit when the time is over; with crypto. A file that the card refuses, or gives in a form or size that
/// is not accepted, is in `unread`, and the verdict says what follows from that.
[[nodiscard]] base::Result<Inspection> inspect(iso7816::Channel& channel, const InspectionOptions& options,
                                               base::Rng& rng, const base::Clock& clock);

/// The same verdict from files that were read earlier, without a chip. `at` is the moment of the check.
[[nodiscard]] Inspection inspect_files(Files files, const JudgeOptions& options, base::Instant at);

}  // namespace cicada::host::inspect
