#include "cicada/host/line/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::line {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kMagic = "cicada spool 1\n";
constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kFrameSize = 2 * kLengthSize;  ///< the length and its complement

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> checksum(ByteView before, ByteView record) {
  CICADA_TRY(auto hasher, crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256));
  CICADA_CHECK(hasher.update(before));
  CICADA_CHECK(hasher.update(record));
  CICADA_TRY(const auto hash, hasher.finish());
  std::array<std::uint8_t, Size> sum{};
  std::copy_n(hash.begin(), Size, sum.begin());
  return sum;
}

std::unexpected<base::Error> refused(base::Literal what) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail({.fault = Fault::io, .what = what, .hint = full ? base::Literal{"the disk is full"} : base::Literal{""}});
}

std::unexpected<base::Error> changed(std::size_t at) {
  return fail({.fault = Fault::malformed,
               .what = "the spool was changed",
               .hint = "do not delete it: it may hold the only record of finished cards",
               .at = at});
}

bool only_zeros(ByteView octets) {
  return std::ranges::all_of(octets, [](auto octet) { return octet == 0; });
}

Result<Bytes> read_whole(int fd) {
  struct stat about{};
  if (::fstat(fd, &about) != 0) return refused("the spool cannot be read");
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > kMaxSpoolSize) return fail({.fault = Fault::limit, .what = "the spool is larger than it may get"});
  Bytes octets(size);
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::pread(fd, octets.data() + done, size - done, static_cast<off_t>(done));
    if (got <= 0) return refused("the spool cannot be read");
    done += static_cast<std::size_t>(got);
  }
  return octets;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return refused("the spool cannot be opened");
  std::unique_ptr<Spool> spool{new Spool{fd}};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail({.fault = Fault::conflict,
                 .what = "another process uses this spool",
                 .hint = "every line process has a folder of its own"});
  }
  CICADA_TRY(const auto octets, read_whole(fd));
  // The first line itself may have been cut off by a crash.
  if (octets.size() < kMagic.size() && std::ranges::equal(octets, base::as_bytes(kMagic.substr(0, octets.size())))) {
    CICADA_CHECK(spool->start());
    return spool;
  }
  CICADA_CHECK(spool->replay(octets));
  return spool;
}

Spool::~Spool() {
  ::close(fd_);
}

Result<void> Spool::start() {
  if (::ftruncate(fd_, 0) != 0) return refused("the spool cannot be written");
  size_ = 0;
  CICADA_CHECK(write(base::as_bytes(kMagic)));
  CICADA_TRY(checksum_, checksum<16>(base::as_bytes(kMagic), {}));
  return {};
}

Result<void> Spool::replay(ByteView octets) {
  if (octets.size() < kMagic.size() || !std::ranges::equal(octets.first(kMagic.size()), base::as_bytes(kMagic))) {
    return fail({.fault = Fault::malformed, .what = "this file is no spool"});
  }
  size_ = kMagic.size();
  CICADA_TRY(checksum_, checksum<16>(base::as_bytes(kMagic), {}));
  base::Cursor cursor{octets.subspan(size_)};
  while (cursor.remaining() >= kFrameSize && !only_zeros(cursor.rest())) {
    const auto record = cursor.rest();
    CICADA_TRY(const auto length, cursor.take_u32());
    CICADA_TRY(const auto complement, cursor.take_u32());
    if (length != ~complement) return changed(size_);
    if (cursor.remaining() < length + checksum_.size()) break;  // torn
    CICADA_TRY(const auto content, cursor.take(length));
    CICADA_TRY(const auto told, cursor.take(checksum_.size()));
    CICADA_TRY(const auto sum, checksum<16>(checksum_, record.first(kFrameSize + length)));
    if (!std::ranges::equal(sum, told)) {
      if (cursor.at_end() && only_zeros(told)) break;  // octets that a power cut kept from the disk
      return changed(size_);
    }
    CICADA_TRY(auto step, decode_step(content));
    pending_.push_back(std::move(step));
    checksum_ = sum;
    size_ += kFrameSize + length + checksum_.size();
  }
  if (size_ < octets.size() && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) {
    return refused("the spool cannot be written");
  }
  return {};
}

Result<void> Spool::write(ByteView octets) {
  std::size_t done = 0;
  while (done < octets.size()) {
    const auto put = ::pwrite(fd_, octets.data() + done, octets.size() - done, static_cast<off_t>(size_ + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const auto error = refused("the spool cannot be written");
      if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0) return error;  // the rest is taken for a torn record
      return error;
    }
    done += static_cast<std::size_t>(put);
  }
  if (::fdatasync(fd_) != 0) return refused("the spool cannot be written");
  size_ += octets.size();
  return {};
}

Result<void> Spool::append(std::span<const journal::Step> steps) {
  if (pending_.size() + steps.size() > kMaxSpooledSteps || size_ > kMaxSpoolSize / 2) {
    return fail({.fault = Fault::limit, .what = "the spool is full", .hint = "bring the journal back"});
  }
  Bytes octets;
  auto sum = checksum_;
  for (const auto& step : steps) {
    const auto content = encode_step(step);
    Bytes record;
    base::append_unsigned(record, content.size(), kLengthSize);
    base::append_unsigned(record, ~static_cast<std::uint32_t>(content.size()), kLengthSize);
    base::append(record, content);
    CICADA_TRY(sum, checksum<16>(sum, record));
    base::append(record, sum);
    base::append(octets, record);
  }
  CICADA_CHECK(write(octets));
  checksum_ = sum;
  pending_.insert(pending_.end(), steps.begin(), steps.end());
  return {};
}

// The first line stays: on a full disk it could not be written again, and nothing after it would be readable.
Result<void> Spool::clear() {
  if (pending_.empty()) return {};
  CICADA_TRY(const auto first, checksum<16>(base::as_bytes(kMagic), {}));
  if (::ftruncate(fd_, static_cast<off_t>(kMagic.size())) != 0) return refused("the spool cannot be emptied");
  size_ = kMagic.size();
  checksum_ = first;
  if (::fdatasync(fd_) != 0) return refused("the spool cannot be emptied");
  pending_.clear();
  return {};
}

}  // namespace cicada::host::line
