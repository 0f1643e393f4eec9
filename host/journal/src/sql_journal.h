// The journal over a database that speaks SQL. What is decided is decided here, once for both engines: a call reads the
// rows it is about, locked; decides in memory; and writes the rows that changed, in one transaction with its records.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chain.h"
#include "cicada/host/journal/journal.h"
#include "sql.h"

namespace cicada::host::journal {

/// One row of the table of jobs, as far as steps look at it.
struct JobRow {
  JobId id = 0;
  State state = State::accepted;
  std::int64_t trail = 0;  ///< one bit a state that was reached under this fence
  Fence fence = 0;
  std::string dossier;
  std::uint32_t version = 1;
  Unit unit;
  std::string station, shift, chip, ds, reason;
  Payload payload;
  base::Bytes evidence;
  std::int64_t recipe = 0;  ///< 0: nobody said
  std::int64_t lease_until = 0, done_at = 0;
  bool changed = false;
};

class SqlJournal final : public Journal {
 public:
  SqlJournal(std::unique_ptr<Database> database, std::string writer)
      : database_(std::move(database)), writer_(std::move(writer)) {}
  /// Takes the writer's name and finds the end of its chain.
  [[nodiscard]] base::Result<void> start();

  base::Result<void> add_batch(const Batch& batch, const Actor& actor) override;
  base::Result<std::vector<Batch>> batches_in_work() override;
  base::Result<std::vector<IntakeOutcome>> take_in(std::string_view batch, std::span<const Intake> dossiers,
                                                   const Actor& actor) override;
  base::Result<void> make_ready(std::string_view batch, std::span<const Prepared> jobs, const Actor& actor) override;
  base::Result<void> decide(std::string_view dossier, State to, std::string_view reason, const Actor& actor) override;
  base::Result<std::optional<Claim>> find_dossier(std::string_view dossier) override;

  base::Result<std::vector<Claim>> claim(const Actor& actor, std::size_t count, std::chrono::seconds lease,
                                         const Recipe& recipe) override;
  base::Result<std::vector<JobId>> renew(std::span<const Hold> claims, std::chrono::seconds lease) override;
  base::Result<std::size_t> take_back(const Actor& actor) override;
  base::Result<std::vector<StepResult>> apply(std::span<const Step> steps) override;
  base::Result<std::vector<bool>> hold(std::span<const Hold> holds) override;
  base::Result<std::optional<Claim>> recover(std::string_view chip, const Actor& actor) override;
  base::Result<std::vector<Claim>> jobs_in_hand(std::string_view station) override;
  base::Result<std::optional<ChipRecord>> find_chip(std::string_view chip) override;
  base::Result<void> set_aside(std::string_view chip, std::string_view reason, const Actor& actor) override;
  base::Result<void> set_card_aside(std::string_view dossier, std::string_view reason, std::string_view second_operator,
                                    const Actor& actor) override;
  base::Result<std::optional<State>> destroy(const Destruction& destruction, bool remake, const Actor& actor) override;

  base::Result<void> receive_blanks(std::string_view lot, std::uint64_t count, const Actor& actor) override;
  base::Result<void> count_blanks_left(std::uint64_t count, const Actor& actor) override;
  base::Result<void> deliver(std::span<const std::string> dossiers, Delivery to, const Actor& actor) override;
  base::Result<void> give_order(Order order, const Actor& actor) override;
  base::Result<Order> order() override;

  base::Result<Balance> balance(std::string_view batch) override;
  base::Result<std::vector<CountRow>> counts(GroupBy by) override;
  base::Result<std::vector<RecipeCount>> ready_by_recipe() override;
  base::Result<std::vector<Conflict>> conflicts(std::string_view batch, std::size_t most) override;
  base::Result<std::vector<Ageing>> ageing() override;
  base::Result<std::uint64_t> done_within(std::chrono::seconds time) override;
  base::Result<std::optional<CardRecord>> find_card(std::string_view dossier) override;
  base::Result<std::uint64_t> count_of_signer(std::string_view ds, std::uint64_t most) override;
  base::Result<void> cards_of_signer(std::string_view ds,
                                     const std::function<void(std::string_view, std::string_view)>& visit) override;
  base::Result<void> audit(const std::function<void(const AuditRecord&)>& visit) override;
  base::Result<void> visit_jobs(const std::function<void(const JobSummary&)>& visit) override;
  base::Result<AuditRecord> close_batch(std::string_view batch, const Actor& actor) override;
  base::Result<base::Bytes> audit_key() override;
  base::Result<void> check_audit_key(base::ByteView point) override;
  base::Result<void> set_audit_key(const AuditKeyChange& change, const Actor& actor) override;
  base::Result<void> add_signature(const AuditRecord& closed, base::ByteView signature, const Actor& actor) override;

 private:
  /// A transaction that another one got in the way of is made again from its start: `work` must not keep anything.
  [[nodiscard]] base::Result<void> change(const std::function<base::Result<void>()>& work);
  [[nodiscard]] base::Result<void> change_once(const std::function<base::Result<void>()>& work);
  [[nodiscard]] base::Result<void> find_end_of_chain();
  [[nodiscard]] base::Result<void> note_withdrawn();
  [[nodiscard]] base::Result<void> write_records();
  [[nodiscard]] base::Result<Fence> next_fence();
  /// Opens the job's batch again if it is closed: what its closing signed is no longer so, and the job may need work.
  [[nodiscard]] base::Result<void> reopen(JobId job, const Actor& actor);
  /// The batch of a job, before the job itself: no closing counts between a change of it and reopen(). Two come to the
  /// batch last: apply(), which learns only from its jobs that one was a good card, and take_in(), from the dossiers
  /// which earlier ones it corrects. Where they and another wait for each other the server ends one of the two (40P01),
  /// and change() makes it again.
  [[nodiscard]] base::Result<void> lock_batch(JobId job);
  /// Chips by what became of them, over everything ever issued.
  struct ChipCounts {
    std::uint64_t good = 0, quarantined = 0, destroyed = 0, in_work = 0;
    [[nodiscard]] std::uint64_t all() const noexcept { return good + quarantined + destroyed + in_work; }
  };
  [[nodiscard]] base::Result<ChipCounts> count_chips();
  [[nodiscard]] base::Result<Rows> begin_count();
  /// A job of this batch, which is locked, becomes ready: a blank may be taken for it.
  [[nodiscard]] base::Result<void> needs_count(std::int64_t batch);
  /// Jobs and dossiers of a batch, or (0) of all.
  [[nodiscard]] base::Result<void> count_jobs(std::int64_t batch, Balance& balance);
  [[nodiscard]] base::Result<AuditRecord> record(std::string_view action, const Actor& actor, nlohmann::json fields);

  // rows
  [[nodiscard]] base::Result<std::int64_t> batch_number(std::string_view id);
  [[nodiscard]] base::Result<std::string> batch_name(std::int64_t number);
  [[nodiscard]] base::Result<std::map<JobId, JobRow>> lock_jobs(std::span<const JobId> ids);
  [[nodiscard]] base::Result<void> write_jobs(const std::map<JobId, JobRow>& jobs);
  [[nodiscard]] base::Result<Claim> claim_of(const JobRow& job);
  /// The first column of `ids` names the jobs.
  [[nodiscard]] base::Result<std::vector<Claim>> read_claims(const Rows& ids);
  [[nodiscard]] base::Result<std::map<JobId, JobRow>> load_jobs(std::span<const JobId> ids, bool lock);
  /// What the dossiers of these jobs held alone may be taken by others.
  [[nodiscard]] base::Result<void> free_numbers(std::span<const JobId> ids);
  /// The same of one, if no card was ever made for it.
  [[nodiscard]] base::Result<void> free_unless_issued(const JobRow& job);
  /// Rows of repeated_dossier: what is none of this batch's dossiers, and what has become one.
  [[nodiscard]] base::Result<void> note_repeated(std::int64_t batch, const Rows& repeated, const Rows& own,
                                                 const Actor& actor);
  /// Jobs that a corrected dossier left behind, and the states they had.
  [[nodiscard]] base::Result<void> note_superseded(const std::map<JobId, State>& jobs, const Actor& actor);
  /// Of rows of dossier, version, content and a number: the numbers of those that were there before a correction.
  [[nodiscard]] base::Result<Rows> were_there(const Rows& versions);
  /// A card that set_card_aside() took is good after all.
  [[nodiscard]] base::Result<void> take_up_again(std::map<JobId, JobRow>& jobs, std::string_view reason,
                                                 const Actor& actor);
  // recipe.cpp
  [[nodiscard]] base::Result<void> note_recipe(const Batch& batch, const Actor& actor);
  /// Of the whole journal by number, and 0 for jobs of which nobody said it.
  [[nodiscard]] base::Result<std::vector<std::pair<std::int64_t, Recipe>>> recipes();
  /// One that is there never changes.
  [[nodiscard]] base::Result<Recipe> recipe_of(std::int64_t number);
  [[nodiscard]] base::Result<std::int64_t> recipe_number(const Recipe& recipe);
  struct Picked {
    JobId job = 0;
    State from = State::ready;
  };
  /// Locked: what a station with this recipe shall have.
  [[nodiscard]] base::Result<std::vector<Picked>> pick(std::size_t count, const Recipe& recipe);
  [[nodiscard]] base::Result<std::vector<Picked>> pick_fresh(Rows wanted, std::size_t count);
  [[nodiscard]] base::Result<void> check_writer() const;
  /// The keys in the payloads of these jobs are nobody else's, from now on.
  [[nodiscard]] base::Result<void> take_keys(std::span<const Prepared> jobs, std::span<const std::size_t> which);
  [[nodiscard]] base::Result<void> release(const Rows& ids, const Actor& actor);

  struct Steps;
  /// With `look` the chips and keys that the steps bring are looked up first; without, one that is known is a conflict.
  [[nodiscard]] base::Result<void> apply_once(std::span<const Step> steps, std::span<const JobId> ids, bool look,
                                              std::vector<StepResult>& results);
  struct Taking;

  std::unique_ptr<Database> database_;
  std::string writer_;
  Chain chain_;
  bool chain_known_ = false;
  std::uint64_t connection_ = 0;
  std::map<std::int64_t, std::string> batch_names_;
  std::map<std::int64_t, Recipe> recipes_;
};

/// Milliseconds since 1970 by this machine's clock: for reports. Leases run on the database's.
[[nodiscard]] std::int64_t milliseconds_now() noexcept;
/// One bit a state.
[[nodiscard]] constexpr std::int64_t trail_bit(State state) noexcept {
  return std::int64_t{1} << static_cast<unsigned>(state);
}
/// Well-formed UTF-8 without control characters, of at most `max` octets: what both engines store and JSON can hold.
[[nodiscard]] bool is_clean_text(std::string_view text, std::size_t max) noexcept;
/// Names of dossiers, batches, stations, lots; reasons: not longer than this.
inline constexpr std::size_t kMaxName = 200;
inline constexpr std::size_t kMaxChip = 64;  ///< hexadecimal digits
inline constexpr std::size_t kMaxKeys = 16;  ///< of one chip
inline constexpr std::size_t kMaxFindingsText = 1000;
[[nodiscard]] base::Result<void> check_actor(const Actor& actor);
/// And it says which person it is: what people decide.
[[nodiscard]] base::Result<void> check_operator(const Actor& actor);
[[nodiscard]] base::Result<void> check_name(std::string_view name);
[[nodiscard]] base::Result<void> check_chip(std::string_view chip);
/// Upper and lower case and blanks around it make no second person.
[[nodiscard]] bool same_person(std::string_view first, std::string_view second) noexcept;
[[nodiscard]] base::Result<void> check_unit(const Unit& unit);
[[nodiscard]] base::Result<void> check_intake(const Intake& intake);
/// Empty when there is none.
[[nodiscard]] base::Bytes optional_octets(const std::optional<Digest>& digest);

}  // namespace cicada::host::journal
