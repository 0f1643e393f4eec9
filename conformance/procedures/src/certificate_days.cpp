#include "certificate_days.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/conformance/procedures/steps.h"

namespace cicada::conformance::procedures {

using asn1::CvRole;
using model::Outcome;
using std::chrono::days;
using std::chrono::sys_days;
using terminal::Bend;
using terminal::Holder;
using terminal::Terms;
namespace ta = terminal::ta;

namespace {

/// Today, and that there is a tomorrow before the root expires.
std::expected<sys_days, Outcome> today_of(EacRun& run) {
  auto today = run.day();
  if (today && *today + days{2} > sys_days{run.pki().expiration}) {
    return std::unexpected{model::inconclusive("the chip's day is the last one of the statement's root")};
  }
  return today;
}

Terms from(const EacRun& run, sys_days first) {
  auto terms = run.always();
  terms.effective = first;
  return terms;
}

Terms until(const EacRun& run, sys_days last) {
  auto terms = run.always();
  terms.expiration = last;
  return terms;
}

/// A verifier, and a terminal below it whose certificate has these terms.
std::expected<Chain, Outcome> chain_with(EacRun& run, CvRole verifier, const Terms& terms) {
  auto chain = run.chain(run.pki().root, {}, verifier);
  if (!chain) return std::unexpected{suite_failed(chain.error())};
  auto certificate = terminal::issue(chain->verifier, chain->system, terms);
  if (!certificate) return std::unexpected{suite_failed(certificate.error())};
  chain->system_certificate = *std::move(certificate);
  return *std::move(chain);
}

/// s + n has as many octets as n for one signature in a few: for others there is only all ones, which no chip takes.
bool is_all_ones(base::ByteView certificate) {
  constexpr std::size_t kTail = 16;
  return std::ranges::all_of(certificate.last(kTail), [](std::uint8_t octet) { return octet == 0xFF; });
}

/// A verifier's certificate with one thing wrong.
base::Result<base::Bytes> bent_verifier(EacRun& run, const Terms& terms, Bend bend) {
  constexpr unsigned kTries = 256;
  base::Bytes certificate;
  for (unsigned i = 0; i < kTries; ++i) {
    CICADA_TRY(const auto verifier, run.holder(CvRole::dv_domestic, kVerifierKey));
    CICADA_TRY(certificate, terminal::issue(run.pki().root, verifier, terms, bend));
    if (bend != Bend::signature_above_modulus || !is_all_ones(certificate)) break;
  }
  return certificate;
}

Outcome take_verifier(EacRun& run, const Terms& terms, bool taken, std::string_view what) {
  const auto verifier = run.holder(CvRole::dv_domestic, kVerifierKey);
  if (!verifier) return suite_failed(verifier.error());
  const auto certificate = terminal::issue(run.pki().root, *verifier, terms);
  if (!certificate) return suite_failed(certificate.error());
  const auto& root = run.pki().root.reference;
  return taken ? run.import(root, *certificate, what) : run.refuse(root, *certificate, what);
}

Outcome take_terminal(EacRun& run, CvRole verifier, const Terms& terms, bool taken, std::string_view what) {
  const auto chain = chain_with(run, verifier, terms);
  if (!chain) return chain.error();
  CICADA_PASS(run.import(run.pki().root.reference, chain->verifier_certificate, "the verifier"));
  return taken ? run.import(chain->verifier.reference, chain->system_certificate, what)
               : run.refuse(chain->verifier.reference, chain->system_certificate, what);
}

}  // namespace

Outcome day_not_moved(Scene& scene, const Arguments& arguments) {
  const auto word = argument(arguments, "bend");
  const auto bend = word.empty() ? std::optional{Bend::none} : terminal::bend_from(word);
  if (!bend) return model::inconclusive(fmt::format("\"{}\" is no way to bend a certificate", word));
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  if (!can_bend(*run, *bend)) return model::not_applicable("the statement's root has no key of this kind");
  const auto today = today_of(*run);
  if (!today) return today.error();
  // In a session of its own, because asking for the day has named a key already.
  CICADA_PASS(run->again());
  const auto bent = bent_verifier(*run, from(*run, *today + days{1}), *bend);
  if (!bent) return suite_failed(bent.error());
  CICADA_PASS(name_verifier_of(*run, argument(arguments, "name")));
  CICADA_PASS(run->expect(ta::verify_certificate(*bent), refused(), "PSO:VERIFY CERTIFICATE: a verifier of tomorrow"));
  CICADA_PASS(run->again());
  return take_verifier(*run, until(*run, *today), true, "a verifier until today, after a reset");
}

Outcome day_of_foreigner(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto today = today_of(*run);
  if (!today) return today.error();
  CICADA_PASS(take_terminal(*run, CvRole::dv_foreign, from(*run, *today + days{1}), true, "a terminal of tomorrow"));
  CICADA_PASS(run->again());
  return take_terminal(*run, CvRole::dv_foreign, until(*run, *today), true, "a terminal until today, after a reset");
}

Outcome day_moved(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto today = today_of(*run);
  if (!today) return today.error();
  const auto new_terms = from(*run, *today + days{1});
  const auto old_terms = until(*run, *today);
  if (argument(arguments, "by") == "verifier") {
    CICADA_PASS(take_verifier(*run, new_terms, true, "a verifier of tomorrow"));
    CICADA_PASS(run->again());
    return take_verifier(*run, old_terms, false, "a verifier until today, after a reset");
  }
  constexpr auto kDomestic = CvRole::dv_domestic;
  CICADA_PASS(take_terminal(*run, kDomestic, new_terms, true, "a terminal of tomorrow"));
  CICADA_PASS(run->again());
  return take_terminal(*run, kDomestic, old_terms, false, "a terminal until today, after a reset");
}

}  // namespace cicada::conformance::procedures
