#include "cicada/host/auth/chip_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "card_access.h"
#include "cicada/host/auth/card_security.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/pki/deviation.h"
#include "passive_checks.h"

namespace cicada::host::auth {

namespace {

using State = Binding::State;

constexpr int kDg14 = 14;
constexpr int kDg15 = 15;
constexpr std::string_view kNoChipKey = "the document has none (DG14 holds no key for it)";

std::string text_of(const base::Error& error) {
  if (error.sw == 0) return std::string{error.what.view()};
  return fmt::format("{} (status word {:04X}: {})", error.what.view(), error.sw, iso7816::describe(error.sw));
}

/// Trouble with the wire, the time or the library says nothing about the chip; the rest is the chip's own doing.
bool speaks_against_the_chip(const base::Error& error) {
  switch (error.fault) {
    case base::Fault::card_status:
    case base::Fault::security:
    case base::Fault::malformed:
    case base::Fault::bad_input:  // a key of the chip that is no key
      return true;
    case base::Fault::session_dead: return error.sw != 0;  // it broke the session off
    default: return false;
  }
}

/// An error as a check: failed when it speaks against the chip, else not made.
Check refused(CheckName name, const base::Error& error, std::string_view where = {}) {
  auto reason = where.empty() ? text_of(error) : fmt::format("{}: {}", where, text_of(error));
  auto check = speaks_against_the_chip(error) ? failed(name, std::move(reason)) : not_checked(name, std::move(reason));
  if (!error.clause.empty()) check.clause = error.clause.view();
  return check;
}

void add(std::vector<std::string>& to, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (std::ranges::find(to, name) == to.end()) to.push_back(name);
  }
}

/// What a chip proved with the key of a data group, against what is known about that group.
Check gate(Check check, const Binding& binding) {
  if (binding.state == State::replaced) {
    auto replaced = failed(check.check, check.result == CheckResult::passed
                                            ? fmt::format("the chip holds the key, but {}", binding.reason)
                                            : binding.reason);
    replaced.deviations = std::move(check.deviations);
    return replaced;
  }
  if (check.result != CheckResult::passed || binding.state == State::bound) return check;
  auto unproven = not_checked(
      check.check, fmt::format("the chip holds the key, but nothing vouches for the key ({})", binding.reason));
  unproven.deviations = std::move(check.deviations);
  return unproven;
}

/// The check of a protocol that was not run, by what the document says about its data group.
Check without_run(CheckName name, const Binding& binding) {
  switch (binding.state) {
    case State::absent: return not_needed(name, fmt::format("the document has none ({})", binding.reason));
    case State::replaced: return failed(name, binding.reason);
    case State::withheld: return not_checked(name, binding.reason);
    case State::bound:
    case State::unproven: break;
  }
  return not_checked(name, "it was not run with the chip");
}

std::optional<base::ByteView> file(const PassiveInput& passive, int data_group) {
  const auto found = passive.data_groups.find(data_group);
  if (found == passive.data_groups.end()) return std::nullopt;
  return found->second;
}

Check judge_active(const PassiveInput& passive, const ChipInput& chip, const Binding& binding) {
  constexpr auto kName = CheckName::active_authentication;
  const auto dg15 = file(passive, kDg15);
  if (chip.active == nullptr || !dg15) return without_run(kName, binding);
  if (chip.active->error) return gate(refused(kName, *chip.active->error), binding);
  const auto proof =
      verify_active_authentication(*dg15, file(passive, kDg14), chip.active->rnd_ifd, chip.active->response);
  if (!proof) return gate(refused(kName, proof.error()), binding);
  auto check = passed(kName, fmt::format("the chip holds the key of DG15 ({})", proof->what));
  check.deviations = proof->deviations;
  return gate(std::move(check), binding);
}

/// A key that the issuing State has declared known to others proves nothing (9303-12 §8).
Check unless_compromised(Check check, const Verdict& verdict) {
  const auto* const path = verdict.find(CheckName::ds_path);
  const bool compromised =
      path != nullptr && std::ranges::find(path->deviations, pki::deviation::kListedAaKey) != path->deviations.end();
  if (!compromised || check.result != CheckResult::passed) return check;
  auto open =
      not_checked(check.check,
                  "the chip holds the key of DG15, but a deviation list of the issuing State says that such keys "
                  "are compromised");
  open.deviations = std::move(check.deviations);
  return open;
}

Check judge_version_1(const ChipEvidence& evidence, const Binding& binding) {
  constexpr auto kName = CheckName::chip_authentication;
  Check check;
  if (evidence.proven()) {
    check = passed(kName, fmt::format("the chip holds the key of DG14 ({})", evidence.what));
  } else if (!evidence.error) {
    check = not_checked(kName, "nothing was exchanged under the new keys, so nothing is proven");
  } else if (evidence.error->fault == base::Fault::not_found) {
    check = not_needed(kName, std::string{kNoChipKey});
  } else {
    check = refused(kName, *evidence.error, to_string(evidence.reached));
  }
  check.deviations = evidence.deviations;
  return gate(std::move(check), binding);
}

/// What a mapping proved counts for this document only when the key stands in the DG14 that its EF.SOD binds.
Check bind_to_document(Check check, const MappingEvidence& evidence, const CardSecurity& card_security,
                       std::optional<base::ByteView> dg14, const Binding& binding) {
  if (check.result != CheckResult::passed) return check;
  if (dg14 && mapped_key_is_in_dg14(evidence, *card_security.infos, *dg14)) return gate(std::move(check), binding);
  return not_checked(
      check.check, dg14 ? "the chip holds the key of EF.CardSecurity, but DG14 has another one: EF.CardSecurity may be "
                          "that of another document"
                        : "the chip holds the key of EF.CardSecurity, but there is no DG14 that binds it to the "
                          "document");
}

/// PACE with chip authentication mapping: the key is in EF.CardSecurity, which has a signature of its own.
Check judge_mapping(const MappingEvidence& evidence, const CardSecurity* card_security,
                    std::optional<base::ByteView> dg14, const Binding& binding) {
  constexpr auto kName = CheckName::chip_authentication;
  if (card_security == nullptr) {
    return not_checked(kName, "PACE proved a key of the chip, but EF.CardSecurity, which holds it, was not read");
  }
  if (!card_security->infos) {
    auto check = failed(kName, card_security->reason);
    check.deviations = card_security->deviations;
    return check;
  }
  const auto proven = verify_mapping(evidence, *card_security->infos);
  auto check = proven ? passed(kName, fmt::format("the chip holds the key of EF.CardSecurity ({}, in PACE)", *proven))
                      : refused(kName, proven.error(), "PACE with chip authentication mapping");
  if (!proven && proven.error().fault == base::Fault::not_found) check.result = CheckResult::failed;
  if (check.result == CheckResult::passed && !card_security->verified()) {
    check = card_security->result == CheckResult::failed
                ? failed(kName, fmt::format("EF.CardSecurity does not count: {}", card_security->reason))
                : not_checked(kName, fmt::format("the chip holds the key, but nothing vouches for the key ({})",
                                                 card_security->reason));
  }
  check = bind_to_document(std::move(check), evidence, *card_security, dg14, binding);
  check.deviations = card_security->deviations;
  return check;
}

/// Of two ways to the same proof: a failure counts, then a success.
Check merge(Check a, Check b) {
  const auto rank = [](const Check& check) {
    if (check.result == CheckResult::failed) return 3;
    if (check.result == CheckResult::passed) return 2;
    return check.matters ? 1 : 0;
  };
  auto& better = rank(b) > rank(a) ? b : a;
  auto& other = &better == &a ? b : a;
  add(better.deviations, other.deviations);
  return std::move(better);
}

Check judge_chip_authentication(const PassiveInput& passive, const ChipInput& chip, const Binding& binding,
                                const CardSecurity* card_security) {
  constexpr auto kName = CheckName::chip_authentication;
  const auto dg14 = file(passive, kDg14);
  auto check = chip.chip != nullptr && dg14 ? judge_version_1(*chip.chip, binding) : without_run(kName, binding);
  if (chip.chip == nullptr && dg14 && check.result == CheckResult::not_checked) {
    const auto offer = best_chip_offer(*dg14);
    if (!offer && offer.error().fault == base::Fault::not_found) check = not_needed(kName, std::string{kNoChipKey});
  }
  return chip.mapping == nullptr ? check
                                 : merge(judge_mapping(*chip.mapping, card_security, dg14, binding), std::move(check));
}

Check judge_access(const ChipInput& chip) {
  constexpr auto kName = CheckName::access;
  if (chip.access_protocol == kNoAccessControl) return not_needed(kName, "the chip has no access control");
  auto check = passed(kName, fmt::format("{} opened the chip", chip.access_protocol));
  check.deviations = chip.access_deviations;
  return check;
}

Check judge_terminal(const ChipInput& chip) {
  constexpr auto kName = CheckName::terminal_authentication;
  if (chip.terminal == nullptr) {
    const auto reason = chip.terminal_not_run.empty() ? "it was not run with the chip" : chip.terminal_not_run;
    return chip.terminal_wanted ? not_checked(kName, reason) : not_needed(kName, reason);
  }
  const auto& evidence = *chip.terminal;
  if (evidence.accepted())
    return passed(kName, fmt::format("the chip accepts the inspection system {}", evidence.holder));
  if (!evidence.error) return not_checked(kName, "it was not run to its end");
  const bool about_certificate =
      evidence.reached == TerminalStep::set_dst || evidence.reached == TerminalStep::verify_certificate;
  const auto where = about_certificate
                         ? fmt::format("{}, certificate {} of the chain ({})", to_string(evidence.reached),
                                       evidence.certificate + 1, evidence.holder)
                         : std::string{to_string(evidence.reached)};
  auto check = refused(kName, *evidence.error, where);
  // What the reader brought along, or could not sign, is not the chip's doing.
  if (evidence.reached == TerminalStep::prepare || evidence.reached == TerminalStep::sign) {
    check.result = CheckResult::not_checked;
  }
  return check;
}

}  // namespace

void judge_chip(Verdict& verdict, const PassiveInput& passive, const ChipInput& chip) {
  std::optional<CardSecurity> card_security;
  if (chip.ef_card_security) card_security = judge_card_security(*chip.ef_card_security, passive);
  const auto* const signed_infos = card_security ? &*card_security : nullptr;
  const auto list = signed_list(passive);
  const auto dg14 = binding_of(kDg14, list, passive, verdict);
  const auto dg15 = binding_of(kDg15, list, passive, verdict);
  std::vector<Check> checks;
  checks.push_back(judge_access(chip));
  checks.push_back(judge_card_access(passive, chip, dg14, signed_infos));
  checks.push_back(unless_compromised(judge_active(passive, chip, dg15), verdict));
  checks.push_back(judge_chip_authentication(passive, chip, dg14, signed_infos));
  checks.push_back(judge_terminal(chip));
  for (auto& check : checks) {
    apply_policy(passive.policy, check);
    verdict.set(std::move(check));
  }
}

}  // namespace cicada::host::auth
