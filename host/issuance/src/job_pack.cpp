#include "cicada/host/issuance/job_pack.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/sealed_job.h"

namespace cicada::host::issuance {

using base::Bytes;
using base::ByteView;
using base::Error;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kEnding = ".pack";
/// Packs that a reader keeps open: a line works on a few batches at a time.
constexpr std::size_t kMaxOpenPacks = 64;

bool fits_file_name(std::string_view id) {
  return !id.empty() && id.size() <= kMaxPackId && id.front() != '.' && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Error from_errno(int number) {
  switch (number) {
    case ENOENT: return {.fault = Fault::not_found, .what = "the pack of sealed jobs is not there"};
    case ENOSPC:
    case EDQUOT: return {.fault = Fault::io, .what = "the disk is full", .hint = "free some space and run it again"};
    case EACCES:
    case EPERM: return {.fault = Fault::io, .what = "permission denied"};
    default:
      return {.fault = Fault::io,
              .what = "the pack of sealed jobs cannot be used",
              .at = static_cast<std::uint64_t>(number)};
  }
}

/// The name of a new file must survive a power cut as well.
void sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  static_cast<void>(::fsync(fd));
  ::close(fd);
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), S_IRWXU) == 0 || std::filesystem::is_directory(folder, error)) return {};
  if (errno == ENOSPC) return fail(from_errno(errno));
  return fail({.fault = Fault::bad_input, .what = "the folder of the packs is not there and cannot be made"});
}

Result<std::array<std::uint8_t, 32>> digest_of(ByteView octets) {
  CICADA_TRY(const auto value, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, octets));
  std::array<std::uint8_t, 32> digest{};
  std::ranges::copy(value, digest.begin());
  return digest;
}

}  // namespace

Result<std::string> pack_name(std::string_view batch) {
  if (!fits_file_name(batch)) {
    return fail({.fault = Fault::bad_input,
                 .what = "the batch's id cannot be a file name",
                 .hint = "use letters, digits, '.', '_' and '-'"});
  }
  return std::string{batch} + std::string{kEnding};
}

Result<JobPackWriter> JobPackWriter::open(const std::filesystem::path& folder, std::string_view batch) {
  CICADA_TRY(auto name, pack_name(batch));
  CICADA_CHECK(make_folder(folder));
  const auto path = folder / name;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (fd < 0) return fail(from_errno(errno));
  JobPackWriter writer{fd, std::move(name), 0};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail({.fault = Fault::conflict,
                 .what = "another process prepares this batch",
                 .hint = "wait until it has ended, or stop it"});
  }
  struct stat info{};
  if (::fstat(fd, &info) != 0) return fail(from_errno(errno));
  writer.flushed_ = writer.end_ = static_cast<std::uint64_t>(info.st_size);
  sync_folder(folder);
  return writer;
}

JobPackWriter::JobPackWriter(JobPackWriter&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      flushed_(other.flushed_),
      end_(other.end_),
      buffer_(std::move(other.buffer_)),
      failed_(other.failed_) {}

JobPackWriter::~JobPackWriter() {
  if (fd_ >= 0) ::close(fd_);
}

Result<PlacedJob> JobPackWriter::append(ByteView sealed) {
  if (failed_) return fail({.fault = Fault::io, .what = "the pack of sealed jobs failed before"});
  if (sealed.size() > kMaxSealedJob) return fail({.fault = Fault::limit, .what = "the sealed job is too large"});
  if (buffer_.size() + sealed.size() > kPackBuffer) CICADA_CHECK(write_buffer());
  CICADA_TRY(const auto digest, digest_of(sealed));
  base::append(buffer_, sealed);
  PlacedJob place{.pack = name_, .offset = end_, .size = static_cast<std::uint32_t>(sealed.size()), .digest = digest};
  end_ += sealed.size();
  return place;
}

Result<void> JobPackWriter::flush() {
  if (failed_) return fail({.fault = Fault::io, .what = "the pack of sealed jobs failed before"});
  if (end_ == flushed_) return {};
  CICADA_CHECK(write_buffer());
  if (::fdatasync(fd_) != 0) return give_up(from_errno(errno));
  flushed_ = end_;
  return {};
}

Result<void> JobPackWriter::write_buffer() {
  auto offset = end_ - buffer_.size();
  ByteView rest{buffer_};
  while (!rest.empty()) {
    const auto written = ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return give_up(from_errno(errno));
    }
    rest = rest.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  buffer_.clear();
  return {};
}

Result<void> JobPackWriter::give_up(Error error) {
  failed_ = true;
  // As well as it can be done: what stays behind is never referred to.
  [[maybe_unused]] const int cut = ::ftruncate(fd_, static_cast<off_t>(flushed_));
  return fail(error);
}

/// Closes when the last read of it has ended.
class JobPackReader::OpenPack {
 public:
  explicit OpenPack(int fd) noexcept : fd_(fd) {}
  OpenPack(const OpenPack&) = delete;
  OpenPack& operator=(const OpenPack&) = delete;
  OpenPack(OpenPack&&) = delete;
  OpenPack& operator=(OpenPack&&) = delete;
  ~OpenPack() { ::close(fd_); }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

JobPackReader::JobPackReader(std::filesystem::path folder) : folder_(std::move(folder)) {}
JobPackReader::~JobPackReader() = default;

Result<std::shared_ptr<const JobPackReader::OpenPack>> JobPackReader::find(const std::string& pack) {
  if (!pack.ends_with(kEnding) || !fits_file_name(std::string_view{pack}.substr(0, pack.size() - kEnding.size()))) {
    return fail({.fault = Fault::bad_input, .what = "this is not the name of a pack"});
  }
  const std::scoped_lock lock{mutex_};
  if (const auto known = open_.find(pack); known != open_.end()) return known->second;
  const int fd = ::open((folder_ / pack).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return fail(from_errno(errno));
  if (open_.size() >= kMaxOpenPacks) open_.erase(open_.begin());
  return open_.emplace(pack, std::make_shared<const OpenPack>(fd)).first->second;
}

Result<Bytes> JobPackReader::read(const PlacedJob& place) {
  if (place.size > kMaxSealedJob) return fail({.fault = Fault::limit, .what = "the sealed job is too large"});
  CICADA_TRY(const auto pack, find(place.pack));
  Bytes sealed(place.size);
  std::size_t got = 0;
  while (got < sealed.size()) {
    const auto n =
        ::pread(pack->get(), sealed.data() + got, sealed.size() - got, static_cast<off_t>(place.offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(from_errno(errno));
    if (n == 0) return fail({.what = "the pack of sealed jobs ends too early", .at = place.offset + got});
    got += static_cast<std::size_t>(n);
  }
  CICADA_TRY(const auto digest, digest_of(sealed));
  if (digest != place.digest) {
    return fail({.fault = Fault::security, .what = "the sealed job is not the one that was prepared"});
  }
  return sealed;
}

}  // namespace cicada::host::issuance
