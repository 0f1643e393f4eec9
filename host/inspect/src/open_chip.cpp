// Opening the chip (9303-11 §4.2): PACE where it is offered, BAC where it is not.
#include <algorithm>
#include <utility>

#include "cicada/host/access/bac.h"
#include "cicada/host/auth/chip_checks.h"
#include "cicada/host/iso7816/sw.h"
#include "run.h"

namespace cicada::host::inspect {

using access::PasswordKind;
using base::Bytes;
using base::Fault;
using base::Result;
using lds::Ef;
namespace sw = iso7816::sw;

namespace {

constexpr std::string_view kBacAfterFailedPace = "bac-after-failed-pace";
constexpr std::string_view kNoAccessControl = "no-access-control";

/// Plain before BAC, inside the session after PACE.
Result<void> select_application(Run& run) {
  const auto aid = lds::lds1_aid();
  // No Le: the control information is not wanted (9303-10 §3.6.2).
  CICADA_TRY(const auto response,
             run.transmit({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = Bytes(aid.begin(), aid.end())}));
  if (response.ok()) return {};
  return base::fail({.fault = Fault::card_status,
                     .what = "the card has no travel document application",
                     .clause = "9303-10 §4.3",
                     .hint = "this is another kind of card",
                     .sw = response.sw});
}

void opened(Run& run, std::string_view protocol) {
  run.result.access_protocol = protocol;
  run.fit_block_size();
  run.tell(AccessDone{protocol});
}

void wait_before_attempt(const Run& run) {
  if (run.options.attempts != nullptr) run.options.attempts->before_attempt();
}

void count_attempt(const Run& run, bool successful) {
  if (run.options.attempts == nullptr) return;
  if (successful) {
    run.options.attempts->succeeded();
  } else {
    run.options.attempts->failed();
  }
}

/// One run with one password.
Result<void> try_password(Run& run, const access::PacePassword& password) {
  CICADA_CHECK(run.check_time());
  wait_before_attempt(run);
  auto session = access::run_pace(std::move(run.plain), *run.result.access.offer, password, run.rng,
                                  {.spend_last_try = run.options.access.spend_last_try});
  count_attempt(run, session.has_value());
  if (!session) {
    run.plain = std::move(session.error().plain);
    if (session.error().tries_left) run.result.access.tries_left = session.error().tries_left;
    return std::unexpected{session.error().error};
  }
  run.session.emplace(std::move(session->session));
  run.pace.emplace(std::move(session->evidence));
  run.result.access.password = password.kind();
  if (run.pace->tries_left) run.result.access.tries_left = run.pace->tries_left;
  return {};
}

/// With each password once. A chip that breaks the protocol gets no other password.
Result<void> open_with_pace(Run& run) {
  const auto& passwords = run.options.credentials.pace;
  for (;; ++run.password) {
    const auto done = try_password(run, passwords.at(run.password));
    if (done) break;
    if (done.error().fault != Fault::card_status || run.password + 1 == passwords.size()) return done;
  }
  opened(run, "PACE");
  return {};
}

Result<void> open_with_bac(Run& run) {
  CICADA_CHECK(run.check_time());
  wait_before_attempt(run);
  auto session = access::run_bac(std::move(run.plain), *run.options.credentials.bac, run.rng);
  count_attempt(run, session.has_value());
  if (!session) {
    run.plain = std::move(session.error().plain);
    return std::unexpected{session.error().error};
  }
  run.session.emplace(*std::move(session));
  opened(run, "BAC");
  return {};
}

/// A chip without access control: deprecated, and to be read all the same (9303-11 §4.1). `refusal` stands when it is
/// none.
Result<void> open_without_access_control(Run& run, const base::Error& refusal) {
  const auto probe = static_cast<std::uint8_t>(0x80U | lds::info(Ef::com).sfi);
  CICADA_TRY(const auto response, run.plain.transmit({.ins = 0xB0, .p1 = probe, .ne = BlockSize::kProbe}));
  const bool readable = (response.ok() || response.sw == sw::k6282EndOfFile) && !response.data.empty();
  if (!readable || response.data.front() != lds::info(Ef::com).tag) return std::unexpected{refusal};
  run.note(kNoAccessControl);
  opened(run, auth::kNoAccessControl);
  return {};
}

/// What a chip says that knows no BAC.
bool knows_no_bac(const base::Error& error) noexcept {
  switch (error.sw) {
    case sw::k6D00InstructionNotSupported:
    case sw::k6E00ClassNotSupported:
    case sw::k6A81FunctionNotSupported:
    case sw::k6A86WrongP1P2: return true;
    default: return false;
  }
}

std::unexpected<base::Error> nothing_to_open_with() {
  return base::fail({.fault = Fault::not_found,
                     .what = "the chip offers no PACE, and this password opens nothing else",
                     .clause = "9303-11 §4.2",
                     .hint = "give the MRZ data"});
}

/// The chip made no offer that PACE could follow.
Result<void> open_without_pace(Run& run) {
  CICADA_CHECK(select_application(run));
  if (run.result.access_protocol == auth::kNoAccessControl) return {};  // again, after a restart
  if (!run.options.credentials.bac) return open_without_access_control(run, nothing_to_open_with().error());
  const auto done = open_with_bac(run);
  if (done || done.error().fault != Fault::card_status) return done;
  if (knows_no_bac(done.error())) {
    const auto plain = open_without_access_control(run, done.error());
    if (plain || !is_refusal(plain.error())) return plain;
  }
  // The chip said that it has no EF.CardAccess where the reader looked, and does not open without.
  CICADA_CHECK(search_card_access(run));
  if (!run.result.access.offer) return done;
  CICADA_CHECK(open_with_pace(run));
  return select_application(run);
}

/// PACE has failed. Was it the chip that offered it?
bool may_go_on_with_bac(const Run& run, const base::Error& error) {
  if (!run.options.credentials.bac || !is_refusal(error)) return false;
  if (run.options.access.allow_bac_after_failed_pace) return true;
  // A guess of ours is no offer of the chip's, as long as it did not get as far as the password.
  return run.result.access.card_access == CardAccessSource::built_in && error.fault == Fault::card_status &&
         error.sw != sw::k6300AuthenticationFailed && iso7816::classify(error.sw) != iso7816::SwClass::warning;
}

Result<void> fall_back(Run& run, const base::Error& error) {
  if (!may_go_on_with_bac(run, error)) return std::unexpected{error};
  if (run.result.access.card_access == CardAccessSource::chip) {
    run.result.access.deviations.emplace_back(kBacAfterFailedPace);
  } else {
    run.result.access.card_access = CardAccessSource::none;
    run.card_access.reset();
  }
  run.result.access.offer.reset();
  return open_without_pace(run);
}

/// PACE belongs to the master file (9303-11 §4.2), and a session that has ended left the reader in the application.
/// What the chip says to that does not matter: some refuse every SELECT of it, and PACE will tell.
Result<void> leave_application(Run& run) {
  CICADA_CHECK(run.check_time());
  CICADA_TRY(const auto response, run.plain.transmit({.ins = 0xA4, .p2 = 0x0C}));
  return {};
}

/// EF.CardSecurity lies in the master file and is needed to judge chip authentication mapping; it is read before the
/// application hides it.
Result<void> read_card_security(Run& run) {
  if (!run.pace || !run.pace->chip_authentication || run.result.files.contains(Ef::card_security)) return {};
  return read_file(run, Ef::card_security);
}

}  // namespace

Result<void> open_chip(Run& run) {
  const bool again = !run.result.access_protocol.empty();
  if (!again) {
    if (const auto found = find_card_access(run); !found) return fall_back(run, found.error());
  }
  if (!run.result.access.offer) return open_without_pace(run);
  if (again) CICADA_CHECK(leave_application(run));
  if (const auto done = open_with_pace(run); !done) return again ? done : fall_back(run, done.error());
  if (!again) CICADA_CHECK(read_card_security(run));
  return select_application(run);
}

Result<void> start_again(Run& run, const base::Error& cause) {
  // A chip that cannot do what it must with its new keys has failed chip authentication, and is read without it.
  const bool by_proof =
      std::exchange(run.ended_by_proof, false) && (is_refusal(cause) || cause.fault == Fault::session_dead);
  const bool by_card = cause.fault == Fault::session_dead && cause.sw != 0;
  if (!run.session || (!by_card && !by_proof)) return std::unexpected{cause};
  if (run.restarts++ == run.options.caps.restarts) return std::unexpected{cause};
  run.habits->note("session-restarted");
  run.plain = std::move(*run.session).end().restart();
  run.session.reset();
  CICADA_CHECK(open_chip(run));
  return regain_rights(run);
}

}  // namespace cicada::host::inspect
