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

constexpr std::chrono::milliseconds kLook{100};
/// pcscd sees within 0.4 s that a card has left, and says until then that it is there.
constexpr std::chrono::milliseconds kSeesWithin{1000};
/// A card that lies still is connected to so often before it counts as dead.
constexpr int kConnects = 2;

std::string_view words_for(Tray tray) {
  switch (tray) {
    case Tray::good: return "take the card out: GOOD";
    case Tray::quarantine: return "take the card out: QUARANTINE, do not mix it with the others";
    case Tray::back: return "take the card out: still BLANK, back to the stack";
    case Tray::slot: break;
  }
  return "leave the card where it is";
}

/// Of the service, or of one name.
std::unexpected<Exit> refuse(const std::string& subject, const base::Error& error) {
  return std::unexpected{complain(subject, error)};
}

Result<std::string> reader_named(const std::vector<host::transport::Reader>& there, const std::string& name) {
  std::vector<std::string> alike;
  for (const auto& reader : there) {
    if (reader.name == name) return name;
    if (reader.name.find(name) != std::string::npos) alike.push_back(reader.name);
  }
  if (alike.size() == 1) return alike.front();
  if (!alike.empty()) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "several readers have that in their name",
                       .hint = "give the whole name; `cicada readers` lists them"});
  }
  return base::fail({.fault = Fault::not_found,
                     .what = "there is no reader of that name",
                     .hint = "`cicada readers` lists them; PCSCLITE_CSOCK_NAME says whose (docs/operations.md)"});
}

}  // namespace

std::expected<std::vector<std::string>, Exit> readers_named(const std::vector<std::string>& names, bool all) {
  const auto there = host::transport::list_readers();
  if (!there) return refuse("readers", there.error());
  std::vector<std::string> found;
  if (all) {
    for (const auto& reader : *there) found.push_back(reader.name);
    if (found.empty()) {
      return refuse(
          "readers",
          {.fault = Fault::not_found, .what = "there is no card reader", .hint = "plug one in; is its driver there?"});
    }
  }
  for (const auto& name : names) {
    auto reader = reader_named(*there, name);
    if (!reader) return refuse(name, reader.error());
    found.push_back(*std::move(reader));
  }
  std::ranges::sort(found);
  if (const auto twice = std::ranges::adjacent_find(found); twice != found.end()) {
    return refuse(*twice, {.fault = Fault::bad_input,
                           .what = "this reader is named twice, or two readers have one name",
                           .hint = "readers are told apart by their names (FRIENDLYNAME in reader.conf)"});
  }
  return found;
}

PcscFeeder::Seen PcscFeeder::look() const {
  const auto readers = host::transport::list_readers();
  if (!readers) return {};
  const auto found = std::ranges::find(*readers, reader_, &host::transport::Reader::name);
  if (found == readers->end()) return {};
  return {.reader = true, .card = found->card_present, .changes = found->changes};
}

void PcscFeeder::pause() const {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock{mutex};
  wake.wait_for(lock, stop_, kLook, [] { return false; });
}

bool PcscFeeder::wait_until(const std::function<bool(const Seen&)>& enough, const std::string& what, bool said) {
  bool gone = false;
  for (; !is_stopped(); pause()) {
    const auto seen = look();
    if (enough(seen)) return true;
    if (!seen.reader && !gone) {
      prompt_(reader_, "the reader is gone: plug it in again, or start its pcscd; leave the card in it");
    } else if (seen.reader && (gone || !said)) {
      prompt_(reader_, what);
      said = true;
    }
    gone = !seen.reader;
  }
  return false;
}

/// The card in hand broke off: it has left, or it has not.
void PcscFeeder::settle() const {
  const auto until = std::chrono::steady_clock::now() + kSeesWithin;
  while (!is_stopped() && look() == seen_ && std::chrono::steady_clock::now() < until) pause();
}

Result<bool> PcscFeeder::occupied() {
  const auto seen = look();
  if (!seen.reader) return base::fail({.fault = Fault::transport, .what = "the reader is gone"});
  return seen.card;
}

Result<Transport*> PcscFeeder::next() {
  const std::string what =
      in_hand_ ? "that was too early: put the same card in again" : std::string{"put a blank card in"};
  card_.reset();
  if (in_hand_) settle();
  for (int failed = 0;;) {
    if (!wait_until([](const Seen& seen) { return seen.card; }, what)) return nullptr;
    const auto before = look();
    auto card = PcscTransport::open(reader_);
    if (card) {
      card_ = *std::move(card);
      seen_ = before;
      in_hand_ = true;
      return card_.get();
    }
    // Another program has it, or there are several: waiting helps nothing.
    if (card.error().fault == Fault::conflict || card.error().fault == Fault::bad_input)
      return base::fail(card.error());
    const auto after = look();
    failed = after.card && after == before ? failed + 1 : 0;
    if (failed < kConnects) {
      pause();
      continue;
    }
    seen_ = after;
    in_hand_ = true;
    auto dead = card.error();
    dead.fault = Fault::malformed;
    return base::fail(dead);
  }
}

Result<Transport*> PcscFeeder::reset() {
  if (!card_) return base::fail({.fault = Fault::card_removed, .what = "there is no card in the reader"});
  const auto again = card_->reconnect();
  if (!again) {
    auto error = again.error();
    if (error.fault == Fault::not_found) error.fault = Fault::card_removed;
    return base::fail(error);
  }
  if (look().changes != seen_.changes) {
    return base::fail({.fault = Fault::card_removed, .what = "the card was taken out, or changed for another"});
  }
  return card_.get();
}

Result<void> PcscFeeder::put(Tray tray) {
  card_.reset();
  if (!in_hand_ || tray == Tray::slot) return {};
  in_hand_ = false;
  // Said first, also to somebody who stops the line or was quicker: nothing else tells good cards from bad ones.
  const std::string words{words_for(tray)};
  prompt_(reader_, words);
  // A card that is changed for the next one between two looks was taken out, too.
  static_cast<void>(wait_until([this](const Seen& seen) { return seen != seen_; }, words, true));
  return {};
}

bool PcscFeeder::reader_is_back() {
  card_.reset();
  return wait_until([](const Seen& seen) { return seen.reader; }, "");
}

}  // namespace cicada::tools
