#include "sender_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace cicada::tools {

namespace fs = std::filesystem;

SenderFile::SenderFile(fs::path path) : path_(std::move(path)) {
  if (!wanted()) return;
  std::error_code error;
  if (!fs::exists(path_, error) || fs::is_regular_file(path_, error)) {
    beside_ = path_;
    beside_ += ".part";
  }
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
