#include "trust_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "application.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/conformance/procedures/steps.h"

namespace cicada::conformance::procedures {

namespace ossl = crypto::openssl;
using asn1::CvRole;
using model::Outcome;
using std::chrono::days;
using terminal::Holder;
using terminal::TaKey;
using terminal::Terms;

namespace {

// Keys of new roots; those of the chains below have smaller numbers.
constexpr unsigned kFirstLinkKey = 11;
constexpr unsigned kSecondLinkKey = 12;

/// Who follows `root`, with another key of the same kind, under a name that the chip does not know yet.
std::expected<Holder, Outcome> successor_of(EacRun& run, const Holder& root, unsigned n) {
  const auto known = run.trusted();
  if (!known) return std::unexpected{model::inconclusive(known.error().reason)};
  auto key = root.key.another(n);
  if (!key) return std::unexpected{suite_failed(key.error())};
  auto reference = terminal::TestPki::successor(root.reference);
  while (std::ranges::find(*known, reference) != known->end()) reference = terminal::TestPki::successor(reference);
  return Holder{.reference = std::move(reference), .role = CvRole::cvca, .key = *std::move(key)};
}

Outcome take_link(EacRun& run, const Holder& old, const Holder& next, const Terms& terms) {
  const auto certificate = terminal::issue(old, next, terms);
  if (!certificate) return suite_failed(certificate.error());
  return run.import(old.reference, *certificate, "the link certificate");
}

Outcome take_chain(EacRun& run, const Holder& root) {
  const auto chain = run.chain(root);
  if (!chain) return suite_failed(chain.error());
  return run.import(*chain, root.reference);
}

Outcome expect_trusted(EacRun& run, const Holder& newest, const Holder& other) {
  const auto names = run.trusted();
  if (!names) return names.error();
  if (*names == std::vector{newest.reference, other.reference}) return model::pass();
  std::string seen;
  for (const auto& name : *names) seen += (seen.empty() ? "" : ", ") + name;
  return model::fail(fmt::format("EF.CVCA names {}; wanted {} and then {}", seen, newest.reference, other.reference));
}

/// Another way to sign than the root's: what a State changes to.
base::Result<TaKey> other_scheme(const TaKey& old) {
  const bool is_p384 = old.curve() == ossl::Curve::brainpool_p384r1;
  if (!old.curve() || is_p384) {
    return TaKey::make(asn1::oids::kTaEcdsaSha256, ossl::Curve::brainpool_p256r1, 0, kFirstLinkKey);
  }
  return TaKey::make(asn1::oids::kTaEcdsaSha384, ossl::Curve::brainpool_p384r1, 0, kFirstLinkKey);
}

}  // namespace

Outcome link_kept(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto today = run->day();
  if (!today) return today.error();
  if (*today + days{1} > std::chrono::sys_days{run->pki().expiration}) {
    return model::inconclusive("the chip's day is the last one of the statement's root");
  }
  const auto& old = run->pki().root;
  const auto next = successor_of(*run, old, kFirstLinkKey);
  if (!next) return next.error();
  auto terms = run->always();
  terms.effective = *today + days{1};
  CICADA_PASS(take_link(*run, old, *next, terms));
  CICADA_PASS(run->again());
  CICADA_PASS(expect_trusted(*run, *next, old));
  CICADA_PASS(take_chain(*run, *next));
  CICADA_PASS(take_chain(*run, old));
  const auto verifier = run->holder(CvRole::dv_domestic, kVerifierKey);
  if (!verifier) return suite_failed(verifier.error());
  terms = run->always();
  terms.expiration = *today;
  const auto expired = terminal::issue(old, *verifier, terms);
  if (!expired) return suite_failed(expired.error());
  return run->refuse(old.reference, *expired, "a verifier until the day before the link certificate's first");
}

Outcome links_kept(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto& old = run->pki().root;
  const auto second = successor_of(*run, old, kFirstLinkKey);
  if (!second) return second.error();
  const auto third = successor_of(*run, *second, kSecondLinkKey);
  if (!third) return third.error();
  CICADA_PASS(take_link(*run, old, *second, run->always()));
  CICADA_PASS(take_link(*run, *second, *third, run->always()));
  CICADA_PASS(run->again());
  CICADA_PASS(expect_trusted(*run, *third, *second));
  return take_chain(*run, *third);
}

Outcome link_then_terminal(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto next = successor_of(*run, run->pki().root, kFirstLinkKey);
  const auto system = run->holder(CvRole::terminal, kTerminalKey);
  if (!next) return next.error();
  if (!system) return suite_failed(system.error());
  CICADA_PASS(take_link(*run, run->pki().root, *next, run->always()));
  const auto certificate = terminal::issue(*next, *system, run->always());
  if (!certificate) return suite_failed(certificate.error());
  return run->refuse(next->reference, *certificate, "a terminal directly below the new root");
}

Outcome link_then_file(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto& old = run->pki().root;
  const auto next = successor_of(*run, old, kFirstLinkKey);
  if (!next) return next.error();
  CICADA_PASS(take_link(*run, old, *next, run->always()));
  CICADA_PASS(run->again());
  CICADA_PASS(expect_trusted(*run, *next, old));
  return run->expect(read_binary(asn1::kEfCvcaSize, 1), refused(), "READ BINARY behind the end of EF.CVCA");
}

Outcome link_to_other_scheme(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto& old = run->pki().root;
  auto next = successor_of(*run, old, kFirstLinkKey);
  if (!next) return next.error();
  const auto key = other_scheme(old.key);
  if (!key) return suite_failed(key.error());
  next->key = *key;
  CICADA_PASS(take_link(*run, old, *next, run->always()));
  CICADA_PASS(run->again());
  return take_chain(*run, *next);
}

}  // namespace cicada::conformance::procedures
