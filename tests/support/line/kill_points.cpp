#include "kill_points.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>

namespace cicada::test {
namespace {

constexpr std::size_t kMaxPlaces = 4096;
constexpr std::size_t kMaxName = 96;

struct Entry {
  std::array<char, kMaxName> name{};
  std::atomic<std::uint64_t> reached{0};
};
struct Shared {
  std::atomic<std::size_t> count{0};
  std::atomic<bool> fired{false};
  std::array<Entry, kMaxPlaces> entries{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

Shared* shared = nullptr;
std::mutex mutex;  // of this process: places are added, and the armed one is counted, one thread at a time
std::map<std::string, std::size_t, std::less<>> known;
bool listening = false;
bool counting = true;
std::string armed;
std::uint64_t left = 0;

Entry& entry_of(std::string_view place) {
  const auto found = known.find(place);
  if (found != known.end()) return shared->entries[found->second];
  for (std::size_t i = known.size(); i < shared->count; ++i) known.emplace(shared->entries[i].name.data(), i);
  const auto again = known.find(place);
  if (again != known.end()) return shared->entries[again->second];
  const std::size_t at = shared->count;
  if (at >= kMaxPlaces || place.size() >= kMaxName) throw std::runtime_error("too many places, or too long a name");
  std::ranges::copy(place, shared->entries[at].name.begin());
  known.emplace(place, at);
  shared->count = at + 1;
  return shared->entries[at];
}

}  // namespace

void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

void KillPoints::create() {
  if (shared != nullptr) {
    for (std::size_t i = 0; i < shared->count; ++i) {
      shared->entries[i].name = {};
      shared->entries[i].reached = 0;
    }
    shared->count = 0;
    known.clear();
    return;
  }
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
  shared = new (memory) Shared;
}

std::vector<Place> KillPoints::places() {
  std::vector<Place> places;
  for (std::size_t i = 0; i < shared->count; ++i) {
    places.push_back({.name = shared->entries[i].name.data(), .reached = shared->entries[i].reached});
  }
  return places;
}

void KillPoints::listen() {
  listening = shared != nullptr;
}

bool KillPoints::listens() noexcept {
  return listening;
}

void KillPoints::arm(std::string_view place, std::uint64_t nth, bool count) {
  listen();
  counting = count;
  const std::lock_guard lock{mutex};
  armed = place;
  left = nth;
  shared->fired = false;
}

bool KillPoints::fired() {
  return shared->fired;
}

bool KillPoints::is_next(std::string_view place) {
  if (!listening) return false;
  const std::lock_guard lock{mutex};
  return left == 1 && armed == place;
}

void KillPoints::reached(std::string_view place) {
  if (!listening || (!counting && armed != place)) return;
  const std::lock_guard lock{mutex};
  ++entry_of(place).reached;
  if (left == 0 || armed != place || --left != 0) return;
  shared->fired = true;
  die();
}

void KillPoints::reached(std::string_view what, std::string_view when) {
  if (!listening || (!counting && !armed.starts_with(what))) return;
  std::string place{what};
  place += ", ";
  place += when;
  reached(place);
}

}  // namespace cicada::test
