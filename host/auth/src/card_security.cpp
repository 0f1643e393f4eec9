#include "cicada/host/auth/card_security.h"

#include <fmt/format.h>

#include <algorithm>

#include "passive_checks.h"

namespace cicada::host::auth {

namespace {

/// A failed check decides; else signature and path must have been made. Revocation, if no list was at hand, is a matter
/// of the document's own checks.
bool decides(const Check& check, CheckResult result) {
  if (check.result != result) return false;
  return result == CheckResult::failed || check.check == CheckName::sod_signature || check.check == CheckName::ds_path;
}

void conclude(CardSecurity& card_security) {
  card_security.result = CheckResult::passed;
  for (const auto result : {CheckResult::failed, CheckResult::not_checked}) {
    const auto found =
        std::ranges::find_if(card_security.checks, [result](const Check& check) { return decides(check, result); });
    if (found == card_security.checks.end()) continue;
    card_security.result = result;
    card_security.reason = fmt::format("{}: {}", to_string(found->check), found->reason);
    break;
  }
  for (const auto& check : card_security.checks) {
    for (const auto& name : check.deviations) {
      if (std::ranges::find(card_security.deviations, name) == card_security.deviations.end()) {
        card_security.deviations.push_back(name);
      }
    }
  }
}

CardSecurity unreadable(const base::Error& why) {
  CardSecurity card_security{.reason = fmt::format("EF.CardSecurity cannot be read: {}", why.what.view()),
                             .result = CheckResult::failed};
  card_security.checks.push_back(failed(CheckName::sod_signature, card_security.reason));
  return card_security;
}

}  // namespace

CardSecurity judge_card_security(base::ByteView ef_card_security, const PassiveInput& input) {
  const auto sod = parse_card_security(ef_card_security);
  if (!sod) return unreadable(sod.error());
  CardSecurity card_security;
  const auto signature = judge_signature(*sod, input.trust);
  card_security.checks.push_back(signature.check);
  append_path_checks(*sod, signature, input, card_security.checks);
  for (auto& check : card_security.checks) apply_policy(input.policy, check);
  conclude(card_security);
  if (!sod->message.content) return card_security;
  if (auto infos = asn1::parse_security_infos(*sod->message.content)) {
    card_security.infos = *std::move(infos);
  } else if (card_security.result != CheckResult::failed) {
    return unreadable(infos.error());
  }
  return card_security;
}

base::Result<asn1::SecurityInfos> infos_of_card_security(base::ByteView ef_card_security) {
  CICADA_TRY(const auto sod, parse_card_security(ef_card_security));
  if (!sod.message.content) return base::fail({.what = "EF.CardSecurity holds no SecurityInfos"});
  return asn1::parse_security_infos(*sod.message.content);
}

}  // namespace cicada::host::auth
