// A card that is known: what it says of itself, and what is left to be done with it.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "card_run.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/read_back.h"
#include "cicada/host/perso/dialect.h"

namespace cicada::host::line {

using base::Error;
using base::Fault;
using base::Result;
using journal::ChipState;
using journal::State;

/// What became of the chip decides the tray when there is nothing left to be done.
Outcome<std::optional<CardDone>> CardRun::dealt_with(const journal::ChipRecord& known) {
  job_.dossier = known.dossier;
  switch (known.state) {
    case ChipState::good: return CardDone{.tray = Tray::good, .kind = CardEvent::Kind::counted_before};
    case ChipState::quarantined:
      return CardDone{
          .tray = Tray::quarantine, .kind = CardEvent::Kind::counted_before, .reason = "quarantined before"};
    case ChipState::destroyed:
      // Two people said that it is gone. It goes where two people look again.
      return CardDone{.tray = Tray::quarantine, .kind = CardEvent::Kind::counted_before, .reason = "C01 destroyed"};
    case ChipState::bound: break;
  }
  return std::nullopt;
}

Outcome<void> CardRun::check_ours(const journal::Recipe& recipe, std::string_view dossier,
                                  std::string_view batch) const {
  if (fits(recipe, workshop_.recipe)) return {};
  constexpr Error kOther{.fault = Fault::conflict,
                         .what = "the card in the slot is of a job of another profile or country",
                         .hint = "run the line with what that job was prepared with, or take the card out"};
  return std::unexpected(stop(StationEnd::other_profile, kOther,
                              fmt::format("dossier {} of batch {} was prepared with {}; this line has {}", dossier,
                                          batch, to_text(recipe), to_text(workshop_.recipe))));
}

Outcome<void> CardRun::check_slot() {
  auto jobs = workshop_.queue.ask([&](journal::Journal& journal) { return journal.jobs_in_hand(actor_.station); });
  if (!jobs) return std::unexpected(from_journal(jobs.error(), "asking for the jobs in hand"));
  for (const auto& job : *jobs) {
    if (auto ours = check_ours(job.recipe, job.dossier, job.batch); !ours) return ours;
  }
  const auto last = last_in_slot();
  if (!last) return std::unexpected(last.error());
  return *last ? check_ours((*last)->recipe, (*last)->dossier, (*last)->batch) : Outcome<void>{};
}

/// The job whose card was in this slot when a process of this station ended, even if it was done by then.
Outcome<std::optional<journal::Claim>> CardRun::last_in_slot() {
  const auto noted = note_.read();
  if (!noted) return std::nullopt;
  auto last = workshop_.queue.ask([&](journal::Journal& journal) { return journal.find_dossier(*noted); });
  if (!last) return std::unexpected(from_journal(last.error(), "asking for the last job"));
  return *std::move(last);
}

/// The job of this chip, with a new fence: whoever had it is refused from now on. False: the journal has no such job in
/// work.
Outcome<bool> CardRun::take_over() {
  auto claim = workshop_.queue.ask([&](journal::Journal& journal) { return journal.recover(chip_, actor_); });
  if (!claim) return std::unexpected(from_journal(claim.error(), "recovering the job"));
  if (!*claim || !in_hand((*claim)->state)) return false;
  job_ = **std::move(claim);
  bound_ = true;
  return true;
}

/// The chip told its number.
Outcome<CardDone> CardRun::recover(perso::Session& session, const journal::ChipRecord& known) {
  auto dealt = dealt_with(known);
  if (!dealt) return std::unexpected(dealt.error());
  if (*dealt) return **std::move(dealt);
  if (const auto ours = check_ours(known.recipe, known.dossier, known.batch); !ours)
    return std::unexpected(ours.error());
  const auto taken = take_over();
  if (!taken) return std::unexpected(taken.error());
  if (!*taken) return std::unexpected(quarantine("C01 chip", "the journal knows the chip but no job of it in work"));
  return go_on(session);
}

/// From where the journal says that the card stands. A card and a journal that contradict each other are for people.
Outcome<CardDone> CardRun::go_on(perso::Session& session) {
  const auto lock = lock_of(session);
  if (!lock) return std::unexpected(lock.error());
  if (job_.state == State::bound) {
    if (*lock != perso::Lock::locked) return write_again(session);
    return std::unexpected(
        quarantine("C04 lock", "the card is locked, and the journal never heard that it is written"));
  }
  if (job_.state == State::written) return go_on_after_content(session, *lock);
  if (*lock == perso::Lock::open) {
    return std::unexpected(quarantine("C04 lock", "the journal says that the card is locked, and it is not"));
  }
  const auto job = finished_job(job_);
  return job ? verify(*job, CardEvent::Kind::recovered) : std::unexpected(job.error());
}

/// Whatever is on the card can be taken back, because nothing that cannot be undone is sent before `written`.
Outcome<CardDone> CardRun::write_again(perso::Session& session) {
  auto job = unseal_bound(job_);
  if (!job) return std::unexpected(job.error());
  const auto erase = perso::make_erase_plan(workshop_.profile);
  if (erase.steps.empty())
    return std::unexpected(quarantine("C06 state", "a card of this kind cannot be written again"));
  const auto erased = perso::run(erase, session);
  if (!erased) return std::unexpected(from_card(erased.error().error, "C06 erase", erased.error().label));
  return make(session, *std::move(job), CardEvent::Kind::recovered);
}

Outcome<bool> CardRun::may_be_personalized(perso::Session& session) {
  const auto dialect = perso::dialect_of(workshop_.profile);
  if (dialect == nullptr) return true;
  const auto said = perso::is_personalized(*dialect, session);
  if (!said) return std::unexpected(from_card(said.error(), "C06 personalize", "asking the application"));
  return said->value_or(true);
}

/// The content is on the card and in the journal. Whether the card was personalized already only it knows: the command
/// is refused then, and a card whose lock does not look at it is asked. So is the lock, by a card that does not say
/// whether it has it.
Outcome<CardDone> CardRun::go_on_after_content(perso::Session& session, perso::Lock lock) {
  const auto job = finished_job(job_);
  if (!job) return std::unexpected(job.error());
  const auto commands = plan(*job, session);
  if (!commands) return std::unexpected(commands.error());
  const auto personalized = perso::run(*commands, session, {}, {perso::Phase::personalize, perso::Phase::personalize});
  if (!personalized) {
    const bool refused = personalized.error().error.fault == Fault::card_status;
    const auto closed = refused ? may_be_personalized(session) : Outcome<bool>{false};
    if (!closed) return std::unexpected(closed.error());
    if (!*closed) {
      return std::unexpected(from_card(personalized.error().error, "C06 personalize", personalized.error().label));
    }
  }
  if (lock != perso::Lock::locked) {
    const auto locked = run_plan(*commands, session, {perso::Phase::lock, perso::Phase::lock});
    const bool locked_before =
        !locked && locked.error().error.fault == Fault::card_status && lock == perso::Lock::unknown;
    if (!locked && !locked_before) return std::unexpected(locked.error());
  }
  workshop_.queue.submit(step(State::locked), chip_);
  return verify(*job, CardEvent::Kind::recovered);
}

/// The job of a card whose content is complete, as it was signed then.
Outcome<issuance::CardJob> CardRun::finished_job(const journal::Claim& claim) {
  auto job = unseal_bound(claim);
  if (!job) return std::unexpected(job.error());
  if (!workshop_.profile.makes_keys()) return *std::move(job);
  const auto completed = issuance::apply_completion(*job, claim.completion);
  if (!completed) {
    auto halt = quarantine("C06 completion", "what was signed for this card is not in the journal");
    halt.error = completed.error();
    return std::unexpected(std::move(halt));
  }
  return *std::move(job);
}

/// The jobs that were in this station's hand, and the one whose card was in its slot last; then those in the hands of
/// others, because a card that was taken out may be put into another reader.
Outcome<std::vector<CardRun::Candidate>> CardRun::candidates() {
  auto mine = workshop_.queue.ask([&](journal::Journal& journal) { return journal.jobs_in_hand(actor_.station); });
  if (!mine) return std::unexpected(from_journal(mine.error(), "asking for the jobs in hand"));
  std::vector<Candidate> jobs;
  const auto add = [&](journal::Claim&& job, bool in_our_hand) {
    const auto is_it = [&job](const Candidate& known) { return known.job.job == job.job; };
    if (job.state == State::bound || std::ranges::any_of(jobs, is_it)) return;  // bound: not locked yet
    if (!fits(job.recipe, workshop_.recipe)) return;                            // found by the lines that can finish it
    jobs.push_back({.job = std::move(job), .in_our_hand = in_our_hand});
  };
  std::set<journal::JobId> own;
  for (auto& job : *mine) {
    own.insert(job.job);
    add(std::move(job), true);
  }
  auto last = last_in_slot();
  if (!last) return std::unexpected(last.error());
  if (*last) add(**std::move(last), false);
  if (jobs.size() > workshop_.limits.keys_tried) jobs.resize(workshop_.limits.keys_tried);
  auto others = workshop_.queue.ask([&](journal::Journal& journal) { return journal.jobs_in_hand({}); });
  if (!others) return std::unexpected(from_journal(others.error(), "asking for the jobs in hand"));
  const auto most = jobs.size() + workshop_.limits.keys_of_others_tried;
  for (auto& job : *others) {
    if (jobs.size() == most) break;
    const bool ours = own.contains(job.job);  // this station's own, cut off by keys_tried above
    add(std::move(job), ours);
  }
  return jobs;
}

/// A locked card says nothing of itself, but it opens for the keys of one person only. `lay_there`: it was in
/// the slot before this station took a card, or after trouble, so that it may be of a job that this line cannot finish.
Outcome<CardDone> CardRun::recover_locked(bool lay_there) {
  auto jobs = candidates();
  if (!jobs) return std::unexpected(jobs.error());
  for (const auto& candidate : *jobs) {
    auto seen = try_keys(candidate.job);
    if (!seen) return std::unexpected(seen.error());
    if (*seen) return opened(candidate, **seen);
  }
  if (lay_there) {
    if (const auto ours = check_slot(); !ours) return std::unexpected(ours.error());
  }
  return CardDone{.tray = Tray::quarantine, .kind = CardEvent::Kind::set_aside, .reason = "C01 locked card"};
}

/// Nothing: it is not this job's card, or the job cannot be opened, which is then no word about the card.
Outcome<std::optional<ReadBack>> CardRun::try_keys(const journal::Claim& candidate) {
  const bool whole = candidate.state != State::done;
  const auto job = whole ? finished_job(candidate) : unseal_bound(candidate);
  if (!job && job.error().then == Halt::Then::quarantine) return std::nullopt;
  if (!job) return std::unexpected(job.error());
  if (const auto fresh = reset(); !fresh) return std::unexpected(fresh.error());
  auto seen =
      read_back(*wire_, *job, workshop_.profile, {.trust = &workshop_.trust, .whole = whole}, rng_, workshop_.clock);
  if (!seen) return std::unexpected(from_card(seen.error(), "C04 read-back", "reading back"));
  if (!seen->opened) return std::nullopt;
  return *std::move(seen);
}

/// The card in the slot has the access keys of this job, which any card of this person has: one that was destroyed, or
/// copied. Until it reads back as the job its holder keeps the job.
Outcome<CardDone> CardRun::opened(const Candidate& candidate, const ReadBack& seen) {
  job_ = candidate.job;
  if (!seen.good()) return not_the_good_card(candidate, seen.problem);
  chip_ = candidate.job.chip;
  const auto known = workshop_.queue.ask([&](journal::Journal& journal) { return journal.find_chip(chip_); });
  if (!known) return std::unexpected(from_journal(known.error(), "asking for the chip"));
  if (!*known) return std::unexpected(quarantine("C01 chip", "the journal has the job but not its chip"));
  auto dealt = dealt_with(**known);
  if (!dealt) return std::unexpected(dealt.error());
  if (*dealt) return **std::move(dealt);
  const auto taken = take_over();
  if (!taken) return std::unexpected(taken.error());
  if (!*taken) return std::unexpected(quarantine("C01 chip", "the journal knows the chip but no job of it in work"));
  if (job_.state == State::written) workshop_.queue.submit(step(State::locked), chip_);
  return commit_good(seen.evidence, CardEvent::Kind::recovered);
}

/// The job in this station's own hand ends with its card, under the fence that it has: refused, if another took it
/// meanwhile. Somebody else's job, or one that is done, is not touched; the card goes where people look.
Outcome<CardDone> CardRun::not_the_good_card(const Candidate& candidate, const std::string& problem) {
  if (candidate.in_our_hand) {
    chip_ = candidate.job.chip;
    bound_ = true;
    return std::unexpected(quarantine("C04 read-back", "the card does not read back as the job", problem));
  }
  return CardDone{.tray = Tray::quarantine,
                  .kind = CardEvent::Kind::set_aside,
                  .reason = "C04 read-back",
                  .detail = "opens with this dossier's keys, but is not its good card: " + problem};
}

}  // namespace cicada::host::line
