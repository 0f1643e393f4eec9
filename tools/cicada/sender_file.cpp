#include "sender_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace cicada::tools {

namespace fs = std::filesystem;

namespace {

fs::path part_of(fs::path path) {
  path += ".part";
  return path;
}

/// Without links and detours, as far as it is there.
fs::path plain(const fs::path& path) {
  std::error_code error;
  auto found = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path.lexically_normal() : found;
}

}  // namespace

bool SenderFile::collide(const fs::path& one, const fs::path& other) {
  if (one.empty() || other.empty()) return false;
  const auto first = plain(one);
  const auto second = plain(other);
  return first == second || plain(part_of(one)) == second || first == plain(part_of(other));
}

SenderFile::SenderFile(fs::path path) : path_(std::move(path)) {
  if (!wanted()) return;
  // Of a link only the link itself would be replaced.
  std::error_code error;
  const auto status = fs::symlink_status(path_, error);
  if (!fs::exists(status) || fs::is_regular_file(status)) beside_ = part_of(path_);
  out_.open(beside_.empty() ? path_ : beside_, std::ios::binary | std::ios::trunc);
}

SenderFile::~SenderFile() {
  std::error_code error;
  if (!beside_.empty()) fs::remove(beside_, error);
}

void SenderFile::add(std::string_view line) {
  if (wanted()) out_ << line;
}

bool SenderFile::keep() {
  if (!wanted()) return true;
  out_.close();
  if (beside_.empty()) return out_.good();
  const int written = ::open(beside_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = written >= 0 && ::fsync(written) == 0;
  if (written >= 0) ::close(written);
  if (!out_ || !synced) return false;
  std::error_code error;
  fs::rename(beside_, path_, error);
  if (!error) beside_.clear();
  return !error;
}

}  // namespace cicada::tools
