// A journal that hands everything on to another one: what a test wants to stand in between overrides.
#pragma once

#include "cicada/host/journal/journal.h"

namespace cicada::test {

/// Borrows the journal.
class JournalProxy : public host::journal::Journal {
 public:
  explicit JournalProxy(host::journal::Journal& inner) : inner_(inner) {}

  /// Before and after each call that changes or asks something for a station; `call` is the function's name.
  virtual base::Result<void> before(std::string_view call, std::span<const host::journal::Step> steps) {
    static_cast<void>(call), static_cast<void>(steps);
    return {};
  }
  virtual void after(std::string_view call, std::span<const host::journal::Step> steps) {
    static_cast<void>(call), static_cast<void>(steps);
  }

  base::Result<void> add_batch(const host::journal::Batch& batch, const host::journal::Actor& actor) override {
    return around<base::Result<void>>("add_batch", {}, [&] { return inner_.add_batch(batch, actor); });
  }
  base::Result<std::vector<host::journal::Batch>> batches_in_work() override { return inner_.batches_in_work(); }
  base::Result<std::vector<host::journal::IntakeOutcome>> take_in(std::string_view batch,
                                                                  std::span<const host::journal::Intake> dossiers,
                                                                  const host::journal::Actor& actor) override {
    return around<base::Result<std::vector<host::journal::IntakeOutcome>>>(
        "take_in", {}, [&] { return inner_.take_in(batch, dossiers, actor); });
  }
  base::Result<void> make_ready(std::string_view batch, std::span<const host::journal::Prepared> jobs,
                                const host::journal::Actor& actor) override {
    return around<base::Result<void>>("make_ready", {}, [&] { return inner_.make_ready(batch, jobs, actor); });
  }
  base::Result<void> decide(std::string_view dossier, host::journal::State to, std::string_view reason,
                            const host::journal::Actor& actor) override {
    return around<base::Result<void>>("decide", {}, [&] { return inner_.decide(dossier, to, reason, actor); });
  }
  base::Result<std::optional<host::journal::Claim>> find_dossier(std::string_view dossier) override {
    return around<base::Result<std::optional<host::journal::Claim>>>("find_dossier", {},
                                                                     [&] { return inner_.find_dossier(dossier); });
  }
  base::Result<std::vector<host::journal::Claim>> claim(const host::journal::Actor& actor, std::size_t count,
                                                        std::chrono::seconds lease,
                                                        const host::journal::Recipe& recipe) override {
    return around<base::Result<std::vector<host::journal::Claim>>>(
        "claim", {}, [&] { return inner_.claim(actor, count, lease, recipe); });
  }
  base::Result<std::vector<host::journal::JobId>> renew(std::span<const host::journal::Hold> claims,
                                                        std::chrono::seconds lease) override {
    return around<base::Result<std::vector<host::journal::JobId>>>("renew", {},
                                                                   [&] { return inner_.renew(claims, lease); });
  }
  base::Result<std::size_t> take_back(const host::journal::Actor& actor) override {
    return around<base::Result<std::size_t>>("take_back", {}, [&] { return inner_.take_back(actor); });
  }
  base::Result<std::vector<host::journal::StepResult>> apply(std::span<const host::journal::Step> steps) override {
    return around<base::Result<std::vector<host::journal::StepResult>>>("apply", steps,
                                                                        [&] { return inner_.apply(steps); });
  }
  base::Result<std::vector<bool>> hold(std::span<const host::journal::Hold> holds) override {
    return around<base::Result<std::vector<bool>>>("hold", {}, [&] { return inner_.hold(holds); });
  }
  base::Result<std::optional<host::journal::Claim>> recover(std::string_view chip,
                                                            const host::journal::Actor& actor) override {
    return around<base::Result<std::optional<host::journal::Claim>>>("recover", {},
                                                                     [&] { return inner_.recover(chip, actor); });
  }
  base::Result<std::vector<host::journal::Claim>> jobs_in_hand(std::string_view station) override {
    return around<base::Result<std::vector<host::journal::Claim>>>("jobs_in_hand", {},
                                                                   [&] { return inner_.jobs_in_hand(station); });
  }
  base::Result<std::optional<host::journal::ChipRecord>> find_chip(std::string_view chip) override {
    return around<base::Result<std::optional<host::journal::ChipRecord>>>("find_chip", {},
                                                                          [&] { return inner_.find_chip(chip); });
  }
  base::Result<void> set_aside(std::string_view chip, std::string_view reason,
                               const host::journal::Actor& actor) override {
    return around<base::Result<void>>("set_aside", {}, [&] { return inner_.set_aside(chip, reason, actor); });
  }
  base::Result<void> set_card_aside(std::string_view dossier, std::string_view reason, std::string_view second_operator,
                                    const host::journal::Actor& actor) override {
    return inner_.set_card_aside(dossier, reason, second_operator, actor);
  }
  base::Result<std::optional<host::journal::State>> destroy(const host::journal::Destruction& destruction, bool remake,
                                                            const host::journal::Actor& actor) override {
    return around<base::Result<std::optional<host::journal::State>>>(
        "destroy", {}, [&] { return inner_.destroy(destruction, remake, actor); });
  }
  base::Result<void> receive_blanks(std::string_view lot, std::uint64_t count,
                                    const host::journal::Actor& actor) override {
    return around<base::Result<void>>("receive_blanks", {}, [&] { return inner_.receive_blanks(lot, count, actor); });
  }
  base::Result<void> count_blanks_left(std::uint64_t count, const host::journal::Actor& actor) override {
    return around<base::Result<void>>("count_blanks_left", {}, [&] { return inner_.count_blanks_left(count, actor); });
  }
  base::Result<void> deliver(std::span<const std::string> dossiers, host::journal::Delivery to,
                             const host::journal::Actor& actor) override {
    return around<base::Result<void>>("deliver", {}, [&] { return inner_.deliver(dossiers, to, actor); });
  }
  base::Result<void> give_order(host::journal::Order order, const host::journal::Actor& actor) override {
    return around<base::Result<void>>("give_order", {}, [&] { return inner_.give_order(order, actor); });
  }
  base::Result<host::journal::Order> order() override {
    return around<base::Result<host::journal::Order>>("order", {}, [&] { return inner_.order(); });
  }

  // Only looked at by people, not by stations.
  base::Result<host::journal::Balance> balance(std::string_view batch) override { return inner_.balance(batch); }
  base::Result<std::vector<host::journal::CountRow>> counts(host::journal::GroupBy by) override {
    return inner_.counts(by);
  }
  base::Result<std::vector<host::journal::Conflict>> conflicts(std::string_view batch, std::size_t most) override {
    return inner_.conflicts(batch, most);
  }
  base::Result<std::vector<host::journal::RecipeCount>> ready_by_recipe() override { return inner_.ready_by_recipe(); }
  base::Result<std::vector<host::journal::Ageing>> ageing() override { return inner_.ageing(); }
  base::Result<std::uint64_t> done_within(std::chrono::seconds time) override { return inner_.done_within(time); }
  base::Result<std::optional<host::journal::CardRecord>> find_card(std::string_view dossier) override {
    return inner_.find_card(dossier);
  }
  base::Result<void> cards_of_signer(std::string_view ds,
                                     const std::function<void(std::string_view, std::string_view)>& visit) override {
    return inner_.cards_of_signer(ds, visit);
  }
  base::Result<std::uint64_t> count_of_signer(std::string_view ds, std::uint64_t most) override {
    return inner_.count_of_signer(ds, most);
  }
  base::Result<void> audit(const std::function<void(const host::journal::AuditRecord&)>& visit) override {
    return inner_.audit(visit);
  }
  base::Result<void> visit_jobs(const std::function<void(const host::journal::JobSummary&)>& visit) override {
    return inner_.visit_jobs(visit);
  }
  base::Result<host::journal::AuditRecord> close_batch(std::string_view batch,
                                                       const host::journal::Actor& actor) override {
    return inner_.close_batch(batch, actor);
  }
  base::Result<base::Bytes> audit_key() override { return inner_.audit_key(); }
  base::Result<void> check_audit_key(base::ByteView point) override { return inner_.check_audit_key(point); }
  base::Result<void> set_audit_key(const host::journal::AuditKeyChange& change,
                                   const host::journal::Actor& actor) override {
    return inner_.set_audit_key(change, actor);
  }
  base::Result<void> add_signature(const host::journal::AuditRecord& closed, base::ByteView signature,
                                   const host::journal::Actor& actor) override {
    return inner_.add_signature(closed, signature, actor);
  }

 private:
  template <typename Answer, typename Call>
  Answer around(std::string_view name, std::span<const host::journal::Step> steps, const Call& call) {
    if (auto ready = before(name, steps); !ready) return Answer{std::unexpected(ready.error())};
    Answer answer = call();
    after(name, steps);
    return answer;
  }

  host::journal::Journal& inner_;
};

}  // namespace cicada::test
