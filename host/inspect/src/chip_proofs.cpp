// What the chip is asked to prove while it is open (9303-11 §6), and what the reader proves to it (§7). Whether a proof
// counts is judged later, when it is known which keys were signed.
#include <algorithm>
#include <span>

#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/auth/card_security.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/terminal.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/pki/cv_chain.h"
#include "cicada/host/pki/cv_store.h"
#include "run.h"

namespace cicada::host::inspect {

using base::Bytes;
using base::ByteView;
using base::Result;
using lds::Ef;

namespace {

std::optional<ByteView> file_of(const Run& run, Ef ef) {
  const auto found = run.result.files.find(ef);
  if (found == run.result.files.end()) return std::nullopt;
  return ByteView{found->second};
}

/// New keys prove nothing before something was exchanged under them; where nothing else follows, this does.
Result<void> exchange_something(Run& run) {
  if (!run.chip || !run.chip->awaits_proof() || !run.session) return {};
  const auto sfi = static_cast<std::uint8_t>(0x80U | lds::info(Ef::dg14).sfi);
  const auto answer = run.transmit({.ins = 0xB0, .p1 = sfi, .ne = BlockSize::kProbe});
  if (answer) return {};
  return start_again(run, answer.error());
}

/// What is signed in terminal authentication, and the keys that the chip trusts.
struct TerminalKeys {
  Bytes id_ic;
  Bytes compressed_reader_key;
  std::vector<std::string> trust_points;
};

/// The place of EF.CVCA, when DG14 says that it is not the usual one.
std::optional<asn1::CvcaFile> place_of_cvca(const Run& run) {
  const auto dg14 = file_of(run, Ef::dg14);
  if (!dg14) return std::nullopt;
  const auto frame = lds::parse_dg14(*dg14);
  if (!frame) return std::nullopt;
  const auto infos = asn1::parse_security_infos(frame->security_infos);
  if (!infos) return std::nullopt;
  for (const auto& [entry, info] : infos->all<asn1::TerminalAuthenticationInfo>()) {
    if (info->ef_cvca) return info->ef_cvca;
  }
  return std::nullopt;
}

Result<TerminalKeys> terminal_keys(Run& run) {
  TerminalKeys keys;
  if (run.chip && !run.chip->compressed_reader_key.empty()) {
    keys.compressed_reader_key = run.chip->compressed_reader_key;
  } else if (run.pace && run.pace->chip_authentication) {
    keys.compressed_reader_key = run.pace->compressed_terminal_ephemeral;
  } else {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "the chip has not proven itself, which comes first",
                       .clause = "9303-11 §7.1.1"});
  }
  if (run.pace) {
    keys.id_ic = run.pace->compressed_chip_ephemeral;
  } else {
    CICADA_TRY(keys.id_ic, auth::id_ic_of_bac(base::as_text(run.options.credentials.mrz_information.expose())));
  }
  if (run.pace && !run.pace->car.empty()) {
    for (const auto& car : {run.pace->car, run.pace->previous_car}) {
      if (!car.empty()) keys.trust_points.emplace_back(base::as_text(car));
    }
    return keys;
  }
  CICADA_TRY(run.ef_cvca, auth::read_ef_cvca(*run.session, place_of_cvca(run)));
  CICADA_TRY(keys.trust_points, asn1::parse_ef_cvca(*run.ef_cvca));
  return keys;
}

bool wants_protected_groups(const Run& run) {
  return std::ranges::any_of(run.to_read, [](Ef ef) { return needs_terminal_authentication(ef); });
}

/// A group that needs rights has been neither read nor given up.
bool awaits_protected_groups(const Run& run) {
  return std::ranges::any_of(run.to_read, [&run](Ef ef) {
    return needs_terminal_authentication(ef) && !run.result.files.contains(ef) &&
           std::ranges::find(run.result.unread, ef, &Unread::ef) == run.result.unread.end();
  });
}

/// Why terminal authentication is not run; empty when it is.
std::string_view terminal_obstacle(const Run& run) {
  const bool given_up = std::ranges::any_of(run.result.unread, needs_terminal_authentication, &Unread::ef);
  if (run.options.verifier == nullptr && (given_up || wants_protected_groups(run)))
    return "the reader has no certificates for terminal authentication";
  if (!wants_protected_groups(run)) return "the document has no file that needs it, or none was asked for";
  if (!run.session || !run.session->alive()) return "the chip is not open under secure messaging";
  return {};
}

/// What a chip grants: what each certificate from the root down to the terminal allows (9303-11 §7.1.4).
asn1::CvAuthorization rights_of(std::span<const asn1::CvCertificate> chain) {
  auto rights = chain.front().authorization;
  for (const auto& certificate : chain.subspan(1)) rights = pki::intersect(rights, certificate.authorization);
  return rights;
}

/// PACE with chip authentication mapping was the same proof, if its key is the document's.
bool mapping_proves_key_of(const Run& run, base::ByteView dg14) {
  const auto file = file_of(run, Ef::card_security);
  if (!file || !run.pace) return false;
  const auto evidence = auth::mapping_evidence(*run.pace);
  const auto infos = auth::infos_of_card_security(*file);
  return evidence && infos && auth::mapped_key_is_in_dg14(*evidence, *infos, dg14);
}

}  // namespace

bool needs_terminal_authentication(Ef ef) noexcept {
  return ef == Ef::dg3 || ef == Ef::dg4;
}

bool has_right_to(const Run& run, Ef ef) noexcept {
  if (!run.terminal || !run.terminal->accepted() || !run.rights) return false;
  return run.rights->allows(ef == Ef::dg3 ? asn1::kRightDg3 : asn1::kRightDg4);
}

Result<void> authenticate_chip(Run& run) {
  const auto dg14 = file_of(run, Ef::dg14);
  if (!run.options.prove_chip || !dg14 || !run.session) return {};
  if (mapping_proves_key_of(run, *dg14)) return {};
  CICADA_CHECK(run.check_time());
  run.chip = auth::run_chip_authentication(*run.session, *dg14, run.rng);
  run.ended_by_proof = !run.session->alive();
  run.fit_block_size();
  return {};
}

Result<void> authenticate_terminal(Run& run) {
  run.terminal_not_run = terminal_obstacle(run);
  run.terminal_wanted = run.options.verifier != nullptr && wants_protected_groups(run);
  if (!run.terminal_not_run.empty()) return {};
  CICADA_CHECK(exchange_something(run));
  CICADA_CHECK(run.check_time());
  const auto keys = terminal_keys(run);
  if (!keys) {
    run.terminal_not_run = keys.error().what.view();
    return {};
  }
  const auto terminal = run.options.verifier->terminal(keys->trust_points, base::date_of(run.at));
  if (!terminal) {
    run.terminal_not_run = terminal.error().what.view();
    return {};
  }
  run.rights = rights_of(terminal->path.chain);
  auth::CvTerminalSigner signer{terminal->signer};
  run.terminal =
      auth::run_terminal_authentication(*run.session, {.chain = terminal->path.chain,
                                                       .signer = &signer,
                                                       .id_ic = keys->id_ic,
                                                       .compressed_reader_key = keys->compressed_reader_key});
  run.ended_by_proof = !run.session->alive();
  return {};
}

Result<void> regain_rights(Run& run) {
  const bool had_rights = run.terminal && run.terminal->accepted();
  if (!had_rights || !awaits_protected_groups(run)) return {};
  // Gone before they are won again: should that end the session once more, nobody tries a third time.
  run.terminal.reset();
  CICADA_CHECK(authenticate_chip(run));
  return authenticate_terminal(run);
}

Result<void> challenge_chip(Run& run) {
  if (const auto dg15 = file_of(run, Ef::dg15); dg15 && run.options.prove_chip) {
    CICADA_CHECK(run.check_time());
    run.active = run.session ? auth::run_active_authentication(*run.session, *dg15, run.rng)
                             : auth::run_active_authentication(run.plain, *dg15, run.rng);
  }
  return exchange_something(run);
}

}  // namespace cicada::host::inspect
