// Dossiers come in: what is unique among everything that ever came.
#include <algorithm>
#include <array>
#include <set>

#include "cicada/base/hex.h"
#include "intake_sql.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

/// The findings, and the rule that only the journal can decide.
std::string with_rule(std::string findings, IntakeResult result) {
  const auto rule = rule_of(result);
  if (!findings.empty() && !rule.empty()) findings += ',';
  return findings += rule;
}

Row repeated_row(std::int64_t batch, const Intake& intake) {
  return {batch, intake.dossier, std::int64_t{intake.version}, to_octets(intake.content), std::int64_t{intake.copy}};
}

/// A version of a dossier, for a set.
std::string key_of(std::string_view dossier, std::uint32_t version, const base::Bytes& content) {
  std::string key = map_key(content);
  key += std::to_string(version);
  key += ' ';
  key += dossier;
  return key;
}

Row with_conflict(Row row, bool conflict) {
  row.emplace_back(std::int64_t{conflict ? 1 : 0});
  return row;
}

}  // namespace

/// One call of take_in: what is known of the dossiers, numbers and portraits that it is about, kept up to date dossier
/// by dossier, and written at the end.
struct SqlJournal::Taking {
  struct Known {
    JobId job = 0;
    std::uint32_t version = 0;
    base::Bytes content;
    std::string number;
    base::Bytes portrait;
    State state = State::accepted;
    std::string findings = {}, reason = {};
  };
  struct Owner {
    JobId stored = 0;  ///< in the database; 0: nobody
    JobId now = 0;
    std::string dossier;
  };

  std::int64_t batch = 0;
  int priority = 0;
  std::int64_t recipe = 0;
  Unit unit;  ///< of the batch: for dossiers that name none
  JobId next = 0;
  std::map<std::string, Known, std::less<>> dossiers;
  std::map<std::string, Owner, std::less<>> numbers;
  std::map<std::string, Owner> portraits;  ///< by map_key
  struct Put {
    const Intake* intake;
    State state;
    std::string findings;
  };
  std::map<JobId, Put> put;         ///< rows to write
  std::map<JobId, State> retired;   ///< jobs of earlier batches that a corrected dossier left behind, and their states
  std::string_view came_from;       ///< state before the last dossier that was taken; "none" of a new job
  Rows repeated;                    ///< announced by this batch, and no dossier of it: rows of repeated_dossier
  std::set<std::string> corrected;  ///< by this call: versions, by key_of
  /// Lower versions than the one that is there: were_there() says which of them are no contradiction.
  struct Doubt {
    std::size_t outcome, repeated;
  };
  std::vector<Doubt> doubts;
  Rows doubtful;  ///< what were_there() is asked
  std::size_t count = 0;

  [[nodiscard]] IntakeOutcome take(const Intake& intake);
  /// Why it became no job when it came before, and whose its number or portrait is now.
  void explain(const Known& known, IntakeOutcome& outcome) const;
  /// Nothing changes: does it contradict what is there?
  [[nodiscard]] IntakeResult turn_away(const Intake& intake, std::uint32_t there);
  void settle_doubts(const Rows& earlier, std::vector<IntakeOutcome>& outcomes);
  void release(JobId job, const Known& known);
  [[nodiscard]] base::Result<void> load(Database& database, std::span<const Intake> intakes);
  [[nodiscard]] base::Result<void> write(Database& database) const;
};

void SqlJournal::Taking::release(JobId job, const Known& known) {
  const auto number = numbers.find(known.number);
  if (number != numbers.end() && number->second.now == job) number->second.now = 0;
  const auto portrait = portraits.find(map_key(known.portrait));
  if (portrait != portraits.end() && portrait->second.now == job) portrait->second.now = 0;
}

void SqlJournal::Taking::explain(const Known& known, IntakeOutcome& outcome) const {
  if (known.state != State::rejected && known.state != State::held) return;
  outcome.findings = known.findings;
  outcome.reason = known.reason;
  const auto told = [&](IntakeResult result, const auto& owners, const auto& key) {
    if (!outcome.other.empty() || known.findings.find(rule_of(result)) == std::string::npos) return;
    const auto owner = owners.find(key);
    if (owner != owners.end() && owner->second.now != 0 && owner->second.now != known.job) {
      outcome.other = owner->second.dossier;
    }
  };
  told(IntakeResult::number_taken, numbers, known.number);
  told(IntakeResult::portrait_taken, portraits, map_key(known.portrait));
}

IntakeResult SqlJournal::Taking::turn_away(const Intake& intake, std::uint32_t there) {
  const auto content = to_octets(intake.content);
  const bool conflict = !corrected.contains(key_of(intake.dossier, intake.version, content));
  if (conflict && intake.version < there) {
    doubtful.push_back(
        {intake.dossier, std::int64_t{intake.version}, content, static_cast<std::int64_t>(doubts.size())});
    doubts.push_back({.outcome = count - 1, .repeated = repeated.size()});
  }
  repeated.push_back(with_conflict(repeated_row(batch, intake), conflict));
  return conflict ? IntakeResult::version_conflict : IntakeResult::known;
}

void SqlJournal::Taking::settle_doubts(const Rows& earlier, std::vector<IntakeOutcome>& outcomes) {
  for (const auto& row : earlier) {
    const auto& doubt = doubts.at(static_cast<std::size_t>(number_at(row, 0)));
    outcomes.at(doubt.outcome).result = IntakeResult::known;
    repeated.at(doubt.repeated).back() = std::int64_t{0};
  }
}

IntakeOutcome SqlJournal::Taking::take(const Intake& intake) {
  ++count;
  IntakeOutcome outcome;
  came_from = "none";
  const auto content = to_octets(intake.content);
  const auto before = dossiers.find(intake.dossier);
  JobId job = 0;
  if (before != dossiers.end()) {
    const auto& known = before->second;
    outcome.job = known.job;
    outcome.state = known.state;
    const bool of_this_batch = (known.job >> kBatchShift) == batch;
    if (known.version == intake.version && known.content == content) {
      if (!of_this_batch || intake.copy > 0) repeated.push_back(with_conflict(repeated_row(batch, intake), false));
      outcome.result = IntakeResult::known;
      explain(known, outcome);
      return outcome;
    }
    if (intake.version <= known.version || (known.state != State::rejected && known.state != State::held)) {
      outcome.result = turn_away(intake, known.version);
      outcome.current = false;
      return outcome;
    }
    outcome.result = IntakeResult::replaced;
    corrected.insert(key_of(intake.dossier, known.version, known.content));
    release(known.job, known);
    if (of_this_batch) {
      repeated.push_back(
          {batch, intake.dossier, std::int64_t{known.version}, known.content, std::int64_t{0}, std::int64_t{0}});
      job = known.job;
      came_from = to_string(known.state);
    } else {
      retired[known.job] = known.state;
    }
  }
  if (job == 0) job = ++next;
  State state = intake.state;
  if (state != State::rejected) {
    const auto& number = numbers[intake.number];
    const Owner* portrait = intake.portrait ? &portraits[map_key(*intake.portrait)] : nullptr;
    if (number.now != 0 && number.now != job) {
      outcome.result = IntakeResult::number_taken;
      outcome.other = number.dossier;
      state = State::rejected;
    } else if (portrait != nullptr && portrait->now != 0 && portrait->now != job) {
      outcome.result = IntakeResult::portrait_taken;
      outcome.other = portrait->dossier;
      state = State::rejected;
    }
  }
  if (state != State::rejected) {
    auto& number = numbers[intake.number];
    number.now = job;
    number.dossier = intake.dossier;
    if (intake.portrait) {
      auto& portrait = portraits[map_key(*intake.portrait)];
      portrait.now = job;
      portrait.dossier = intake.dossier;
    }
  }
  outcome.job = job;
  outcome.state = state;
  auto findings = with_rule(intake.findings, outcome.result);
  const auto portrait = optional_octets(intake.portrait);
  dossiers[intake.dossier] = {job, intake.version, content, intake.number, portrait, state, findings};
  put[job] = {&intake, state, std::move(findings)};
  return outcome;
}

base::Result<void> SqlJournal::Taking::load(Database& database, std::span<const Intake> intakes) {
  Rows ids;
  for (const auto& intake : intakes) ids.push_back({intake.dossier});
  CICADA_TRY(const Rows found, database.each(kFindDossiers, ids));
  for (const auto& row : found) {
    dossiers[text_at(row, 0)] = {
        number_at(row, 1), static_cast<std::uint32_t>(number_at(row, 2)), octets_at(row, 3), text_at(row, 4),
        octets_at(row, 5), static_cast<State>(number_at(row, 6)),         text_at(row, 7),   text_at(row, 8)};
  }
  // The numbers that dossiers hold from before may be given back, so they are looked up too.
  Rows wanted_numbers;
  Rows wanted_portraits;
  for (const auto& intake : intakes) {
    wanted_numbers.push_back({intake.number});
    if (intake.portrait) wanted_portraits.push_back({to_octets(*intake.portrait)});
  }
  for (const auto& [id, known] : dossiers) {
    wanted_numbers.push_back({known.number});
    wanted_portraits.push_back({known.portrait});
  }
  CICADA_TRY(const Rows taken, database.each(kFindNumbers, wanted_numbers));
  for (const auto& row : taken) numbers[text_at(row, 0)] = {number_at(row, 1), number_at(row, 1), text_at(row, 2)};
  CICADA_TRY(const Rows seen, database.each(kFindPortraits, wanted_portraits));
  for (const auto& row : seen)
    portraits[map_key(octets_at(row, 0))] = {number_at(row, 1), number_at(row, 1), text_at(row, 2)};
  return {};
}

namespace {

/// Owners as rows: those who lost what they had, and those who have it now.
template <typename Owners, typename Show>
void owners_to_rows(const Owners& owners, Rows& freed, Rows& taken, Show show) {
  for (const auto& [what, owner] : owners) {
    if (owner.stored == owner.now) continue;
    if (owner.stored != 0) freed.push_back({show(what)});
    if (owner.now != 0) taken.push_back({show(what), owner.now});
  }
}

}  // namespace

base::Result<void> SqlJournal::Taking::write(Database& database) const {
  Rows jobs;
  Rows rows;
  for (const auto& [job, row] : put) {
    const auto* intake = row.intake;
    const Unit& place = intake->unit.province.empty() ? unit : intake->unit;
    const auto rank = std::clamp<std::int64_t>(std::int64_t{intake->priority} + priority, -1'000'000, 1'000'000);
    jobs.push_back({job, static_cast<std::int64_t>(row.state), rank, intake->dossier, std::int64_t{intake->version},
                    place.province, place.district, place.commune, intake->team, intake->machine, intake->shift,
                    row.findings, milliseconds_now(), recipe});
    rows.push_back({job, intake->dossier, std::int64_t{intake->version}, to_octets(intake->content), intake->number,
                    optional_octets(intake->portrait)});
  }
  Rows gone;
  for (const auto& [job, state] : retired) gone.push_back({job});
  CICADA_CHECK(database.each(kRetireJobs, gone));
  CICADA_CHECK(database.each(kRetireDossiers, gone));
  CICADA_CHECK(database.each(kPutJobs, jobs));
  CICADA_CHECK(database.each(kPutDossiers, rows));

  Rows freed_numbers;
  Rows taken_numbers;
  Rows freed_portraits;
  Rows taken_portraits;
  owners_to_rows(numbers, freed_numbers, taken_numbers, [](const std::string& text) { return text; });
  owners_to_rows(portraits, freed_portraits, taken_portraits, from_map_key);
  CICADA_CHECK(database.each(kFreeNumbers, freed_numbers));
  CICADA_CHECK(database.each(kFreePortraits, freed_portraits));
  CICADA_TRY(const Rows numbered, database.each(kTakeNumbers, taken_numbers));
  CICADA_TRY(const Rows pictured, database.each(kTakePortraits, taken_portraits));
  if (numbered.size() != taken_numbers.size() || pictured.size() != taken_portraits.size()) {
    return base::fail({.fault = kAgain, .what = "another intake took a number or portrait in the meantime"});
  }
  return {};
}

base::Result<std::vector<IntakeOutcome>> SqlJournal::take_in(std::string_view batch, std::span<const Intake> dossiers,
                                                             const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  if (dossiers.size() > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many dossiers in one call"});
  for (const auto& intake : dossiers) CICADA_CHECK(check_intake(intake));
  std::vector<IntakeOutcome> outcomes;
  const auto changed = change([&]() -> base::Result<void> {
    outcomes.clear();
    const std::string id{batch};
    const auto count = static_cast<std::int64_t>(dossiers.size());
    CICADA_CHECK(batch_number(batch));
    CICADA_TRY(const Rows reserved, database_->run(kReserve, {id, count}));
    if (reserved.empty()) return base::fail({.fault = Fault::conflict, .what = "the batch is closed"});
    const auto& row = reserved.front();
    Taking taking;
    taking.batch = number_at(row, 0);
    taking.priority = static_cast<int>(number_at(row, 2));
    taking.unit = {text_at(row, 3), text_at(row, 4), text_at(row, 5)};
    taking.recipe = number_at(row, 7);
    const JobId first = (taking.batch << kBatchShift) + number_at(row, 1) - count;
    taking.next = first;
    CICADA_CHECK(taking.load(*database_, dossiers));
    for (const auto& intake : dossiers) {
      outcomes.push_back(taking.take(intake));
      const auto& outcome = outcomes.back();
      if (outcome.result == IntakeResult::known || outcome.result == IntakeResult::version_conflict) continue;
      CICADA_CHECK(record("intake", actor,
                          {{"batch", batch},
                           {"job", outcome.job},
                           {"dossier", intake.dossier},
                           {"version", intake.version},
                           {"content", base::to_hex(intake.content)},
                           {"findings", with_rule(intake.findings, outcome.result)},
                           {"from", taking.came_from},
                           {"to", to_string(outcome.state)}}));
    }
    CICADA_CHECK(database_->run(kGiveBack, {id, number_at(row, 1) - count + (taking.next - first)}));
    CICADA_CHECK(note_superseded(taking.retired, actor));
    CICADA_TRY(const Rows earlier, were_there(taking.doubtful));
    taking.settle_doubts(earlier, outcomes);
    CICADA_CHECK(taking.write(*database_));
    Rows own;
    if (number_at(row, 6) > 0) {
      for (const auto& [job, put] : taking.put) own.push_back(repeated_row(taking.batch, *put.intake));
    }
    return note_repeated(taking.batch, taking.repeated, own, actor);
  });
  CICADA_CHECK(changed);
  return outcomes;
}

}  // namespace cicada::host::journal
