#include "cicada/tools/magazine/magazine.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "blank.h"
#include "cicada/base/rng.h"
#include "slot_feeder.h"

namespace cicada::tools::magazine {

using base::fail;
using base::Fault;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCard = ".card";

std::unexpected<base::Error> unreadable() {
  return fail({.fault = Fault::io, .what = "the magazine's folder cannot be read"});
}

}  // namespace

fs::path Magazine::path(Folder folder) const {
  switch (folder) {
    case Folder::blanks: return folder_ / "blanks";
    case Folder::good: return folder_ / "good";
    case Folder::quarantine: break;
  }
  return folder_ / "quarantine";
}

Result<std::unique_ptr<Magazine>> Magazine::open(const fs::path& folder, MagazineOptions options) {
  std::unique_ptr<Magazine> magazine{new Magazine{folder, options}};
  for (const auto part : {Folder::blanks, Folder::good, Folder::quarantine}) {
    std::error_code error;
    const auto made = fs::create_directories(magazine->path(part), error);
    if (error) return fail({.fault = Fault::io, .what = "the magazine's folders cannot be made"});
    if (made) fs::permissions(magazine->path(part), fs::perms::owner_all, error);
  }
  return magazine;
}

Result<void> Magazine::make_blanks(std::uint64_t count, const host::gp::KeySource& keys, const BlankKind& kind) {
  if (count > kMaxBlanks) return fail({.fault = Fault::limit, .what = "too many blanks at once", .at = kMaxBlanks});
  base::SystemRng rng;
  for (std::uint64_t i = 0; i < count; ++i)
    CICADA_CHECK(make_blank(path(Folder::blanks), kind, keys, rng, options_.durability));
  return {};
}

Result<std::uint64_t> Magazine::count(Folder folder) const {
  std::error_code error;
  std::uint64_t cards = 0;
  for (fs::directory_iterator entry{path(folder), error}, end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == kCard) ++cards;
  }
  if (error) return unreadable();
  return cards;
}

/// Goes on in the list; begins it once more when it is at its end, because cards may have been put back or delivered.
Result<std::optional<fs::path>> Magazine::next_name() {
  std::error_code error;
  for (int pass = 0; pass < 2; ++pass) {
    for (; blanks_ != fs::directory_iterator{}; blanks_.increment(error)) {
      if (error) return unreadable();
      auto name = blanks_->path();
      if (name.extension() != kCard) continue;
      blanks_.increment(error);
      if (error) return unreadable();
      return name;
    }
    if (pass == 0) blanks_ = fs::directory_iterator{path(Folder::blanks), error};
    if (error) return unreadable();
  }
  return std::nullopt;
}

Result<std::optional<fs::path>> Magazine::take_blank(const fs::path& slot) {
  const std::lock_guard lock{mutex_};
  // A name may be gone, taken by another process; a list read twice without a card is empty.
  for (std::uint64_t tries = 0; tries < kMaxBlanks; ++tries) {
    CICADA_TRY(const auto name, next_name());
    if (!name) return std::nullopt;
    auto place = slot / name->filename();
    if (std::rename(name->c_str(), place.c_str()) == 0) return place;
    if (errno != ENOENT) return fail({.fault = Fault::io, .what = "a card cannot be moved into the slot"});
  }
  return std::nullopt;
}

Result<std::unique_ptr<host::line::Feeder>> Magazine::station(std::size_t number) {
  const auto name = "station-" + std::to_string(number);
  CICADA_TRY(auto feeder, SlotFeeder::create(*this, folder_ / name, name));
  return feeder;
}

}  // namespace cicada::tools::magazine
