// One card, from the moment it is under power to the tray it goes to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/rng.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/line/read_back.h"
#include "cicada/host/line/workshop.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/run.h"
#include "cicada/host/perso/session.h"
#include "halt.h"
#include "slot_note.h"
#include "timed_transport.h"

namespace cicada::host::line {

struct CardDone {
  Tray tray = Tray::good;
  CardEvent::Kind kind = CardEvent::Kind::good;
  std::string reason = {};
  std::string detail = {};  ///< for people
};

class CardRun {
 public:
  /// The job that the station has claimed or claims now; nothing when there is none.
  using NeedClaim = std::function<Outcome<std::optional<journal::Claim>>()>;
  /// The claimed job was used, or is lost.
  using UsedClaim = std::function<void(bool used)>;

  CardRun(Workshop& workshop, Feeder& feeder, transport::Transport& card, journal::Actor actor, SlotNote& note,
          NeedClaim need, UsedClaim used)
      : workshop_(workshop),
        feeder_(feeder),
        card_(&card),
        actor_(std::move(actor)),
        note_(note),
        need_claim_(std::move(need)),
        used_claim_(std::move(used)) {}

  /// `ask_first`: the card may be one of ours, so the journal is asked before a job is taken for it.
  [[nodiscard]] Outcome<CardDone> run(bool ask_first);
  /// The work has halted: the job, if one is bound, is quarantined, or the chip is set aside. Says how far that came.
  [[nodiscard]] Outcome<CardDone> set_aside(const Halt& halt);

  [[nodiscard]] const std::string& chip() const noexcept { return chip_; }
  [[nodiscard]] const std::string& dossier() const noexcept { return job_.dossier; }
  [[nodiscard]] std::uint64_t exchanges() const noexcept { return exchanges_ + (wire_ ? wire_->exchanges() : 0); }

 private:
  enum class Bind : std::uint8_t { bound, chip_known, job_lost };
  /// A job whose card may be the one in the slot.
  struct Candidate {
    journal::Claim job;
    bool in_our_hand = false;  ///< this station's, and nobody else works on it
  };

  // card_run.cpp
  /// Nothing: the card is locked and says nothing of itself.
  [[nodiscard]] Outcome<std::optional<perso::Session>> open();
  [[nodiscard]] Outcome<gp::StaticKeys> transport_keys(const gp::ChipSerial& serial);
  [[nodiscard]] Outcome<CardDone> take_blank(perso::Session& session);
  [[nodiscard]] Outcome<perso::Lock> lock_of(perso::Session& session);
  /// No: the card says that its application still takes content.
  [[nodiscard]] Outcome<bool> may_be_personalized(perso::Session& session);
  /// What the journal knows of this chip.
  [[nodiscard]] Outcome<std::optional<journal::ChipRecord>> ask_for_chip();
  [[nodiscard]] Outcome<Bind> bind();
  [[nodiscard]] Outcome<void> hold(const base::Error& why);
  [[nodiscard]] base::Result<issuance::CardJob> unseal(const journal::Claim& claim);
  [[nodiscard]] Outcome<issuance::CardJob> unseal_bound(const journal::Claim& claim);
  [[nodiscard]] journal::Step step(journal::State to) const;
  /// A step that must be on disk. Quarantine (in the hand, not in the journal) when the job is not ours any more.
  [[nodiscard]] Outcome<void> commit(journal::Step step, std::string_view what);

  // make_card.cpp
  [[nodiscard]] Outcome<CardDone> make(perso::Session& session, issuance::CardJob job, CardEvent::Kind kind);
  [[nodiscard]] Outcome<std::string> complete(issuance::CardJob& job, const perso::ChipKeys& keys);
  [[nodiscard]] Outcome<perso::Plan> plan(const issuance::CardJob& job, const perso::Session& session);
  [[nodiscard]] Outcome<void> run_plan(const perso::Plan& plan, perso::Session& session, perso::PhaseRange phases);
  [[nodiscard]] Outcome<CardDone> verify(const issuance::CardJob& job, CardEvent::Kind kind);
  [[nodiscard]] Outcome<CardDone> commit_good(const journal::Digest& evidence, CardEvent::Kind kind);
  [[nodiscard]] Outcome<void> reset();

  // recover.cpp
  [[nodiscard]] Outcome<CardDone> recover(perso::Session& session, const journal::ChipRecord& known);
  [[nodiscard]] Outcome<std::optional<CardDone>> dealt_with(const journal::ChipRecord& known);
  [[nodiscard]] Outcome<bool> take_over();
  /// Halts the station when the recipe is not this line's.
  [[nodiscard]] Outcome<void> check_ours(const journal::Recipe& recipe, std::string_view dossier,
                                         std::string_view batch) const;
  /// The same for a card that does not say who it is: when the last one in this slot was of such a job.
  [[nodiscard]] Outcome<void> check_slot();
  [[nodiscard]] Outcome<std::optional<journal::Claim>> last_in_slot();
  [[nodiscard]] Outcome<CardDone> go_on(perso::Session& session);
  [[nodiscard]] Outcome<CardDone> write_again(perso::Session& session);
  [[nodiscard]] Outcome<CardDone> go_on_after_content(perso::Session& session, perso::Lock lock);
  [[nodiscard]] Outcome<CardDone> recover_locked(bool lay_there);
  [[nodiscard]] Outcome<std::vector<Candidate>> candidates();
  [[nodiscard]] Outcome<std::optional<ReadBack>> try_keys(const journal::Claim& candidate);
  [[nodiscard]] Outcome<CardDone> opened(const Candidate& candidate, const ReadBack& seen);
  [[nodiscard]] Outcome<CardDone> not_the_good_card(const Candidate& candidate, const std::string& problem);
  [[nodiscard]] Outcome<issuance::CardJob> finished_job(const journal::Claim& claim);

  Workshop& workshop_;
  Feeder& feeder_;
  transport::Transport* card_;
  journal::Actor actor_;
  SlotNote& note_;
  NeedClaim need_claim_;
  UsedClaim used_claim_;
  base::SystemRng rng_;

  std::optional<TimedTransport> wire_ = {};
  std::optional<iso7816::Channel> talk_ = {};
  std::uint64_t exchanges_ = 0;
  std::string chip_ = {};    ///< hexadecimal; empty: the card did not say
  journal::Claim job_ = {};  ///< the job of this card, when `bound_`
  bool bound_ = false;
};

}  // namespace cicada::host::line
