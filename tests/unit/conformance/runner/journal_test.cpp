#include "cicada/conformance/runner/journal.h"

#include <sys/stat.h>

#include <fstream>

#include "cicada/conformance/report/record_json.h"
#include "cicada/conformance/runner/run.h"
#include "folder.h"
#include "scripted_target.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::tests;
using cicada::base::Bytes;
using runner::Journal;

namespace {

namespace fs = std::filesystem;

constexpr runner::Circumstances circumstances() {
  return {.program = "cicada 0.1.0", .target = "a scripted chip", .allow_changes = false};
}

std::string read(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream{path, std::ios::binary} << text;
}

/// Verdicts and exchanges without times.
std::string essence(const model::RunRecord& run) {
  std::string text;
  for (const auto& record : run.records) {
    auto timeless = record;
    timeless.duration = {};
    text += report::to_json_line(timeless) + "\n";
  }
  return text;
}

}  // namespace

TEST_GROUP(Journal) {
  Folder folder;
  Bench bench;
  fs::path path = folder / "run.jsonl";

  void setup() override {
    for (int i = 1; i <= 6; ++i) bench.add(step_case(i, "00B0000000", i % 2 == 0 ? "6982" : "9000"));
    bench.order.seed = 3;
  }
  runner::Identity identity(const runner::Plan& plan) {
    return runner::identity_of(plan, bench.ics, circumstances()).value();
  }
  /// A whole run with a journal; what it said.
  runner::Finished whole(const runner::Plan& plan) {
    auto journal = Journal::create(path, identity(plan), plan, bench.setting().now).value();
    return runner::run(plan, bench.setting(), &journal);
  }
  std::string refusal() {
    const auto plan = bench.plan();
    const auto journal = Journal::resume(path, identity(plan), plan);
    return journal ? "" : journal.error().text.substr(path.string().size() + 2);
  }
};

TEST(Journal, has_a_line_for_each_record_and_is_its_owners_alone) {
  const auto plan = bench.plan();
  static_cast<void>(whole(plan));
  const auto text = read(path);
  LONGS_EQUAL(7, std::ranges::count(text, '\n'));
  struct stat status{};
  LONGS_EQUAL(0, ::stat(path.c_str(), &status));
  LONGS_EQUAL(0600, status.st_mode & 0777U);
  LONGS_EQUAL(6, runner::read_journal(path)->size());
}

TEST(Journal, continues_after_a_kill_at_any_octet) {
  const auto plan = bench.plan();
  const auto expected = essence(whole(plan).record);
  const auto text = read(path);
  const auto header = text.find('\n') + 1;
  for (std::size_t cut = header; cut <= text.size(); cut += 37) {
    write(path, text.substr(0, cut));
    const auto had = std::ranges::count(text.substr(0, cut), '\n') - 1;
    bench.target.seen.clear();
    auto journal = Journal::resume(path, identity(plan), plan).value();
    const auto finished = runner::run(plan, bench.setting(), &journal);
    CHECK_STRING(expected, essence(finished.record));
    // What was finished is not put to the chip again.
    LONGS_EQUAL(6 - had, std::ranges::count(bench.target.seen, "00B0000000"));
    LONGS_EQUAL(6, runner::read_journal(path)->size());
  }
}

TEST(Journal, of_a_whole_run_leaves_nothing_to_do) {
  const auto plan = bench.plan();
  static_cast<void>(whole(plan));
  bench.target.seen.clear();
  auto journal = Journal::resume(path, identity(plan), plan).value();
  const auto finished = runner::run(plan, bench.setting(), &journal);
  LONGS_EQUAL(0, bench.target.seen.size());
  CHECK(finished.ending == runner::Ending::complete);
}

TEST(Journal, lets_a_run_go_on_with_the_case_in_which_the_chip_went_away) {
  const auto plan = bench.plan();
  const auto expected = [&] {
    const auto finished = runner::run(plan, bench.setting());
    return essence(finished.record);
  }();
  bench.target.answer = [this](auto) {
    // In the middle of the second case.
    if (std::ranges::count(bench.target.seen, "00B0000000") == 8) bench.target.gone = true;
    return bench.target.gone ? Bytes{} : Bytes{0x90, 0x00};
  };
  const auto broken = whole(plan);
  CHECK(broken.ending == runner::Ending::chip);
  LONGS_EQUAL(6, broken.record.records.size());
  LONGS_EQUAL(1, runner::read_journal(path)->size());

  bench.target.gone = false;
  bench.target.answer = [](auto) { return Bytes{0x90, 0x00}; };
  auto journal = Journal::resume(path, identity(plan), plan).value();
  const auto finished = runner::run(plan, bench.setting(), &journal);
  CHECK_STRING(expected, essence(finished.record));
}

TEST(Journal, is_not_overwritten_by_a_new_run) {
  const auto plan = bench.plan();
  static_cast<void>(whole(plan));
  const auto before = read(path);
  const auto again = Journal::create(path, identity(plan), plan, {});
  CHECK_FALSE(again.has_value());
  CHECK(again.error().text.find("continue it with --resume") != std::string::npos);
  CHECK_STRING(before, read(path));
}

TEST(Journal, serves_one_run_at_a_time) {
  const auto plan = bench.plan();
  const auto first = Journal::create(path, identity(plan), plan, {});
  CHECK(first.has_value());
  CHECK_STRING("another run writes this journal: wait until it has ended, or name another file", refusal());
}

TEST(Journal, of_another_run_is_refused_with_what_differs) {
  {
    const auto plan = bench.plan();
    static_cast<void>(whole(plan));
  }
  CHECK_STRING("", refusal());
  bench.order.seed = 4;
  CHECK_STRING("is the journal of another run; these differ: order, cases", refusal());
  bench.order.seed = 3;
  bench.ics.profiles.insert("PACE");
  CHECK_STRING("is the journal of another run; these differ: statement", refusal());
  bench.ics.profiles.erase("PACE");
  bench.units[0].cases[0].given = "another";
  CHECK_STRING("is the journal of another run; these differ: cases", refusal());
}

TEST(Journal, does_not_tell_what_opens_the_document) {
  bench.ics.mrz = "SECRETMRZ";
  bench.ics.can = cicada::base::SecretBytes::copy_of(cicada::base::as_bytes("123456"));
  const auto plan = bench.plan();
  const auto with = identity(plan);
  bench.ics.mrz = "ANOTHER";
  bench.ics.can = {};
  CHECK(with == identity(plan));
}

TEST(Journal, with_a_line_that_is_no_record_is_refused) {
  const auto plan = bench.plan();
  static_cast<void>(whole(plan));
  const auto text = read(path);
  const auto header = text.substr(0, text.find('\n') + 1);
  const auto records = text.substr(header.size());
  const auto first = records.substr(0, records.find('\n') + 1);
  const auto try_with = [&](const std::string& content) {
    write(path, content);
    return refusal();
  };
  CHECK_STRING("holds no whole line: begin a new run with another --journal", try_with(""));
  CHECK_STRING("holds no whole line: begin a new run with another --journal", try_with("{\"journal\""));
  CHECK_STRING("is not a journal of a conformance run", try_with("hello\n"));
  CHECK_STRING("is not a journal of a conformance run", try_with("[]\n"));
  CHECK_STRING("is not a journal of a conformance run", try_with(std::string(100'000, '[') + "\n"));
  CHECK_STRING("line 2: this is not JSON", try_with(header + "hello\n"));
  CHECK_STRING("line 2: this is not JSON", try_with(header + "\n"));
  CHECK_STRING("line 3: a record has no \"id\"", try_with(header + first + "{}\n"));
  CHECK_STRING("line 3: not the record of " + plan.cases[1].test->info.id + ", which the plan has there",
               try_with(header + first + first));
  CHECK_STRING("has more records than the plan has cases", try_with(text + first));
  auto timeless = header;
  timeless.replace(timeless.find("\"seconds\":"), 11, "\"seconds\":-1");
  CHECK_STRING("line 1: \"seconds\" is not a time", try_with(timeless));
}

TEST(Journal, that_is_not_there_cannot_be_continued) {
  CHECK_STRING("there is no such journal", refusal());
  path = folder / "none" / "run.jsonl";
  const auto plan = bench.plan();
  CHECK_FALSE(Journal::create(path, identity(plan), plan, {}).has_value());
}

TEST(Journal, ends_a_run_that_it_cannot_write_down) {
  // A device that is always full, behind a name: not a regular file, so the opening says it.
  path = "/dev/full";
  const auto plan = bench.plan();
  const auto journal = Journal::create(path, identity(plan), plan, {});
  CHECK_FALSE(journal.has_value());
  CHECK(journal.error().text.find("not a regular file") != std::string::npos);
}
