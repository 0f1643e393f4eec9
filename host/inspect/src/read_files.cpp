// The files of the open chip, in the order in which a waiting person wants them.
#include <algorithm>
#include <utility>

#include "cicada/host/iso7816/sw.h"
#include "cicada/host/lds/com.h"
#include "run.h"

namespace cicada::host::inspect {

using base::Bytes;
using base::Result;
using lds::Ef;

namespace {

constexpr int kRankOfKeys = 2;

/// With these a card ends the session because of the file, not because of how much of it was asked for.
bool is_about_the_file(std::uint16_t status) {
  return status == iso7816::sw::k6982SecurityStatusNotSatisfied || status == iso7816::sw::k6985ConditionsNotSatisfied ||
         status == iso7816::sw::k6A82FileNotFound;
}

void report_progress(Run& run, Ef ef, std::size_t so_far, std::size_t in_all) {
  const auto place = std::ranges::find(run.to_read, ef) - run.to_read.begin();
  run.tell(Progress{.ef = ef,
                    .file_index = static_cast<std::size_t>(place) + 1,
                    .file_count = run.to_read.size(),
                    .file_bytes = so_far,
                    .file_size = in_all,
                    .total_bytes = run.total_bytes + so_far});
}

/// What the document lists: EF.SOD, which is signed, and EF.COM, which is not but may know more.
std::vector<Ef> listed_data_groups(const Files& files, const auth::ParsedSod* sod) {
  std::vector<Ef> listed;
  if (sod != nullptr) {
    if (const auto numbers = auth::listed_data_groups(*sod)) {
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

/// Text first, then the keys that the chip is to prove, the face, and last what needs a right: a person waits for the
/// number and the name.
int rank(Ef ef) {
  switch (ef) {
    case Ef::dg1: return 0;
    case Ef::dg13: return 1;
    case Ef::dg14:
    case Ef::dg15: return kRankOfKeys;
    case Ef::dg2: return kRankOfKeys + 2;
    case Ef::dg3:
    case Ef::dg4: return kRankOfKeys + 3;
    default: return kRankOfKeys + 1;
  }
}

Result<void> read_ranked(Run& run, int first, int last) {
  for (const auto ef : run.to_read) {
    if (lds::data_group_number(ef) == 0 || rank(ef) < first || rank(ef) > last) continue;
    if (needs_terminal_authentication(ef) && run.options.verifier != nullptr && !has_right_to(run, ef)) {
      skip(run, ef, 0, "the chip gave this inspection system no right to it");
      continue;
    }
    CICADA_CHECK(read_file(run, ef));
  }
  return {};
}

}  // namespace

void skip(Run& run, Ef ef, std::uint16_t status, std::string_view reason) {
  run.result.unread.push_back({.ef = ef, .sw = status, .reason = std::string{reason}});
  run.tell(FileSkipped{.ef = ef, .sw = status});
}

Result<void> read_file(Run& run, Ef ef) {
  const auto transmit = run.transmitter();
  const FileReader::OnOctets on_octets = [&run, ef](std::size_t so_far, std::size_t in_all) {
    report_progress(run, ef, so_far, in_all);
  };
  for (std::uint16_t died_with = 0;;) {
    FileReader reader{transmit, *run.habits, run.options.caps};
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
      run.result.unread.back().malformed = refusal->malformed;
      return {};
    }
    const auto& content = run.result.files[ef] = std::get<Bytes>(std::move(*answer));
    run.total_bytes += content.size();
    run.tell(FileRead{.ef = ef, .content = content});
    return {};
  }
}

Result<void> read_com(Run& run) {
  return read_file(run, Ef::com);
}

Result<void> read_security_object(Run& run) {
  CICADA_CHECK(read_file(run, Ef::sod));
  if (const auto file = run.result.files.find(Ef::sod); file != run.result.files.end()) {
    run.sod = auth::take_apart_sod(file->second);
  }
  return {};
}

Result<void> plan_data_groups(Run& run) {
  auto groups = run.options.wanted.value_or(listed_data_groups(run.result.files, run.sod.get()));
  std::erase_if(groups, [](Ef ef) { return lds::data_group_number(ef) == 0; });
  if (!run.options.wanted && run.options.verifier == nullptr) {
    for (const auto ef : {Ef::dg3, Ef::dg4}) {
      if (std::erase(groups, ef) > 0) skip(run, ef, 0, "only inspection systems with certificates may read it");
    }
  }
  std::ranges::sort(groups, {}, [](Ef ef) { return std::pair{rank(ef), ef}; });
  for (const auto ef : groups) {
    if (std::ranges::find(run.to_read, ef) == run.to_read.end()) run.to_read.push_back(ef);
  }
  return {};
}

Result<void> read_text_and_keys(Run& run) {
  return read_ranked(run, 0, kRankOfKeys);
}

Result<void> read_other_groups(Run& run) {
  return read_ranked(run, kRankOfKeys + 1, kRankOfKeys + 3);
}

}  // namespace cicada::host::inspect
