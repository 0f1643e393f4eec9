// What was decided about every dossier, every chip and every card: the memory of a personalization line.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/host/journal/recipe.h"
#include "cicada/host/journal/state.h"

namespace cicada::host::journal {

/// A job's number in this journal: over 0; which batch it is of, can be told from it by the journal alone.
using JobId = std::int64_t;
/// A fencing token: a new, higher one with every claim. Whoever comes with an older one is refused (`fenced`).
using Fence = std::int64_t;

/// Largest number of dossiers, claims or steps in one call.
inline constexpr std::size_t kMaxRows = 10'000;

/// Where the dossier comes from: codes, never names (names change, districts were abolished in 2025).
struct Unit {
  std::string province = {};
  std::string district = {};  ///< may be empty
  std::string commune = {};
};

struct Batch {
  std::string id;
  Unit unit = {};
  std::string policy = {};              ///< name of the record rules: "law-2021", "law-2024"
  std::uint64_t announced = 0;          ///< dossiers, as the manifest says
  std::optional<Digest> manifest = {};  ///< of the records' file
  int priority = 0;                     ///< higher first
  Recipe recipe = {};                   ///< of its jobs; a line with another one could not finish their cards
};

/// One dossier that went through the record rules.
struct Intake {
  std::string dossier;  ///< the sender's id
  std::uint32_t version = 1;
  std::string number;  ///< twelve digits, or a passport's (is_passport_number); may be empty when rejected
  Digest content{};    ///< of the dossier's line: the same dossier twice is no error
  std::optional<Digest> portrait = {};
  Unit unit = {};
  std::string team = {}, machine = {}, shift = {};
  int priority = 0;
  State state = State::accepted;  ///< accepted, rejected or held
  std::string findings = {};      ///< codes of rules, "D03,T05": no personal data
  std::uint32_t copy = 0;         ///< how often the same content stood in the batch before this
};

/// A letter and seven or eight digits: never the number of a card.
[[nodiscard]] bool is_passport_number(std::string_view number) noexcept;

enum class IntakeResult : std::uint8_t {
  added,
  known,             ///< this dossier, this version, this content: was there already, in this batch or another
  replaced,          ///< a corrected version of a dossier that was rejected or held
  number_taken,      ///< N02: by another dossier; recorded as rejected
  portrait_taken,    ///< P04: the same portrait on another dossier; recorded as rejected
  version_conflict,  ///< the same id with the same or a lower version and other content, or with a card already;
                     ///< nothing changed
};
struct IntakeOutcome {
  IntakeResult result = IntakeResult::added;
  JobId job = 0;
  State state = State::accepted;  ///< of the job now
  std::string other = {};         ///< dossier that holds the number or portrait; of a known one rejected for it: now
  bool current = true;            ///< false: another version of this dossier is there, and `state` is that one's
  /// Of a known one that is rejected or held: the codes that stood against it, those of the journal among them, and the
  /// word of whoever decided since.
  std::string findings = {}, reason = {};
};
/// The rule that only the journal can decide: N02, P04, J05; empty when it has nothing against the dossier.
[[nodiscard]] std::string_view rule_of(IntakeResult result) noexcept;

/// Where the sealed data of a job stands.
struct Payload {
  std::string pack = {};  ///< file name in the folder of packs
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  Digest digest{};
};
struct Prepared {
  JobId job = 0;
  Payload payload = {};
  std::string ds = {};            ///< document signer that signed already, when no key of the chip is waited for
  std::vector<Digest> keys = {};  ///< then: of the chip's public keys in the payload (unique, as Step::Completion's)
};

struct Claim {
  JobId job = 0;
  Fence fence = 0;
  std::string batch = {}, dossier = {};
  std::uint32_t version = 1;
  Payload payload = {};
  Unit unit = {};
  State state = State::claimed;  ///< of a job found by its chip: bound to verified
  std::string chip = {};         ///< hexadecimal; empty until bound
  base::Bytes completion = {};   ///< what `completed` stored
  Recipe recipe = {};
};

/// A claim as far as its lease is concerned.
struct Hold {
  JobId job = 0;
  Fence fence = 0;
};

/// Who asks: goes into every record of the audit log.
struct Actor {
  std::string station = {};
  std::string operator_id = {};
  std::string shift = {};
};

/// One step of one job. Applied only if the job's fence is `fence` and may_follow(state, to).
struct Step {
  JobId job = 0;
  Fence fence = 0;
  State to = State::bound;
  Actor actor = {};
  std::string chip = {};    ///< bound: the chip; else empty
  std::string reason = {};  ///< of held, rejected, quarantined and of a return to ready: a word of ours
  Digest evidence{};        ///< verified: SHA-256 over everything that was read back
  /// bound -> bound is not a step, but this is stored with whatever step comes first: the files that waited for the
  /// chip's keys, as issuance::encode_completion wrote them, the document signer, and the keys' digests (unique).
  struct Completion {
    base::Bytes octets;
    std::string ds;
    std::vector<Digest> keys;
  };
  std::optional<Completion> completion = {};
};

enum class StepResult : std::uint8_t {
  applied,
  fenced,     ///< another claim holds the job: put the card aside, write nothing
  chip_seen,  ///< bound: this chip is in the journal already (C01)
  key_seen,   ///< a public key of this chip is in the journal already
  refused,    ///< no such step from the state in which the job is
};

struct ChipRecord {
  std::string chip;
  ChipState state = ChipState::bound;
  JobId job = 0;
  State job_state = State::bound;
  std::string dossier, batch;
  Recipe recipe = {};         ///< of the job
  bool is_jobs_card = false;  ///< the job's card now: not a chip whose job got another card, or none yet
};

/// Counts that have to balance. Jobs, dossiers and announced are of the batch, or of all: what is open is counted, what
/// is closed was, when it closed. Chips and blanks are of the whole journal, because stock knows no batch.
struct Balance {
  StateCounts jobs = {};       ///< by State
  std::uint64_t dossiers = 0;  ///< counted apart from the jobs
  std::uint64_t announced = 0;
  /// Announced, and no dossier of the batch: another batch brought it before, or the same batch in an earlier version
  /// or once more. Each is counted once, however often the batch is taken in.
  std::uint64_t repeated = 0;
  /// The same of what contradicts a dossier that is there (version_conflict): the sender has to say which one holds.
  std::uint64_t conflicts = 0;
  std::uint64_t blanks_received = 0;
  std::uint64_t blanks_left = 0;  ///< as counted last, with what came and less what was used since; 0 if never counted
  bool blanks_counted = false;    ///< count_blanks_left was called; before that nobody knows how many are left
  std::uint64_t good = 0, spoiled = 0, in_work = 0, quarantined = 0;  ///< chips
  /// dossiers = done + rejected + held + quarantined + waiting; announced = dossiers + repeated + conflicts.
  [[nodiscard]] std::int64_t dossier_difference() const noexcept;
  /// received = good + spoiled + quarantined + in work + left.
  [[nodiscard]] std::int64_t blank_difference() const noexcept;
};

/// One row of a status table: counts of jobs by state under a key.
struct CountRow {
  std::string key;
  StateCounts jobs = {};
};
/// A dossier that a batch announced, and that contradicts the one of its id that is there.
struct Conflict {
  std::string batch, dossier;
  std::uint32_t version = 1;
};
/// Jobs that wait for a station with this recipe.
struct RecipeCount {
  Recipe recipe = {};
  std::uint64_t ready = 0;
};
enum class GroupBy : std::uint8_t { batch, province, district, commune, station, shift, team, day };

/// Good cards that are not handed over, by the days since they were done.
struct Ageing {
  Delivery delivery = Delivery::none;
  std::array<std::uint64_t, 6> days{};  ///< 0-1, 2-3, 4-7, 8-14, 15-30, more
};

/// What the line is told to do; stations look before each claim.
enum class Order : std::uint8_t { run, pause, stop };

/// One record of the audit log. `hash` = SHA-256(previous hash || the record's canonical JSON line without hash).
struct AuditRecord {
  std::string chain;
  std::uint64_t sequence = 0;
  std::string json;  ///< canonical: sorted keys, no spaces
  Digest hash{};
};

/// A job as far as the audit log has to explain it.
struct JobSummary {
  JobId job = 0;
  State state = State::accepted;
  std::string chip = {}, dossier = {};
};

/// All that is known of one dossier's card: "where is it?"
struct CardRecord {
  std::string dossier = {}, batch = {};
  std::uint32_t version = 1;
  State state = State::accepted;
  std::string findings = {}, reason = {}, station = {}, chip = {}, ds = {};
  Delivery delivery = Delivery::none;
  base::Instant changed_at{};
  std::optional<base::Instant> done_at = {};  ///< of a good card only
};

/// Remake of a card: the first must be destroyed, and two people say so.
struct Destruction {
  std::string chip;
  std::string first_operator, second_operator;  ///< must differ
  std::string reason;
};

/// The key that the audit log is signed with becomes another one. Either the old key says so, or two people do (it is
/// lost); neither is needed for the first.
struct AuditKeyChange {
  base::Bytes to;         ///< public point, P-256, uncompressed: 65 octets
  base::Bytes signature;  ///< by the old key over audit_key_digest(); empty: two people
  std::string first_operator = {}, second_operator = {};
  std::string reason = {};
};
/// SHA-256 over what a change of the audit key says.
[[nodiscard]] base::Result<Digest> audit_key_digest(base::ByteView from, base::ByteView to);

/// SQLite or PostgreSQL: the same behaviour, held by one suite of tests over both. One object serves one thread; a
/// process shares one through JournalQueue (host/line), which puts many stations' steps into one transaction.
/// Everything fails with transport when the database is away (try again later), io when its disk is full, conflict
/// when another process writes under the same writer's name or the schema is newer than this program.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) = delete;
  Journal& operator=(Journal&&) = delete;
  virtual ~Journal() = default;

  // -- dossiers
  /// A batch that is there already is no error when it is the same; what it is made with may be said later. Fails with
  /// conflict when it is another, or was prepared with something else.
  [[nodiscard]] virtual base::Result<void> add_batch(const Batch& batch, const Actor& actor) = 0;
  /// Batches whose jobs wait for stations or are in their hands, and their recipes.
  [[nodiscard]] virtual base::Result<std::vector<Batch>> batches_in_work() = 0;
  /// In order; one transaction. Numbers and portraits are checked against everything ever taken in; a dossier that is
  /// rejected before a card was made holds neither. A dossier that names no unit is of the batch's.
  [[nodiscard]] virtual base::Result<std::vector<IntakeOutcome>> take_in(std::string_view batch,
                                                                         std::span<const Intake> dossiers,
                                                                         const Actor& actor) = 0;
  /// accepted -> ready. Jobs that are ready already with the same payload digest are left alone. Fails with conflict,
  /// and changes nothing, when a key of a job is in the journal already, whose and since when ever (C01).
  [[nodiscard]] virtual base::Result<void> make_ready(std::string_view batch, std::span<const Prepared> jobs,
                                                      const Actor& actor) = 0;
  /// held -> accepted or rejected, by a person; accepted -> rejected, of a dossier that nobody will prepare any more
  /// and that has no card. Fails with conflict from any other state. Accepted, a card that set_card_aside() took is
  /// good again (done), with the day on which it first was, and not delivered. Fails with bad_input when the actor
  /// names no operator.
  [[nodiscard]] virtual base::Result<void> decide(std::string_view dossier, State to, std::string_view reason,
                                                  const Actor& actor) = 0;
  [[nodiscard]] virtual base::Result<std::optional<Claim>> find_dossier(std::string_view dossier) = 0;

  // -- stations
  /// Up to `count` jobs whose recipe fits `recipe`, highest priority (the batch's plus the dossier's) and oldest first,
  /// for `lease` (0 seconds to seven days); claims whose lease ran out come before them. Leases run on the database's
  /// clock. What waits for another recipe costs nothing and is not touched.
  [[nodiscard]] virtual base::Result<std::vector<Claim>> claim(const Actor& actor, std::size_t count,
                                                               std::chrono::seconds lease, const Recipe& recipe) = 0;
  /// Prolongs the leases of these claims, of those that are still claims under their fence: their jobs. A claim that is
  /// not among them was bound or given back, or is another's now.
  [[nodiscard]] virtual base::Result<std::vector<JobId>> renew(std::span<const Hold> claims,
                                                               std::chrono::seconds lease) = 0;
  /// A process begins under the station's name of one that is gone: what that one had claimed and not bound, with
  /// whatever recipe, is ready again, under fences that nobody was given, so that a predecessor that still lives is
  /// refused. Their number.
  [[nodiscard]] virtual base::Result<std::size_t> take_back(const Actor& actor) = 0;
  /// All steps in one transaction; one that is refused does not touch the others.
  /// A step that was applied under this fence already (nobody heard of its commit) is `applied` and changes nothing.
  /// Steps that need more than a station's word are refused here: claim, make_ready, take_in, decide and destroy make
  /// them.
  [[nodiscard]] virtual base::Result<std::vector<StepResult>> apply(std::span<const Step> steps) = 0;
  /// Are these fences still their jobs', in order? Asked before an SOD is signed; stations that ask at one time share
  /// an answer's way.
  [[nodiscard]] virtual base::Result<std::vector<bool>> hold(std::span<const Hold> holds) = 0;
  /// The same of one.
  [[nodiscard]] base::Result<bool> holds(JobId job, Fence fence);
  /// The job of a card in the field (bound to done), taken over with a new fence; nothing when the chip was never seen,
  /// is in quarantine, was set aside or destroyed: find_chip() tells which.
  [[nodiscard]] virtual base::Result<std::optional<Claim>> recover(std::string_view chip, const Actor& actor) = 0;
  /// Jobs whose card is in somebody's hand, of one station or (empty) of all: after a crash.
  [[nodiscard]] virtual base::Result<std::vector<Claim>> jobs_in_hand(std::string_view station) = 0;
  [[nodiscard]] virtual base::Result<std::optional<ChipRecord>> find_chip(std::string_view chip) = 0;
  /// A chip that no job was bound to and that cannot be used (wrong life cycle, not of the lot): counts as quarantined.
  [[nodiscard]] virtual base::Result<void> set_aside(std::string_view chip, std::string_view reason,
                                                     const Actor& actor) = 0;
  /// A good card that came back broken or was made wrong, or one that no station will see again: its job and its chip
  /// are in quarantine, delivered or not, and a station that still holds it is refused. Then destroy() makes room for
  /// another, or decide() says that it is good after all, if it was once. How far its delivery had come is in the audit
  /// record; it begins anew. `second_operator` may be empty. Fails with not_found, conflict when the dossier's job has
  /// no card or that is in quarantine already, bad_input when the actor names no operator or the two are one.
  [[nodiscard]] virtual base::Result<void> set_card_aside(std::string_view dossier, std::string_view reason,
                                                          std::string_view second_operator, const Actor& actor) = 0;
  /// The chip is destroyed; with `remake` its job becomes ready again, or accepted when its data was for that chip
  /// alone (signed, and with keys, when it was prepared): then it is prepared again. The job's state now; nothing when
  /// the chip was of no job. Fails with bad_input when the two operators are one, conflict when the chip is not in
  /// quarantine.
  [[nodiscard]] virtual base::Result<std::optional<State>> destroy(const Destruction& destruction, bool remake,
                                                                   const Actor& actor) = 0;

  // -- stock, delivery, orders
  [[nodiscard]] virtual base::Result<void> receive_blanks(std::string_view lot, std::uint64_t count,
                                                          const Actor& actor) = 0;
  /// What is left was counted by hand, now.
  [[nodiscard]] virtual base::Result<void> count_blanks_left(std::uint64_t count, const Actor& actor) = 0;
  [[nodiscard]] virtual base::Result<void> deliver(std::span<const std::string> dossiers, Delivery to,
                                                   const Actor& actor) = 0;
  [[nodiscard]] virtual base::Result<void> give_order(Order order, const Actor& actor) = 0;
  [[nodiscard]] virtual base::Result<Order> order() = 0;

  // -- looking
  [[nodiscard]] virtual base::Result<Balance> balance(std::string_view batch) = 0;  ///< empty: all batches
  [[nodiscard]] virtual base::Result<std::vector<CountRow>> counts(GroupBy by) = 0;
  [[nodiscard]] virtual base::Result<std::vector<RecipeCount>> ready_by_recipe() = 0;
  /// Of one batch or (empty) of all, by batch and id; the first `most`, no more than kMaxRows.
  [[nodiscard]] virtual base::Result<std::vector<Conflict>> conflicts(std::string_view batch, std::size_t most) = 0;
  [[nodiscard]] virtual base::Result<std::vector<Ageing>> ageing() = 0;
  /// Cards that became done in this time before now, by the clock of this machine, and are still good.
  [[nodiscard]] virtual base::Result<std::uint64_t> done_within(std::chrono::seconds time) = 0;
  /// The current version of a dossier; nothing when it never came.
  [[nodiscard]] virtual base::Result<std::optional<CardRecord>> find_card(std::string_view dossier) = 0;
  /// Which cards a document signer signed, for a revocation: `visit` gets dossier and chip.
  [[nodiscard]] virtual base::Result<void> cards_of_signer(
      std::string_view ds, const std::function<void(std::string_view dossier, std::string_view chip)>& visit) = 0;
  /// How many cards that is, with those that are signed and on no chip yet; counted up to `most`.
  [[nodiscard]] virtual base::Result<std::uint64_t> count_of_signer(std::string_view ds, std::uint64_t most) = 0;
  /// Records of the audit log, chain by chain, in order.
  [[nodiscard]] virtual base::Result<void> audit(const std::function<void(const AuditRecord&)>& visit) = 0;
  /// All jobs, by number.
  [[nodiscard]] virtual base::Result<void> visit_jobs(const std::function<void(const JobSummary&)>& visit) = 0;
  /// Closes a batch. Fails with conflict while a job waits or a difference is not 0, or when the blanks were not
  /// counted since its last card was made (others may take blanks after that count). Its record names the heads of all
  /// chains; the caller signs it (audit.h). A batch that is closed already gives its record again.
  [[nodiscard]] virtual base::Result<AuditRecord> close_batch(std::string_view batch, const Actor& actor) = 0;
  /// Public point of the key that closings of this journal are signed with; empty before the first.
  [[nodiscard]] virtual base::Result<base::Bytes> audit_key() = 0;
  /// May closings be signed with this key? Fails with security when the journal names another, or names none yet (it
  /// was closed by a program that did not write the key down) and the newest closing was signed with another.
  [[nodiscard]] virtual base::Result<void> check_audit_key(base::ByteView point) = 0;
  /// From now on it is this one; nothing when it is already. The first has to pass check_audit_key, or two people say
  /// so. Fails with conflict when there is one and neither its signature nor two people are given, security when the
  /// signature does not verify or the newest closing is another key's, bad_input when the two are one person or the
  /// point is none.
  [[nodiscard]] virtual base::Result<void> set_audit_key(const AuditKeyChange& change, const Actor& actor) = 0;
  /// Appends the signature over the record of a closing.
  [[nodiscard]] virtual base::Result<void> add_signature(const AuditRecord& closed, base::ByteView signature,
                                                         const Actor& actor) = 0;
};

/// "sqlite:FILE" or "postgresql://...". Makes the schema when there is none and brings an older one up to date.
/// `writer` names the chain of the audit log that this object appends to ("" is a reader, which cannot change
/// anything). Fails with bad_input for another form of address.
[[nodiscard]] base::Result<std::unique_ptr<Journal>> open_journal(std::string_view address, std::string_view writer);
/// The address with its password replaced: for messages.
[[nodiscard]] std::string shown_address(std::string_view address);

}  // namespace cicada::host::journal
