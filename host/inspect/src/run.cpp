#include "run.h"

#include <algorithm>
#include <utility>

namespace cicada::host::inspect {

using base::Fault;
using base::Result;

Run::Run(iso7816::Channel& over, const InspectionOptions& with, base::Rng& from, base::Instant now)
    : channel(over),
      options(with),
      rng(from),
      at(now),
      start(with.watch()),
      plain(over),
      extended_response(with.extended_response) {
  result.at = now;
}

void Run::note(std::string_view name) {
  auto& notes = habits ? habits->notes : result.notes;
  if (std::ranges::find(notes, name) == notes.end()) notes.emplace_back(name);
}

Result<void> Run::check_time() const {
  if (options.watch() - start < options.caps.time) return {};
  return base::fail(
      {.fault = Fault::limit, .what = "the card takes too long", .hint = "hold it still; is it a card at all?"});
}

Result<iso7816::ResponseApdu> Run::transmit(const iso7816::CommandApdu& command) {
  CICADA_CHECK(check_time());
  if (!session) return plain.transmit(command);
  const bool proves = chip && chip->awaits_proof();
  auto answer = session->transmit(command);
  if (proves) {
    auth::note_exchange(*chip, answer);
    ended_by_proof = !answer;
  }
  return answer;
}

void Run::fit_block_size() {
  const auto most_of = [this](std::size_t ne) { return session ? session->codec().max_response_data(ne) : ne; };
  const auto short_most = most_of(iso7816::kMaxShortNe);
  const auto most = std::max(short_most, most_of(std::min<std::size_t>(extended_response, iso7816::kMaxNe)));
  if (habits) {
    habits->block.fit(short_most, most);
    return;
  }
  habits.emplace(BlockSize{short_most, most});
  habits->notes = std::exchange(result.notes, {});
}

FileReader::Transmit Run::transmitter() {
  return [this](const iso7816::CommandApdu& command) { return transmit(command); };
}

bool is_refusal(const base::Error& error) noexcept {
  return error.fault == Fault::card_status || error.fault == Fault::security || error.fault == Fault::malformed ||
         error.fault == Fault::unsupported || error.fault == Fault::not_found;
}

}  // namespace cicada::host::inspect
