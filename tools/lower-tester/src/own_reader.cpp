#include "cicada/tools/lower_tester/own_reader.h"

#include <optional>

#include "cicada/host/inspect/reader.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::tools::lower_tester {

namespace inspect = host::inspect;
using conformance::reader::CardInField;
using conformance::reader::Judgement;
using conformance::reader::Presented;
using host::auth::CheckResult;

namespace {

Judgement trouble(std::string text) {
  return {.result = Judgement::Result::trouble, .text = std::move(text)};
}

/// MRZ first, and the CAN where there is one: as a reader that has seen the document.
base::Result<inspect::Credentials> credentials_of(const Presented& presented) {
  return inspect::Credentials::from_mrz_information(presented.mrz_information);
}

Judgement judgement_of(const inspect::Inspection& inspection) {
  Judgement judgement{.result = Judgement::Result::failed, .tells = true};
  for (const auto& check : inspection.verdict.checks) {
    judgement.checks.push_back({.name = std::string{to_string(check.check)},
                                .result = std::string{to_string(check.result)},
                                .reason = check.reason});
    const bool missing = check.result == CheckResult::not_checked && check.matters;
    if (check.result != CheckResult::failed && !missing) continue;
    judgement.text += (judgement.text.empty() ? "" : "; ") + std::string{to_string(check.check)} + ": " + check.reason;
  }
  for (const auto& file : inspection.unread) judgement.unread.emplace_back(host::lds::to_string(file.ef));
  if (inspection.verdict.outcome() == host::auth::Outcome::passed) judgement.result = Judgement::Result::successful;
  return judgement;
}

}  // namespace

Judgement OwnReader::inspect(CardInField& card) {
  const auto& presented = card.presented();
  auto credentials = credentials_of(presented);
  if (!credentials) return trouble(credentials.error().describe());
  const auto trust = host::pki::TrustStore::load(presented.trust);
  if (!trust) return trouble("trust material: " + trust.error().describe());
  inspect::InspectionOptions options{.credentials = *std::move(credentials)};
  options.judge.trust = &*trust;
  options.judge.policy.conforming = true;
  std::optional<host::pki::CvStore> verifier;
  if (!presented.terminal.empty()) {
    auto loaded = host::pki::CvStore::load(presented.terminal);
    if (!loaded) return trouble("the terminal's certificates: " + loaded.error().describe());
    options.verifier = &verifier.emplace(*std::move(loaded));
  }
  host::iso7816::Channel channel{card.insert()};
  const auto inspection = inspect::inspect(channel, options, rng_, clock_);
  if (inspection) return judgement_of(*inspection);
  // The reading ended: the chip broke the protocol, and the reader said so.
  return {.result = Judgement::Result::failed,
          .text = inspection.error().describe(),
          .unread = {},
          .checks = {{.name = "read", .result = "failed", .reason = inspection.error().describe()}},
          .tells = true};
}

}  // namespace cicada::tools::lower_tester
