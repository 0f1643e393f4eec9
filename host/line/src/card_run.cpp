#include "card_run.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "cicada/base/hex.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/content.h"
#include "cicada/host/perso/dialect.h"

namespace cicada::host::line {

using base::Error;
using base::Fault;
using base::Result;
using journal::State;

namespace {

constexpr Error kNoDialect{.fault = Fault::bad_input, .what = "there is no dialect for the cards of this profile"};
constexpr Error kNoNumber{.fault = Fault::unsupported,
                          .what = "cards of this kind have no number: a line could not find them again"};

/// Of a job whose data cannot be used: not the card's fault, not the station's. A pack that is not there is the
/// station's: its folder is another one, or not mounted.
bool is_about_the_job(const Error& error) noexcept {
  return error.fault == Fault::security || error.fault == Fault::malformed || error.fault == Fault::limit ||
         error.fault == Fault::bad_input;
}

/// Of a card that opens no channel: its keys are not those that the vault derives for its number (another master key,
/// keyed by somebody already), or it is no chip as the line gets them.
const char* why_closed(const Error& error) noexcept {
  const bool keys = error.fault == Fault::security || error.sw == iso7816::sw::k6A88ReferencedDataNotFound ||
                    error.sw == iso7816::sw::k6300AuthenticationFailed;
  return keys ? "K03 transport keys" : "C01 channel";
}

}  // namespace

journal::Step CardRun::step(State to) const {
  return {.job = job_.job, .fence = job_.fence, .to = to, .actor = actor_};
}

Outcome<void> CardRun::reset() {
  if (wire_) exchanges_ += wire_->exchanges();
  talk_.reset();
  wire_.reset();
  auto card = feeder_.reset();
  if (!card) return std::unexpected(from_card(card.error(), "C06 reset", "reset"));
  if (*card == nullptr)
    return std::unexpected(stop(StationEnd::reader, {.fault = Fault::transport, .what = "the slot is empty"}));
  card_ = *card;
  wire_.emplace(*card_, workshop_.limits.longest_command);
  talk_.emplace(*wire_);
  return {};
}

/// Derived inside the vault, for the chip in the reader. A vault that is slow is asked again while the card waits.
Outcome<gp::StaticKeys> CardRun::transport_keys(const gp::ChipSerial& serial) {
  auto wait = workshop_.limits.vault_wait;
  for (std::size_t tries = 1;; ++tries) {
    auto keys = workshop_.vault.transport_keys(serial);
    if (keys) return *std::move(keys);
    if (!is_away(keys.error()) || tries >= workshop_.limits.vault_tries) {
      return std::unexpected(from_vault(keys.error(), "transport keys"));
    }
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

Outcome<std::optional<perso::Session>> CardRun::open() {
  wire_.emplace(*card_, workshop_.limits.longest_command);
  talk_.emplace(*wire_);
  const auto dialect = perso::dialect_of(workshop_.profile);
  if (dialect == nullptr) return std::unexpected(stop(StationEnd::trouble, kNoDialect));
  std::optional<Halt> no_keys;
  const gp::KeySource keys = [&](const gp::ChipSerial& serial) -> Result<gp::StaticKeys> {
    chip_ = base::to_hex(serial);
    auto found = transport_keys(serial);
    if (found) return *std::move(found);
    no_keys = found.error();
    return base::fail(found.error().error);
  };
  auto opened = perso::open_session(*dialect, *talk_, keys, rng_);
  if (opened) {
    if (opened->chip_id().empty()) return std::unexpected(stop(StationEnd::trouble, kNoNumber));
    chip_ = base::to_hex(opened->chip_id());
    return std::optional{*std::move(opened)};
  }
  if (no_keys) return std::unexpected(*no_keys);
  if (opened.error().fault == Fault::conflict) return std::nullopt;
  return std::unexpected(from_card(opened.error(), why_closed(opened.error()), "opening the card"));
}

Outcome<CardDone> CardRun::run(bool ask_first) {
  auto opened = open();
  if (!opened) return std::unexpected(opened.error());
  if (!*opened) return recover_locked(ask_first);
  if (ask_first) {
    const auto known = ask_for_chip();
    if (!known) return std::unexpected(known.error());
    if (*known) return recover(**opened, **known);
  }
  const auto lock = lock_of(**opened);
  if (!lock) return std::unexpected(lock.error());
  if (*lock != perso::Lock::locked) return take_blank(**opened);
  const auto known = ask_for_chip();
  if (!known) return std::unexpected(known.error());
  if (*known) return recover(**opened, **known);
  // No job is spent on it.
  return std::unexpected(
      quarantine("C01 locked card", "the card is locked: it was issued elsewhere, or secured by its maker"));
}

Outcome<std::optional<journal::ChipRecord>> CardRun::ask_for_chip() {
  auto known = workshop_.queue.ask([&](journal::Journal& journal) { return journal.find_chip(chip_); });
  if (!known) return std::unexpected(from_journal(known.error(), "asking for the chip"));
  return *std::move(known);
}

/// A profile that leaves its cards open asks nobody.
Outcome<perso::Lock> CardRun::lock_of(perso::Session& session) {
  const auto dialect = perso::dialect_of(workshop_.profile);
  if (dialect == nullptr || workshop_.profile.finish != perso::FinalState::locked) return perso::Lock::unknown;
  const auto lock = perso::lock_of(*dialect, session);
  if (!lock) return std::unexpected(from_card(lock.error(), "C06 lock", "asking for the lock"));
  return *lock;
}

/// Of a card that is bound: it cannot be finished when its job cannot be opened.
Outcome<issuance::CardJob> CardRun::unseal_bound(const journal::Claim& claim) {
  auto job = unseal(claim);
  if (job) return *std::move(job);
  if (!is_about_the_job(job.error())) return std::unexpected(from_vault(job.error(), "opening the job of this card"));
  auto halt = quarantine("C06 payload", "the job of this card cannot be opened any more");
  halt.error = job.error();
  return std::unexpected(std::move(halt));
}

Result<issuance::CardJob> CardRun::unseal(const journal::Claim& claim) {
  CICADA_TRY(const auto sealed, workshop_.packs.read({.pack = claim.payload.pack,
                                                      .offset = claim.payload.offset,
                                                      .size = claim.payload.size,
                                                      .digest = claim.payload.digest}));
  CICADA_TRY(const auto run, issuance::run_of(sealed));
  CICADA_TRY(const auto key, workshop_.vault.job_key(claim.dossier, claim.version, run));
  CICADA_TRY(auto job, issuance::open_sealed(sealed, claim.dossier, claim.version, key));
  CICADA_CHECK(check_fits(job, workshop_.profile));
  return job;
}

/// A job that cannot be opened waits for a person; the card is not touched.
Outcome<void> CardRun::hold(const Error& why) {
  auto held = step(State::held);
  held.reason = "payload";
  const auto done = workshop_.queue.commit(std::move(held), {}, WhenAway::fail);
  if (!done) return std::unexpected(from_journal(done.error(), "holding a job"));
  if (workshop_.on_card) {
    workshop_.on_card({.kind = CardEvent::Kind::held,
                       .station = actor_.station,
                       .dossier = job_.dossier,
                       .reason = "payload",
                       .detail = why.describe()});
  }
  return {};
}

Outcome<CardRun::Bind> CardRun::bind() {
  const auto done = workshop_.queue.commit(step(State::bound), chip_, WhenAway::fail);
  // Whether it is bound now is unknown: the chip is asked for again when the journal is back.
  if (!done) return std::unexpected(from_journal(done.error(), "binding the chip"));
  switch (*done) {
    case Commit::applied: return Bind::bound;
    case Commit::chip_seen: return Bind::chip_known;
    case Commit::spooled:
    case Commit::fenced:
    case Commit::key_seen:
    case Commit::refused: break;
  }
  return Bind::job_lost;
}

/// A card that nobody knows: the next job is its. Jobs that are lost or cannot be opened are passed over; there are no
/// more of them than were claimed.
Outcome<CardDone> CardRun::take_blank(perso::Session& session) {
  for (std::size_t held = 0;;) {
    auto claim = need_claim_();
    if (!claim) return std::unexpected(claim.error());
    if (!*claim) return CardDone{.tray = Tray::back, .kind = CardEvent::Kind::untouched, .reason = "no job"};
    job_ = **std::move(claim);
    auto job = unseal(job_);
    if (!job) {
      if (!is_about_the_job(job.error()) || ++held > workshop_.limits.failures_in_a_row) {
        return std::unexpected(from_vault(job.error(), "opening a job"));
      }
      if (const auto done = hold(job.error()); !done) return std::unexpected(done.error());
      used_claim_(false);
      continue;
    }
    const auto bound = bind();
    if (!bound) return std::unexpected(bound.error());
    if (*bound == Bind::job_lost) {
      used_claim_(false);
      continue;
    }
    if (*bound == Bind::chip_known) {
      const auto known = ask_for_chip();
      if (!known) return std::unexpected(known.error());
      if (!*known) return std::unexpected(quarantine("C01 chip", "the journal both knows the chip and does not"));
      return recover(session, **known);
    }
    bound_ = true;
    used_claim_(true);
    return make(session, *std::move(job), CardEvent::Kind::good);
  }
}

Outcome<void> CardRun::commit(journal::Step step, std::string_view what) {
  const auto done = workshop_.queue.commit(std::move(step), chip_);
  if (!done) return std::unexpected(from_journal(done.error(), std::string{what}));
  if (*done == Commit::applied || *done == Commit::spooled) return {};
  return std::unexpected(quarantine(*done == Commit::key_seen ? "C01 key" : "C05 job",
                                    *done == Commit::key_seen ? base::Literal{"another chip has the same public key"}
                                                              : base::Literal{"the job is not this station's any more"},
                                    fmt::format("{}: {}", what, to_string(*done))));
}

Outcome<CardDone> CardRun::set_aside(const Halt& halt) {
  CardDone done{.tray = Tray::quarantine, .kind = CardEvent::Kind::quarantined, .reason = halt.reason};
  if (bound_) {
    if (const auto noted = note_.write(job_.dossier); !noted)
      return std::unexpected(stop(StationEnd::trouble, noted.error()));
    auto quarantined = step(State::quarantined);
    quarantined.reason = halt.reason;
    const auto committed = workshop_.queue.commit(std::move(quarantined), chip_);
    if (!committed) return std::unexpected(from_journal(committed.error(), "quarantine"));
    if (*committed == Commit::applied || *committed == Commit::spooled) return done;
    // The job is somebody else's, and goes on without this card.
    done.kind = CardEvent::Kind::set_aside;
    done.detail =
        fmt::format("its job is not in quarantine ({}): it is not this station's any more", to_string(*committed));
    return done;
  }
  done.kind = CardEvent::Kind::set_aside;
  if (chip_.empty()) return done;
  const auto told =
      workshop_.queue.ask([&](journal::Journal& journal) { return journal.set_aside(chip_, halt.reason, actor_); });
  // A chip that the journal knows already is quarantined there, or good: the card goes to the same tray either way.
  if (!told && told.error().fault != Fault::conflict)
    return std::unexpected(from_journal(told.error(), "setting aside"));
  return done;
}

}  // namespace cicada::host::line
