#include "slot_feeder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <system_error>
#include <utility>

namespace cicada::tools::magazine {

using base::fail;
using base::Fault;
using base::Result;
using host::line::Tray;
using host::transport::Transport;
namespace fs = std::filesystem;

Result<std::unique_ptr<SlotFeeder>> SlotFeeder::create(Magazine& magazine, fs::path slot, std::string name) {
  std::error_code error;
  fs::create_directories(slot, error);
  const int lock = error ? -1 : ::open(slot.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return fail({.fault = Fault::io, .what = "the station's slot cannot be opened"});
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return fail({.fault = Fault::conflict, .what = "another process works with this station's slot"});
  }
  return std::unique_ptr<SlotFeeder>{new SlotFeeder{magazine, std::move(slot), std::move(name), lock}};
}

SlotFeeder::~SlotFeeder() {
  card_.reset();
  ::close(lock_);
}

Result<std::optional<fs::path>> SlotFeeder::card_in_slot() const {
  std::error_code error;
  for (fs::directory_iterator entry{slot_, error}, end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".card") return entry->path();
  }
  if (error) return fail({.fault = Fault::transport, .what = "the station's slot cannot be read"});
  return std::nullopt;
}

Result<bool> SlotFeeder::occupied() {
  if (empty_) return false;
  CICADA_TRY(const auto card, card_in_slot());
  empty_ = !card;
  return card.has_value();
}

std::string SlotFeeder::label() const {
  return file_.stem().string();
}

Result<Transport*> SlotFeeder::next() {
  card_.reset();
  std::optional<fs::path> file;
  if (!empty_) {
    CICADA_TRY(file, card_in_slot());
  }
  if (!file) {
    empty_ = true;
    CICADA_TRY(file, magazine_.take_blank(slot_));
    if (!file) return nullptr;
    empty_ = false;
  }
  file_ = *std::move(file);
  auto card = SimulatedCard::open(file_, world_, magazine_.durability());
  if (!card) {
    auto error = card.error();
    if (error.fault == Fault::limit || error.fault == Fault::unsupported) error.fault = Fault::malformed;
    return fail(error);
  }
  card_ = *std::move(card);
  return card_.get();
}

Result<Transport*> SlotFeeder::reset() {
  if (!card_) return fail({.fault = Fault::card_removed, .what = "there is no card in the slot"});
  card_->reset();
  return card_.get();
}

Result<void> SlotFeeder::put(Tray tray) {
  card_.reset();  // power off, and the file is free
  if (tray == Tray::slot || file_.empty()) return {};
  const auto folder = tray == Tray::good   ? Magazine::Folder::good
                      : tray == Tray::back ? Magazine::Folder::blanks
                                           : Magazine::Folder::quarantine;
  const auto place = magazine_.path(folder) / file_.filename();
  if (std::rename(file_.c_str(), place.c_str()) != 0) {
    return fail({.fault = Fault::transport, .what = "the card cannot be put into its tray"});
  }
  file_.clear();
  empty_ = true;
  return {};
}

}  // namespace cicada::tools::magazine
