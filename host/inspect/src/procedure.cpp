// The inspection procedure: its steps, in order, at the end of this file.
#include <algorithm>
#include <array>
#include <utility>

#include "cicada/host/iso7816/sw.h"
#include "cicada/host/lds/com.h"
#include "file_reader.h"
#include "judge.h"

namespace cicada::host::inspect {

using access::PlainSession;
using access::SecureSession;
using base::Bytes;
using base::Fault;
using base::Result;
using lds::Ef;

namespace {

/// What the steps share.
struct Procedure {
  iso7816::Channel& channel;
  const InspectionOptions& options;
  base::Rng& rng;
  base::Instant at;
  std::chrono::steady_clock::time_point start;

  Inspection result = {};
  PlainSession plain{channel};
  std::optional<SecureSession> session = {};
  std::optional<ChipHabits> habits = {};
  std::size_t restarts = 0;
  std::vector<Ef> to_read = {Ef::com, Ef::sod};  ///< all files, in order; the data groups come when EF.SOD is known
  std::size_t total_bytes = 0;

  void tell(const Event& event) const {
    if (options.on_event) options.on_event(event);
  }
  [[nodiscard]] Result<void> check_time() const {
    if (options.watch() - start < options.caps.time) return {};
    return base::fail(
        {.fault = Fault::limit, .what = "the card takes too long", .hint = "hold it still; is it a card at all?"});
  }
};

/// The chip said no, or did not do what a chip of this kind does: a result. Trouble with the wire is none.
bool is_refusal(const base::Error& error) {
  return error.fault == Fault::card_status || error.fault == Fault::security || error.fault == Fault::malformed;
}

Result<void> select_application(Procedure& run) {
  CICADA_CHECK(run.check_time());
  const auto aid = lds::lds1_aid();
  // No Le: the control information is not wanted (9303-10 §3.6.2).
  CICADA_TRY(const auto response,
             run.plain.transmit({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = Bytes(aid.begin(), aid.end())}));
  if (response.ok()) return {};
  return base::fail({.fault = Fault::card_status,
                     .what = "the card has no travel document application",
                     .clause = "9303-10 §4.3",
                     .hint = "this is another kind of card",
                     .sw = response.sw});
}

Result<void> gain_access(Procedure& run) {
  CICADA_CHECK(run.check_time());
  auto opened = access::run_bac(std::move(run.plain), run.options.keys, run.rng);
  if (!opened) {
    run.plain = std::move(opened.error().plain);
    return std::unexpected{opened.error().error};
  }
  run.session.emplace(*std::move(opened));
  const auto& codec = run.session->codec();
  const auto short_most = codec.max_response_data(iso7816::kMaxShortNe);
  const auto most = std::min<std::size_t>(run.options.extended_response, iso7816::kMaxNe);
  if (!run.habits) run.habits.emplace(BlockSize{short_most, std::max(short_most, codec.max_response_data(most))});
  run.result.access_protocol = run.session->protocol();
  run.tell(AccessDone{run.session->protocol()});
  return {};
}

/// The card has ended the session. Some do at a length that they do not like; the habits know better now.
Result<void> start_again(Procedure& run, const base::Error& cause) {
  if (cause.fault != Fault::session_dead || cause.sw == 0) return std::unexpected{cause};
  if (run.restarts++ == run.options.caps.restarts) return std::unexpected{cause};
  run.habits->note("session-restarted");
  run.plain = std::move(*run.session).end().restart();
  run.session.reset();
  CICADA_CHECK(select_application(run));
  return gain_access(run);
}

/// With these a card ends the session because of the file, not because of how much of it was asked for.
bool is_about_the_file(std::uint16_t status) {
  return status == iso7816::sw::k6982SecurityStatusNotSatisfied || status == iso7816::sw::k6985ConditionsNotSatisfied ||
         status == iso7816::sw::k6A82FileNotFound;
}

void report_progress(Procedure& run, Ef ef, std::size_t so_far, std::size_t in_all) {
  const auto place = std::ranges::find(run.to_read, ef) - run.to_read.begin();
  run.tell(Progress{.ef = ef,
                    .file_index = static_cast<std::size_t>(place) + 1,
                    .file_count = run.to_read.size(),
                    .file_bytes = so_far,
                    .file_size = in_all,
                    .total_bytes = run.total_bytes + so_far});
}

void skip(Procedure& run, Ef ef, std::uint16_t status, std::string_view reason) {
  run.result.unread.push_back({.ef = ef, .sw = status, .reason = std::string{reason}});
  run.tell(FileSkipped{.ef = ef, .sw = status});
}

/// Reads one file, with as many sessions as the caps allow. That the card refuses it is no failure.
Result<void> read_file(Procedure& run, Ef ef) {
  const FileReader::CheckTime check_time = [&run] { return run.check_time(); };
  const FileReader::OnOctets on_octets = [&run, ef](std::size_t so_far, std::size_t in_all) {
    report_progress(run, ef, so_far, in_all);
  };
  for (std::uint16_t died_with = 0;;) {
    FileReader reader{*run.session, *run.habits, run.options.caps, check_time};
    auto answer = reader.read(lds::info(ef), on_octets);
    if (!answer) {
      CICADA_CHECK(start_again(run, answer.error()));
      const auto status = answer.error().sw;
      if (status == died_with && is_about_the_file(status)) {
        skip(run, ef, status, "the card ends the session at it");
        return {};
      }
      died_with = status;
      continue;
    }
    if (const auto* refusal = std::get_if<Refusal>(&*answer)) {
      skip(run, ef, refusal->sw, refusal->reason.view());
      return {};
    }
    const auto& content = run.result.files[ef] = std::get<Bytes>(std::move(*answer));
    run.total_bytes += content.size();
    run.tell(FileRead{.ef = ef, .content = content});
    return {};
  }
}

Result<void> read_com(Procedure& run) {
  return read_file(run, Ef::com);
}

Result<void> read_security_object(Procedure& run) {
  return read_file(run, Ef::sod);
}

/// What the document lists: EF.SOD, which is signed, and EF.COM, which is not but may know more.
std::vector<Ef> listed_data_groups(const Files& files) {
  std::vector<Ef> listed;
  if (const auto sod = files.find(Ef::sod); sod != files.end()) {
    if (const auto numbers = auth::listed_data_groups(sod->second)) {
      for (const int number : *numbers) {
        if (const auto ef = lds::data_group(number)) listed.push_back(*ef);
      }
    }
  }
  if (const auto com = files.find(Ef::com); com != files.end()) {
    if (const auto parsed = lds::parse_com(com->second)) {
      const auto named = parsed->data_groups();
      listed.insert(listed.end(), named.begin(), named.end());
    }
  }
  std::ranges::sort(listed);
  const auto twice = std::ranges::unique(listed);
  listed.erase(twice.begin(), twice.end());
  return listed;
}

/// Text first, the face last, the others between: a person waits for the number and the name.
int rank(Ef ef) {
  switch (ef) {
    case Ef::dg1: return 0;
    case Ef::dg13: return 1;
    case Ef::dg2: return 3;
    default: return 2;
  }
}

Result<void> plan_data_groups(Procedure& run) {
  auto groups = run.options.wanted.value_or(listed_data_groups(run.result.files));
  std::erase_if(groups, [](Ef ef) { return lds::data_group_number(ef) == 0; });
  if (!run.options.wanted) {
    for (const auto ef : {Ef::dg3, Ef::dg4}) {
      if (std::erase(groups, ef) > 0) skip(run, ef, 0, "it needs terminal authentication");
    }
  }
  std::ranges::stable_sort(groups, {}, rank);
  for (const auto ef : groups) {
    if (std::ranges::find(run.to_read, ef) == run.to_read.end()) run.to_read.push_back(ef);
  }
  return {};
}

Result<void> read_data_groups(Procedure& run) {
  for (const auto ef : run.to_read) {
    if (lds::data_group_number(ef) != 0) CICADA_CHECK(read_file(run, ef));
  }
  return {};
}

Result<void> judge_evidence(Procedure& run) {
  run.result.verdict = judge(run.result.files, run.options.judge, run.at);
  add_chip_checks(run.result.verdict, run.result.access_protocol);
  note_unread(run.result.verdict, run.result.unread);
  return {};
}

using Step = Result<void> (*)(Procedure&);

/// 9303-11 §4.2 opens the chip, 9303-10 §4.6 and §4.7 name the files, 9303-11 §5.1 judges them.
constexpr std::array<Step, 7> kInspection = {
    &select_application, &gain_access,      &read_com,       &read_security_object,
    &plan_data_groups,   &read_data_groups, &judge_evidence,
};

Result<void> perform(Procedure& run) {
  for (const auto step : kInspection) CICADA_CHECK(step(run));
  return {};
}

void finish(Procedure& run, const iso7816::Counters& before) {
  const auto& now = run.channel.counters();
  run.result.transfer = {.apdus = now.apdus - before.apdus,
                         .bytes_out = now.bytes_out - before.bytes_out,
                         .bytes_in = now.bytes_in - before.bytes_in};
  run.result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(run.options.watch() - run.start);
  if (run.habits) run.result.notes = std::move(run.habits->notes);
}

}  // namespace

Result<Inspection> inspect(iso7816::Channel& channel, const InspectionOptions& options, base::Rng& rng,
                           const base::Clock& clock) {
  const auto before = channel.counters();
  Procedure run{.channel = channel, .options = options, .rng = rng, .at = clock.now(), .start = options.watch()};
  run.result.at = run.at;
  if (const auto done = perform(run); !done) {
    const bool opened = !run.result.access_protocol.empty();
    if (opened || !is_refusal(done.error())) return std::unexpected{done.error()};
    run.result.access_error = done.error();
    run.result.verdict = closed_chip(done.error());
  }
  finish(run, before);
  return std::move(run.result);
}

Inspection inspect_files(Files files, const JudgeOptions& options, base::Instant at) {
  Inspection result{.files = std::move(files)};
  result.at = at;
  result.verdict = judge(result.files, options, at);
  return result;
}

}  // namespace cicada::host::inspect
