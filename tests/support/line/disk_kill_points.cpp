// Every write of this program to a disk or a socket is a place at which it can die: before it, after it, and in the
// middle of it. A program that links this file calls these functions instead of the C library's, in every library.
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kill_points.h"

namespace {

using cicada::test::KillPoints;

/// The C library's own function of this name.
template <typename Function>
Function* real(const char* name) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): POSIX says so.
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// What a path is to a line; nothing: no matter of ours (a log, a pipe).
std::string_view kind_of(std::string_view path) {
  const auto ends = [path](std::string_view end) { return path.ends_with(end); };
  if (ends("-wal")) return "journal's log";
  if (ends("-journal")) return "journal's rollback";
  if (ends(".sqlite")) return "journal's file";
  if (ends(".spool") || ends("/spool")) return "spool";
  if (path.find("/notes/") != std::string_view::npos) return "slot note";
  if (ends(".card") || path.find(".card.") != std::string_view::npos) return "card";
  if (ends(".pack")) return "pack";
  return {};
}

std::string_view kind_of(int fd) {
  std::array<char, 4096> path{};
  std::array<char, 32> link{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const auto size = ::readlink(link.data(), path.data(), path.size());
  return size <= 0 ? std::string_view{} : kind_of(std::string_view{path.data(), static_cast<std::size_t>(size)});
}

std::mutex mutex;
std::map<std::string_view, int> since_sync;  // writes to the journal's files since they were last synced

/// "journal's log write 3": within a transaction the writes differ, so each is a place of its own, up to a number. So
/// is each message to a database, from the first one of the process on.
std::string numbered(std::string_view kind) {
  const int kMost = kind.starts_with("journal's") ? 8 : 20;
  const std::lock_guard lock{mutex};
  int& count = since_sync[kind];
  if (count < kMost) ++count;
  return std::string{kind} + " write " + std::to_string(count);
}

/// `write(size)` writes so many octets.
template <typename Write>
ssize_t written(std::string_view kind, std::size_t size, const Write& write) {
  if (kind.empty() || !KillPoints::listens()) return write(size);
  const auto name =
      kind.starts_with("journal's") || kind.starts_with("database") ? numbered(kind) : std::string{kind} + " write";
  KillPoints::reached(name, "before");
  const auto half = name + ", in the middle";
  if (size > 1) {
    if (KillPoints::is_next(half)) write(size / 2);
    KillPoints::reached(half);
  }
  const auto result = write(size);
  KillPoints::reached(name, "after");
  return result;
}

template <typename Call>
int around(std::string_view kind, std::string_view call, const Call& function) {
  if (kind.empty()) return function();
  const auto name = std::string{kind} + ' ' + std::string{call};
  KillPoints::reached(name, "before");
  const int result = function();
  KillPoints::reached(name, "after");
  return result;
}

int synced(int fd, const char* name) {
  static auto* const data = real<int(int)>("fdatasync");
  static auto* const whole = real<int(int)>("fsync");
  const auto kind = kind_of(fd);
  {
    const std::lock_guard lock{mutex};
    since_sync[kind] = 0;
  }
  return around(kind, "sync", [&] { return name == std::string_view{"fsync"} ? whole(fd) : data(fd); });
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* octets, size_t size) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  return written(kind_of(fd), size, [&](std::size_t part) { return next(fd, octets, part); });
}
ssize_t pwrite(int fd, const void* octets, size_t size, off_t at) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return written(kind_of(fd), size, [&](std::size_t part) { return next(fd, octets, part, at); });
}
ssize_t pwrite64(int fd, const void* octets, size_t size, off64_t at) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return written(kind_of(fd), size, [&](std::size_t part) { return next(fd, octets, part, at); });
}
/// The client of PostgreSQL talks through it.
ssize_t send(int fd, const void* octets, size_t size, int flags) {
  static auto* const next = real<ssize_t(int, const void*, size_t, int)>("send");
  return written("database connection", size, [&](std::size_t part) { return next(fd, octets, part, flags); });
}
int fdatasync(int fd) {
  return synced(fd, "fdatasync");
}
int fsync(int fd) {
  return synced(fd, "fsync");
}
int ftruncate(int fd, off_t size) noexcept {
  static auto* const next = real<int(int, off_t)>("ftruncate");
  return around(kind_of(fd), "cut", [&] { return next(fd, size); });
}
int rename(const char* from, const char* to) noexcept {
  static auto* const next = real<int(const char*, const char*)>("rename");
  return around(kind_of(to), "rename", [&] { return next(from, to); });
}
int link(const char* from, const char* to) noexcept {
  static auto* const next = real<int(const char*, const char*)>("link");
  return around(kind_of(to), "link", [&] { return next(from, to); });
}
int unlink(const char* path) noexcept {
  static auto* const next = real<int(const char*)>("unlink");
  return around(kind_of(path), "unlink", [&] { return next(path); });
}

}  // extern "C"
