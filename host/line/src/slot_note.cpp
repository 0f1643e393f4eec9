#include "slot_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "cicada/base/bytes.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"

namespace cicada::host::line {

namespace {

constexpr std::size_t kMaxNote = 4096;

/// Reader names have spaces, brackets and slashes.
std::string file_name(const std::string& station) {
  std::string name;
  for (const char c : station) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      name += c;
    } else {
      name += '_' + base::to_hex(base::as_bytes(std::string_view{&c, 1}));
    }
  }
  return name + ".slot";
}

}  // namespace

SlotNote::SlotNote(const std::filesystem::path& folder, const std::string& station)
    : file_(folder / file_name(station)) {}

base::Result<void> SlotNote::write(const std::string& dossier) const {
  const auto failed = [] {
    return base::fail({.fault = base::Fault::io, .what = "the note of a station's slot cannot be written"});
  };
  const auto fresh = file_.string() + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return failed();
  const auto put = ::write(fd, dossier.data(), dossier.size());
  ::close(fd);
  if (put != static_cast<ssize_t>(dossier.size()) || std::rename(fresh.c_str(), file_.c_str()) != 0) return failed();
  return {};
}

std::optional<std::string> SlotNote::read() const {
  const auto octets = base::read_file(file_, kMaxNote);
  if (!octets || octets->empty()) return std::nullopt;
  return std::string{octets->begin(), octets->end()};
}

}  // namespace cicada::host::line
