#include "cicada/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include "cicada/base/secret_file.h"

namespace cicada::base {
namespace {

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool close() noexcept { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

Error from_errno(int number) {
  switch (number) {
    case ENOENT: return {.fault = Fault::not_found, .what = "no such file or folder"};
    case ENOTDIR: return {.fault = Fault::not_found, .what = "a part of the path is not a folder"};
    case EACCES:
    case EPERM: return {.fault = Fault::io, .what = "permission denied"};
    case ENOSPC:
    case EDQUOT: return {.fault = Fault::io, .what = "the disk is full", .hint = "free some space and run it again"};
    case EROFS: return {.fault = Fault::io, .what = "the file system is read-only"};
    case EISDIR: return {.fault = Fault::io, .what = "it is a folder, a file is wanted"};
    default:
      return {.fault = Fault::io, .what = "the operating system refused", .at = static_cast<std::uint64_t>(number)};
  }
}

Result<void> write_all(int fd, ByteView content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail(from_errno(errno));
    }
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_synced(int raw, ByteView content, mode_t mode) {
  Descriptor fd{raw};
  if (::fchmod(fd.get(), mode) != 0) return fail(from_errno(errno));
  CICADA_CHECK(write_all(fd.get(), content));
  if (::fsync(fd.get()) != 0) return fail(from_errno(errno));
  if (!fd.close()) return fail(from_errno(errno));
  return {};
}

/// The content of a file none of whose mode bits is one of `forbidden`: asked of what was opened, not of the name.
Result<Bytes> read_guarded(const std::filesystem::path& path, std::size_t max_size, mode_t forbidden) {
  const Descriptor fd{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};  // a FIFO must not hold us up
  if (fd.get() < 0) return fail(from_errno(errno));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(from_errno(errno));
  if (S_ISDIR(info.st_mode)) return fail({.fault = Fault::bad_input, .what = "it is a folder, a file is wanted"});
  if (!S_ISREG(info.st_mode)) return fail({.fault = Fault::bad_input, .what = "it is not a regular file"});
  if ((info.st_mode & forbidden) != 0) {
    return fail({.fault = Fault::bad_input,
                 .what = "others than its owner may open a file with a key or a PIN",
                 .hint = "chmod 600 such files (*.key), and think about who may have read them"});
  }
  if (static_cast<std::uint64_t>(info.st_size) > max_size) {
    return fail(
        {.fault = Fault::limit, .what = "the file is too large", .at = static_cast<std::uint64_t>(info.st_size)});
  }
  Bytes content(static_cast<std::size_t>(info.st_size));
  std::size_t got = 0;
  while (got < content.size()) {
    const auto n = ::read(fd.get(), content.data() + got, content.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(from_errno(errno));
    if (n == 0) break;  // shrank while being read
    got += static_cast<std::size_t>(n);
  }
  content.resize(got);
  return content;
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_size) {
  return read_guarded(path, max_size, 0);
}

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, std::size_t max_size) {
  CICADA_TRY(auto content, read_guarded(path, max_size, S_IRWXG | S_IRWXO));
  return SecretBytes{std::move(content)};
}

Result<void> write_file(const std::filesystem::path& path, ByteView content, mode_t mode) {
  // Renaming over a device or a pipe would replace it.
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown) && !std::filesystem::is_regular_file(path, unknown)) {
    return fail({.fault = Fault::io, .what = "this is no file", .hint = "name a file, or one that is not there yet"});
  }
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return fail(from_errno(errno));
  if (auto written = write_synced(fd, content, mode); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(temporary.c_str());
    return fail(from_errno(number));
  }
  // The rename itself must survive a power cut: sync the folder that holds the name.
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  const Descriptor dir{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (dir.get() >= 0) static_cast<void>(::fsync(dir.get()));
  return {};
}

}  // namespace cicada::base
