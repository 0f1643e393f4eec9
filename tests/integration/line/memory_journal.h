// A journal in memory: the rules of journal.h in the plainest form, for tests of what stands on them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cicada/host/journal/journal.h"

namespace cicada::test {

class MemoryJournal final : public host::journal::Journal {
 public:
  using State = host::journal::State;
  using Digest = host::journal::Digest;
  template <typename T>
  using Result = base::Result<T>;

  struct Job {
    host::journal::Claim claim;
    std::string station = {};
    std::string reason = {};
    Digest evidence{};
    std::vector<State> history = {};
  };

  /// A job that is ready.
  host::journal::JobId add(const std::string& dossier, const host::journal::Payload& payload);
  [[nodiscard]] const Job& job(host::journal::JobId id) const { return jobs_.at(id); }
  [[nodiscard]] std::size_t in_state(State state) const;
  /// What it is made with.
  void made_with(host::journal::JobId id, const host::journal::Recipe& recipe) { jobs_.at(id).claim.recipe = recipe; }
  /// Somebody else has the job from now on.
  void steal(host::journal::JobId id) { jobs_.at(id).claim.fence = ++fence_; }
  /// Its card was set aside and destroyed: ready again, for another chip.
  void remake(host::journal::JobId id) {
    steal(id);
    jobs_.at(id).claim.state = State::ready;
    jobs_.at(id).claim.chip.clear();
  }
  /// A card of it is in this station's hand, and is locked.
  void put_in_hand(host::journal::JobId id, const std::string& station) {
    jobs_.at(id).claim.state = State::locked;
    jobs_.at(id).station = station;
  }
  /// What came after the binding was forgotten, as by a journal that was restored to an earlier moment.
  void forget_writing(host::journal::JobId id) { jobs_.at(id).claim.state = State::bound; }
  /// The sealed job on disk is not what was prepared.
  void damage(host::journal::JobId id) { jobs_.at(id).claim.payload.digest.at(0) ^= 0x01; }
  /// All calls fail with this until it is taken away.
  std::optional<base::Error> away = {};
  /// Is called before every change; true makes the answer get lost although the change happens.
  std::function<bool()> lose_answer = {};
  /// Somebody else takes each job that is recovered, before its next step.
  bool steal_when_recovered = false;
  host::journal::Order current_order = host::journal::Order::run;
  std::size_t applies = 0;

  Result<void> add_batch(const host::journal::Batch&, const host::journal::Actor&) override { return {}; }
  Result<std::vector<host::journal::Batch>> batches_in_work() override { return std::vector<host::journal::Batch>{}; }
  Result<std::vector<host::journal::IntakeOutcome>> take_in(std::string_view, std::span<const host::journal::Intake>,
                                                            const host::journal::Actor&) override {
    return std::vector<host::journal::IntakeOutcome>{};
  }
  Result<void> make_ready(std::string_view, std::span<const host::journal::Prepared>,
                          const host::journal::Actor&) override {
    return {};
  }
  Result<void> decide(std::string_view, State, std::string_view, const host::journal::Actor&) override { return {}; }
  Result<std::optional<host::journal::Claim>> find_dossier(std::string_view dossier) override;
  Result<std::vector<host::journal::Claim>> claim(const host::journal::Actor& actor, std::size_t count,
                                                  std::chrono::seconds lease,
                                                  const host::journal::Recipe& recipe) override;
  Result<std::vector<host::journal::JobId>> renew(std::span<const host::journal::Hold> claims,
                                                  std::chrono::seconds lease) override;
  Result<std::size_t> take_back(const host::journal::Actor& actor) override;
  Result<std::vector<host::journal::StepResult>> apply(std::span<const host::journal::Step> steps) override;
  Result<std::vector<bool>> hold(std::span<const host::journal::Hold> holds) override;
  Result<std::optional<host::journal::Claim>> recover(std::string_view chip,
                                                      const host::journal::Actor& actor) override;
  Result<std::vector<host::journal::Claim>> jobs_in_hand(std::string_view station) override;
  Result<std::optional<host::journal::ChipRecord>> find_chip(std::string_view chip) override;
  Result<void> set_aside(std::string_view chip, std::string_view reason, const host::journal::Actor&) override;
  Result<void> set_card_aside(std::string_view, std::string_view, std::string_view,
                              const host::journal::Actor&) override {
    return {};
  }
  Result<std::optional<host::journal::State>> destroy(const host::journal::Destruction&, bool,
                                                      const host::journal::Actor&) override {
    return std::nullopt;
  }
  Result<void> receive_blanks(std::string_view, std::uint64_t, const host::journal::Actor&) override { return {}; }
  Result<void> count_blanks_left(std::uint64_t, const host::journal::Actor&) override { return {}; }
  Result<void> deliver(std::span<const std::string>, host::journal::Delivery, const host::journal::Actor&) override {
    return {};
  }
  Result<void> give_order(host::journal::Order order, const host::journal::Actor&) override {
    current_order = order;
    return {};
  }
  Result<host::journal::Order> order() override;
  Result<host::journal::Balance> balance(std::string_view) override { return host::journal::Balance{}; }
  Result<std::vector<host::journal::CountRow>> counts(host::journal::GroupBy) override {
    return std::vector<host::journal::CountRow>{};
  }
  Result<std::vector<host::journal::Conflict>> conflicts(std::string_view, std::size_t) override {
    return std::vector<host::journal::Conflict>{};
  }
  Result<std::vector<host::journal::RecipeCount>> ready_by_recipe() override {
    return std::vector<host::journal::RecipeCount>{};
  }
  Result<std::vector<host::journal::Ageing>> ageing() override { return std::vector<host::journal::Ageing>{}; }
  Result<std::uint64_t> done_within(std::chrono::seconds) override { return in_state(State::done); }
  Result<std::optional<host::journal::CardRecord>> find_card(std::string_view) override { return std::nullopt; }
  Result<void> cards_of_signer(std::string_view,
                               const std::function<void(std::string_view, std::string_view)>&) override {
    return {};
  }
  Result<std::uint64_t> count_of_signer(std::string_view, std::uint64_t) override { return 0; }
  Result<void> audit(const std::function<void(const host::journal::AuditRecord&)>&) override { return {}; }
  Result<void> visit_jobs(const std::function<void(const host::journal::JobSummary&)>&) override { return {}; }
  Result<base::Bytes> audit_key() override { return base::Bytes{}; }
  Result<void> check_audit_key(base::ByteView) override { return {}; }
  Result<void> set_audit_key(const host::journal::AuditKeyChange&, const host::journal::Actor&) override { return {}; }
  Result<void> add_signature(const host::journal::AuditRecord&, base::ByteView, const host::journal::Actor&) override {
    return {};
  }
  Result<host::journal::AuditRecord> close_batch(std::string_view, const host::journal::Actor&) override {
    return host::journal::AuditRecord{};
  }

 private:
  [[nodiscard]] Result<void> ready() const;
  host::journal::StepResult apply_one(const host::journal::Step& step);

  std::map<host::journal::JobId, Job> jobs_;
  std::map<std::string, host::journal::JobId, std::less<>> chips_;
  std::set<std::string, std::less<>> set_aside_;
  std::set<Digest> keys_;
  host::journal::Fence fence_ = 0;
};

}  // namespace cicada::test
