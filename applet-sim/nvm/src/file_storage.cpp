#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "cicada/applet_sim/nvm/storage.h"

namespace cicada::applet_sim::nvm {
namespace {

constexpr mode_t kMode = 0600;
/// A rename can come between opening and locking, once for each compaction of the other process.
constexpr int kMaxOpenings = 16;

base::Error from_errno(int number) {
  switch (number) {
    case ENOENT: return {.fault = base::Fault::not_found, .what = "no such card file or folder"};
    case ENOTDIR: return {.fault = base::Fault::not_found, .what = "a part of the card file's path is not a folder"};
    case EACCES:
    case EPERM: return {.fault = base::Fault::io, .what = "permission denied for the card file"};
    case EISDIR:
    case ELOOP: return {.fault = base::Fault::io, .what = "the card file is a folder or a link, a file is wanted"};
    case EROFS: return {.fault = base::Fault::io, .what = "the card file is on a read-only file system"};
    case EFBIG:
    case ENOSPC:
    case EDQUOT:
      return {.fault = base::Fault::io,
              .what = "the disk is full, the card keeps its old state",
              .hint = "free some space and run it again"};
    default:
      return {.fault = base::Fault::io,
              .what = "the operating system refused to work on the card file",
              .at = static_cast<std::uint64_t>(number)};
  }
}

std::unexpected<base::Error> refused() {
  return base::fail(from_errno(errno));
}

/// Closes what is not kept.
class Guard {
 public:
  explicit Guard(int fd) noexcept : fd_(fd) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  Guard(Guard&&) = delete;
  Guard& operator=(Guard&&) = delete;
  ~Guard() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  int keep() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

base::Result<void> lock(int fd) {
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return refused();
  return base::fail({.fault = base::Fault::conflict,
                     .what = "another process works with this card",
                     .hint = "end that process, or use another card file"});
}

base::Result<void> write_all(int fd, base::ByteView octets, std::size_t offset) {
  while (!octets.empty()) {
    const auto written = ::pwrite(fd, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return refused();
    }
    octets = octets.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return {};
}

std::filesystem::path successor_of(const std::filesystem::path& path) {
  return path.string() + ".new";
}

/// The rename itself must survive a power cut: the folder that holds the name is synced.
void sync_folder_of(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  const Guard fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd.get() >= 0) static_cast<void>(::fsync(fd.get()));
}

struct Opened {
  int fd;
  std::size_t size;
};

/// Opens and locks; makes sure that the locked file is still the one that the name leads to.
base::Result<Opened> open_locked(const std::filesystem::path& path, int flags) {
  for (int i = 0; i < kMaxOpenings; ++i) {
    Guard fd{::open(path.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, kMode)};
    if (fd.get() < 0) return refused();
    CICADA_CHECK(lock(fd.get()));
    struct stat locked{};
    struct stat named{};
    if (::fstat(fd.get(), &locked) != 0) return refused();
    if (!S_ISREG(locked.st_mode)) return base::fail(from_errno(EISDIR));
    if (::stat(path.c_str(), &named) != 0 || named.st_ino != locked.st_ino || named.st_dev != locked.st_dev) continue;
    return Opened{.fd = fd.keep(), .size = static_cast<std::size_t>(locked.st_size)};
  }
  return base::fail({.fault = base::Fault::conflict, .what = "another process keeps replacing this card"});
}

base::Result<void> check_size(std::size_t size) {
  if (size <= kMaxStorageSize) return {};
  return base::fail({.fault = base::Fault::limit, .what = "a card file cannot be that large", .at = size});
}

}  // namespace

FileStorage::FileStorage(std::filesystem::path path, int fd, std::size_t size, Durability durability) noexcept
    : path_(std::move(path)), fd_(fd), size_(size), durability_(durability) {}

FileStorage::~FileStorage() {
  ::close(fd_);
}

base::Result<std::unique_ptr<FileStorage>> FileStorage::create(const std::filesystem::path& path,
                                                               Durability durability) {
  CICADA_TRY(const auto opened, open_locked(path, O_CREAT));
  std::unique_ptr<FileStorage> storage{new FileStorage(path, opened.fd, opened.size, durability)};
  if (opened.size != 0) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "there is a card file already",
                       .hint = "remove it, or choose another name"});
  }
  if (::fchmod(opened.fd, kMode) != 0) return refused();
  sync_folder_of(path);
  return storage;
}

base::Result<std::unique_ptr<FileStorage>> FileStorage::open(const std::filesystem::path& path, Durability durability) {
  CICADA_TRY(const auto opened, open_locked(path, 0));
  std::unique_ptr<FileStorage> storage{new FileStorage(path, opened.fd, opened.size, durability)};
  CICADA_CHECK(check_size(opened.size));
  // Nobody else writes while the lock is held: a successor that lies here is what a cut replacement left.
  static_cast<void>(::unlink(successor_of(path).c_str()));
  return storage;
}

base::Result<base::Bytes> FileStorage::read() {
  base::Bytes octets(size_);
  std::size_t got = 0;
  while (got < octets.size()) {
    const auto n = ::pread(fd_, octets.data() + got, octets.size() - got, static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused();
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  if (got != size_) return base::fail({.fault = base::Fault::io, .what = "the card file shrank while it was read"});
  return octets;
}

base::Result<void> FileStorage::sync() const {
  if (durability_ == Durability::durable && ::fdatasync(fd_) != 0) return refused();
  return {};
}

base::Result<void> FileStorage::append(base::ByteView octets) {
  if (broken_) return base::fail({.fault = base::Fault::io, .what = "an earlier write to the card file failed"});
  CICADA_CHECK(check_size(size_ + octets.size()));
  auto written = write_all(fd_, octets, size_);
  if (written) written = sync();
  if (written) {
    size_ += octets.size();
    return {};
  }
  // Take back what did get through; a file that cannot even be cut is not written to again. Its tail is torn, and
  // opening it cuts that off.
  if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0) broken_ = true;
  return written;
}

base::Result<void> FileStorage::truncate(std::size_t size) {
  if (size >= size_) return {};
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return refused();
  size_ = size;
  return sync();
}

base::Result<void> FileStorage::replace(base::ByteView octets) {
  CICADA_CHECK(check_size(octets.size()));
  const auto successor = successor_of(path_);
  static_cast<void>(::unlink(successor.c_str()));
  Guard fd{::open(successor.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode)};
  if (fd.get() < 0) return refused();
  auto done = lock(fd.get());  // before it has the name, so that it is never seen unlocked
  if (done) done = write_all(fd.get(), octets, 0);
  if (done && durability_ == Durability::durable && ::fsync(fd.get()) != 0) done = refused();
  if (done && ::rename(successor.c_str(), path_.c_str()) != 0) done = refused();
  if (!done) {
    static_cast<void>(::unlink(successor.c_str()));
    return done;
  }
  if (durability_ == Durability::durable) sync_folder_of(path_);
  ::close(fd_);
  fd_ = fd.keep();
  size_ = octets.size();
  broken_ = false;
  return {};
}

}  // namespace cicada::applet_sim::nvm
