// What day a chip believes it is. It does not say so: it takes certificates that expire then, and none that expired on
// the day before (9303-11 §7.1.4).
#include <fmt/format.h>

#include "cicada/conformance/procedures/steps.h"
#include "eac_run.h"

namespace cicada::conformance::procedures {

using model::Outcome;
using std::chrono::days;
using std::chrono::sys_days;

namespace {

/// Beside the files of a run: where the search begins. It is never believed without asking.
constexpr auto kHint = "the chip's day";

std::optional<sys_days> hint_of(const Scene& scene) {
  const auto found = scene.files.find(kHint);
  if (found == scene.files.end()) return std::nullopt;
  const auto date = base::parse_iso_date(base::as_text(found->second));
  if (!date) return std::nullopt;
  return sys_days{*date};
}

}  // namespace

std::expected<bool, Outcome> EacRun::takes_until(sys_days last) {
  const auto verifier = holder(asn1::CvRole::dv_domestic, kVerifierKey);
  if (!verifier) return std::unexpected{suite_failed(verifier.error())};
  auto terms = always();
  terms.expiration = last;
  const auto certificate = terminal::issue(pki_.root, *verifier, terms);
  if (!certificate) return std::unexpected{suite_failed(certificate.error())};
  auto outcome = expect(terminal::ta::set_dst(pki_.root.reference), done(), "the chip's day: MSE:Set DST");
  if (!outcome.passed()) return std::unexpected{model::inconclusive(outcome.reason)};
  const auto seen = terminal().protect(terminal::ta::verify_certificate(*certificate), {}, "the chip's day");
  if (!seen) return std::unexpected{inconclusive("the chip's day", seen.error())};
  if (auto sound = judge(*seen, either(), "the chip's day"); !sound.passed()) {
    return std::unexpected{model::inconclusive(sound.reason)};
  }
  return seen->sw == 0x9000;
}

std::expected<sys_days, Outcome> EacRun::day() {
  if (const auto hint = hint_of(*scene_); hint && *hint >= sys_days{pki_.effective}) {
    const auto then = takes_until(*hint);
    if (!then) return std::unexpected{then.error()};
    if (*then && *hint == sys_days{pki_.effective}) return *hint;
    const auto before = *then ? takes_until(*hint - days{1}) : std::expected<bool, Outcome>{true};
    if (!before) return std::unexpected{before.error()};
    if (*then && !*before) return *hint;
  }
  auto found = search_day();
  if (found) scene_->files[kHint] = base::to_bytes(base::as_bytes(base::to_iso_date(*found)));
  return found;
}

std::expected<sys_days, Outcome> EacRun::search_day() {
  auto early = sys_days{pki_.effective};
  auto late = sys_days{pki_.expiration};
  const auto last = takes_until(late);
  if (!last) return std::unexpected{last.error()};
  if (!*last)
    return std::unexpected{model::inconclusive("no certificate of the statement's root is taken, valid or not")};
  // The earliest day on which a certificate may expire and is taken; about eleven questions for a root of three years.
  while (early < late) {
    const auto middle = early + (late - early) / 2;
    const auto taken = takes_until(middle);
    if (!taken) return std::unexpected{taken.error()};
    (*taken ? late : early) = *taken ? middle : middle + days{1};
  }
  return early;
}

}  // namespace cicada::conformance::procedures
