// From a bound chip to a good card.
#include <fmt/format.h>

#include <thread>
#include <utility>

#include "card_run.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/content.h"
#include "cicada/host/line/read_back.h"
#include "cicada/host/perso/dialect.h"
#include "key_digests.h"

namespace cicada::host::line {

using base::Error;
using base::Fault;
using base::Result;
using journal::State;

namespace {

/// What has to be on disk before anything that cannot be undone.
Result<journal::Step::Completion> completion_of(const issuance::CardJob& job, const perso::Profile& profile,
                                                const perso::ChipKeys& keys, std::string ds) {
  journal::Step::Completion completion{.octets = {}, .ds = std::move(ds), .keys = {}};
  CICADA_TRY(completion.octets, issuance::encode_completion(job, profile));
  CICADA_TRY(completion.keys, key_digests(keys));
  return completion;
}

}  // namespace

/// The vault asks the journal whether the job is still ours, and signs. It may be slow, full, or away for a moment.
Outcome<std::string> CardRun::complete(issuance::CardJob& job, const perso::ChipKeys& keys) {
  const vault::Grant grant{.job = job_.job, .fence = job_.fence, .dossier = job_.dossier, .version = job_.version};
  auto wait = workshop_.limits.vault_wait;
  for (std::size_t tries = 1;; ++tries) {
    auto signer = workshop_.vault.complete(job, workshop_.profile, keys, grant);
    if (signer) return *std::move(signer);
    const auto& error = signer.error();
    const auto held = workshop_.queue.holds(job_.job, job_.fence);
    if (!held) return std::unexpected(from_journal(held.error(), "asking who holds the job"));
    if (!*held) return std::unexpected(quarantine("C05 job", "the job is not this station's any more", "signing"));
    if (!is_away(error) || tries >= workshop_.limits.vault_tries) return std::unexpected(from_vault(error, "signing"));
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

Outcome<perso::Plan> CardRun::plan(const issuance::CardJob& job, const perso::Session& session) {
  const auto content = content_of(job, workshop_.terminal_trust);
  if (!content) return std::unexpected(stop(StationEnd::trouble, content.error(), "the job's keys"));
  auto plan = perso::make_plan(workshop_.profile, *content, session.max_command_data());
  if (plan) return *std::move(plan);
  // Content that does not fit: this job's card can never be made, the next job's may.
  auto halt = quarantine("C02 content", "the job does not fit the profile", plan.error().text);
  halt.error.fault = plan.error().fault;
  return std::unexpected(std::move(halt));
}

Outcome<void> CardRun::run_plan(const perso::Plan& plan, perso::Session& session, perso::PhaseRange phases) {
  const auto done = perso::run(plan, session, {}, phases);
  if (done) return {};
  const auto& failure = done.error();
  return std::unexpected(from_card(failure.error, fmt::format("C06 {}", perso::to_string(phases.first)),
                                   fmt::format("step {} ({})", failure.step, failure.label)));
}

/// The chip is bound, blank, and takes commands.
Outcome<CardDone> CardRun::make(perso::Session& session, issuance::CardJob job, CardEvent::Kind kind) {
  const auto keys = perso::make_keys(workshop_.profile, session);
  if (!keys) {
    return std::unexpected(
        from_card(keys.error().error, "C06 keys", fmt::format("step {} ({})", keys.error().step, keys.error().label)));
  }
  auto written = step(State::written);
  // Without keys of the chip everything was signed when the job was prepared.
  if (workshop_.profile.makes_keys()) {
    auto signer = complete(job, *keys);
    if (!signer) return std::unexpected(signer.error());
    auto completion = completion_of(job, workshop_.profile, *keys, *std::move(signer));
    if (!completion) return std::unexpected(stop(StationEnd::trouble, completion.error(), "what was signed"));
    written.completion = *std::move(completion);
  }
  const auto commands = plan(job, session);
  if (!commands) return std::unexpected(commands.error());

  const auto content = run_plan(*commands, session, {perso::Phase::content, perso::Phase::content});
  if (!content) return std::unexpected(content.error());
  if (const auto committed = commit(std::move(written), "written"); !committed) {
    return std::unexpected(committed.error());
  }
  const auto locked = run_plan(*commands, session, {perso::Phase::personalize, perso::Phase::lock});
  if (!locked) return std::unexpected(locked.error());
  workshop_.queue.submit(step(State::locked), chip_);
  return verify(job, kind);
}

/// Like any other reader would.
Outcome<CardDone> CardRun::verify(const issuance::CardJob& job, CardEvent::Kind kind) {
  if (const auto fresh = reset(); !fresh) return std::unexpected(fresh.error());
  const auto seen = read_back(*wire_, job, workshop_.profile, {.trust = &workshop_.trust}, rng_, workshop_.clock);
  if (!seen) return std::unexpected(from_card(seen.error(), "C04 read-back", "reading back"));
  if (!seen->good()) {
    return std::unexpected(quarantine("C04 read-back", "the card does not read back as the job", seen->problem));
  }
  return commit_good(seen->evidence, kind);
}

Outcome<CardDone> CardRun::commit_good(const journal::Digest& evidence, CardEvent::Kind kind) {
  if (job_.state != State::verified) {
    auto verified = step(State::verified);
    verified.evidence = evidence;
    workshop_.queue.submit(std::move(verified), chip_);
  }
  if (const auto noted = note_.write(job_.dossier); !noted) {
    return std::unexpected(stop(StationEnd::trouble, noted.error()));
  }
  if (const auto done = commit(step(State::done), "done"); !done) return std::unexpected(done.error());
  return CardDone{.tray = Tray::good, .kind = kind};
}

}  // namespace cicada::host::line
