#include "pcsc_feeder.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string_view>

namespace cicada::tools {

using base::Fault;
using base::Result;
using host::line::Tray;
using host::transport::PcscTransport;
using host::transport::Transport;

namespace {

constexpr std::chrono::milliseconds kLook{500};

std::string_view words_for(Tray tray) {
  switch (tray) {
    case Tray::good: return "take the card out: GOOD";
    case Tray::quarantine: return "take the card out: QUARANTINE, do not mix it with the others";
    case Tray::back: return "take the card out: still BLANK, back to the stack";
    case Tray::slot: break;
  }
  return "leave the card where it is";
}

}  // namespace

Result<bool> PcscFeeder::card_is_in() const {
  const auto gone = [] {
    return base::fail({.fault = Fault::transport,
                       .what = "the reader is not there any more",
                       .hint = "plug it in again and start the line; the card in it will be recognized"});
  };
  const auto readers = host::transport::list_readers();
  if (!readers) return std::unexpected(readers.error());
  const auto named = [this](const auto& reader) { return reader.name.find(reader_) != std::string::npos; };
  const auto found = std::ranges::find_if(*readers, named);
  if (found == readers->end()) return gone();
  return found->card_present;
}

Result<bool> PcscFeeder::wait_until(bool in) const {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop_.stop_requested()) {
    CICADA_TRY(const auto is_in, card_is_in());
    if (is_in == in) return true;
    std::unique_lock lock{mutex};
    wake.wait_for(lock, stop_, kLook, [] { return false; });
  }
  return false;
}

Result<Transport*> PcscFeeder::next() {
  card_.reset();
  CICADA_TRY(const auto is_in, card_is_in());
  if (!is_in) {
    prompt_(reader_, "put a blank card in");
    CICADA_TRY(const auto came, wait_until(true));
    if (!came) return nullptr;
  }
  auto card = PcscTransport::open(reader_);
  if (!card) {
    auto error = card.error();
    // A card that does not answer its reset, or left again: a person has to look, the job is untouched.
    if (error.fault == Fault::not_found) error.fault = Fault::transport;
    return base::fail(error);
  }
  card_ = *std::move(card);
  return card_.get();
}

Result<Transport*> PcscFeeder::reset() {
  if (!card_) return base::fail({.fault = Fault::card_removed, .what = "there is no card in the reader"});
  const auto again = card_->reconnect();
  if (!again) {
    auto error = again.error();
    if (error.fault == Fault::not_found) error.fault = Fault::card_removed;
    return base::fail(error);
  }
  return card_.get();
}

Result<void> PcscFeeder::put(Tray tray) {
  const bool had = card_ != nullptr;
  card_.reset();
  if (!had || tray == Tray::slot) return {};
  prompt_(reader_, std::string{words_for(tray)});
  CICADA_CHECK(wait_until(false));
  return {};
}

}  // namespace cicada::tools
