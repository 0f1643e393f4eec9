// From checked records to sealed jobs in a journal: what a run leaves behind, however it ends.
#include "cicada/host/line/preparation.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/sender_lines.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/file_vault.h"
#include "folder.h"
#include "line/vault_proxy.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::line;
using base::Fault;
using host::issuance::CheckedDossier;
using host::issuance::RecordOutcome;
using host::journal::IntakeResult;
using host::journal::State;
using host::lds::Ef;
using host::perso::Profile;
namespace fs = std::filesystem;
namespace issuance = cicada::host::issuance;
namespace journal = cicada::host::journal;
namespace perso = cicada::host::perso;
namespace pki = cicada::host::pki;
namespace vault = cicada::host::vault;

namespace {

constexpr const char* kBatch = "b1";
const journal::Actor kActor{.station = "prepare", .operator_id = "op"};

/// A vault whose keys are at hand until they are not; tells how often it was asked.
class AwayVault final : public test::VaultProxy {
 public:
  explicit AwayVault(std::unique_ptr<vault::Vault> inner) : VaultProxy(*inner), inner_(std::move(inner)) {}
  base::Result<void> before(std::string_view call) override {
    if (call == "transport keys") return {};
    if (++calls == dies_at) ::raise(SIGKILL);
    if (call == "sign" && calls > away_after) {
      return base::fail({.fault = Fault::transport, .what = "the token is gone"});
    }
    return {};
  }
  std::vector<base::Result<std::string>> complete_each(std::span<const vault::Waiting> jobs,
                                                       const Profile& of) override {
    return test::one_by_one(*this, jobs, of);
  }
  [[nodiscard]] std::size_t together() const noexcept override { return at_once; }
  std::size_t at_once = 1;
  std::atomic<int> calls{0};
  int away_after = 1'000'000;
  int dies_at = 0;  ///< SIGKILL at this call

 private:
  std::unique_ptr<vault::Vault> inner_;
};

const CheckedDossier& a_dossier() {
  static const CheckedDossier dossier = [] {
    const test::PortraitFolder folder;
    return *issuance::check(test::good_dossier(), folder.context()).dossier;
  }();
  return dossier;
}

/// Numbers 000000000001 and so on: different people, one face.
RecordOutcome record(int number, State state = State::accepted) {
  RecordOutcome record;
  record.number = std::to_string(number);
  record.number.insert(0, 12 - record.number.size(), '0');
  record.line = static_cast<std::size_t>(number);
  record.origin.dossier = "VN-" + std::to_string(number);
  record.content[0] = static_cast<std::uint8_t>(number);
  record.content[1] = static_cast<std::uint8_t>(number >> 8);
  if (state == State::accepted) {
    record.dossier = a_dossier();
    record.dossier->number = record.number;
  } else {
    const bool held = state == State::held;
    record.findings.push_back({.rule = held ? "N04" : "D03",
                               .field = "birth_date",
                               .value = "",
                               .message = "",
                               .severity = held ? issuance::Severity::hold : issuance::Severity::reject});
  }
  return record;
}

}  // namespace

TEST_GROUP(Preparation) {
  tests::Folder folder;
  std::unique_ptr<journal::Journal> book;
  std::unique_ptr<AwayVault> keys;
  Profile profile = perso::load_profile("../personalization-scripts/profiles/cccd-no-chip-keys.toml").value();
  std::vector<std::pair<std::string, journal::IntakeOutcome>> outcomes;

  void setup() override {
    base::SystemRng rng;
    CHECK_OK(pki::save(pki::create_test_country({}, rng, base::SystemClock{}).value(), folder / "pki"));
    CHECK_OK(pki::save_line_keys(pki::create_line_keys(rng).value(), folder / "pki"));
    open();
    CHECK_OK(book->add_batch({.id = kBatch}, kActor));
  }
  void open() {
    book.reset();  // one process a writer
    book = journal::open_journal("sqlite:" + (folder / "journal.db").string(), "prepare").value();
    keys = std::make_unique<AwayVault>(vault::open_file_vault(folder / "pki", {}).value());
  }
  /// What the sender hears of each record goes into these.
  PreparationSettings telling(std::string & refused, std::string & warned) {
    auto wanted = settings();
    wanted.on_outcome = [&](const RecordOutcome& seen, const journal::IntakeOutcome& outcome) {
      refused += reject_line_of(seen, outcome);
      warned += warning_line_of(seen, outcome);
    };
    return wanted;
  }
  PreparationSettings settings(std::size_t block = 4) {
    return {.journal = *book,
            .vault = *keys,
            .profile = profile,
            .jobs = folder / "jobs",
            .batch = kBatch,
            .actor = kActor,
            .threads = 2,
            .block = block,
            .on_outcome = [this](const RecordOutcome& seen, const journal::IntakeOutcome& outcome) {
              outcomes.emplace_back(seen.origin.dossier, outcome);
            }};
  }
  /// Records 1 to `count`, and what became of them.
  base::Result<PreparationReport> prepare(int count, PreparationSettings wanted) {
    CICADA_TRY(auto preparation, Preparation::open(std::move(wanted)));
    for (int i = 1; i <= count; ++i) {
      if (auto added = preparation.add(record(i)); !added) {
        left = preparation.report();
        return std::unexpected(added.error());
      }
    }
    if (auto finished = preparation.finish(); !finished) {
      left = preparation.report();
      return std::unexpected(finished.error());
    }
    CHECK(preparation.report().balances());
    return preparation.report();
  }
  PreparationReport left;

  /// Every dossier has one job that is ready, and its sealed data opens under its name.
  void check_all_ready(int count) {
    issuance::JobPackReader packs{folder / "jobs"};
    std::set<journal::JobId> jobs;
    for (int i = 1; i <= count; ++i) {
      const auto id = "VN-" + std::to_string(i);
      const auto claim = book->find_dossier(id).value();
      CHECK(claim.has_value());
      CHECK(claim->state == State::ready);
      jobs.insert(claim->job);
      const auto sealed = packs.read({.pack = claim->payload.pack,
                                      .offset = claim->payload.offset,
                                      .size = claim->payload.size,
                                      .digest = claim->payload.digest});
      CHECK_OK(sealed);
      const auto job = issuance::open_sealed(
          *sealed, id, claim->version, keys->job_key(id, claim->version, issuance::run_of(*sealed).value()).value());
      CHECK_OK(job);
      CHECK_STRING(record(i).number, job->number);
      CHECK(job->files.contains(Ef::sod) == !profile.makes_keys());
    }
    LONGS_EQUAL(count, jobs.size());
    LONGS_EQUAL(count, book->balance(kBatch)->dossiers);
  }
};

TEST(Preparation, makes_every_accepted_dossier_a_job_that_a_station_can_open) {
  const auto report = prepare(10, settings());
  CHECK_OK(report);
  LONGS_EQUAL(10, report->records);
  LONGS_EQUAL(10, report->prepared);
  check_all_ready(10);
}

TEST(Preparation, signs_at_once_when_no_key_of_the_chip_is_waited_for) {
  CHECK_OK(prepare(3, settings()));
  const auto ds = base::to_hex(pki::load_test_country(folder / "pki")->ds.serial);
  const auto claims = book->claim({.station = "s1"}, 10, std::chrono::seconds{60}, {});
  CHECK_OK(claims);
  LONGS_EQUAL(3, claims->size());
  LONGS_EQUAL(6, keys->calls);  // a signature and a key each
  std::size_t of_signer = 0;
  book->audit([&](const journal::AuditRecord& entry) {
        if (entry.json.find(ds) != std::string::npos) ++of_signer;
      })
      .value();
  LONGS_EQUAL(3, of_signer);
}

TEST(Preparation, leaves_the_signature_to_the_station_when_the_chip_makes_keys) {
  profile = perso::load_profile("../personalization-scripts/profiles/cccd-2021.toml").value();
  CHECK_OK(prepare(3, settings()));
  LONGS_EQUAL(3, keys->calls);
  check_all_ready(3);
}

/// The keys of a card that was destroyed are on no second one.
TEST(Preparation, makes_new_keys_for_another_card_of_the_same_dossier) {
  profile = perso::load_profile("../personalization-scripts/profiles/gp-dgi-cccd.toml").value();
  CHECK_OK(prepare(2, settings()));
  const auto first = book->claim(kActor, 1, std::chrono::seconds{60}, {}).value().front();
  const auto step = [&](State to, const char* chip) {
    const journal::Step one{.job = first.job, .fence = first.fence, .to = to, .actor = kActor, .chip = chip};
    CHECK_OK(book->apply({&one, 1}));
  };
  step(State::bound, "AB01");
  step(State::quarantined, "");
  CHECK_OK(
      book->destroy({.chip = "AB01", .first_operator = "a", .second_operator = "b", .reason = "bent"}, true, kActor));
  CHECK(book->find_dossier("VN-1").value()->state == State::accepted);
  const auto again = prepare(2, settings());
  CHECK_OK(again);
  LONGS_EQUAL(1, again->prepared);
  LONGS_EQUAL(1, again->known);
  check_all_ready(2);
  std::set<std::string> digests;
  std::size_t prepared = 0;
  book->audit([&](const journal::AuditRecord& entry) {
        const auto found = entry.json.find("\"keys\":[\"");
        if (found == std::string::npos) return;
        ++prepared;
        digests.insert(entry.json.substr(found, entry.json.find(']', found) - found));
      })
      .value();
  LONGS_EQUAL(3, prepared);
  LONGS_EQUAL(3, digests.size());
}

TEST(Preparation, run_again_prepares_nothing_twice) {
  CHECK_OK(prepare(10, settings()));
  const auto size = fs::file_size(folder / "jobs" / "b1.pack");
  const auto again = prepare(12, settings());
  CHECK_OK(again);
  LONGS_EQUAL(10, again->known);
  LONGS_EQUAL(2, again->prepared);
  CHECK(fs::file_size(folder / "jobs" / "b1.pack") < size + size / 4);
  check_all_ready(12);
}

TEST(Preparation, counts_what_the_rules_and_the_journal_refuse) {
  CHECK_OK(prepare(2, settings()));
  auto preparation = Preparation::open(settings()).value();
  CHECK_OK(preparation.add(record(3, State::rejected)));
  CHECK_OK(preparation.add(record(4, State::held)));
  auto taken = record(5);
  taken.number = record(1).number;
  CHECK_OK(preparation.add(std::move(taken)));
  auto changed = record(2);
  changed.content[31] = 1;
  CHECK_OK(preparation.add(std::move(changed)));
  CHECK_OK(preparation.add(record(6)));
  auto unreadable = record(7, State::rejected);
  unreadable.number = "?";
  unreadable.origin = {};
  CHECK_OK(preparation.add(std::move(unreadable)));
  CHECK_OK(preparation.finish());
  const auto& report = preparation.report();
  CHECK(report.balances());
  LONGS_EQUAL(2, report.rejected);
  CHECK(book->find_dossier("b1-line-7").value().has_value());
  LONGS_EQUAL(1, report.held);
  LONGS_EQUAL(1, report.taken);
  LONGS_EQUAL(1, report.conflicts);
  LONGS_EQUAL(1, report.prepared);
  const auto of_five = std::ranges::find(outcomes, "VN-5", &decltype(outcomes)::value_type::first);
  CHECK(of_five->second.result == IntakeResult::number_taken);
  CHECK_STRING("VN-1", of_five->second.other);
}

TEST(Preparation, builds_a_corrected_dossier_from_its_correction_alone) {
  auto corrected = record(1);
  corrected.origin.version = 2;
  corrected.content[31] = 1;
  {
    auto broken = Preparation::open(settings()).value();
    keys->away_after = 0;
    CHECK_OK(broken.add(record(1, State::rejected)));
    CHECK_OK(broken.add(corrected));
    CHECK_FAULT(Fault::transport, broken.finish());
  }
  open();
  CHECK(book->find_dossier("VN-1").value()->state == State::accepted);
  // The version before, which is fit for a card today: known, and no job's.
  const auto earlier = prepare(1, settings());
  CHECK_OK(earlier);
  LONGS_EQUAL(1, earlier->known);
  LONGS_EQUAL(0, earlier->prepared);
  auto preparation = Preparation::open(settings()).value();
  CHECK_OK(preparation.add(std::move(corrected)));
  CHECK_OK(preparation.finish());
  LONGS_EQUAL(1, preparation.report().prepared);
  check_all_ready(1);
}

TEST(Preparation, goes_on_when_the_token_is_back) {
  keys->away_after = 9;
  CHECK_FAULT(Fault::transport, prepare(12, settings()));
  CHECK(left.balances());
  CHECK(left.prepared >= 4);  // whole blocks, and what was signed of the block that broke
  CHECK(left.waiting > 0);
  LONGS_EQUAL(0, left.rejected + left.held);
  open();
  CHECK_OK(prepare(12, settings()));
  check_all_ready(12);
}

TEST(Preparation, builds_a_dossier_once_that_comes_again_before_it_is_ready) {
  auto preparation = Preparation::open(settings(2)).value();
  for (const int number : {1, 1, 2, 1, 2, 3}) CHECK_OK(preparation.add(record(number)));
  CHECK_OK(preparation.finish());
  CHECK(preparation.report().balances());
  LONGS_EQUAL(3, preparation.report().prepared);
  LONGS_EQUAL(3, preparation.report().known);
  check_all_ready(3);
}

TEST(Preparation, with_a_vault_that_takes_several_jobs_at_once_keeps_those_that_were_signed) {
  keys->at_once = 8;
  keys->away_after = 5;
  CHECK_FAULT(Fault::transport, prepare(12, settings(12)));
  CHECK(left.balances());
  CHECK(left.prepared > 0);
  CHECK(left.waiting > 0);
  LONGS_EQUAL(0, left.rejected + left.held);
  const auto before = left.prepared;
  open();
  keys->at_once = 8;
  const auto rest = prepare(12, settings(12));
  CHECK_OK(rest);
  LONGS_EQUAL(before, rest->known);
  check_all_ready(12);
}

TEST(Preparation, takes_nothing_more_after_it_failed) {
  keys->away_after = 0;
  auto preparation = Preparation::open(settings(1)).value();
  CHECK_OK(preparation.add(record(1)));
  CHECK_FAULT(Fault::transport, preparation.add(record(2)));  // the next block finds out
  CHECK_FAULT(Fault::conflict, preparation.add(record(3)));
  CHECK_FAULT(Fault::conflict, preparation.finish());
  CHECK(preparation.report().balances());
  LONGS_EQUAL(2, preparation.report().waiting);
}

TEST(Preparation, holds_a_dossier_that_cannot_be_built_and_goes_on) {
  auto preparation = Preparation::open(settings()).value();
  CHECK_OK(preparation.add(record(1)));
  auto odd = record(2);
  odd.dossier->name = "###";  // no letter that the MRZ could show
  CHECK_OK(preparation.add(std::move(odd)));
  CHECK_OK(preparation.add(record(3)));
  CHECK_OK(preparation.finish());
  CHECK(preparation.report().balances());
  LONGS_EQUAL(2, preparation.report().prepared);
  LONGS_EQUAL(1, preparation.report().held);
  CHECK(book->find_dossier("VN-2").value()->state == State::held);
}

TEST(Preparation, lets_somebody_have_a_card_and_a_passport_and_nobody_a_number_twice) {
  auto card = record(1);
  card.portrait = issuance::Digest{7};
  auto passport = record(2);
  passport.number = card.number;
  passport.document_number = "C1234567";
  passport.portrait = card.portrait;
  auto twin = record(3);
  twin.document_number = passport.document_number;
  auto face = record(4);
  face.document_number = "C7654321";
  face.portrait = passport.portrait;
  auto held = record(5, State::held);  // it holds its number while a person looks
  held.document_number = "D7654321";
  const auto intake = intake_of(passport, kBatch);
  CHECK_STRING("C1234567", intake.number);
  CHECK(intake.portrait != card.portrait);
  CHECK_STRING(card.number, intake_of(card, kBatch).number);
  CHECK(intake_of(card, kBatch).portrait == card.portrait);
  std::string lines;
  auto wanted = settings();
  wanted.on_outcome = [&](const RecordOutcome& seen, const journal::IntakeOutcome& outcome) {
    lines += reject_line_of(seen, outcome);
  };
  auto preparation = Preparation::open(std::move(wanted)).value();
  for (auto* const some : {&card, &passport, &twin, &face, &held}) CHECK_OK(preparation.add(*some));
  CHECK_OK(preparation.finish());
  LONGS_EQUAL(2, preparation.report().prepared);
  LONGS_EQUAL(2, preparation.report().taken);
  LONGS_EQUAL(1, preparation.report().held);
  STRCMP_CONTAINS("C1234567, dossier VN-2", lines.c_str());
  STRCMP_CONTAINS("\"P04\"", lines.c_str());
}

TEST(Preparation, says_what_could_not_be_built_by_a_rule_of_the_table) {
  std::vector<std::string> lines;
  auto wanted = settings();
  wanted.on_outcome = [&](const RecordOutcome& seen, const journal::IntakeOutcome& outcome) {
    if (auto line = reject_line_of(seen, outcome); !line.empty()) lines.push_back(std::move(line));
  };
  auto preparation = Preparation::open(std::move(wanted)).value();
  auto odd = record(2);
  odd.dossier->name = "###";
  CHECK_OK(preparation.add(std::move(odd)));
  CHECK_OK(preparation.finish());
  LONGS_EQUAL(1, lines.size());
  const auto line = nlohmann::json::parse(lines.front());
  CHECK_STRING("held", line.at("state").get<std::string>());
  const auto& finding = line.at("findings").at(0);
  CHECK_STRING("C02", finding.at("code").get<std::string>());
  CHECK_STRING("reject", finding.at("severity").get<std::string>());
  for (const auto* const key : {"value", "message_en", "message_vi"})
    CHECK(!finding.at(key).get<std::string>().empty());
  CHECK(book->find_card("VN-2").value()->reason.starts_with("C02 "));
}

TEST(Preparation, warns_of_what_became_a_job_and_not_of_what_could_not_be_built) {
  for (int run = 0; run < 2; ++run) {
    std::string refused, warned;
    auto preparation = Preparation::open(telling(refused, warned)).value();
    for (const int number : {1, 2}) {
      auto odd = record(number);
      odd.findings.push_back(
          {.rule = "N05", .field = "", .value = "", .message = "", .severity = issuance::Severity::warn});
      if (number == 2) odd.dossier->name = "###";
      CHECK_OK(preparation.add(std::move(odd)));
    }
    CHECK_OK(preparation.finish());
    LONGS_EQUAL(1, std::ranges::count(warned, '\n'));
    STRCMP_CONTAINS("\"VN-1\"", warned.c_str());
    LONGS_EQUAL(1, std::ranges::count(refused, '\n'));
    STRCMP_CONTAINS("\"VN-2\"", refused.c_str());
  }
}

TEST(Preparation, refuses_the_second_of_two_equal_lines_in_every_run_and_makes_one_card) {
  std::string before;
  for (int run = 0; run < 2; ++run) {
    std::string refused, warned;
    auto preparation = Preparation::open(telling(refused, warned)).value();
    CHECK_OK(preparation.add(record(1)));
    auto twin = record(1);
    twin.dossier.reset();
    twin.findings.push_back({.rule = "N02", .field = "number", .value = twin.number, .message = ""});
    CHECK_OK(preparation.add(std::move(twin)));
    CHECK_OK(preparation.finish());
    const auto& report = preparation.report();
    CHECK(report.balances());
    LONGS_EQUAL(0, report.waiting);
    LONGS_EQUAL(run == 0 ? 1 : 0, report.prepared);
    LONGS_EQUAL(1, std::ranges::count(refused, '\n'));
    STRCMP_CONTAINS("\"N02\"", refused.c_str());
    CHECK_STRING("", warned);
    if (run > 0) CHECK_STRING(before, refused);
    before = refused;
  }
  check_all_ready(1);
}

TEST(Preparation, holds_what_only_the_rules_of_a_later_run_refuse_until_it_is_corrected) {
  keys->away_after = 0;
  CHECK_FAULT(Fault::transport, prepare(1, settings()));  // accepted, and not prepared
  open();
  std::string before;
  for (int run = 0; run < 2; ++run) {
    std::string refused, warned;
    auto preparation = Preparation::open(telling(refused, warned)).value();
    CHECK_OK(preparation.add(record(1, State::rejected)));
    CHECK_OK(preparation.finish());
    CHECK(preparation.report().balances());
    LONGS_EQUAL(1, preparation.report().held);
    LONGS_EQUAL(1, std::ranges::count(refused, '\n'));
    STRCMP_CONTAINS("\"D03\"", refused.c_str());
    STRCMP_CONTAINS("\"J06\"", refused.c_str());
    if (run > 0) CHECK_STRING(before, refused);
    before = refused;
  }
  CHECK_STRING("J06 refused by the rules of a later run: D03", book->find_card("VN-1").value()->reason);
  auto corrected = record(1);
  corrected.origin.version = 2;
  corrected.content[31] = 1;
  auto preparation = Preparation::open(settings()).value();
  CHECK_OK(preparation.add(std::move(corrected)));
  CHECK_OK(preparation.finish());
  LONGS_EQUAL(1, preparation.report().prepared);
  check_all_ready(1);
}

TEST(Preparation, tells_the_sender_the_same_in_every_run_until_somebody_decides) {
  const auto run = [this] {
    std::vector<std::string> lines;
    auto wanted = settings();
    wanted.on_outcome = [&](const RecordOutcome& seen, const journal::IntakeOutcome& outcome) {
      if (auto line = reject_line_of(seen, outcome); !line.empty()) lines.push_back(std::move(line));
    };
    auto preparation = Preparation::open(std::move(wanted)).value();
    const auto add = [&](RecordOutcome some) { CHECK_OK(preparation.add(std::move(some))); };
    auto first = record(1);
    first.portrait = issuance::Digest{7};
    add(first);
    first.content[31] = 1;
    add(std::move(first));  // J05
    add(record(3, State::rejected));
    add(record(4, State::held));
    auto number = record(5);
    number.number = record(1).number;
    add(std::move(number));  // N02
    auto portrait = record(6);
    portrait.portrait = issuance::Digest{7};
    add(std::move(portrait));  // P04
    auto odd = record(8);
    odd.dossier->name = "###";
    add(std::move(odd));  // C02
    add(record(9, State::held));
    add(record(10));
    CHECK_OK(preparation.finish());
    std::ranges::sort(lines);  // what cannot be built is known later in the first run
    return lines;
  };
  const auto count = [](const std::vector<std::string>& lines, std::string_view text) {
    return std::ranges::count_if(lines, [text](const auto& line) { return line.find(text) != std::string::npos; });
  };
  const auto first = run();
  LONGS_EQUAL(7, first.size());
  for (const auto* const code : {"J05", "D03", "N02", "P04", "C02"}) {
    LONGS_EQUAL_TEXT(1, count(first, std::string{"\"code\":\""} + code), code);
  }
  LONGS_EQUAL(2, count(first, "\"value\":\"dossier VN-1\"") + count(first, ", dossier VN-1\""));
  open();
  CHECK(run() == first);
  CHECK_OK(book->decide("VN-4", State::rejected, "forged papers", kActor));
  CHECK_OK(book->decide("VN-9", State::accepted, "papers seen", kActor));
  const auto decided = run();
  LONGS_EQUAL(6, decided.size());
  LONGS_EQUAL(1, count(decided, "\"code\":\"J06\",\"severity\":\"reject\",\"field\":\"\",\"value\":\"forged papers\""));
  LONGS_EQUAL(0, count(decided, "VN-9"));
}

TEST(Preparation, makes_a_card_of_what_a_person_let_pass) {
  {
    auto preparation = Preparation::open(settings()).value();
    CHECK_OK(preparation.add(record(1, State::held)));
    CHECK_OK(preparation.finish());
  }
  CHECK_OK(book->decide("VN-1", State::accepted, "looked at", kActor));
  {
    auto preparation = Preparation::open(settings()).value();
    CHECK_OK(preparation.add(record(1, State::held)));  // nobody says what it is now: it waits
    CHECK_OK(preparation.finish());
    LONGS_EQUAL(1, preparation.report().waiting);
  }
  auto wanted = settings();
  wanted.release = [](const RecordOutcome& seen, std::string_view text) {
    return text == "the record" ? record(static_cast<int>(seen.line)).dossier : std::nullopt;
  };
  auto preparation = Preparation::open(std::move(wanted)).value();
  CHECK_OK(preparation.add(record(1, State::held), "the record"));
  CHECK_OK(preparation.finish());
  LONGS_EQUAL(1, preparation.report().prepared);
  check_all_ready(1);
}

TEST(Preparation, leaves_the_dossiers_of_another_batch_alone) {
  keys->away_after = 0;
  CHECK_FAULT(Fault::transport, prepare(2, settings()));  // accepted, and not prepared
  open();
  CHECK_OK(book->add_batch({.id = "b2"}, kActor));
  auto wanted = settings();
  wanted.batch = "b2";
  const auto report = prepare(3, std::move(wanted));
  CHECK_OK(report);
  LONGS_EQUAL(2, report->known);
  LONGS_EQUAL(1, report->prepared);
}

TEST(Preparation, has_one_process_a_batch) {
  const auto first = Preparation::open(settings());
  CHECK_OK(first);
  CHECK_FAULT(Fault::conflict, Preparation::open(settings()));
}

TEST(Preparation, refuses_settings_out_of_range) {
  auto wanted = settings();
  wanted.threads = 0;
  CHECK_FAULT(Fault::bad_input, Preparation::open(std::move(wanted)));
  CHECK_FAULT(Fault::bad_input, Preparation::open(settings(0)));
  CHECK_FAULT(Fault::bad_input, Preparation::open(settings(journal::kMaxRows + 1)));
}

TEST(Preparation, killed_at_every_call_of_the_vault_loses_and_doubles_nothing) {
  constexpr int kCount = 10;
  book.reset();
  for (int call = 1; call <= 20; call += 3) {
    const auto child = ::fork();
    if (child == 0) {
      open();
      keys->dies_at = call;
      ::_exit(prepare(kCount, settings()).has_value() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  }
  open();
  CHECK_OK(prepare(kCount, settings()));
  check_all_ready(kCount);
}
