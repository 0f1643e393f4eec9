// One inspection under way: what its steps share, and the steps by name. procedure.cpp lists them in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/access/session.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/passive.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/inspect/reader.h"
#include "file_reader.h"

namespace cicada::host::inspect {

struct Run {
  Run(iso7816::Channel& over, const InspectionOptions& with, base::Rng& from, base::Instant now);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  Run(Run&&) = delete;
  Run& operator=(Run&&) = delete;
  ~Run() = default;

  iso7816::Channel& channel;
  const InspectionOptions& options;
  base::Rng& rng;
  base::Instant at;
  std::chrono::steady_clock::time_point start;

  Inspection result = {};
  access::PlainSession plain;
  std::optional<access::SecureSession> session = {};  ///< nothing: the chip has no access control, or is not open
  std::optional<ChipHabits> habits = {};
  std::uint32_t extended_response;  ///< what was asked for, or what the chip says that it can
  std::size_t restarts = 0;
  std::size_t password = 0;                              ///< the one that opened the chip, or the next to try
  bool searched_card_access = false;                     ///< in every way that there is
  std::shared_ptr<const auth::ParsedSod> sod = nullptr;  ///< once EF.SOD was read
  std::optional<base::Bytes> card_access = {};           ///< EF.CardAccess, or what stands in for it
  std::optional<access::PaceEvidence> pace = {};
  std::optional<auth::ChipEvidence> chip = {};
  std::optional<auth::ActiveEvidence> active = {};
  std::optional<auth::TerminalEvidence> terminal = {};
  std::string_view terminal_not_run = {};
  std::optional<base::Bytes> ef_cvca = {};
  /// The reader has certificates, and there is something that it needs them for.
  bool terminal_wanted = false;
  /// What the certificates of the terminal give it, all of them together.
  std::optional<asn1::CvAuthorization> rights = {};
  /// The session ended in a proof, or because the new keys did not hold: a failed check, and the chip is opened again.
  bool ended_by_proof = false;
  std::vector<lds::Ef> to_read = {lds::Ef::com, lds::Ef::sod};  ///< all files, in order; groups when EF.SOD is known
  std::size_t total_bytes = 0;

  void tell(const Event& event) const {
    if (options.on_event) options.on_event(event);
  }
  void note(std::string_view name);
  [[nodiscard]] base::Result<void> check_time() const;
  /// Plain, or under secure messaging when there is a session.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);
  /// What can be asked for under the keys of now; learned once, kept over sessions, smaller when the keys say so.
  void fit_block_size();
  /// transmit, for a FileReader.
  [[nodiscard]] FileReader::Transmit transmitter();
};

/// The chip said no, or did not do what a chip of this kind does: a result. Trouble with the wire is none.
[[nodiscard]] bool is_refusal(const base::Error& error) noexcept;

// card_access.cpp
/// Looks for EF.CardAccess and chooses the strongest PACE in it. That there is none is no failure; that there is one
/// which cannot be used is.
[[nodiscard]] base::Result<void> find_card_access(Run& run);
/// In every way that there is, when the first did not find it.
[[nodiscard]] base::Result<void> search_card_access(Run& run);

// ask_lengths.cpp
/// EF.ATR/INFO, when the caller wants the chip asked about extended length.
[[nodiscard]] base::Result<void> ask_for_lengths(Run& run);

// open_chip.cpp
/// PACE, or BAC, or nothing when the chip has no access control; the application is selected afterwards.
[[nodiscard]] base::Result<void> open_chip(Run& run);
/// The card has ended the session. Some do at a length that they do not like; the habits know better now.
[[nodiscard]] base::Result<void> start_again(Run& run, const base::Error& cause);

// read_files.cpp
/// Reads one file, with as many sessions as the caps allow. That the card refuses it is no failure.
[[nodiscard]] base::Result<void> read_file(Run& run, lds::Ef ef);
/// Lists a file as unread.
void skip(Run& run, lds::Ef ef, std::uint16_t status, std::string_view reason);
[[nodiscard]] base::Result<void> read_com(Run& run);
[[nodiscard]] base::Result<void> read_security_object(Run& run);
[[nodiscard]] base::Result<void> plan_data_groups(Run& run);
/// DG1 and DG13, then DG14 and DG15, which hold the keys that the chip is to prove.
[[nodiscard]] base::Result<void> read_text_and_keys(Run& run);
[[nodiscard]] base::Result<void> read_other_groups(Run& run);

// chip_proofs.cpp
/// DG3 and DG4.
[[nodiscard]] bool needs_terminal_authentication(lds::Ef ef) noexcept;
/// The chip accepted the reader, whose certificates give it the right to this group.
[[nodiscard]] bool has_right_to(const Run& run, lds::Ef ef) noexcept;
/// Chip authentication with the key of DG14. That it does not succeed is no failure.
[[nodiscard]] base::Result<void> authenticate_chip(Run& run);
/// Terminal authentication, when a group that needs it is wanted and the reader has certificates.
[[nodiscard]] base::Result<void> authenticate_terminal(Run& run);
/// In a new session: chip and terminal authentication again, when the rights died with the session before and a group
/// that needs them is still to be read.
[[nodiscard]] base::Result<void> regain_rights(Run& run);
/// Active authentication with the key of DG15.
[[nodiscard]] base::Result<void> challenge_chip(Run& run);

}  // namespace cicada::host::inspect
