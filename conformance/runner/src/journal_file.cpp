#include "journal_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cicada/conformance/runner/journal.h"

namespace cicada::conformance::runner {

using base::Fault;
using base::Result;

Result<JournalFile> JournalFile::open(const std::filesystem::path& path, bool may_create) {
  const int flags = O_RDWR | O_APPEND | O_CLOEXEC | (may_create ? O_CREAT : 0);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
  const int fd = ::open(path.c_str(), flags, 0600);
  if (fd < 0 && errno == ENOENT) {
    return base::fail(
        {.fault = Fault::not_found,
         .what = may_create ? base::Literal{"the folder does not exist"} : base::Literal{"there is no such journal"}});
  }
  if (fd < 0) return base::fail({.fault = Fault::io, .what = "the journal cannot be opened"});
  JournalFile file{fd, 0};
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
    return base::fail({.fault = Fault::io, .what = "the journal is not a regular file"});
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return base::fail({.fault = Fault::conflict,
                       .what = "another run writes this journal",
                       .hint = "wait until it has ended, or name another file"});
  }
  file.size_ = static_cast<std::size_t>(status.st_size);
  return file;
}

JournalFile::JournalFile(JournalFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

JournalFile& JournalFile::operator=(JournalFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  size_ = other.size_;
  return *this;
}

JournalFile::~JournalFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::string> JournalFile::read() const {
  if (size_ > kMaxJournal) return base::fail({.fault = Fault::limit, .what = "the journal is too long"});
  std::string text(size_, '\0');
  for (std::size_t at = 0; at < text.size();) {
    const auto got = ::pread(fd_, text.data() + at, text.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return base::fail({.fault = Fault::io, .what = "the journal cannot be read"});
    at += static_cast<std::size_t>(got);
  }
  return text;
}

Result<void> JournalFile::truncate(std::size_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0)
    return base::fail({.fault = Fault::io, .what = "the journal cannot be cut"});
  size_ = size;
  return {};
}

Result<void> JournalFile::append_line(std::string_view line) {
  if (size_ + line.size() + 1 > kMaxJournal)
    return base::fail({.fault = Fault::limit, .what = "the journal would become too long"});
  std::string whole{line};
  whole += '\n';
  for (std::size_t at = 0; at < whole.size();) {
    const auto put = ::write(fd_, whole.data() + at, whole.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const bool full = errno == ENOSPC || errno == EDQUOT;
      CICADA_CHECK(truncate(size_));
      return base::fail(
          {.fault = Fault::io,
           .what = full ? base::Literal{"the disk is full"} : base::Literal{"the journal cannot be written"}});
    }
    at += static_cast<std::size_t>(put);
  }
  size_ += whole.size();
  return {};
}

}  // namespace cicada::conformance::runner
